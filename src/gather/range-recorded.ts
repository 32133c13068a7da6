import { Failure } from "../failure.ts";
import type { Repository } from "../git/repository.ts";
import { hasCommit, historyMissing, type Kinship, resolveCommit } from "../git/revisions.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { takeBack } from "./note-commits.ts";
import { caveatsOf, type SourcedSpan } from "./range-begin.ts";
import { hasRange, type RangedRecord, recordBefore } from "./range-line.ts";
import { relinkedSpan } from "./range-relink.ts";
import type { FoundRange, RangeRequest, Search } from "./range-search.ts";

/** Caveats that come with a range, and so stand as long as it does. */
const rangeCaveats = new Set(["only-newest-commit", "since-fork", "patch-id-left-out"]);

/** A ship that is recorded: all that was found once stays, but for commits that got new ids (`relinked`). */
export function recordedShip(
  records: readonly ChangeRecord[],
  record: ChangeRecord,
  history: FoundRange["history"],
  relinked: SourcedSpan | null = null,
): FoundRange {
  const { range } = record;
  // What a partial clone could not compute is tried again.
  const whole = range !== null && range.patchId === null && record.notes.some(({ code }) => code === "blobs-missing") ? null : range;
  const previous = recordBefore(records, record);
  return {
    status: "recorded",
    record,
    span: relinked ?? (range === null ? null : { from: range.from, to: range.to, source: range.source }),
    range: relinked === null ? whole : null,
    direction: record.direction,
    remediates: record.remediates,
    promotionFrom: records.find(({ id }) => id === record.promotion?.from) ?? null,
    previous,
    caveats: relinked === null ? record.notes.filter(({ code }) => rangeCaveats.has(code)) : caveatsOf(relinked, previous !== null),
    history,
  };
}

/** The ship that is recorded under commits that are no more. */
export async function recordedAgain(
  { repository, records, request, notes, to }: Search,
  record: RangedRecord,
  kin: Kinship,
  span: SourcedSpan | null,
): Promise<FoundRange> {
  if (request.relink) {
    const moved = span ?? (await relinkedSpan({ repository, records, record, request, notes, tip: to.commit }));
    return recordedShip(records, record, "rewritten", moved);
  }
  if (kin === "missing") throw gone(record);
  return recordedShip(records, record, "rewritten");
}

/** A ship without commits: the same line, title and UTC day is the same ship. */
export function recordedWithoutCommits(
  records: readonly ChangeRecord[],
  line: readonly ChangeRecord[],
  { title, from, to, day }: RangeRequest,
): FoundRange {
  if (from !== null || to !== null) throw usage("--no-range goes with neither --from nor --to.", "a ship with commits, or one without");
  if (title === null) throw usage("--no-range needs --title: without commits nothing else says what the ship was.", "--no-range --title 'WHAT'");
  const same = line.find((record) => record.range === null && record.title === title && utcDay(record.shippedAt) === day);
  if (same !== undefined) return recordedShip(records, same, "same");
  return {
    status: "new", record: null, span: null, range: null, direction: "forward", remediates: null, promotionFrom: null,
    previous: line[0] ?? null, caveats: [], history: "same",
  };
}

function utcDay(instant: string): string {
  return new Date(instant).toISOString().slice(0, 10);
}

/**
 * The record that `--id` names, with its range as it stands; with `--relink`, under the ids that its commits
 * have now.
 *
 * @throws Failure `record-unknown`, `usage`, `history-missing`, `revision-unknown`
 */
export async function recordedById(
  repository: Repository,
  records: readonly ChangeRecord[],
  request: RangeRequest,
  notes: NotesPaths,
): Promise<FoundRange> {
  const record = records.find(({ id }) => id === request.id);
  if (record === undefined) {
    throw new Failure("record-unknown", `There is no record ${request.id}.`, {
      expected: "the id of a record; `shipnote list` names them",
      retry: true,
    });
  }
  if (!hasRange(record)) return recordedShip(records, record, "same");
  if (request.relink) return relink(repository, records, record, request, notes);
  const [from, to] = await Promise.all([
    request.from === null ? record.range.from : resolveCommit(repository, request.from),
    request.to === null ? record.range.to : resolveCommit(repository, request.to).then(async (tip) => (await takeBack(repository, tip, notes)).commit),
  ]);
  if (from !== record.range.from || to !== record.range.to) {
    throw usage(`The range of ${record.id} stays: --from and --to do not go with --id.`, "--id alone; where history was rewritten, --relink --to REV says what its commits are now");
  }
  if (!(await hasCommit(repository, to))) {
    throw repository.shallow ? historyMissing(`what ${record.id} shipped`) : gone(record);
  }
  return recordedShip(records, record, "same");
}

async function relink(
  repository: Repository,
  records: readonly ChangeRecord[],
  record: RangedRecord,
  request: RangeRequest,
  notes: NotesPaths,
): Promise<FoundRange> {
  const named = request.to === null ? repository.head : await resolveCommit(repository, request.to);
  if (named === null) throw gone(record);
  const tip = await takeBack(repository, named, notes);
  const moved = await relinkedSpan({ repository, records, record, request, notes, tip: tip.commit });
  if (moved === null && request.from !== null) throw usage(`The commits of ${record.id} are still below ${tip.commit}: nothing was rewritten, and its range stays.`, "--relink without --from");
  return recordedShip(records, record, moved === null ? "same" : "rewritten", moved);
}

/** Says that a record's commits are in the repository no more. */
export function gone({ id }: ChangeRecord): Failure {
  return new Failure("history-missing", `The commits of ${id} are no longer in this repository: its history was rewritten.`, {
    expected: `the commits, or leave to write down what they have become: \`shipnote record --id ${id} --relink\``,
    retry: true,
  });
}

function usage(message: string, expected: string): Failure {
  return new Failure("usage", message, { expected, retry: true });
}
