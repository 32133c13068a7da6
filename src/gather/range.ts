import { Failure } from "../failure.ts";
import { factsGit, type Repository } from "../git/repository.ts";
import { hasCommit, historyMissing, type Kinship, kinship, resolveCommit, shallowBoundary } from "../git/revisions.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import type { Caveat, ChangeRecord, Range } from "../record/schema.ts";
import { patchIdOf, toTreeOf } from "./history.ts";
import { takeBack } from "./note-commits.ts";
import { beginning, caveatsOf, requireHistory, type SourcedSpan } from "./range-begin.ts";
import { hasRange, lineOf, liveCommits, promotedFrom, type RangedRecord, shipOf } from "./range-line.ts";
import { afterRewrite } from "./range-moved.ts";
import { gone, recordedById, recordedShip, recordedWithoutCommits } from "./range-recorded.ts";
import { movedSpan } from "./range-relink.ts";
import type { FoundRange, RangeRequest, Search, ShipEvent } from "./range-search.ts";

/**
 * Finds which ship is meant: one that is recorded already, or a new one and where its range begins.
 *
 * @param records all records, in any order
 * @param said what a push or a CI run says; flags go before it
 * @throws Failure `no-commits`, `revision-unknown`, `record-unknown`, `range-diverged`, `range-overlaps`,
 *   `history-missing`, `usage`
 */
export async function findRange(
  repository: Repository,
  records: readonly ChangeRecord[],
  request: RangeRequest,
  notes: NotesPaths,
  said: ShipEvent | null = null,
): Promise<FoundRange> {
  if (request.id !== null) return recordedById(repository, records, request, notes);
  const line = lineOf(records, request.environment, request.component?.name ?? null);
  if (request.noRange) return recordedWithoutCommits(records, line, request);
  // A CI run that has checked out something else, another repository say, does not speak of this.
  const event = said?.source === "ci" && said.to !== repository.head ? null : said;
  const asked = request.to ?? event?.to ?? null;
  const [tip, from] = await Promise.all([
    asked === null ? requireHead(repository) : resolveCommit(repository, asked),
    request.from === null ? null : resolveCommit(repository, request.from),
  ]);
  const ships = line.filter(hasRange);
  const live = ships[0] ?? null;
  // A recorded `to` was taken back when it was recorded; no git is needed to know it again.
  if (from === null && live?.range.to === tip) return recordedShip(records, live, "same");
  const [to, kinToTip, kinOfFrom] = await Promise.all([
    takeBack(repository, tip, notes),
    live === null ? null : kinship(repository, live.range.to, tip),
    from === null ? null : kinship(repository, from, tip),
  ]);
  const search: Search = { repository, records, line, ships, live, request, notes, asked, tip, to };
  if (live?.range.to === to.commit && (from === null || (await beginsAlike(search, live, from)))) {
    return recordedShip(records, live, "same");
  }
  if (from !== null && kinOfFrom !== null) return explicitShip(search, from, kinOfFrom);
  if (event !== null && request.to === null) {
    const found = await eventShip(search, event);
    if (found !== null) return found;
  }
  if (live === null || kinToTip === null) {
    return forward(search, await beginning(repository, to, { named: asked, tags: request.tags }));
  }
  return nextShip(search, live, await kinToTaken(search, live, kinToTip));
}

function requireHead({ head }: Repository): string {
  if (head !== null) return head;
  throw new Failure("no-commits", "This branch has no commit yet, so there is no ship to record.", {
    expected: "a commit, or --to REV, or --no-range for a ship without commits",
    retry: true,
  });
}

/** What is live, against `to`: known from the tip unless taking it back passed a merge. */
async function kinToTaken({ repository, tip, to }: Search, live: RangedRecord, kinToTip: Kinship): Promise<Kinship> {
  if (to.commit === tip || (kinToTip === "ancestor" && !to.passedMerge)) return kinToTip;
  return kinship(repository, live.range.to, to.commit);
}

