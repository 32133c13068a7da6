import { measuredAnswers } from "../../record/answers.ts";
import type { Measurement, Metric } from "../../record/schema.ts";
import { count, difference, listed, percentChange, quantity, whole } from "../quantity.ts";

/** More names than this are counted, not listed. */
const mostNames = 5;

/**
 * Before and after for a terminal: what a reader asks first, in a sentence each, then the table. Plain text that
 * still holds what strangers wrote; whoever prints it makes that harmless.
 */
export function comparisonText(metrics: readonly Metric[]): string {
  if (metrics.length === 0) return "Nothing was measured.";
  return [...answers(metrics), "", ...table(metrics)].join("\n");
}

function answers(metrics: readonly Metric[]): string[] {
  const { ran, slower, failing, changed } = measuredAnswers(metrics);
  return [
    // Nothing tells yet whether the service is up: that a command ran does not.
    ran === null ? "Is it up? Not measured." : `Did the checks run? ${ranAnswer(ran)}`,
    `Is it slower? ${slowerAnswer(slower)}`,
    `Are tests failing? ${failingAnswer(failing)}`,
    `Did anything change? ${changedAnswer(changed)}`,
  ];
}

type Answers = ReturnType<typeof measuredAnswers>;

function ranAnswer({ failed, of, before }: NonNullable<Answers["ran"]>): string {
  const runs = count(of, "run");
  if (failed === 0) return `Yes: none of ${runs} failed.`;
  const known = before.length === 0 ? "" : `; before as well: ${few(before.map((metric) => `${metric.check} (${valueOf(metric.before, metric.unit)})`))}`;
  return failed === of ? `No: each of ${runs} failed${known}.` : `Not always: ${whole(failed)} of ${runs} failed${known}.`;
}

function slowerAnswer(times: Answers["slower"]): string {
  if (times === null) return "Not measured on both sides.";
  const { slower, faster, unclear, same } = times;
  if (slower.length > 0) return `Yes: ${named(slower)}.`;
  if (faster.length > 0) return `No, faster: ${named(faster)}.`;
  if (unclear.length > 0) return `Nobody can tell yet: ${unclear[0]?.comparison?.notes[0] ?? "too little was measured"}.`;
  return same.length > 0 ? "No." : "Nothing that could be compared.";
}

function failingAnswer(tests: Answers["failing"]): string {
  if (tests === null) return "Not measured.";
  if (tests.failing === 0) return "No.";
  const many = `${tests.failing} ${tests.failing === 1 ? "fails" : "fail"}`;
  return tests.newly.length === 0 ? `Yes: ${many}, none newly.` : `Yes: ${many}, newly ${few(tests.newly)}.`;
}

function changedAnswer(changed: Answers["changed"]): string {
  if (changed === null) return "Nothing was measured on both sides.";
  if (changed.metrics.length > 0) return `Yes: ${named(changed.metrics)}.`;
  if (changed.rates.length > 0) return `Perhaps: ${few(changed.rates.map(rateOf))}; that could be noise.`;
  return changed.unclear ? "Nothing that could be told from noise." : "No.";
}

function named(metrics: readonly Metric[]): string {
  return few(metrics.map(({ check, metric, comparison }) => `${check} ${metric} ${said(comparison?.verdict ?? "")}`));
}

function rateOf({ check, metric, unit, before, after }: Metric): string {
  return `${check} ${metric} from ${valueOf(before, unit)} to ${valueOf(after, unit)}`;
}

function few(names: readonly string[]): string {
  return names.length <= mostNames ? listed(names) : `${names.slice(0, mostNames).join(", ")} and ${names.length - mostNames} more`;
}

function table(metrics: readonly Metric[]): string[] {
  const rows = [
    ["Metric", "Before", "After", "Change", "Verdict"],
    ...metrics.map((metric) => {
      const { check, stratum, unit, before, after, comparison } = metric;
      const notes = comparison === null || comparison.notes.length === 0 ? "" : ` (${comparison.notes.join("; ")})`;
      return [
        `${check} ${metric.metric}${stratum === null ? "" : ` (${stratum})`}`,
        valueOf(before, unit),
        valueOf(after, unit),
        changeOf(metric),
        comparison === null ? `not measured ${before === null ? "before" : "after"}` : `${said(comparison.verdict)}${notes}`,
      ];
    }),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, column) => {
      const width = widths[column];
      return width === undefined ? cell : column === 0 ? cell.padEnd(width) : cell.padStart(width);
    }).join("  ").trimEnd());
}

function valueOf(measurement: Measurement | null, unit: string): string {
  if (measurement === null) return "-";
  const { value, samples, events, count: all, carried } = measurement;
  const shown = events !== null ? `${events} of ${all ?? 0}` : value === null ? "none" : quantity(value, unit);
  return `${shown}${samples.length > 1 ? ` (${samples.length})` : ""}${carried ? ", carried" : ""}`;
}

function changeOf({ comparison, unit, before, after }: Metric): string {
  if (comparison === null || comparison.shift === null || comparison.shift === 0) return "";
  const plain = before?.samples.length === 0 && after?.samples.length === 0 && before.events === null;
  if (unit === "" && plain && Number.isInteger(comparison.shift)) return difference(comparison.shift, unit);
  if (before !== null && before.events !== null) return difference(comparison.shift, unit);
  return comparison.change === null ? difference(comparison.shift, unit) : percentChange(comparison.change);
}

function said(verdict: string): string {
  return verdict.replaceAll("-", " ");
}
