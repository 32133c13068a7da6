import { factsGit } from "../git/repository.ts";
import { beyondNotes } from "./audit-commits.ts";
import { mergesOfTheirOwn } from "./audit-merges.ts";
import type { SourcedSpan } from "./range-begin.ts";
import { liveCommits } from "./range-line.ts";
import type { Search } from "./range-search.ts";
import { inScope, revisions } from "./scope.ts";

/**
 * A span without what merges brought at its beginning that records of the line have already: it begins at the newest
 * commit of its first-parent way below which nothing is left but that, notes, and merges that hold nothing of their own.
 * It is empty where that is its end.
 */
export async function behindMerged({ repository, line, notes, request }: Pick<Search, "repository" | "line" | "notes" | "request">, span: SourcedSpan): Promise<SourcedSpan> {
  const live = liveCommits(line);
  if (live.size === 0) return span;
  const { stdout } = await factsGit(repository, ["rev-list", "--topo-order", "--reverse", "--parents", ...revisions(span), "--"]);
  const rows = stdout.toString("latin1").split("\n").filter(Boolean).map((row) => row.split(" ")).map(([sha = "", ...parentShas]) => ({ sha, parentShas }));
  const open = rows.filter(({ sha }) => !live.has(sha));
  const merges = open.filter(({ parentShas }) => parentShas.length > 1).map(({ sha }) => sha);
  if (merges.length === 0) return span;
  const [touched, own] = await Promise.all([
    beyondNotes(repository, open.filter(({ parentShas }) => parentShas.length < 2), notes),
    mergesOfTheirOwn(repository, merges, notes),
  ]);
  const isOurs = inScope(request.component);
  const isLeft = (sha: string): boolean => own.has(sha) || (request.component === null ? touched.has(sha) : touched.get(sha)?.some(isOurs) === true);
  // Parents come first: what each reaches is known from them.
  const [left, merged, below] = [new Set<string>(), new Set<string>(), new Set(span.from === null ? [] : [span.from])];
  for (const { sha, parentShas } of rows) {
    if (isLeft(sha) || parentShas.some((parent) => left.has(parent))) left.add(sha);
    if (merges.includes(sha) || parentShas.some((parent) => merged.has(parent))) merged.add(sha);
    if (parentShas.some((parent) => below.has(parent))) below.add(sha);
  }
  const firstParents = new Map(rows.map(({ sha, parentShas: [first] }) => [sha, first]));
  for (let commit: string | undefined = span.to; commit !== undefined && firstParents.has(commit); commit = firstParents.get(commit)) {
    if (!left.has(commit) && merged.has(commit) && (span.from === null || below.has(commit))) return { ...span, from: commit };
  }
  return span;
}
