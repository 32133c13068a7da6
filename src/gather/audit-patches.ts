import { Failure } from "../failure.ts";
import { factsPipe, type Repository } from "../git/repository.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import type { TreePair } from "./audit-files.ts";
import { patchOptions } from "./history.ts";

/**
 * The stable patch ids of net diffs without the notes, as `patchIdOf` answers for one ship; many in two processes.
 *
 * @returns in the order of the pairs: null where nothing differs, undefined where a partial clone cannot tell
 */
export async function patchIdsOf(repository: Repository, pairs: readonly TreePair[], notes: NotesPaths): Promise<(string | null | undefined)[]> {
  const answers = pairs.map((): string | null | undefined => null);
  // An answer names the first tree and nothing else, so each may occur once in a run.
  let left = pairs.map((pair, place) => ({ ...pair, place }));
  while (left.length > 0) {
    const asked = new Map<string, (typeof left)[number]>();
    const later: typeof left = [];
    for (const pair of left) {
      if (asked.has(pair.before)) later.push(pair);
      else asked.set(pair.before, pair);
    }
    const found = await ask(repository, [...asked.values()], notes);
    for (const { before, place } of asked.values()) answers[place] = found === null ? undefined : (found.get(before) ?? null);
    left = later;
  }
  return answers;
}

/** By the first tree of each pair; null where a partial clone lacks contents. */
async function ask(repository: Repository, pairs: readonly TreePair[], notes: NotesPaths): Promise<Map<string, string> | null> {
  try {
    const answer = await factsPipe(
      repository,
      // The line that names two trees is what begins another patch for patch-id.
      ["diff-tree", "--stdin", "-r", ...patchOptions, "--", ":(top)", ...notes.exclude],
      ["patch-id", "--stable"],
      { pathspecMagic: true, mayGoOn: () => true, input: pairs.map(({ before, after }) => `${before} ${after}\n`).join("") },
    );
    const lines = answer?.stdout.toString("latin1").split("\n").filter(Boolean) ?? [];
    return new Map(lines.map((line) => [line.slice(line.indexOf(" ") + 1), line.slice(0, line.indexOf(" "))]));
  } catch (error) {
    if (!repository.partial || !(error instanceof Failure)) throw error;
    return null;
  }
}
