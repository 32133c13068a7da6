import { Failure } from "../failure.ts";
import { factsGit } from "../git/repository.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { caveatsOf, requireHistory, type SourcedSpan } from "./range-begin.ts";
import { liveCommits, promotedFrom, type RangedRecord, shipOf } from "./range-line.ts";
import { behindMerged } from "./range-merges.ts";
import type { FoundRange, Search } from "./range-search.ts";

/** A commit of a span that a ship of the line made live, and no later rollback took away; null where there is none. */
export async function liveIn({ repository, line }: Pick<Search, "repository" | "line">, span: SourcedSpan): Promise<{ commit: string; by: ChangeRecord } | null> {
  const live = liveCommits(line);
  if (live.size === 0) return null;
  const { stdout } = await factsGit(repository, ["rev-list", span.to, ...(span.from === null ? [] : [`^${span.from}`]), "--"]);
  const commit = stdout.toString("latin1").split("\n").find((each) => live.has(each));
  const by = commit === undefined ? undefined : live.get(commit);
  return commit === undefined || by === undefined ? null : { commit, by };
}

/** Says that commits are in another record already. */
export function overlaps(message: string, expected: string): Failure {
  return new Failure("range-overlaps", message, { expected, retry: true });
}

/** The record of just this range, if its commits are live by it; it may be dated before the line's newest. */
export function recordOf({ line, ships }: Search, { from, to }: SourcedSpan): RangedRecord | null {
  const same = ships.find(({ direction, range }) => direction !== "rollback" && range.to === to && range.from === from);
  return same !== undefined && liveCommits(line).get(to)?.range?.from === from ? same : null;
}

/**
 * A ship that goes on from what is live, without what merges brought that the line has recorded.
 *
 * @throws Failure `history-missing` where its commits are not all there
 */
export async function forward(search: Search, whole: SourcedSpan): Promise<FoundRange> {
  const { repository, records, request, line } = search;
  await requireHistory(repository, whole.from, whole.to);
  const span = request.force ? whole : await behindMerged(search, whole);
  const promotionFrom = promotedFrom(records, {
    environment: request.environment, component: request.component?.name ?? null, to: span.to,
  });
  return {
    status: "new", record: null, span, range: null,
    direction: promotionFrom === null ? "forward" : "promotion",
    remediates: null, promotionFrom, previous: line[0] ?? null,
    caveats: caveatsOf(span, line.length > 0), history: "same",
  };
}

/**
 * A ship that takes what is live back.
 *
 * @param undone the ship that it undoes
 * @throws Failure `history-missing` where the commits taken away are not all there
 */
export async function rollback({ repository, line }: Search, span: SourcedSpan, undone = shipOf(line, span.from ?? "")): Promise<FoundRange> {
  await requireHistory(repository, span.to, span.from ?? span.to);
  return {
    status: "new", record: null, span, range: null, direction: "rollback",
    remediates: undone?.id ?? null,
    promotionFrom: null, previous: line[0] ?? null,
    caveats: [], history: "same",
  };
}