/** The next ship after what is live, without `--from`. */
async function nextShip(search: Search, live: RangedRecord, kin: Kinship): Promise<FoundRange> {
  const { request, to } = search;
  if (kin === "ancestor") {
    const span: SourcedSpan = { from: live.range.to, to: to.commit, source: "previous-record" };
    const same = recordOf(search, span);
    return same === null ? forward(search, span) : recordedShip(search.records, same, "same");
  }
  if (kin === "descendant") {
    if (search.asked !== null) return rollback(search, { from: live.range.to, to: to.commit, source: "previous-record" });
    if (!request.force) throw olderThanLive(live, to.commit);
  }
  // Beyond its end a shallow clone may have all that seems to be gone.
  if (search.repository.shallow && kin !== "descendant") throw historyMissing(`what ${live.id} shipped`);
  const next = await afterRewrite(search, live, kin);
  if (next.kind === "recorded") return recordedAgain(search, live, kin, next.span);
  if (next.kind === "next") return { ...(await forward(search, next.span)), history: next.rewritten ? "rewritten" : "same" };
  const span: SourcedSpan = { from: next.from, to: to.commit, source: "previous-record" };
  return { ...(await rollback(search, span, shipOf(search.line, live.range.to))), history: "rewritten" };
}

/** The ship that is recorded under commits that are no more. */
async function recordedAgain(
  { repository, records, request, notes, to }: Search,
  record: RangedRecord,
  kin: Kinship,
  span: SourcedSpan | null,
): Promise<FoundRange> {
  if (request.relink) {
    const moved = span ?? (await movedSpan(repository, records, record, to.commit, notes));
    return recordedShip(records, record, "rewritten", moved);
  }
  if (kin === "missing") throw gone(record);
  return recordedShip(records, record, "rewritten");
}

/** Whether a `--from` for a recorded `to` says what the record says, commits of notes aside. */
async function beginsAlike({ repository, notes, to, request }: Search, recorded: RangedRecord, from: string): Promise<boolean> {
  const begins = recorded.range.from;
  if (from === begins) return true;
  if (begins !== null) {
    const [one, other] = await Promise.all([takeBack(repository, from, notes), takeBack(repository, begins, notes)]);
    if (one.commit === other.commit) return true;
  }
  if (request.force) return false;
  throw overlaps(recorded, `${to.commit} is recorded already, in ${recorded.id}, with another beginning.`);
}

/** @param kin how `from` stands to the tip */
async function explicitShip(search: Search, from: string, kin: Kinship): Promise<FoundRange> {
  const { repository, request, tip, to, records } = search;
  if (kin === "diverged" || kin === "missing") {
    if (repository.shallow) throw historyMissing(`where \`${request.from ?? from}\` and \`${request.to ?? "HEAD"}\` meet`);
    throw new Failure("range-diverged", `\`${request.from ?? from}\` is neither an ancestor nor a descendant of \`${request.to ?? "HEAD"}\`.`, {
      expected: "a --from on the way to --to; `git merge-base` names the last commit that both have",
      retry: true,
    });
  }
  if (kin === "descendant") return rollback(search, { from, to: to.commit, source: "flag" });
  const below = to.commit === tip || from === to.commit ? kin : await kinship(repository, from, to.commit);
  // A beginning among the commits of notes on top of `to` leaves nothing to ship.
  const span: SourcedSpan = { from: below === "descendant" ? to.commit : from, to: to.commit, source: "flag" };
  const same = recordOf(search, span);
  if (same !== null) return recordedShip(records, same, "same");
  const shipped = request.force ? null : await liveIn(search, span);
  if (shipped !== null) throw overlaps(shipped.by, `${shipped.commit}, in this range, was shipped in ${shipped.by.id}.`);
  return forward(search, span);
}

/** A commit of a span that a ship of the line made live, and no later rollback took away; null where there is none. */
async function liveIn({ repository, line }: Search, span: SourcedSpan): Promise<{ commit: string; by: ChangeRecord } | null> {
  const live = liveCommits(line);
  if (live.size === 0) return null;
  const { stdout } = await factsGit(repository, ["rev-list", span.to, ...(span.from === null ? [] : [`^${span.from}`]), "--"]);
  const commit = stdout.toString("latin1").split("\n").find((each) => live.has(each));
  const by = commit === undefined ? undefined : live.get(commit);
  return commit === undefined || by === undefined ? null : { commit, by };
}

