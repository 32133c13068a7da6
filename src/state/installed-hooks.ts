import { rmSync } from "node:fs";
import { join } from "node:path";
import { readIfThere, replaceFile } from "./files.ts";

/** Hooks of ours that were put into a folder, so that it can be told later which of them are gone. */
export interface InstalledHooks {
  /** Absolute. */
  directory: string;
  /** Their names; `pre-push` alone after `--pre-push-only`. */
  hooks: string[];
  /** Whether the folder was made for them. */
  made: boolean;
}

/** Where hooks were put. What cannot be read is as good as none: the hooks themselves say that they are ours. */
export function readInstalled(stateDirectory: string): InstalledHooks[] {
  try {
    const places: unknown = JSON.parse(readIfThere(pathIn(stateDirectory)) ?? "[]");
    return Array.isArray(places) ? places.filter(isInstalled) : [];
  } catch {
    return [];
  }
}

/** Keeps what was put into one folder, in place of what was known of it. @throws Failure `disk-full`, `not-writable` */
export function rememberInstalled(stateDirectory: string, place: InstalledHooks): void {
  const others = readInstalled(stateDirectory).filter(({ directory }) => directory !== place.directory);
  replaceFile(pathIn(stateDirectory), `${JSON.stringify([...others, place], null, 2)}\n`);
}

/** Forgets all of it, or some folders: the hooks are gone. @throws Failure `disk-full`, `not-writable` */
export function forgetInstalled(stateDirectory: string, directories?: readonly string[]): void {
  const left = directories === undefined ? [] : readInstalled(stateDirectory).filter(({ directory }) => !directories.includes(directory));
  if (left.length === 0) rmSync(pathIn(stateDirectory), { force: true });
  else replaceFile(pathIn(stateDirectory), `${JSON.stringify(left, null, 2)}\n`);
}

function pathIn(stateDirectory: string): string {
  return join(stateDirectory, "hooks.json");
}

function isInstalled(value: unknown): value is InstalledHooks {
  if (typeof value !== "object" || value === null) return false;
  const { directory, hooks, made } = value as Record<string, unknown>;
  return typeof directory === "string" && Array.isArray(hooks) && hooks.every((name) => typeof name === "string") && typeof made === "boolean";
}
