import { lstat, readFile } from "node:fs/promises";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import type { Stats } from "node:fs";
import { errorCode } from "../failure.ts";
import { diskFailure, unsafe } from "./disk-failure.ts";

/** A file to be written, whole. */
export interface Write {
  /** Absolute. */
  path: string;
  content: string | Uint8Array;
  /** Permission bits for a file that does not stand there yet; those of any new file without it. */
  mode?: number;
}

export interface PlannedWrite {
  path: string;
  content: Uint8Array;
  mode?: number;
  state: "new" | "changed" | "unchanged";
  /** What stands there now, and the permission bits that are kept; null where nothing does. */
  standing: { content: Uint8Array; mode: number } | null;
}

/** A file that goes once all is written. */
export interface PlannedRemoval {
  path: string;
  content: Uint8Array;
  /** The root below which it lies, and which stays. */
  root: string;
}

/** What would be written, in order, and what would go after that. Nothing has been touched yet. */
export interface Plan {
  writes: PlannedWrite[];
  /** None without it. */
  removals?: PlannedRemoval[];
}

export interface PlanOptions {
  /**
   * The folder (absolute) up to which the way is the user's own, symlinks included: the work tree's root,
   * say. From there on, each folder is looked at. Without it, from each root on, the root included.
   */
  trusted?: string;
}

export interface PlanWritesOptions extends PlanOptions {
  /** Files (absolute) that go once all is written; those that are not there are passed over. */
  removed?: readonly string[];
}

/**
 * Says what writing these files would do.
 *
 * @param roots the only folders (absolute) below which anything may be written
 * @throws Failure `notes-unsafe` where a path lies outside the roots, or a symlink or a file in place of a
 * folder is in the way; `not-writable` where what stands may not be read
 */
export async function planWrites(
  roots: readonly string[],
  writes: readonly Write[],
  { removed = [], ...options }: PlanWritesOptions = {},
): Promise<Plan> {
  const planned: PlannedWrite[] = [];
  for (const write of writes) {
    const content = typeof write.content === "string" ? Buffer.from(write.content, "utf8") : write.content;
    const standing = await readStanding(roots, write.path, options);
    const state = standing === null ? "new" : sameBytes(standing.content, content) ? "unchanged" : "changed";
    planned.push({ path: write.path, content, state, standing, ...(write.mode === undefined ? {} : { mode: write.mode }) });
  }
  const removals: PlannedRemoval[] = [];
  for (const path of removed) {
    const standing = await readStanding(roots, path, options);
    const root = roots.find((candidate) => isBelow(candidate, path));
    if (standing !== null && root !== undefined) removals.push({ path, content: standing.content, root });
  }
  return { writes: planned, removals };
}

/** The plain file at a path that may be written; null where none is. Throws as `planWrites` does. */
export async function readStanding(
  roots: readonly string[],
  path: string,
  options: PlanOptions,
): Promise<PlannedWrite["standing"]> {
  await refuseUnsafe(roots, path, options);
  const stats = await look(path);
  if (stats === null) return null;
  if (stats.isSymbolicLink()) throw unsafe(path, "it is a symbolic link");
  if (!stats.isFile()) throw unsafe(path, "it is no plain file");
  try {
    return { content: await readFile(path), mode: stats.mode & 0o7777 };
  } catch (error) {
    throw diskFailure(error, path);
  }
}

async function refuseUnsafe(roots: readonly string[], path: string, options: PlanOptions): Promise<void> {
  const root = roots.find((candidate) => isBelow(candidate, path));
  if (root === undefined) throw unsafe(path, "it lies outside the folders that shipnote may write to");
  const trusted = options.trusted ?? dirname(root);
  if (!isBelow(trusted, root) && trusted !== root) throw unsafe(path, `${root} lies outside ${trusted}`);
  let folder = trusted;
  for (const part of relative(trusted, dirname(path)).split(sep)) {
    folder = resolve(folder, part);
    const stats = await look(folder);
    if (stats === null) return;
    if (stats.isSymbolicLink()) throw unsafe(path, `${folder} is a symbolic link`);
    if (!stats.isDirectory()) throw unsafe(path, `${folder} is no folder`);
  }
}

function isBelow(root: string, path: string): boolean {
  if (!isAbsolute(root) || resolve(path) !== path || path.includes("\0")) return false;
  const way = relative(root, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function look(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw diskFailure(error, path);
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
