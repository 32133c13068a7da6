import type { Comparison, MeasuredMetric, Measurement, Metric, Tolerance } from "../record/schema.ts";
import type { Proportion } from "./fisher.ts";
import { holm } from "./holm.ts";
import { type RateJudgement, judgeRates, testRates } from "./rates.ts";

/** How differences are judged. */
export interface Judgement {
  /** A p-value has to be below it. */
  alpha: number;
  /** Of a metric that has none of its own. */
  tolerance: Tolerance;
}

/** A rate's tolerance where none is configured, in points: 0.01 is one percent more of all. */
const rateTolerance = 0.01;

const rateMethod = "fisher-exact";

/** Metrics that tell of the machine as much as of what ran on it. */
const machineBound = "duration";

/**
 * The tolerance of a metric in its own unit.
 *
 * @param before the side that a percentage is of
 * @returns null where the percentage of a value that is not there was asked for
 */
export function toleranceOf(metric: MeasuredMetric, before: Measurement | null, judgement: Judgement): number | null {
  const given = metric.tolerance ?? (isRate(metric.measurement) ? { value: rateTolerance, percent: false } : judgement.tolerance);
  if (!given.percent) return given.value;
  if (before === null || before.value === null) return null;
  return finite((given.value / 100) * Math.abs(before.value));
}

/**
 * Compares one metric of two runs of its check, for itself; {@link judgeTogether} comes after it. Rates are tested.
 * Samples are not: what has them on both sides is told apart only where nothing varied at all.
 *
 * @param before null where the metric is new
 * @param after null where it is gone
 */
export function compareMetric(before: MeasuredMetric | null, after: MeasuredMetric | null, judgement: Judgement): Comparison {
  if (before === null || after === null) return comparison(before === null ? "new" : "gone", "presence");
  const out = outOfReach(before, after);
  if (out !== null) return comparison("not-enough-data", "none", { notes: [out] });
  const [one, two] = [before.measurement, after.measurement];
  if (one.details.shape !== undefined && two.details.shape !== undefined) {
    return comparison(one.details.shape === two.details.shape ? "unchanged" : "changed", "shape");
  }
  const tolerance = toleranceOf(after, one, judgement) ?? 0;
  const [was, is] = [proportionOf(one), proportionOf(two)];
  if (was !== null && is !== null) {
    return compareRates(was, is, differencesOf(one, two), { alpha: judgement.alpha, tolerance, better: after.better });
  }
  const differences = differencesOf(one, two);
  if (one.details.failing !== undefined && two.details.failing !== undefined) {
    const newly = newlyFailing(one.details.failing, two.details.failing);
    if (newly > 0) {
      return comparison("regressed", "names", { ...differences, notes: [`${newly} newly ${newly === 1 ? "fails" : "fail"}`] });
    }
  }
  if (one.samples.length > 0 || two.samples.length > 0) return compareSamples(one, two, differences, judgement);
  return comparison(direction(one.value, two.value, tolerance, after.better), "values", differences);
}

/**
 * The metrics that were measured together, their p-values adjusted to one another, and judged by that. Those of
 * `compare` are a run of their own and stay as they are.
 */
export function judgeTogether(metrics: readonly Metric[], { alpha }: Judgement): Metric[] {
  const tested = metrics.filter(({ source, comparison }) => source !== "compare" && comparison !== null && comparison.pValue !== null);
  const adjusted = holm(tested.map(({ comparison }) => comparison?.pValue ?? 1));
  return metrics.map((metric) => {
    const pAdjusted = adjusted[tested.indexOf(metric)];
    const [one, two] = [proportionOf(metric.before), proportionOf(metric.after)];
    if (pAdjusted === undefined || !metric.comparison?.interval || one === null || two === null) return metric;
    const test = { pAdjusted, interval: metric.comparison.interval, together: tested.length };
    const judged = judgeRates(one, two, test, { alpha, tolerance: metric.tolerance ?? 0, better: metric.better });
    return { ...metric, comparison: { ...metric.comparison, pAdjusted, ...judged } };
  });
}

/** How many names fail after and did not before. */
export function newlyFailing(before: readonly string[], after: readonly string[]): number {
  const known = new Set(before);
  return after.filter((name) => !known.has(name)).length;
}

