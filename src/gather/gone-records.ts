import { existsSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import { factsGit, type Repository } from "../git/repository.ts";
import { recordPaths } from "../record/id.ts";
import type { NotesPaths } from "../record/notes-paths.ts";

/** Something that a record has taken: a captured command, a result, a comparison. */
interface Taken {
  takenBy: string | null;
}

/**
 * What was taken, free again where the record that took it is gone: somebody deleted it before it was committed, or
 * its commit with it. A record that stands in another work tree, or in some branch's history, has what it took.
 *
 * @param standing the ids of the records that stand here
 */
export async function releaseTaken<T extends Taken, U extends Taken, V extends Taken>(
  repository: Repository,
  notes: NotesPaths,
  standing: ReadonlySet<string>,
  [commands, results, comparisons]: readonly [readonly T[], readonly U[], readonly V[]],
): Promise<[T[], U[], V[]]> {
  const missing = new Set([...commands, ...results, ...comparisons].flatMap(({ takenBy }) => (takenBy === null || standing.has(takenBy) ? [] : [takenBy])));
  const known = missing.size === 0 ? missing : await elsewhere(repository, notes, missing);
  const released = <W extends Taken>(taken: W): W => {
    const isGone = taken.takenBy !== null && missing.has(taken.takenBy) && !known.has(taken.takenBy);
    return isGone ? { ...taken, takenBy: null } : taken;
  };
  return [commands.map(released), results.map(released), comparisons.map(released)];
}

/** Those of the records that stand in some work tree, or that some commit of some ref has added. */
async function elsewhere(repository: Repository, notes: NotesPaths, ids: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const byPath = new Map([...ids].map((id) => [`${notes.folder}/${recordPaths(id).facts}`, id]));
  try {
    const [added, trees] = await Promise.all([
      factsGit(repository, ["log", "--all", "--full-history", "--diff-filter=A", "--no-renames", "-z", "--name-only", "--format=", "--", ...byPath.keys()]),
      factsGit(repository, ["worktree", "list", "--porcelain"]),
    ]);
    const inHistory = added.stdout.toString("utf8").split("\0").flatMap((path) => byPath.get(path.trim()) ?? []);
    const folders = trees.stdout.toString("utf8").split("\n").flatMap((line) => (line.startsWith("worktree ") ? [line.slice("worktree ".length)] : []));
    const standing = [...byPath].filter(([path]) => folders.some((folder) => existsSync(join(folder, path)))).map(([, id]) => id);
    return new Set([...inHistory, ...standing]);
  } catch (error) {
    // Trees that a partial clone lacks may hold them all.
    if (error instanceof Failure && error.code === "git-failed") return ids;
    throw error;
  }
}
