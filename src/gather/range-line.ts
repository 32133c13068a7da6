import type { ChangeRecord, Commit, Range } from "../record/schema.ts";

/** A record of a ship that had commits. */
export type RangedRecord = ChangeRecord & { range: Range };

/** The ships of one environment and one component, newest first: by `shippedAt`, then `recordedAt`. */
export function lineOf(records: readonly ChangeRecord[], environment: string, component: string | null): ChangeRecord[] {
  return records
    .filter((record) => record.environment === environment && record.component === component)
    .map((record) => ({ record, shipped: Date.parse(record.shippedAt), recorded: Date.parse(record.recordedAt) }))
    .sort((a, b) => b.shipped - a.shipped || b.recorded - a.recorded)
    .map(({ record }) => record);
}

/** Whether a record has a range: ships without commits have none. */
export function hasRange(record: ChangeRecord): record is RangedRecord {
  return record.range !== null;
}

/** The record before another one on its line; null for the first. */
export function recordBefore(records: readonly ChangeRecord[], record: ChangeRecord): ChangeRecord | null {
  const line = lineOf(records, record.environment, record.component);
  return line[line.findIndex(({ id }) => id === record.id) + 1] ?? null;
}

/**
 * Which ship each commit is live by: shipped, and taken away by no later rollback.
 *
 * @param line newest first
 */
export function liveCommits(line: readonly ChangeRecord[]): Map<string, ChangeRecord> {
  const live = new Map<string, ChangeRecord>();
  for (const record of line.toReversed()) {
    for (const { sha } of record.commits) {
      if (record.direction === "rollback") live.delete(sha);
      else live.set(sha, record);
    }
  }
  return live;
}

/** The ship that brought a commit live: what a rollback from there undoes. */
export function shipOf(line: readonly ChangeRecord[], to: string): ChangeRecord | null {
  return line.find((record) => record.direction !== "rollback" && record.range?.to === to) ?? null;
}

/** The newest ship of another environment, of the same component, that had the same `to`. */
export function promotedFrom(
  records: readonly ChangeRecord[],
  ship: { environment: string; component: string | null; to: string },
): ChangeRecord | null {
  const same = records.filter(
    (record) =>
      record.environment !== ship.environment && record.component === ship.component &&
      record.direction !== "rollback" && record.range?.to === ship.to,
  );
  return same.sort((a, b) => Date.parse(b.shippedAt) - Date.parse(a.shippedAt))[0] ?? null;
}

/**
 * The earlier ship that a forward ship undoes, as far as its commits say so: the record of the line of whose
 * commits most are reverted; of several, the newest. Reverts of the ship's own commits do not count.
 *
 * @param line newest first, without the ship itself
 * @returns the record's id; null where nothing is reverted
 */
export function revertedShip(line: readonly ChangeRecord[], commits: readonly Pick<Commit, "sha" | "reverts">[]): string | null {
  const own = new Set(commits.map(({ sha }) => sha));
  const reverted = new Set(commits.flatMap(({ reverts }) => (reverts === null || own.has(reverts) ? [] : [reverts])));
  let most: { id: string; count: number } | null = null;
  for (const { id, direction, commits: shipped } of line) {
    if (direction === "rollback") continue;
    const count = shipped.filter(({ sha }) => reverted.has(sha)).length;
    if (count > (most?.count ?? 0)) most = { id, count };
  }
  return most?.id ?? null;
}