/** Why no comparison of the two can give an answer, whatever they say; null where one can. */
function outOfReach(before: MeasuredMetric, after: MeasuredMetric): string | null {
  const [one, two] = [before.measurement, after.measurement];
  if (one.checkDigest !== null && two.checkDigest !== null && one.checkDigest !== two.checkDigest) {
    return "the check was changed in between";
  }
  if (before.unit !== after.unit) return `the unit was ${before.unit || "none"} and is ${after.unit || "none"}`;
  if (
    after.metric === machineBound && one.machine !== null && two.machine !== null &&
    one.machine.fingerprint !== two.machine.fingerprint
  ) {
    return "measured on two machines";
  }
  if (isRate(one) !== isRate(two)) return "a rate on one side only";
  if (isRate(one) && (one.count === 0 || two.count === 0)) return "a rate of nothing";
  if (isImpossible(one) || isImpossible(two)) return "more events than they are of";
  if (one.value === null && one.details.shape === undefined) return "no value before";
  if (two.value === null && two.details.shape === undefined) return "no value after";
  return null;
}

function compareRates(one: Proportion, two: Proportion, differences: Pick<Comparison, "change" | "shift">, judgement: RateJudgement): Comparison {
  const test = testRates(one, two, judgement);
  if (test === null) {
    const notes = [`counts of ${one.count} before, ${two.count} after: too few for any answer`];
    return comparison("not-enough-data", rateMethod, { ...differences, notes });
  }
  const alone = { ...test, pAdjusted: test.pValue, together: 1 };
  return comparison("unclear", rateMethod, {
    ...differences, interval: test.interval, pValue: test.pValue, pAdjusted: test.pValue, ...judgeRates(one, two, alone, judgement),
  });
}

function compareSamples(
  one: Measurement,
  two: Measurement,
  differences: Pick<Comparison, "change" | "shift">,
  { alpha }: Judgement,
): Comparison {
  const [n, m] = [Math.max(1, one.samples.length), Math.max(1, two.samples.length)];
  const counts = `${n} ${n === 1 ? "sample" : "samples"} before, ${m} after`;
  if (smallestPValue(n, m) >= alpha) {
    return comparison("not-enough-data", "medians", { ...differences, notes: [`${counts}: too few for any answer`] });
  }
  if (isConstant([...one.samples, ...two.samples])) return comparison("unchanged", "medians", differences);
  return comparison("unclear", "medians", { ...differences, notes: [`${counts}; medians only: no significance test`] });
}

/** The smallest p-value that an exact two-sided rank test of `n` against `m` samples can give. */
export function smallestPValue(n: number, m: number): number {
  let ways = 1;
  for (let step = 1; step <= Math.min(n, m); step += 1) {
    ways *= (Math.max(n, m) + step) / step;
    if (ways > 1e12) break;
  }
  return Math.min(1, 2 / ways);
}

function direction(before: number | null, after: number | null, tolerance: number, better: MeasuredMetric["better"]): Comparison["verdict"] {
  if (before === null || after === null) return "not-enough-data";
  const shift = after - before;
  // What is lost in the subtraction of two decimal numbers is no difference.
  const slack = 8 * Number.EPSILON * Math.max(Math.abs(before), Math.abs(after));
  if (Math.abs(shift) <= tolerance + slack) return "unchanged";
  if (better === "none") return "changed";
  return shift < 0 === (better === "lower") ? "improved" : "regressed";
}

function differencesOf({ value: before }: Measurement, { value: after }: Measurement): Pick<Comparison, "change" | "shift"> {
  if (before === null || after === null) return { change: null, shift: null };
  const shift = after - before;
  return { change: before === 0 ? null : finite(shift / Math.abs(before)), shift: finite(shift) };
}

function isImpossible({ events, count }: Measurement): boolean {
  return events !== null && events > (count ?? 0);
}

function isRate({ events }: Measurement): boolean {
  return events !== null;
}

function proportionOf(measurement: Measurement | null): Proportion | null {
  if (measurement === null) return null;
  const { events, count } = measurement;
  return events === null || count === null ? null : { events, count };
}

function isConstant(samples: readonly number[]): boolean {
  return samples.every((sample) => sample === samples[0]);
}

function finite(value: number): number | null {
  if (!Number.isFinite(value)) return null;
  return value === 0 ? 0 : value;
}

function comparison(verdict: Comparison["verdict"], method: string, known: Partial<Comparison> = {}): Comparison {
  return { verdict, change: null, shift: null, interval: null, pValue: null, pAdjusted: null, method, notes: [], ...known };
}
