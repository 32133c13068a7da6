import { chmodSync, lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Desk, makeDesk } from "./hook-rig.ts";

/** All that a folder holds, to be compared: each path with its mode and its bytes, or where it links to. */
export function contentsOf(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  const look = (path: string, name: string): void => {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return;
    const mode = (stat.mode & 0o7777).toString(8);
    if (stat.isSymbolicLink()) found[name] = `-> ${readlinkSync(path)}`;
    else if (stat.isDirectory()) {
      found[`${name}/`] = mode;
      for (const entry of readdirSync(path)) look(join(path, entry), `${name}/${entry}`);
    } else found[name] = `${mode} ${readFileSync(path).toString("latin1")}`;
  };
  look(folder, "");
  return found;
}

/** Writes an executable file. */
export function script(path: string, text: string | Uint8Array, mode = 0o755): void {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

/** A hook of sh that writes down how it was called, and what it read. @param ending its last line */
export function witness(log: string, ending = "exit 0"): string {
  return `#!/bin/sh\n{ echo "$(basename "$0") $*"; cat; } >> '${log}'\n${ending}\n`;
}

export const ours = ["post-merge", "pre-push", "reference-transaction"];

/** A desk without hooks of ours. */
export function bare(): Desk & { hooks: string } {
  const desk = makeDesk({ install: null });
  return { ...desk, hooks: join(desk.directory, ".git", "hooks") };
}

/** Commits, and pushes without a terminal. */
export function ship(desk: Desk): ReturnType<Desk["pushing"]> {
  desk.commit("Next", { "a.txt": `${desk.git("rev-list", "--count", "--all")}\n` });
  return desk.pushing(["push", "-q", "origin", "HEAD:main"]);
}
