import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, unlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Failure } from "../failure.ts";
import { diskFailure } from "./disk-failure.ts";
import { readStanding, type PlannedWrite, type PlanOptions } from "./plan.ts";
import { isTemporaryName } from "./temporary.ts";

/*
 * Files of one record belong together, and are moved into place one after the other. What is about to be
 * moved is kept in the git directory meanwhile: the run after one that was killed in between moves the rest.
 */

interface IntendedMove {
  path: string;
  temporary: string;
  /** SHA-256 of the new content. */
  content: string;
  /** SHA-256 of what stood there; null where nothing did. */
  standing: string | null;
}

/** Keeps what is about to be moved. */
export async function keepIntent(
  path: string,
  staged: readonly { write: PlannedWrite; temporary: string }[],
): Promise<void> {
  const moves: IntendedMove[] = staged.map(({ write, temporary }) => ({
    path: write.path,
    temporary: basename(temporary),
    content: sha256(write.content),
    standing: write.standing === null ? null : sha256(write.standing.content),
  }));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(unfinished(path), JSON.stringify({ version: 1, moves }));
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
 * changed since is moved, all else is dropped. To be called with the lock held, before anything is read.
 *
 * @param roots as for `planWrites`: nothing outside them is touched, whatever the kept intent says
 * @returns the paths that were moved
 */
export async function finishPlan(
  intent: string,
  roots: readonly string[],
  options: PlanOptions = {},
): Promise<string[]> {
  const text = await readFile(intent, "utf8").catch(() => null);
  const finished: string[] = [];
  for (const move of text === null ? [] : readMoves(text)) {
    if (await finishMove(move, roots, options)) finished.push(move.path);
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

function readMoves(text: string): IntendedMove[] {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("moves" in value) || !Array.isArray(value.moves)) return [];
    return value.moves.filter(isMove);
  } catch {
    return [];
  }
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
