import { Failure } from "../failure.ts";
import { emptyTree, factsGit, factsPipe, type Repository } from "../git/repository.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import type { Caveat } from "../record/schema.ts";
import { blobsMissing } from "./blobs.ts";
import { treeWithoutNotes } from "./range-trees.ts";
import type { Span } from "./scope.ts";

/** Beyond so many files a patch id costs more than it is worth. */
const mostFiles = 2000;

/** The net diff as a patch, without the notes, in the one form whose patch id is kept. */
export const patchOptions: readonly string[] = [
  "-p", "--no-renames", "--full-index", "--no-prefix", "-U3", "--no-color", "--no-ext-diff", "--no-textconv",
  "--ignore-submodules=none", "--submodule=short",
];

/**
 * The id that git would give a commit's tree without the notes; where there are none, the tree's own.
 *
 * @throws Failure `history-missing` where a partial clone lacks the trees
 */
export async function toTreeOf(repository: Repository, commit: string, notes: NotesPaths): Promise<string> {
  return treeWithoutNotes(repository, notes)(commit);
}

/**
 * The stable patch id of the net diff of a span, without the notes. Null where nothing differs, and, with a
 * caveat, where more than 2,000 files do or blobs are not there.
 */
export async function patchIdOf(
  repository: Repository,
  { from, to }: Span,
  notes: NotesPaths,
  mayFetch = false,
): Promise<{ patchId: string | null; caveats: Caveat[] }> {
  const files = fileCounter();
  try {
    const answer = await factsPipe(
      repository,
      ["diff-tree", ...patchOptions, from ?? emptyTree(repository), to, "--", ":(top)", ...notes.exclude],
      ["patch-id", "--stable"],
      { pathspecMagic: true, mayFetch, mayGoOn: (chunk) => files(chunk) <= mostFiles },
    );
    if (answer !== null) return { patchId: answer.stdout.toString("latin1").split(" ")[0] || null, caveats: [] };
    return {
      patchId: null,
      caveats: [{
        code: "patch-id-left-out",
        text: "More than 2,000 files changed: no patch id was computed, so after a rewrite of history only an equal tree tells this ship.",
      }],
    };
  } catch (error) {
    if (!repository.partial || !(error instanceof Failure) || !/not allowed|could not fetch|promisor/.test(String(error.cause))) throw error;
    return { patchId: null, caveats: [blobsMissing] };
  }
}

/** Counts the files of a patch that comes in chunks; lines of content never begin like a file's header. */
function fileCounter(): (chunk: Buffer) => number {
  const header = Buffer.from("\ndiff --git ");
  let rest = Buffer.from("\n");
  let count = 0;
  return (chunk) => {
    const text = Buffer.concat([rest, chunk]);
    for (let at = text.indexOf(header); at !== -1; at = text.indexOf(header, at + header.length)) count += 1;
    rest = text.subarray(Math.max(0, text.length - header.length + 1));
    return count;
  };
}

/** A ship that is looked for under other commits. */
export interface Lost {
  /** The tree that its last commit had, without the notes. */
  toTree: string;
  /** What it began at: the ship cannot lie below this. Null where nothing is known. */
  from: string | null;
}

interface FirstParent {
  commit: string;
  parent: string | null;
  tree: string;
}

/**
 * Looks for ships among the first-parent ancestors of a commit (itself included), by their trees without
 * the notes. Where neighbours share the tree, the oldest of them is the ship's: what came on top changed
 * nothing of it.
 *
 * @param stops commits at which to stop looking, themselves not looked at
 * @returns the commit found for each, in the order given; null where there is none
 */
export async function findByTree(
  repository: Repository,
  tip: string,
  lost: readonly Lost[],
  notes: NotesPaths,
  stops: ReadonlySet<string> = new Set(),
): Promise<(string | null)[]> {
  const found = lost.map((): string | null => null);
  const open = lost.map(() => true);
  const without = treeWithoutNotes(repository, notes);
  let next: string | null = tip;
  for (const count of batchSizes()) {
    if (next === null || !open.includes(true)) break;
    const batch = await firstParentTrees(repository, next, count);
    const trees = await Promise.all(batch.map(({ tree }) => without(tree)));
    next = batch.at(-1)?.parent ?? null;
    for (const [place, { commit }] of batch.entries()) {
      if (stops.has(commit)) return found;
      for (const [index, { toTree, from }] of lost.entries()) {
        if (!open[index]) continue;
        if (from !== commit && trees[place] === toTree) found[index] = commit;
        else if (from === commit || found[index] !== null) open[index] = false;
      }
    }
  }
  return found;
}

function* batchSizes(): Generator<number> {
  yield 64;
  for (;;) yield 2048;
}

async function firstParentTrees(repository: Repository, tip: string, count: number): Promise<FirstParent[]> {
  const { stdout } = await factsGit(repository, [
    "log", "--first-parent", "--no-patch", `--max-count=${count}`, "--format=%H %T %P", tip, "--",
  ]);
  return stdout.toString("latin1").split("\n").filter(Boolean).map((line) => {
    const [commit = "", tree = "", parent] = line.split(" ");
    return { commit, tree, parent: parent || null };
  });
}

/**
 * Looks for a ship that became one commit (a squash, say) among the first-parent ancestors of `tip` that
 * `base` does not reach, by the patch id of each commit against its first parent; the newest one counts.
 */
export async function findByPatch(
  repository: Repository,
  { from: base, to: tip }: Span,
  patchId: string,
  notes: NotesPaths,
): Promise<string | null> {
  const answer = await factsPipe(
    repository,
    [
      "log", "--first-parent", "-m", ...patchOptions, "--format=commit %H", "--full-history", tip,
      ...(base === null ? [] : [`^${base}`]), "--", ":(top)", ...notes.exclude,
    ],
    ["patch-id", "--stable"],
    { pathspecMagic: true, mayGoOn: () => true },
  );
  const line = answer?.stdout.toString("latin1").split("\n").find((each) => each.startsWith(`${patchId} `));
  return line?.split(" ")[1] ?? null;
}
