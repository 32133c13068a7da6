import { factsGit, type Repository } from "../git/repository.ts";
import type { NotesPaths } from "../record/notes-paths.ts";

/** A commit that is more than a change of the notes. */
export interface TakenBack {
  /** Its full id. */
  commit: string;
  /** The first parent; null for a root commit, and at the boundary of a shallow clone. */
  parent: string | null;
  /** Whether a merge was passed on the way: then not all that the tip descends from lies below `commit`. */
  passedMerge: boolean;
}

interface Step {
  commit: string;
  parents: string[];
  paths: string[];
}

/** How many commits are looked at in one process: records are mostly committed one by one. */
const batches = [4, 64, 1024];

/**
 * Takes a commit back over those that touch notes and nothing else, along first parents; a merge counts by
 * what it changes against its first parent, an empty commit stays. History of notes alone ends at its root.
 */
export async function takeBack(repository: Repository, tip: string, notes: NotesPaths): Promise<TakenBack> {
  let start = tip;
  let passedMerge = false;
  for (let round = 0; ; round += 1) {
    const steps = await firstParents(repository, start, batches[round] ?? 16384);
    for (const { commit, parents, paths } of steps) {
      const parent = parents[0] ?? null;
      const notesOnly = paths.length > 0 && paths.every((path) => notes.isNote(path));
      if (!notesOnly || parent === null) return { commit, parent, passedMerge };
      passedMerge ||= parents.length > 1;
      start = parent;
    }
  }
}

async function firstParents(repository: Repository, tip: string, count: number): Promise<Step[]> {
  const { stdout } = await factsGit(repository, [
    "log", "-z", "--first-parent", "-m", "--no-renames", "--name-only", "--ignore-submodules=none",
    `--max-count=${count}`, "--format=%x00%H%x00%P", tip, "--",
  ]);
  const fields = stdout.toString("utf8").split("\0");
  const steps: Step[] = [];
  // Each commit begins with an empty field; the first path has a line feed before it.
  for (let at = 0; fields[at] === "" && at + 2 < fields.length;) {
    const step: Step = { commit: fields[at + 1] ?? "", parents: (fields[at + 2] ?? "").split(" ").filter(Boolean), paths: [] };
    at += 3;
    for (; at < fields.length && fields[at] !== ""; at += 1) step.paths.push((fields[at] ?? "").replace(/^\n/, ""));
    steps.push(step);
  }
  return steps;
}
