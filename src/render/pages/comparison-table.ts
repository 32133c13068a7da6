import type { Measurement, Metric } from "../../record/schema.ts";
import { toldVerdict } from "../../record/verdict.ts";
import { difference, interval, percentChange, whole } from "../quantity.ts";
import { metricName, shapeWord, valueOf } from "../views/metric-words.ts";
import { errorsOf, mixesOf, shapesOf } from "../views/remarks.ts";
import { brief, cut } from "../visible.ts";

/** Columns of a bar. */
const barWidth = 8;
const between = "  ";

interface Row {
  name: string;
  /** Right-aligned, but for the bars and the last. */
  cells: Record<"before" | "beforeBar" | "after" | "afterBar" | "change" | "interval" | "verdict", string>;
}
type Column = keyof Row["cells"];

const heading: Row = {
  name: "Metric",
  cells: { before: "Before", beforeBar: "", after: "After", afterBar: "", change: "Change", interval: "95 % interval", verdict: "Verdict" },
};

/** Wide enough for which, the first of these is shown, each on one line, else with the name on a line of its own. */
const layouts: readonly (readonly Column[])[] = [
  ["before", "beforeBar", "after", "afterBar", "change", "interval", "verdict"],
  ["before", "beforeBar", "after", "afterBar", "change", "verdict"],
  ["before", "after", "change", "verdict"],
];

/** The table of all metrics, and below it what is to be said of single ones. No line is wider than the terminal that could be cut. */
export function tableLines(metrics: readonly Metric[], width: number): string[] {
  const rows = metrics.map(rowOf);
  const notes = notesOf(metrics);
  return [...laidOut([heading, ...rows], width), ...(notes.length === 0 ? [] : ["", ...notes.flatMap((note) => wrapped(note, width))])];
}

function laidOut(rows: readonly Row[], width: number): string[] {
  const used = (columns: readonly Column[]): Column[] => columns.filter((column) => rows.slice(1).some((row) => row.cells[column] !== ""));
  const sizeOf = (column: Column): number => Math.max(...rows.map((row) => row.cells[column].length));
  const sumOf = (columns: readonly Column[]): number => columns.reduce((all, column) => all + between.length + sizeOf(column), 0);
  const names = Math.max(...rows.map(({ name }) => name.length));
  const oneLine = layouts.map(used).find((columns) => names + sumOf(columns) <= width);
  if (oneLine !== undefined) return rows.map((row) => `${row.name.padEnd(names)}${cellsOf(row, oneLine, sizeOf)}`.trimEnd());
  const twoLines = layouts.map(used).find((columns) => sumOf(columns) <= width) ?? used(layouts.at(-1) ?? []);
  return rows.flatMap((row) => [cut(row.name, width), cellsOf(row, twoLines, sizeOf).trimEnd()]);
}

function cellsOf({ cells }: Row, columns: readonly Column[], sizeOf: (column: Column) => number): string {
  return columns.map((column) => {
    const isLeft = column === "verdict" || column === "beforeBar" || column === "afterBar";
    return `${between}${isLeft ? cells[column].padEnd(sizeOf(column)) : cells[column].padStart(sizeOf(column))}`;
  }).join("");
}

function rowOf(metric: Metric): Row {
  const { unit, before, after, comparison } = metric;
  const [one, two] = [numberOf(before), numberOf(after)];
  const largest = Math.max(one ?? 0, two ?? 0);
  const verdict = toldVerdict(metric);
  return {
    name: metricName(metric),
    cells: {
      before: shapeWord(before, after) ?? sideOf(before, unit),
      beforeBar: bar(one, largest),
      after: shapeWord(after, before) ?? sideOf(after, unit),
      afterBar: bar(two, largest),
      change: changeOf(metric),
      interval: comparison?.interval ? interval(comparison.interval, brief(unit, 20)) : "",
      verdict: verdict === null ? `not measured ${before === null ? "before" : "after"}` : verdict.replaceAll("-", " "),
    },
  };
}

/** A bar of blocks, to an eighth of a column: full for the larger of two sides. Nothing for what is below zero. */
function bar(value: number | null, largest: number): string {
  if (value === null || value <= 0 || !Number.isFinite(largest)) return "";
  const eighths = Math.max(1, Math.round((value / largest) * barWidth * 8));
  return `${"\u2588".repeat(Math.floor(eighths / 8))}${["", "\u258F", "\u258E", "\u258D", "\u258C", "\u258B", "\u258A", "\u2589"][eighths % 8] ?? ""}`;
}

function numberOf(side: Measurement | null): number | null {
  if (side === null) return null;
  if (side.events !== null && side.count !== null) return side.count === 0 ? null : side.events / side.count;
  return side.value;
}

function sideOf(side: Measurement | null, unit: string): string {
  if (side === null) return "-";
  const value = valueOf(side, brief(unit, 20)) ?? "none";
  return `${value}${side.samples.length > 1 ? ` (${whole(side.samples.length)})` : ""}${side.carried ? ", carried" : ""}`;
}

function changeOf({ comparison, unit, before, after }: Metric): string {
  if (comparison === null || comparison.shift === null || comparison.shift === 0) return "";
  const isPlain = before?.samples.length === 0 && after?.samples.length === 0 && before.events === null;
  if (unit === "" && isPlain && Number.isInteger(comparison.shift)) return difference(comparison.shift, unit);
  if (before !== null && before.events !== null) return difference(comparison.shift, unit);
  return comparison.change === null ? difference(comparison.shift, brief(unit, 20)) : percentChange(comparison.change);
}

/** What a row has no room for: the notes of comparisons, why samples failed, the mix of strata, plans that changed. */
function notesOf(metrics: readonly Metric[]): string[] {
  const named = new Map<string, string[]>();
  for (const metric of metrics) {
    for (const note of metric.comparison?.notes ?? []) {
      const shown = brief(note, 300);
      named.set(shown, [...(named.get(shown) ?? []), metricName(metric)]);
    }
  }
  const notes = [...named].map(([note, names]) => `${namedFew([...new Set(names)])}: ${note}`);
  const errors = errorsOf(metrics).map(({ check, side, reasons, more }) => `${check}, ${side}: ${reasons.map(({ times, reason }) => `${times} \u00D7 ${reason}`).join(", ")}${more === null ? "" : ` and ${more} more`}`);
  const mixes = mixesOf(metrics).map(({ check, sentence }) => `${check}: ${sentence}`);
  const shapes = shapesOf(metrics).flatMap(({ check, words, whole: both }) =>
    (["before", "after"] as const).map((side) => `${check} ${words}, ${side}: ${brief(both[side], 400)}`));
  return [...notes, ...errors, ...mixes, ...shapes];
}

function namedFew(names: readonly string[]): string {
  return names.length <= 3 ? names.join(", ") : `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`;
}

/** A note in lines, all but the first indented; a word that is longer than a line stays whole. */
function wrapped(note: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of note.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(last === undefined ? word : `${between}${word}`);
  }
  return lines;
}
