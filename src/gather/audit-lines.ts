import type { ChangeRecord, Commit, Range } from "../record/schema.ts";
import { mask } from "../record/masked.ts";
import type { History } from "./audit-history.ts";
import type { Tip } from "./audit-tips.ts";
import type { Span } from "./scope.ts";

/** What of a record its line is made of: little enough to have ten thousand of them in memory. */
export type RecordedShip = Pick<ChangeRecord, "id" | "environment" | "component" | "direction" | "shippedAt" | "recordedAt" | "range"> & {
  commits: readonly string[];
  /** What the commit at its end says. */
  last: Pick<Commit, "date" | "subject"> | null;
  /** Some of the paths that it changes. */
  paths: readonly string[];
};

export type RangedShip = RecordedShip & { range: Range };

export function isRanged<T extends RecordedShip>(ship: T): ship is T & RangedShip {
  return ship.range !== null;
}

/** More would hardly tell a ship from others. */
const mostPaths = 8;

/** A record as a ship of its line; null where it is damaged: it was looked at by hand, and is told of elsewhere. */
export function recordedShip({ id, environment, component, direction, shippedAt, recordedAt, range, commits, files }: ChangeRecord): RecordedShip | null {
  if (range !== null && !(isObject(range) && isId(range.to) && (range.from === null || isId(range.from)))) return null;
  if (!commits.every((commit) => isObject(commit) && isId(commit.sha))) return null;
  const last = commits.find(({ sha }) => sha === range?.to) ?? commits[0];
  return {
    id, environment, component, direction, shippedAt, recordedAt, range,
    commits: commits.map(({ sha }) => sha),
    last: last === undefined ? null : { date: last.date, subject: last.subject },
    paths: files.slice(0, mostPaths).flatMap((file) => (isObject(file) && typeof file.path === "string" && !file.path.includes(mask) ? [file.path] : [])),
  };
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function isId(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(value);
}

/** The ships of one environment and one component, as far as their commits go. */
export interface Line {
  environment: string;
  component: string | null;
  first: RecordedShip;
  /** The commits of its first record, and the last of them. */
  start: ReadonlySet<string>;
  end: string;
  /** The record that a commit is in, under the id that it has now. */
  recordOf: ReadonlyMap<string, string>;
}

/** @param spans where ships that were found under other commits begin and end now */
export function linesOf(records: readonly RecordedShip[], spans: ReadonlyMap<string, Span>, history: History): Line[] {
  const ranged = records.filter(({ range }) => range !== null);
  const commitsNow = new Map(ranged.map((record) => [record, [...record.commits, ...(record.range === null ? [] : [record.range.to]), ...movedCommits(spans.get(record.id), history)]]));
  const keys = [...new Set(ranged.map(({ environment, component }) => JSON.stringify([environment, component])))];
  return keys.flatMap((key) => {
    const own = ranged.filter(({ environment, component }) => JSON.stringify([environment, component]) === key).sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
    const [first] = own;
    if (first === undefined) return [];
    // What a record of the whole repository holds needs none of a component's own.
    const covering = ranged.filter(({ environment, component }) => environment === first.environment && (component === first.component || component === null));
    const recordOf = new Map(covering.flatMap((record) => (commitsNow.get(record) ?? []).map((commit) => [commit, record.id] as const)));
    const end = spans.get(first.id)?.to ?? first.range?.to ?? "";
    return [{ environment: first.environment, component: first.component, first, start: new Set(commitsNow.get(first)), end, recordOf }];
  });
}

/** A beginning that is not below the end any more bounds nothing: then the end alone is sure. */
function movedCommits(span: Span | undefined, history: History): string[] {
  if (span === undefined) return [];
  const isBelow = span.from === null || (history.has(span.from) && history.between(span.to, span.from).size === 0);
  return isBelow ? [...history.between(span.from, span.to)] : [span.to];
}

function orderOf({ shippedAt, recordedAt, id }: RecordedShip): string {
  return `${shippedAt} ${recordedAt} ${id}`;
}

/** A commit on the way down from a tip. */
export interface Step {
  commit: string;
  /** The record that it is in. */
  record: string | null;
  /** What a merge in no record brings; empty for all others. */
  brings: readonly string[];
}

/**
 * The first-parent way from a tip down to the line's first record, or to the merge that brought it; null where it is not
 * below: then the line's ships are elsewhere.
 *
 * @param brings the commits that a merge has beside its first parent's
 */
export function wayDown(
  line: Line,
  { commit: tip }: Tip,
  { history, isBefore, brings }: { history: History; isBefore: (commit: string) => boolean; brings: (merge: string) => readonly string[] },
): Step[] | null {
  const way: string[] = [];
  let commit: string | undefined = tip;
  for (; commit !== undefined && history.has(commit) && !line.start.has(commit) && !isBefore(commit); [commit] = history.parents(commit)) way.push(commit);
  const isAtStart = commit !== undefined && line.start.has(commit);
  const isAtBound = commit !== undefined && history.has(commit);
  const brought = isAtStart ? way.length : placeReaching(way, line.end, history) + 1;
  if (brought === 0 && !isAtBound) return null;
  return way.slice(0, brought === 0 ? way.length : brought).map((each) => {
    const record = line.recordOf.get(each) ?? null;
    return { commit: each, record, brings: record === null && history.parents(each).length > 1 ? brings(each) : [] };
  });
}

/** The last place of a way down from which a commit is reached; -1 where none reaches it. */
function placeReaching(way: readonly string[], commit: string, history: History): number {
  if (!history.has(commit)) return -1;
  let [low, high] = [0, way.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (history.between(way[middle] ?? null, commit).size === 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
