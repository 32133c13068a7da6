import { areFindings, namesApart } from "../../record/failing.ts";
import type { ChangeRecord, Comparison, Measurement, Metric } from "../../record/schema.ts";
import { overruledMetrics, toldVerdict } from "../../record/verdict.ts";
import { count, day, difference, interval, percentChange, shortSha, time, whole } from "../quantity.ts";
import { brief } from "../visible.ts";
import type { ExpectationView } from "./expected.ts";
import { plotNames } from "../plot-name.ts";
import { plotAlt } from "../plot-words.ts";
import { metricWords, shapeWord, valueOf, whyNotMeasured } from "./metric-words.ts";
import { errorsOf, mixesOf, nested, shapesOf } from "./remarks.ts";

const shownMetrics = 100;
const shownTests = 20;
const shownReports = 10;
const shownPlots = 12;
const shownShapes = 5;
/** A longer note, and one that several rows have, stands below the table, in characters. */
const shortNote = 40;

/** What `metrics.hbs` is given. */
export function metricsView(record: ChangeRecord, expectations: readonly ExpectationView[]) {
  const { metrics } = record;
  const overruled = overruledMetrics(metrics);
  const each = metrics.filter((metric) => !overruled.has(metric));
  const counted = [...each.filter(({ source }) => source === "compare"), ...each.filter(({ source }) => source !== "compare")];
  return {
    none: metrics.length === 0 ? whyNotMeasured(metrics) : null,
    notCompared: metrics.length > 0 && record.verdict === "not-measured" ? whyNotMeasured(metrics) : null,
    ...tableOf(counted),
    overruled: overruled.size === 0 ? null : { count: count(overruled.size, "metric"), ...tableOf([...overruled]) },
    expectations,
    errors: errorsOf(counted).slice(0, shownReports),
    mixes: mixesOf(counted).slice(0, shownReports),
    ...shapes(counted),
    tests: counted.flatMap(testsOf).slice(0, shownReports),
    plots: plotsOf(record, counted, [...overruled]),
    compared: metrics.some(({ source }) => source === "compare"),
    taken: takenAt(record),
    watch: watchOf(record),
  };
}

/** A table with the columns that something stands in, and what is to be said below it. */
function tableOf(metrics: readonly Metric[]) {
  const { rows, remarks } = withRemarks(metrics.slice(0, shownMetrics).map((metric) => metricRow(metric)));
  return {
    hasInterval: rows.some((row) => row.interval !== null),
    hasChange: rows.some((row) => row.change !== null),
    metrics: rows,
    remarks,
    more: metrics.length > shownMetrics ? count(metrics.length - shownMetrics, "more metric") : null,
  };
}

function metricRow(metric: Metric) {
  const { check, unit, before, after, comparison, source } = metric;
  const verdict = toldVerdict(metric);
  return {
    check: brief(check, 80),
    words: brief(metricWords(metric), 120),
    before: shapeWord(before, after) ?? sideOf(before, unit, comparison),
    after: shapeWord(after, before) ?? sideOf(after, unit, comparison),
    change: comparison === null ? null : changeOf(comparison, unit, before),
    interval: comparison?.interval ? interval(comparison.interval, unit) : null,
    verdict: verdict === null ? "not compared" : verdict.replaceAll("-", " "),
    strong: verdict === "improved" || verdict === "regressed",
    notes: comparison === null || comparison.notes.length === 0 ? null : brief(comparison.notes.join("; "), 300),
    sideBySide: source === "compare",
  };
}

/** Notes that have no room in a row get a letter, and stand below the table once each. */
function withRemarks(rows: readonly ReturnType<typeof metricRow>[]) {
  const times = new Map<string | null, number>();
  for (const { notes } of rows) times.set(notes, (times.get(notes) ?? 0) + 1);
  const marks = new Map<string, string>();
  const markOf = (notes: string | null): string | null => {
    if (notes === null || (times.get(notes) === 1 && notes.length <= shortNote)) return null;
    const mark = marks.get(notes) ?? letters(marks.size);
    marks.set(notes, mark);
    return mark;
  };
  const marked = rows.map((row) => {
    const mark = markOf(row.notes);
    return { ...row, notes: mark === null ? row.notes : null, mark };
  });
  return { rows: marked, remarks: [...marks].map(([note, mark]) => ({ mark, note })) };
}

/** `a` to `z`, then `aa`, `ab`. */
function letters(place: number): string {
  return `${place < 26 ? "" : letters(Math.floor(place / 26) - 1)}${"abcdefghijklmnopqrstuvwxyz"[place % 26] ?? ""}`;
}

/** `412 ms (26)`: the value, and of how many samples it is the median. */
function sideOf(measurement: Measurement | null, unit: string, comparison: Comparison | null): string {
  const value = valueOf(measurement, unit);
  if (measurement === null) return comparison === null ? "not measured" : "";
  const samples = measurement.samples.length > 1 ? ` (${whole(measurement.samples.length)})` : "";
  return value === null ? "no value" : `${value}${samples}${measurement.carried ? ", carried over" : ""}`;
}

/** Relative where the values are medians, in the unit where they are plain numbers; a rate's is its interval. */
function changeOf({ change, shift }: Comparison, unit: string, before: Measurement | null): string | null {
  if (before !== null && before.events !== null) return null;
  const sampled = before !== null && before.samples.length > 1;
  if (change !== null && (sampled || shift === null)) return percentChange(change);
  return shift === null ? null : difference(shift, unit);
}

