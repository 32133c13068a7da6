import { rmdir, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { diskFailure } from "./disk-failure.ts";
import { type PlanOptions, readStanding } from "./plan.ts";

/**
 * Takes files away, and the folders that they leave empty; what is gone already is passed over. To be called once all
 * that takes their place is written.
 *
 * @param roots as for `planWrites`
 * @returns those that were there
 * @throws Failure `notes-unsafe`, `not-writable`
 */
export async function removeFiles(roots: readonly string[], paths: readonly string[], options: PlanOptions): Promise<string[]> {
  const removed: string[] = [];
  for (const path of paths) {
    if ((await readStanding(roots, path, options)) === null) continue;
    try {
      await unlink(path);
    } catch (error) {
      throw diskFailure(error, path);
    }
    removed.push(path);
    // One that still holds something stays.
    for (let folder = dirname(path); !roots.includes(folder) && (await isRemoved(folder)); folder = dirname(folder));
  }
  return removed;
}

async function isRemoved(folder: string): Promise<boolean> {
  try {
    await rmdir(folder);
    return true;
  } catch {
    return false;
  }
}
