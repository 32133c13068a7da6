import type { Repository } from "../git/repository.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import type { Caveat, ChangeRecord, Range } from "../record/schema.ts";
import type { TakenBack } from "./note-commits.ts";
import type { SourcedSpan } from "./range-begin.ts";
import type { RangedRecord } from "./range-line.ts";
import type { ComponentScope } from "./scope.ts";

/** What was asked for. */
export interface RangeRequest {
  from: string | null;
  to: string | null;
  noRange: boolean;
  /** The title that was given, as it would be recorded; the ship's name where it has no commits. */
  title: string | null;
  force: boolean;
  /** Whether a record whose commits moved gets their new ids. */
  relink: boolean;
  /** The record to bring up to date, whatever its age. */
  id: string | null;
  environment: string;
  component: ComponentScope | null;
  /** The globs of which tags of ships match one; empty for all tags. */
  tags: readonly string[];
  /** The day of a ship without commits, in UTC, `YYYY-MM-DD`: that of `--at`, else today. */
  day: string;
}

/** What a push or a CI run says that it ships: ids, `from` maybe abbreviated. A `from` that is unknown or gone is null. */
export interface ShipEvent {
  from: string | null;
  to: string;
  source: "push" | "ci";
  /** The head of a pull request: where `to` merges it, the ship begins at what that was merged onto, not at `from`. */
  merged?: string;
}

/** The ship that is meant, and what stands before it. */
export interface FoundRange {
  status: "new" | "recorded";
  /** The record that this ship has already. */
  record: ChangeRecord | null;
  /** The ship's commits; in a rollback `to` is the older end, and those taken away are `to..from`. Null without commits. */
  span: SourcedSpan | null;
  /** The range, where it is known whole: as recorded. Null with a span: {@link completeRange} computes it. */
  range: Range | null;
  direction: ChangeRecord["direction"];
  /** The id of the ship that a rollback undoes; for forward ships see revertedShip in range-line. */
  remediates: string | null;
  /** The ship of another environment that had the same `to`. */
  promotionFrom: ChangeRecord | null;
  /** The line's record before this one. */
  previous: ChangeRecord | null;
  caveats: Caveat[];
  /** `rewritten`: the recorded commits (of this ship; of a new one's previous ship) were found under other ids. */
  history: "same" | "rewritten";
}

/** What the steps of one search share. */
export interface Search {
  repository: Repository;
  records: readonly ChangeRecord[];
  line: readonly ChangeRecord[];
  /** The line's ships with commits. */
  ships: readonly RangedRecord[];
  /** The newest of them: what is live. */
  live: RangedRecord | null;
  request: RangeRequest;
  notes: NotesPaths;
  /** The revision that was named for `to`; null for HEAD. */
  asked: string | null;
  tip: string;
  to: TakenBack;
}
