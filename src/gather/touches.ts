import type { Repository } from "../git/repository.ts";
import { factsGit } from "../git/repository.ts";
import { splitNul } from "./bytes.ts";
import { revisions, type Span } from "./scope.ts";

/** Commits that touch some paths, with the paths they touch. Merges are compared with their first parent. */
export type Touches = Map<string, string[]>;

/** A commit as far as its place in history goes. */
export interface Placed {
  sha: string;
  parentShas: readonly string[];
}

const names = ["-z", "--no-renames", "--ignore-submodules=none", "--name-only", "--format=/%H"];

/**
 * Starts the question which commits of a span touch some paths. It runs beside the log of the span, and is answered
 * once the log's commits are known, because a log of paths alone does not tell for every merge.
 *
 * @param pathspecs with magic
 * @param whole whether all paths of such a commit are wanted, else only those that match
 * @returns what answers, given all commits of the span
 */
export function askTouches(
  repository: Repository,
  span: Span,
  pathspecs: readonly string[],
  { whole }: { whole: boolean },
): (commits: readonly Placed[]) => Promise<Touches> {
  const mergesToo = isAtLeast(repository, 2, 31);
  const started = factsGit(
    repository,
    [
      "log", "--no-show-signature", "--full-history", ...(whole ? ["--full-diff"] : []), ...names,
      mergesToo ? "--diff-merges=first-parent" : "--no-merges", ...revisions(span), "--", ...pathspecs,
    ],
    { pathspecMagic: true },
  ).then(({ stdout }) => parseTouches(stdout));
  // Whoever asked may fail before it asks for the answer; that failure is the one to show.
  started.catch(() => undefined);
  return async (commits) => {
    const touches = await started;
    const unsure = unsureMerges(commits, span, mergesToo);
    for (const { sha } of unsure) touches.delete(sha);
    for (const [sha, paths] of await touchesOf(repository, unsure, pathspecs, whole)) touches.set(sha, paths);
    return touches;
  };
}

/**
 * Merges that `git log -- paths` may leave out though they differ from their first parent: where that parent lies
 * outside the span, git looks only at the parents inside. (Before 2.31 git had no first-parent diff in a log at all.)
 */
function unsureMerges(commits: readonly Placed[], { from }: Span, mergesToo: boolean): readonly Placed[] {
  const merges = commits.filter(({ parentShas }) => parentShas.length > 1);
  if (!mergesToo || merges.length === 0) return merges;
  const inside = new Set(commits.map(({ sha }) => sha));
  return merges.filter(({ parentShas: [first = ""] }) => first !== from && !inside.has(first));
}

async function touchesOf(
  repository: Repository,
  merges: readonly Placed[],
  pathspecs: readonly string[],
  whole: boolean,
): Promise<Touches> {
  if (merges.length === 0) return new Map();
  const ask = async (asked: readonly Placed[], paths: readonly string[]): Promise<Touches> => {
    const input = asked.map(({ sha, parentShas }) => `${sha} ${parentShas[0] ?? ""}\n`).join("");
    const args = ["diff-tree", "--stdin", "-r", ...names, "--", ...paths];
    return parseTouches((await factsGit(repository, args, { input, pathspecMagic: true })).stdout);
  };
  const touching = await ask(merges, pathspecs);
  if (!whole || touching.size === 0) return touching;
  return ask(merges.filter(({ sha }) => touching.has(sha)), []);
}

/** All paths that commits change against their first parents, in one process; a commit that changes nothing is left out. */
export async function pathsOfCommits(repository: Repository, commits: readonly Placed[]): Promise<Touches> {
  if (commits.length === 0) return new Map();
  const input = commits.map(({ sha, parentShas: [first] }) => (first === undefined ? `${sha}\n` : `${sha} ${first}\n`)).join("");
  return parseTouches((await factsGit(repository, ["diff-tree", "--stdin", "--root", "-r", ...names], { input })).stdout);
}

/** `/<sha>` NUL, then its paths, each with a NUL, the first behind a line feed. No path of git's begins with a slash. */
function parseTouches(stdout: Buffer): Touches {
  const touches: Touches = new Map();
  let paths: string[] = [];
  for (const field of splitNul(stdout).fields) {
    if (field.startsWith("/")) {
      paths = [];
      touches.set(field.slice(1), paths);
    } else {
      paths.push(paths.length === 0 && field.startsWith("\n") ? field.slice(1) : field);
    }
  }
  // A merge that differs from another parent only is listed without a path.
  for (const [sha, touched] of touches) if (touched.length === 0) touches.delete(sha);
  return touches;
}

function isAtLeast({ version: [major, minor] }: Repository, wantedMajor: number, wantedMinor: number): boolean {
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
