import { type Repository, factsGit } from "../git/repository.ts";

/** One side of a changed path. */
export interface Entry { mode: string; id: string }
/** A path that differs between two trees; the path's bytes are one letter each (latin1). */
export interface Change { path: string; before: Entry | null; after: Entry | null }

/**
 * What differs between two trees, renames not looked for, no blob read.
 *
 * @param paths pathspecs, with magic; none: everywhere
 */
export async function readChanges(repository: Repository, before: string, after: string, paths: readonly string[]): Promise<Change[]> {
  const args = ["diff-tree", "-r", "--raw", "-z", "--no-renames", "--no-abbrev", before, after, "--", ...paths];
  const { stdout } = await factsGit(repository, args, { pathspecMagic: true });
  const fields = stdout.toString("latin1").split("\0");
  const changes: Change[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [oldMode = "", newMode = "", oldId = "", newId = ""] = (fields[at] ?? "").slice(1).split(" ");
    changes.push({ path: fields[at + 1] ?? "", before: entry(oldMode, oldId), after: entry(newMode, newId) });
  }
  return changes;
}

function entry(mode: string, id: string): Entry | null {
  return mode === "000000" ? null : { mode, id };
}