/** The record of just this range, if its commits are live by it; it may be dated before the line's newest. */
function recordOf({ line, ships }: Search, { from, to }: SourcedSpan): RangedRecord | null {
  const same = ships.find(({ direction, range }) => direction !== "rollback" && range.to === to && range.from === from);
  return same !== undefined && liveCommits(line).get(to)?.range?.from === from ? same : null;
}

function overlaps({ id }: ChangeRecord, message: string): Failure {
  return new Failure("range-overlaps", message, {
    expected: `a range of its own; \`--id ${id}\` brings that record up to date, --force records the range all the same`,
    retry: true,
  });
}

function olderThanLive({ id }: ChangeRecord, to: string): Failure {
  return new Failure("range-overlaps", `${to} is older than what is live: ${id} shipped it, or a descendant of it.`, {
    expected: `--to REV for a rollback to it; \`--id ${id}\` brings that record up to date, --force records a new ship all the same`,
    retry: true,
  });
}

/**
 * What the event says, where that is a range here: after a force push the beginning may be on another line, or gone.
 * Where commits of it are live already, the ship begins behind them; a job of an older push that is started again
 * finds its record, or records what it shipped then.
 */
async function eventShip(search: Search, { from, source }: ShipEvent): Promise<FoundRange | null> {
  const { repository, to, live } = search;
  if (from === null) return null;
  if (!(await hasCommit(repository, from))) {
    if (repository.shallow) throw historyMissing(`${from}, where this ${source === "ci" ? "run's" : "push's"} commits begin`);
    return null;
  }
  const span: SourcedSpan = { from, to: to.commit, source };
  const kin = await kinship(repository, from, to.commit);
  if (kin === "same") {
    // Notes are taken back only as far as the history is there.
    if ((await shallowBoundary(repository)).has(to.commit)) throw historyMissing("what the notes of this push are of");
    // Nothing but notes came: they leave nothing to ship, whatever is still to be recorded below them.
    return forward(search, span);
  }
  if (kin === "descendant" && live === null) return rollback(search, span);
  if (kin !== "ancestor") return null;
  if (live === null) return forward(search, span);
  const same = recordOf(search, span);
  if (same !== null) return recordedShip(search.records, same, "same");
  const before = await kinship(repository, live.range.to, from);
  if (before === "ancestor" || before === "same") return forward(search, span);
  const isOlder = (await kinship(repository, to.commit, live.range.to)) === "ancestor";
  return isOlder && (await liveIn(search, span)) === null ? forward(search, span) : null;
}

async function forward({ repository, records, request, line }: Search, span: SourcedSpan): Promise<FoundRange> {
  await requireHistory(repository, span.from, span.to);
  const promotionFrom = promotedFrom(records, {
    environment: request.environment, component: request.component?.name ?? null, to: span.to,
  });
  return {
    status: "new", record: null, span, range: null,
    direction: promotionFrom === null ? "forward" : "promotion",
    remediates: null, promotionFrom, previous: line[0] ?? null,
    caveats: caveatsOf(span), history: "same",
  };
}

async function rollback({ repository, line }: Search, span: SourcedSpan, undone = shipOf(line, span.from ?? "")): Promise<FoundRange> {
  await requireHistory(repository, span.to, span.from ?? span.to);
  return {
    status: "new", record: null, span, range: null, direction: "rollback",
    remediates: undone?.id ?? null,
    promotionFrom: null, previous: line[0] ?? null,
    caveats: [], history: "same",
  };
}

/** A span's range, and what the reader must know about it. `mayFetch` lets a partial clone fetch blobs. */
export async function completeRange(
  repository: Repository,
  { from, to, source }: SourcedSpan,
  notes: NotesPaths,
  mayFetch = false,
): Promise<{ range: Range; caveats: Caveat[] }> {
  const [toTree, { patchId, caveats }] = await Promise.all([
    toTreeOf(repository, to, notes),
    patchIdOf(repository, { from, to }, notes, mayFetch),
  ]);
  return { range: { from, to, toTree, patchId, source }, caveats };
}
