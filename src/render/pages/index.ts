import { compareUrl } from "../../record/links.ts";
import type { ChangeRecord, Forge } from "../../record/schema.ts";
import { count, day, shortSha } from "../quantity.ts";
import type { Templates } from "../templates.ts";
import { cut } from "../visible.ts";

/** What an index shows of a record. */
export interface IndexedRecord {
  id: string;
  shippedAt: string;
  recordedAt: string;
  title: string;
  environment: string;
  component: string | null;
  direction: ChangeRecord["direction"];
  owner: string | null;
  verdict: ChangeRecord["verdict"];
  range: { from: string | null; to: string } | null;
  forge: Forge | null;
}

/** The newest so many stand on the front page, and so many on a year's, which must stay under a forge's limit. */
const onFront = 50;
const onYear = 2000;
const titleLength = 100;

/** @returns what an index needs to know of a record */
export function indexed(record: ChangeRecord): IndexedRecord {
  const { id, shippedAt, recordedAt, title, environment, component, direction, owner, verdict, range, repository } = record;
  return {
    id, shippedAt, recordedAt, title, environment, component, direction, verdict,
    owner: owner?.name ?? null,
    range: range === null ? null : { from: range.from, to: range.to },
    forge: repository,
  };
}

/** The front page's region: the newest records, and the years. @param records newest first */
export function renderIndex(records: readonly IndexedRecord[], templates: Templates): string {
  const years = new Map<string, number>();
  for (const { id } of records) years.set(id.slice(0, 4), (years.get(id.slice(0, 4)) ?? 0) + 1);
  return templates.render("index", {
    ...table(records, onFront, ({ id }) => `${id.slice(0, 4)}/${id}.md`),
    years: [...years].sort(([a], [b]) => (a < b ? 1 : -1)).map(([year, amount]) => ({
      year, path: `${year}/README.md`, records: count(amount, "record"),
    })),
  });
}

/** A year's region. @param records newest first, of that year only */
export function renderYear(records: readonly IndexedRecord[], templates: Templates): string {
  return templates.render("year", table(records, onYear, ({ id }) => `${id}.md`));
}

function table(records: readonly IndexedRecord[], most: number, pathOf: (record: IndexedRecord) => string): object {
  const shown = records.slice(0, most);
  const lines = new Set(records.map(({ environment, component }) => JSON.stringify([environment, component])));
  return {
    records: shown.map((record) => ({
      day: day(record.shippedAt),
      title: cut(record.title, titleLength),
      path: pathOf(record),
      // One line of ships needs no column that says the same in each row.
      line: lines.size < 2 ? null : [record.environment, record.component].filter((part) => part !== null).join(", "),
      owner: record.owner ?? "not known",
      verdict: record.verdict.replaceAll("-", " "),
      range: rangeText(record),
      url: rangeUrl(record),
    })),
    lines: lines.size >= 2,
    none: records.length === 0,
    more: records.length > shown.length ? count(records.length - shown.length, "older record") : null,
  };
}

function rangeText({ range }: IndexedRecord): string {
  if (range === null) return "no commits";
  return `${range.from === null ? "" : shortSha(range.from)}..${shortSha(range.to)}`;
}

function rangeUrl({ range, direction, forge }: IndexedRecord): string | null {
  if (range === null || range.from === null) return null;
  const [from, to] = [range.from.slice(0, 12), range.to.slice(0, 12)];
  return direction === "rollback" ? compareUrl(forge, to, from) : compareUrl(forge, from, to);
}
