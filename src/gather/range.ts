import { Failure } from "../failure.ts";
import type { Repository } from "../git/repository.ts";
import { historyMissing, type Kinship, kinship, resolveCommit } from "../git/revisions.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import type { Caveat, ChangeRecord, Range } from "../record/schema.ts";
import { patchIdOf, toTreeOf } from "./history.ts";
import { takeBack } from "./note-commits.ts";
import { beginning, type SourcedSpan } from "./range-begin.ts";
import { eventShip, speaksOfHead } from "./range-event.ts";
import { hasRange, lineOf, liveCommits, type RangedRecord, shipOf } from "./range-line.ts";
import { afterRewrite } from "./range-moved.ts";
import { forward, liveIn, overlaps, recordOf, rollback } from "./range-new.ts";
import { recordedAgain, recordedById, recordedShip, recordedWithoutCommits } from "./range-recorded.ts";
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
  const event = said === null || (await speaksOfHead(repository, said, notes)) ? said : null;
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
  const next = await afterRewrite(search, live, kin);
  if (next.kind === "recorded") return recordedAgain(search, live, kin, next.span);
  if (next.kind === "next") {
    // Another branch may have shipped since to the same environment.
    const shipped = kin === "descendant" ? undefined : liveCommits(search.line).get(to.commit);
    if (shipped?.range?.to === to.commit) return recordedShip(search.records, shipped, "same");
    return { ...(await forward(search, next.span)), history: next.rewritten ? "rewritten" : "same" };
  }
  const span: SourcedSpan = { from: next.from, to: to.commit, source: "previous-record" };
  return { ...(await rollback(search, span, shipOf(search.line, live.range.to))), history: "rewritten" };
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
  throw overlapping(recorded, `${to.commit} is recorded already, in ${recorded.id}, with another beginning.`);
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
  if (shipped !== null) throw overlapping(shipped.by, `${shipped.commit}, in this range, was shipped in ${shipped.by.id}.`);
  return forward(search, span);
}

function overlapping({ id }: ChangeRecord, message: string): Failure {
  return overlaps(message, `a range of its own; \`--id ${id}\` brings that record up to date, --force records the range all the same`);
}

function olderThanLive({ id }: ChangeRecord, to: string): Failure {
  return overlaps(
    `${to} is older than what is live: ${id} shipped it, or a descendant of it.`,
    `--to REV for a rollback to it; \`--id ${id}\` brings that record up to date, --force records a new ship all the same`,
  );
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
