import type { Repository } from "../git/repository.ts";
import { commitAt, hasCommit, historyMissing, kinship, parentsOf, shallowBoundary } from "../git/revisions.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import { takeBack } from "./note-commits.ts";
import { forkPoint } from "./pushed.ts";
import { mayBeBeyond, mayMeetLater, type SourcedSpan } from "./range-begin.ts";
import type { RangedRecord } from "./range-line.ts";
import { isLiveAgain } from "./range-moved.ts";
import { forward, liveIn, recordOf, rollback } from "./range-new.ts";
import { recordedAgain, recordedShip } from "./range-recorded.ts";
import type { FoundRange, Search, ShipEvent } from "./range-search.ts";

/**
 * Whether an event is about the repository at hand: a CI run that has checked out something else, another repository
 * say, does not speak of this. One that records several lines has committed records on top of what it has checked out.
 */
export async function speaksOfHead(repository: Repository, { source, to }: ShipEvent, notes: NotesPaths): Promise<boolean> {
  const { head } = repository;
  if (source === "push" || to === head) return true;
  if (head === null || !(await hasCommit(repository, to))) return false;
  const [here, there] = await Promise.all([takeBack(repository, head, notes), takeBack(repository, to, notes)]);
  return here.commit === there.commit;
}

/**
 * What the event says, where that is a range here: after a force push the beginning may be gone, or on another line;
 * then, where no record says more, the ship begins where the two part.
 *
 * @returns null where the range begins as it does without an event
 * @throws Failure `history-missing` where a shallow clone cannot tell
 */
export async function eventShip(search: Search, event: ShipEvent): Promise<FoundRange | null> {
  const { repository, tip, to, live } = search;
  const told = await beginningOf(repository, event);
  if (told === null) return null;
  const from = await commitAt(repository, told);
  if (from === null) {
    if (repository.shallow) throw historyMissing(`${told}, where this ${event.source === "ci" ? "run's" : "push's"} commits begin`);
    return null;
  }
  const span = { from, to: to.commit, source: event.source } satisfies SourcedSpan;
  const kin = await kinship(repository, from, to.commit);
  // Nothing but notes came: they leave nothing to ship, whatever is still to be recorded below them.
  if (kin === "same" || (kin === "descendant" && (await kinship(repository, from, tip)) === "ancestor")) {
    // Notes are taken back only as far as the history is there.
    if ((await shallowBoundary(repository)).has(to.commit)) throw historyMissing("what the notes of this push are of");
    return forward(search, { ...span, from: to.commit });
  }
  if (kin === "descendant" && live === null) return rollback(search, span);
  if (kin === "diverged") {
    if (await (live === null ? mayMeetLater : mayBeBeyond)(repository, from, to.commit)) throw historyMissing(`where ${from} and ${to.commit} meet`);
    // What is live may have been forced away with it, and be here under other commits: its record tells more.
    const both = live === null ? await forkPoint(repository, from, to.commit) : null;
    return both === null ? null : forward(search, { ...span, from: both });
  }
  if (kin !== "ancestor") return null;
  return live === null ? forward(search, span) : besideLive(search, live, span);
}

/** A merge that was made to try a pull request says itself what it was merged onto; an event may be older than that. */
async function beginningOf(repository: Repository, { from, to, merged }: ShipEvent): Promise<string | null> {
  if (merged === undefined) return from;
  const [onto, head] = await parentsOf(repository, to);
  return head === merged ? (onto ?? null) : from;
}

/**
 * What an event brought, against what is live. Where that lies between the event's ends, the ship begins behind it (null).
 * A job of an older push that is started again finds its record, or records what it shipped then. What is live may
 * also have come from another branch that ships: then all that came here is the ship, unless it is the same ship under
 * other commits.
 */
async function besideLive(search: Search, live: RangedRecord, span: SourcedSpan & { from: string }): Promise<FoundRange | null> {
  const { repository, records, to } = search;
  const same = recordOf(search, span);
  if (same !== null) return recordedShip(records, same, "same");
  const below = await kinship(repository, live.range.to, span.from);
  if (below === "ancestor" || below === "same") return forward(search, span);
  const kin = await kinship(repository, live.range.to, to.commit);
  // A branch that ships by itself was merged.
  if (kin === "ancestor") return below === "diverged" ? forward(search, span) : null;
  if ((await liveIn(search, span)) !== null) return null;
  const again = kin === "descendant" ? null : await isLiveAgain(search, live, span);
  return again === null ? forward(search, span) : recordedAgain(search, live, kin, again.span);
}
