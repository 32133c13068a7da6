import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, unlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Failure } from "../failure.ts";
import { diskFailure } from "./disk-failure.ts";
import { readStanding, type PlannedRemoval, type PlannedWrite, type PlanOptions } from "./plan.ts";
import { removeFiles } from "./remove.ts";
import { isTemporaryName } from "./temporary.ts";

/*
 * Files of one record belong together, and are moved into place one after the other. What is about to be
 * moved is kept in the git directory meanwhile, and what goes after that: the run after one that was killed in between
 * does the rest.
 */

interface IntendedMove {
  path: string;
  temporary: string;
  /** SHA-256 of the new content. */
  content: string;
  /** SHA-256 of what stood there; null where nothing did. */
  standing: string | null;
}

interface IntendedRemoval {
  path: string;
  /** SHA-256 of what stood there. */
  standing: string;
}

/** Keeps what is about to be moved, and what goes once all is in place. */
export async function keepIntent(
  path: string,
  staged: readonly { write: PlannedWrite; temporary: string }[],
  removed: readonly PlannedRemoval[] = [],
): Promise<void> {
  const moves: IntendedMove[] = staged.map(({ write, temporary }) => ({
    path: write.path,
    temporary: basename(temporary),
    content: sha256(write.content),
    standing: write.standing === null ? null : sha256(write.standing.content),
  }));
  const removals: IntendedRemoval[] = removed.map((removal) => ({ path: removal.path, standing: sha256(removal.content) }));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(unfinished(path), JSON.stringify({ version: 1, moves, removals }));
  await rename(unfinished(path), path);
}

function unfinished(path: string): string {
  return `${path}.new`;
}

/** Forgets it, once all is in place or nothing is to be. */
export async function clearIntent(path: string): Promise<void> {
  await Promise.all([path, unfinished(path)].map((file) => rm(file, { force: true })));
}

/**
 * Finishes a run that was killed while it moved its files into place: what it had written whole and nobody
 * changed since is moved, all else is dropped. What was to go goes where all that takes its place stands, and nobody
 * changed it since. To be called with the lock held, before anything is read.
 *
 * @param roots as for `planWrites`: nothing outside them is touched, whatever the kept intent says
 * @returns the paths that were moved, then those that are gone
 */
export async function finishPlan(
  intent: string,
  roots: readonly string[],
  options: PlanOptions = {},
): Promise<string[]> {
  const text = await readFile(intent, "utf8").catch(() => null);
  const finished: string[] = [];
  const { moves, removals } = text === null ? { moves: [], removals: [] } : readIntent(text);
  for (const move of moves) {
    if (await finishMove(move, roots, options)) finished.push(move.path);
  }
  const holds = async (path: string, digest: string): Promise<boolean> => {
    const standing = await readStanding(roots, path, options).catch(nullIfUnsafe);
    return standing !== null && sha256(standing.content) === digest;
  };
  const isInPlace = (await Promise.all(moves.map(async ({ path, content }) => holds(path, content)))).every(Boolean);
  for (const { path, standing } of isInPlace ? removals : []) {
    if (await holds(path, standing)) finished.push(...((await removeFiles(roots, [path], options).catch(nullIfUnsafe)) ?? []));
  }
  await clearIntent(intent);
  return finished;
}

async function finishMove(move: IntendedMove, roots: readonly string[], options: PlanOptions): Promise<boolean> {
  const temporary = join(dirname(move.path), move.temporary);
  try {
    const written = await readStanding(roots, temporary, options);
    if (written === null) return false;
    const standing = await readStanding(roots, move.path, options);
    const untouched = (standing === null ? null : sha256(standing.content)) === move.standing;
    if (untouched && sha256(written.content) === move.content) {
      await rename(temporary, move.path);
      return true;
    }
    await unlink(temporary);
    return false;
  } catch (error) {
    // What cannot be finished safely stays where it is; the next write says why.
    const failure = diskFailure(error, move.path);
    if (failure instanceof Failure) return false;
    throw failure;
  }
}

function nullIfUnsafe(error: unknown): null {
  if (error instanceof Failure) return null;
  throw error;
}

function readIntent(text: string): { moves: IntendedMove[]; removals: IntendedRemoval[] } {
  const none = { moves: [], removals: [] };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("moves" in value) || !Array.isArray(value.moves)) return none;
    const moves = value.moves.filter(isMove);
    // Nothing goes where it is not known what was to take its place.
    const isWhole = moves.length === value.moves.length;
    return { moves, removals: isWhole && "removals" in value && Array.isArray(value.removals) ? value.removals.filter(isRemoval) : [] };
  } catch {
    return none;
  }
}

function isRemoval(value: unknown): value is IntendedRemoval {
  return typeof value === "object" && value !== null && "path" in value && typeof value.path === "string" && "standing" in value && typeof value.standing === "string";
}

function isMove(value: unknown): value is IntendedMove {
  return typeof value === "object" && value !== null &&
    "path" in value && typeof value.path === "string" &&
    "temporary" in value && typeof value.temporary === "string" && isTemporaryName(value.temporary) &&
    "content" in value && typeof value.content === "string" &&
    "standing" in value && (value.standing === null || typeof value.standing === "string");
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
