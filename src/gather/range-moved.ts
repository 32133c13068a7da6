import { ancestorsAmong, historyMissing, type Kinship, kinship } from "../git/revisions.ts";
import { findByTree, patchIdOf, toTreeOf } from "./history.ts";
import { beginning, forkBelow, mayBeBeyond, type SourcedSpan } from "./range-begin.ts";
import type { RangedRecord } from "./range-line.ts";
import type { Search } from "./range-search.ts";

/** What a ship is whose line's newest record is no ancestor of it. */
export type AfterRewrite =
  /** It is the newest record's, under other commits; the span is known where its patch told. */
  | { kind: "recorded"; span: SourcedSpan | null }
  /** What is live has become `from`, and the ship goes back behind it. */
  | { kind: "rollback"; from: string }
  /** It is a new one; `rewritten`: it begins where an earlier ship's commits were found under other ids. */
  | { kind: "next"; span: SourcedSpan; rewritten: boolean };

/** How many of a line's records are looked for: the newest that is found begins the range. */
const mostLost = 64;

/**
 * Decides what a ship is once history has moved: the records whose `to` is no ancestor any more are looked
 * for by their trees among the first-parent ancestors, the newest then by its patch.
 *
 * @throws Failure `history-missing` where a shallow clone cannot tell whether they are ancestors
 */
export async function afterRewrite(search: Search, live: RangedRecord, kin: Kinship): Promise<AfterRewrite> {
  const { repository, ships, notes, request, asked, to } = search;
  const ancestors = await ancestorsAmong(repository, ships.map(({ range }) => range.to), to.commit);
  const standing = ships.find(({ range }) => ancestors.has(range.to) && range.to !== to.commit) ?? null;
  const newer = standing === null ? ships : ships.slice(0, ships.indexOf(standing));
  // Where `to` is an ancestor of what is live, nothing moved.
  const lost = kin === "descendant" ? [] : newer.filter(({ range }) => !ancestors.has(range.to)).slice(0, mostLost);
  for (const { id, range } of lost) {
    if (await mayBeBeyond(repository, range.to, to.commit)) throw historyMissing(`what ${id} shipped`);
  }
  const found = await findByTree(
    repository, to.commit, lost.map(({ range }) => range), notes, new Set(standing === null ? [] : [standing.range.to]),
  );
  if (lost[0] === live && found[0] === to.commit) return { kind: "recorded", span: null };
  const wasLive = found[0] === null && asked !== null ? await liveAbove(search, live) : null;
  if (wasLive !== null) return { kind: "rollback", from: wasLive };
  const before = found.find((commit) => commit !== null && commit !== to.commit) ?? null;
  const from = before ?? standing?.range.to ?? null;
  const span: SourcedSpan = from === null
    ? await beginning(repository, to, { named: asked, tags: request.tags })
    : { from, to: to.commit, source: "previous-record" };
  if (lost[0] === live && found[0] === null && (await isSamePatch(search, live, span))) {
    return { kind: "recorded", span: { ...span, source: live.range.source } };
  }
  // What is live tells more than a guess does: what both have has shipped.
  const both = from === null && (span.source === "first" || span.forked === true) ? await forkBelow(repository, live.range.to, to.commit) : null;
  if (both !== null) return { kind: "next", span: { from: both, to: to.commit, source: "previous-record" }, rewritten: false };
  return { kind: "next", span, rewritten: before !== null };
}

/** Where what was live stands now, if that is between an older `to` and HEAD. */
async function liveAbove({ repository, notes, to }: Search, live: RangedRecord): Promise<string | null> {
  const { head } = repository;
  if (head === null || (await kinship(repository, to.commit, head)) !== "ancestor") return null;
  const [found = null] = await findByTree(repository, head, [live.range], notes, new Set([to.commit]));
  return found;
}

/**
 * Whether a ship whose range is known is what is live, under other commits: by its tree, else by its patch, whose span
 * is then known.
 *
 * @returns null where it is another ship
 * @throws Failure `history-missing` where it seems to be, and a shallow clone cannot tell whether what is live is an ancestor
 */
export async function isLiveAgain(search: Search, live: RangedRecord, span: SourcedSpan): Promise<{ span: SourcedSpan | null } | null> {
  const { repository, notes } = search;
  if (live.direction === "rollback") return null;
  const sameTree = (await toTreeOf(repository, span.to, notes)) === live.range.toTree;
  if (!sameTree && !(await isSamePatch(search, live, span))) return null;
  if (await mayBeBeyond(repository, live.range.to, span.to)) throw historyMissing(`what ${live.id} shipped`);
  return { span: sameTree ? null : { ...span, source: live.range.source } };
}

/** The same patch after a rollback is a ship of its own, so a rollback's patch tells nothing. */
async function isSamePatch({ repository, notes }: Search, live: RangedRecord, span: SourcedSpan): Promise<boolean> {
  if (live.range.patchId === null || live.direction === "rollback") return false;
  return (await patchIdOf(repository, span, notes)).patchId === live.range.patchId;
}
