import type { MeasuredMetric, Measurement, Metric } from "../record/schema.ts";
import { compareMetric, type Judgement, judgeTogether, toleranceOf } from "../statistics/comparison.ts";

/**
 * The metrics of two records of one ship: of each check the before that was measured for this ship, and the later after,
 * each whole as one run yielded it. Where that puts sides together that stood in two records, they are compared.
 */
export function joinMetrics(first: readonly Metric[], second: readonly Metric[], judgement: Judgement): Metric[] {
  const compared = [first, second].map((metrics) => metrics.filter(({ source }) => source === "compare"));
  const apart = [first, second].map((metrics) => metrics.filter(({ source }) => source !== "compare"));
  const checks = [...new Set(apart.flat().map(({ check }) => check))].sort();
  const joined = checks.flatMap((check) => joinCheck(apart.map((metrics) => metrics.filter((metric) => metric.check === check)), judgement));
  // What stands was judged when it was written, by what was configured then.
  const stood = new Set(first);
  const judged = joined.every((metric) => stood.has(metric)) ? joined : judgeTogether(joined, judgement);
  return [...joinCompared(compared[0] ?? [], compared[1] ?? []), ...judged];
}

/** Checks that only one of them measured side by side are added whole. */
function joinCompared(first: readonly Metric[], second: readonly Metric[]): Metric[] {
  const known = new Set(first.map(({ check }) => check));
  return [...first, ...second.filter(({ check }) => !known.has(check))];
}

function joinCheck([first = [], second = []]: readonly Metric[][], judgement: Judgement): Metric[] {
  if (first.length === 0 || second.length === 0) return first.length === 0 ? second : first;
  const before = [first, second].find((metrics) => metrics.some((metric) => metric.before !== null && !metric.before.carried)) ??
    [first, second].find((metrics) => metrics.some((metric) => metric.before !== null)) ?? first;
  const after = takenAt(second) > takenAt(first) ? second : first;
  if (before === after) return before;
  const keys = [...new Set([...after, ...before].map(keyOf))];
  const measuredBefore = before.some((metric) => metric.before !== null);
  const measuredAfter = after.some((metric) => metric.after !== null);
  return keys.flatMap((key): Metric[] => {
    const [one, two] = [before, after].map((metrics) => metrics.find((metric) => keyOf(metric) === key));
    const [was, is] = [sideOf(one, one?.before), sideOf(two, two?.after)];
    const [shape, known] = [two ?? one, is ?? was];
    if (shape === undefined || known === null) return [];
    return [{
      ...shape,
      tolerance: toleranceOf(known, was?.measurement ?? null, judgement),
      before: was?.measurement ?? null,
      after: is?.measurement ?? null,
      comparison: measuredBefore && measuredAfter ? compareMetric(was, is, judgement) : null,
    }];
  });
}

function sideOf(of: Metric | undefined, measurement: Measurement | null | undefined): MeasuredMetric | null {
  if (of === undefined || !measurement) return null;
  const { check, metric, stratum, unit, better, tolerance } = of;
  return { check, metric, stratum, unit, better, tolerance: tolerance === null ? null : { value: tolerance, percent: false }, measurement };
}

/** When the after was measured; what has none was measured before anything. */
function takenAt(metrics: readonly Metric[]): number {
  const at = metrics.flatMap(({ after }) => (after === null ? [] : [after.takenAt === null ? 0 : Date.parse(after.takenAt)]));
  return at.length === 0 ? -1 : Math.max(...at);
}

function keyOf({ metric, stratum }: Metric): string {
  return JSON.stringify([metric, stratum]);
}