/** Plans that are not what they were: in a line where they are short, else as blocks. */
function shapes(metrics: readonly Metric[]) {
  const all = shapesOf(metrics).slice(0, shownShapes);
  return {
    shapes: all.filter(({ isShort }) => isShort).map(({ check, words, whole: { before, after } }) => ({ check, words, before, after })),
    longShapes: all.filter(({ isShort }) => !isShort).map(({ check, words, whole: { before, after } }) => ({ check, words, before: nested(before), after: nested(after) })),
  };
}

/** The pictures, in the order of the table: what is shown at once, and what is behind a line that opens, last of all what does not count. */
function plotsOf({ id, metrics }: ChangeRecord, counted: readonly Metric[], overruled: readonly Metric[]) {
  const names = new Map(plotNames(metrics).map((name, place) => [metrics[place], name]));
  const all = [...counted, ...overruled].flatMap((metric) => {
    const name = names.get(metric) ?? null;
    return name === null ? [] : [{ metric, alt: brief(plotAlt(metric), 300), path: `${id}/${name}` }];
  });
  const isUnchanged = ({ metric: { comparison } }: (typeof all)[number]): boolean => comparison?.verdict === "unchanged";
  const open = all.filter(({ metric }) => isWorthASight(metric) && !overruled.includes(metric)).slice(0, shownPlots);
  const folded = all.filter((plot) => !open.includes(plot));
  const shownOf = (plots: typeof all) => plots.map(({ alt, path }) => ({ alt, path }));
  return {
    open: shownOf(open),
    folded: folded.length === 0 ? null : {
      count: count(folded.length, open.length === 0 ? "plot" : "more plot"),
      unchanged: folded.every(isUnchanged),
      plots: shownOf(folded.slice(0, shownMetrics)),
    },
  };
}

/** What is measured along with something else, and of interest once it is not what it was. */
const incidental = new Set(["user-time", "system-time", "peak-memory", "body-size"]);

function isWorthASight(metric: Metric): boolean {
  const verdict = toldVerdict(metric);
  if (incidental.has(metric.metric)) return verdict === "improved" || verdict === "regressed" || verdict === "changed";
  return verdict !== "unchanged" && verdict !== "not-enough-data";
}

/** Tests that fail now and did not, and the other way round; likewise what linters find. */
function testsOf(metric: Metric) {
  const { newly = [], noLonger = [] } = namesApart(metric.before, metric.after) ?? {};
  const groups = [{ failing: true, names: newly }, { failing: false, names: noLonger }];
  return groups.filter(({ names }) => names.length > 0).map(({ failing, names }) => ({
    check: brief(metric.check, 80),
    failing,
    found: areFindings(metric) ? metric.metric : null,
    names: names.slice(0, shownTests).map((name, at) => ({ name: brief(name, 160), comma: at > 0 })),
    more: names.length > shownTests ? whole(names.length - shownTests) : null,
  }));
}

/** When, at which commit and on how many machines the two sides were measured. */
function takenAt(record: ChangeRecord) {
  const apart = record.metrics.filter(({ source, before, after }) => source !== "compare" && (before !== null || after !== null));
  const befores = apart.flatMap((metric) => metric.before ?? []);
  const before = sideTaken(befores.filter(({ carried }) => !carried), record.shippedAt);
  const carried = sideTaken(befores.filter((measurement) => measurement.carried), record.shippedAt);
  const after = sideTaken(apart.flatMap((metric) => metric.after ?? []), record.shippedAt);
  if (before === null && carried === null && after === null) return null;
  const machines = new Set(apart.flatMap((metric) => [metric.before, metric.after]).flatMap((side) => side?.machine?.fingerprint ?? []));
  return {
    before,
    carried,
    after,
    apart: (before !== null || carried !== null) && after !== null,
    machines: machines.size > 1 ? count(machines.size, "machine") : null,
  };
}

function sideTaken(measurements: readonly Measurement[], shippedAt: string) {
  const times = measurements.flatMap(({ takenAt: at }) => at ?? []).sort();
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return null;
  const commits = new Set(measurements.flatMap(({ commit }) => commit ?? []));
  const [commit] = commits;
  return {
    when: `${timeOn(first, shippedAt)}${time(last) === time(first) && day(last) === day(first) ? "" : ` to ${timeOn(last, first)}`} UTC`,
    commit: commits.size === 1 && commit !== undefined ? shortSha(commit) : null,
  };
}

function timeOn(instant: string, reference: string): string {
  return day(instant) === day(reference) ? time(instant) : `${day(instant)} ${time(instant)}`;
}

function watchOf({ watch }: ChangeRecord) {
  if (watch === null) return null;
  return {
    from: time(watch.startedAt),
    to: time(watch.endedAt),
    logs: watch.logs.slice(0, shownReports).map(({ source, lines, errors, patterns }) => ({
      source: brief(source, 160),
      lines: count(lines, "line"),
      errors: errors === 0 ? "no errors" : count(errors, "error"),
      patterns: patterns.slice(0, shownTests).map(({ pattern, count: times, new: unseen }, at) => ({
        pattern: brief(pattern, 160), times: count(times, "time"), unseen, comma: at > 0,
      })),
    })),
  };
}
