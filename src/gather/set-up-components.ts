import { readYaml } from "../config-edit.ts";
import { globSource } from "../record/globs.ts";
import { fieldsOf, readManifest, textsOf } from "./set-up-manifest.ts";
import type { WorkTreeFiles } from "./set-up-files.ts";

/** A part of a monorepo. */
export interface Part {
  name: string;
  /** Its folder, relative to the root. */
  path: string;
  /** The file that shows that it ships by itself; null where nothing does. */
  shipsBy: string | null;
}

const folders = /^(?:services|apps|packages|components|functions|lambdas|modules|crates)\/([^/]+)\//;
const ships = /^(?:Dockerfile|Containerfile|fly\.toml|Procfile|vercel\.json|netlify\.toml|serverless\.ya?ml|wrangler\.(?:toml|jsonc?)|Chart\.yaml|app\.ya?ml|skaffold\.yaml|template\.ya?ml)$/;

/**
 * The parts of a monorepo: what its workspaces name, and the folders of `services/` and its kin. Parts that ship by
 * themselves come first. Folders whose names a configuration could not take are left out.
 */
export function partsOf(files: WorkTreeFiles): Part[] {
  const globs = workspaces(files).filter((glob) => !glob.startsWith("!"));
  const patterns = globs.map((glob) => new RegExp(`^(${globSource(glob.replace(/^\.\//, "").replace(/\/+$/, ""), { braces: true })})/(?:package\\.json|Cargo\\.toml|go\\.mod|pyproject\\.toml)$`, "su"));
  const found = new Set(files.paths.flatMap((path) => {
    const named = patterns.map((pattern) => pattern.exec(path)?.[1]).find((folder) => folder !== undefined);
    const kept = folders.exec(path);
    return named ?? (kept === null ? [] : kept[0].slice(0, -1));
  }));
  const parts = [...found].filter((path) => /^[\w@.+/-]+$/.test(path) && !/(?:^|\/)(?:node_modules|vendor|tests?|fixtures?|examples?)(?:\/|$)/.test(path)).sort().flatMap((path) => {
    const name = path.split("/").at(-1)?.replace(/^[^A-Za-z0-9]+|[^\w.-]/g, "") ?? "";
    const shipsBy = files.paths.find((one) => one.startsWith(`${path}/`) && ships.test(one.slice(path.length + 1))) ?? null;
    return name === "" ? [] : [{ name, path, shipsBy }];
  });
  const named = parts.filter(({ name }, place) => parts.findIndex((other) => other.name === name) === place);
  return named.length < 2 ? [] : named.sort((a, b) => Number(a.shipsBy === null) - Number(b.shipsBy === null));
}

/** The folders' globs that a repository's package managers call its members. */
function workspaces(files: WorkTreeFiles): string[] {
  const pnpm = fieldsOf(readYaml(files.read("pnpm-workspace.yaml") ?? ""));
  const cargo = /^\[workspace\][^[]*?^members\s*=\s*\[([^\]]*)\]/ms.exec(files.read("Cargo.toml") ?? "")?.[1] ?? "";
  const go = /^use\s*(?:\(([^)]*)\)|(\S+))/m.exec(files.read("go.work") ?? "");
  return [
    ...textsOf(pnpm?.["packages"] ?? []),
    ...(readManifest(files)?.workspaces ?? []),
    ...[...cargo.matchAll(/"([^"]+)"/g)].map(([, glob = ""]) => glob),
    ...(go?.[1] ?? go?.[2] ?? "").split(/\s+/).filter((path) => path !== "" && path !== "."),
  ];
}
