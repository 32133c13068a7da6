import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** The installed main.js of the packed tarball. */
    tool: string;
  }
}

/**
 * Packs the project once and installs the tarball elsewhere, as a user would; every end-to-end test runs that.
 * SHIPNOTE_TOOL names an installed main.js to use instead, so that one tarball can be tried on several Nodes.
 */
export default function setup(project: TestProject): () => void {
  const given = process.env["SHIPNOTE_TOOL"];
  if (given !== undefined) {
    project.provide("tool", resolve(given));
    return () => undefined;
  }
  const root = resolve(import.meta.dirname, "..");
  const folder = mkdtempSync(join(tmpdir(), "shipnote-packed-"));
  const npm = (cwd: string, ...args: string[]): string => execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const [packed] = JSON.parse(npm(root, "pack", "--ignore-scripts", "--json", "--pack-destination", folder)) as { filename: string }[];
  writeFileSync(join(folder, "package.json"), '{"private":true}\n');
  npm(folder, "install", "--prefer-offline", "--no-audit", "--no-fund", join(folder, packed?.filename ?? ""));
  project.provide("tool", join(folder, "node_modules", "shipnote", "dist", "main.js"));
  return () => rmSync(folder, { recursive: true, force: true });
}
