import { Failure } from "../failure.ts";
import { isDay } from "../record/day.ts";
import type { ChangeRecord, Outcome } from "../record/schema.ts";

/** What records are looked for by; null: whatever it is. Days are UTC, `YYYY-MM-DD`. */
export interface Query {
  environment: string | null;
  component: string | null;
  since: string | null;
  until: string | null;
  owner: string | null;
  verdict: string | null;
  hazard: string | null;
  outcome: string | null;
  /** Part of the title, a subject or a path, whatever its case. */
  grep: string | null;
  limit: number | null;
}

/** What `list` shows of a record. */
export interface ListedRecord {
  id: string;
  shippedAt: string;
  title: string;
  environment: string;
  component: string | null;
  direction: ChangeRecord["direction"];
  owner: string | null;
  verdict: ChangeRecord["verdict"];
  range: { from: string | null; to: string } | null;
  outcome: Outcome["outcome"] | null;
  /** The id of a later ship that undoes this one, as its record says; null where none does. */
  undoneBy: string | null;
}

/** Whether a record fits a query, its outcome aside. */
export function fits(record: ChangeRecord, query: Query): boolean {
  const day = record.shippedAt.slice(0, 10);
  return (
    (query.environment === null || record.environment === query.environment) &&
    (query.component === null || record.component === query.component) &&
    (query.since === null || day >= query.since) &&
    (query.until === null || day <= query.until) &&
    (query.owner === null || record.owner?.name === query.owner) &&
    (query.verdict === null || record.verdict === query.verdict) &&
    (query.hazard === null || record.rollback.hazards.some(({ kind }) => kind === query.hazard)) &&
    (query.grep === null || holds(record, query.grep.toLowerCase()))
  );
}

/** The row of a record; its outcome, and who undid it, are told later. */
export function listed(record: ChangeRecord): ListedRecord {
  return {
    id: record.id,
    shippedAt: record.shippedAt,
    title: record.title,
    environment: record.environment,
    component: record.component,
    direction: record.direction,
    owner: record.owner?.name ?? null,
    verdict: record.verdict,
    range: record.range === null ? null : { from: record.range.from, to: record.range.to },
    outcome: null,
    undoneBy: null,
  };
}

/** @throws Failure `value-invalid` for a day that is none or a limit that is no whole number */
export function checkedQuery(query: Omit<Query, "limit"> & { limit: string | null }): Query {
  for (const [flag, day] of [["--since", query.since], ["--until", query.until]] as const) {
    if (day !== null && !isDay(day)) {
      throw new Failure("value-invalid", `${flag} ${day} is no day.`, { expected: "a UTC day such as 2026-11-24", retry: true });
    }
  }
  if (query.limit !== null && !/^[1-9]\d{0,8}$/.test(query.limit)) {
    throw new Failure("value-invalid", `--limit ${query.limit} is no count.`, { expected: "a whole number from 1", retry: true });
  }
  return { ...query, limit: query.limit === null ? null : Number(query.limit) };
}

function holds(record: ChangeRecord, text: string): boolean {
  return (
    record.title.toLowerCase().includes(text) ||
    record.commits.some(({ subject }) => subject.toLowerCase().includes(text)) ||
    record.files.some(({ path }) => path.toLowerCase().includes(text))
  );
}
