import type { Config } from "../config.ts";
import { Failure } from "../failure.ts";
import type { Repository } from "../git/repository.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import type { History } from "./audit-history.ts";
import type { MovedSpan } from "./audit-moved.ts";
import type { RangedRecord } from "./range-line.ts";

/** What the facts of records are gathered again with. */
export interface AuditSources {
  repository: Repository;
  history: History;
  config: Config;
  notes: NotesPaths;
  /** Whether a record was written by the rules of today, so that what they make of a text can be compared. */
  isOfToday: (record: RangedRecord) => boolean;
  /** Where commits that are gone stand now, as far as they were found. */
  moved: ReadonlyMap<string, string>;
  /** Where ships whose commits are gone begin and end now, by record. */
  spans: ReadonlyMap<string, MovedSpan>;
  /** Records whose commits are gone, where a partial clone lacks the contents that tell where they are. */
  unsure: ReadonlySet<string>;
  /** Commits that a rollback took away: that they are gone is as it should be. */
  takenAway: ReadonlySet<string>;
}

/** A record with what its ends are in this repository. */
export interface Placed {
  record: RangedRecord;
  /** The commits of the span that are there, the moved ones in place of those that are gone; undefined where there are none. */
  from: string | null | undefined;
  to: string | undefined;
  /** Whether both ends are those that were recorded. */
  original: boolean;
  /** Whether a patch alone tells where it is now: then it stands on other files than it did. */
  onOtherFiles: boolean;
  unknownEnds: ("from" | "to")[];
}

/**
 * Finds the ends of a record's ship.
 *
 * @throws Failure `history-missing` where a partial clone cannot tell where they are now
 */
export function placeRecord(record: RangedRecord, { history, moved, spans, takenAway, unsure }: AuditSources): Placed {
  if (unsure.has(record.id)) throw contentsMissing(record.id);
  const { from, to } = record.range;
  const span = history.has(to) ? undefined : spans.get(record.id);
  if (span !== undefined) return { record, from: span.from, to: span.to, original: false, onOtherFiles: !span.byTree, unknownEnds: [] };
  const now = (commit: string): string | undefined => (history.has(commit) ? commit : moved.get(commit));
  const [fromNow, toNow] = [from === null ? null : now(from), now(to)];
  const unknownEnds: Placed["unknownEnds"] = [];
  if (from !== null && fromNow === undefined && !takenAway.has(from)) unknownEnds.push("from");
  if (toNow === undefined && !takenAway.has(to)) unknownEnds.push("to");
  return { record, from: fromNow, to: toNow, original: fromNow === from && toNow === to, onOtherFiles: false, unknownEnds };
}

function contentsMissing(id: string): Failure {
  return new Failure("history-missing", `The commits of ${id} are gone, and this clone is partial: it lacks the contents that tell what they have become.`, {
    expected: "a clone with all contents; `git fetch --refetch --no-filter` fetches them",
    retry: true,
  });
}
