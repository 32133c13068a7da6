import { mkdir, open, readdir, rename, rmdir, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { errorCode } from "../failure.ts";
import { clearIntent, keepIntent } from "./intent.ts";
import { diskFailure } from "./disk-failure.ts";
import type { Plan, PlannedWrite } from "./plan.ts";
import { removeFiles } from "./remove.ts";
import { isOwnName, isTemporaryName, ownerOf, temporaryName } from "./temporary.ts";

export interface ApplyOptions {
  /**
   * Where it is kept (absolute; in the git directory) what is being moved into place, so that a run that is
   * killed in between can be finished: see intent.ts. Without it, such a run is not finished.
   */
  intent?: string;
}

interface Staged {
  write: PlannedWrite;
  temporary: string;
}

/**
 * Does what a plan says; what is unchanged is not touched. All new contents are on the disk, under temporary
 * names beside their targets, before the first is moved into place; then they are moved in the plan's
 * order, each replacing its file whole and keeping its permission bits, and what is to go goes after that, with the
 * folders that it leaves empty. Where it fails, no temporary file and no new folder stays behind.
 *
 * @throws Failure `disk-full`, `not-writable`, `notes-unsafe`
 */
export async function applyPlan(plan: Plan, options: ApplyOptions = {}): Promise<void> {
  const { removals = [] } = plan;
  const pending = plan.writes.filter((write) => write.state !== "unchanged");
  const folders = [...new Set(pending.map((write) => dirname(write.path)))];
  const made: string[] = [];
  const staged: Staged[] = [];
  const intent = pending.length + removals.length > 1 ? options.intent ?? null : null;
  try {
    for (const folder of folders) {
      const first = await guarded(folder, mkdir(folder, { recursive: true }));
      if (first !== undefined) made.push(...foldersBetween(first, folder));
      else await removeLeftovers(folder);
    }
    for (const write of pending) {
      const temporary = join(dirname(write.path), temporaryName());
      staged.push({ write, temporary });
      await guarded(write.path, stage(write, temporary));
    }
    if (intent !== null) await guarded(intent, keepIntent(intent, staged, removals));
    for (const { write, temporary } of staged) await guarded(write.path, rename(temporary, write.path));
    await Promise.all(folders.map(syncFolder));
    for (const { path, root } of removals) await removeFiles([root], [path], {});
  } catch (error) {
    for (const { temporary } of staged) await unlink(temporary).catch(() => undefined);
    for (const folder of made.toReversed()) await rmdir(folder).catch(() => undefined);
    throw error;
  } finally {
    if (intent !== null) await clearIntent(intent);
  }
}

async function guarded<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw diskFailure(error, path);
  }
}

async function stage(write: PlannedWrite, temporary: string): Promise<void> {
  const file = await open(temporary, "wx", 0o666);
  try {
    await file.writeFile(write.content);
    const mode = write.standing?.mode ?? write.mode;
    if (mode !== undefined) await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The folders that `mkdir` made, from the first to the last. */
function foldersBetween(first: string, last: string): string[] {
  const folders = [last];
  while (folders[0] !== undefined && folders[0] !== first && folders[0].length > first.length) {
    folders.unshift(dirname(folders[0]));
  }
  return folders;
}

/** Takes away what runs left behind that were killed while they wrote. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!isTemporaryName(name)) continue;
    const path = join(folder, name);
    if (!(await isInUse(path))) await unlink(path).catch(() => undefined);
  }
}

const anHour = 3_600_000;

/** A process that lives may be writing; but numbers of processes are given out again. */
async function isInUse(path: string): Promise<boolean> {
  if (isOwnName(basename(path))) return true;
  const owner = ownerOf(basename(path));
  if (owner === process.pid) return false;
  try {
    process.kill(owner, 0);
  } catch (error) {
    if (errorCode(error) !== "EPERM") return false;
  }
  const found = await stat(path).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs < anHour;
}

/** Makes the renames last through a power cut, where the system can. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  if (handle === null) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
}
