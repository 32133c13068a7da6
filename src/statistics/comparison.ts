import { areFindings, namesApart } from "../record/failing.ts";
import type { Comparison, MeasuredMetric, Measurement, Metric, Tolerance } from "../record/schema.ts";
import type { Proportion } from "./fisher.ts";
import { holm } from "./holm.ts";
import { countNote, judgeRates, smallestRateP, testRates } from "./rates.ts";
import { fewNote } from "./sample-notes.ts";
import { amountsOf, compareSamples, judgeSamples } from "./sample-verdict.ts";
import { type Design, roundsFor, smallestSamplesP } from "./samples.ts";
import { differencesOf, directionOfValues, finite, incomparable, isRate, proportionOf } from "./sides.ts";
import type { Bounds, Evidence, SampleBounds } from "./verdict.ts";

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
 * Compares one metric of two runs of its check, for itself; {@link judgeTogether} comes after it. Rates and samples
 * are tested, plain values and names held against the tolerance.
 *
 * @param before null where the metric is new
 * @param after null where it is gone
 * @param design `paired`: round by round, as `compare` measures; `apart`: one side after the other
 */
export function compareMetric(before: MeasuredMetric | null, after: MeasuredMetric | null, judgement: Judgement, design: Design = "apart"): Comparison {
  if (before === null || after === null) return presence(before, after);
  const why = incomparable(before, after);
  if (why !== null) return comparison("not-enough-data", "none", { notes: [why] });
  const [one, two] = [before.measurement, after.measurement];
  if (one.details.shape !== undefined && two.details.shape !== undefined) {
    return comparison(one.details.shape === two.details.shape ? "unchanged" : "changed", "shape");
  }
  const bounds = { alpha: judgement.alpha, tolerance: toleranceOf(after, one, judgement) ?? 0, better: after.better, unit: after.unit };
  const [was, is] = [proportionOf(one), proportionOf(two)];
  const differences = differencesOf(one, two);
  if (was !== null && is !== null) return compareRates(was, is, differences, bounds);
  const newly = namesApart(one, two)?.newly.length ?? 0;
  if (newly > 0) {
    const what = areFindings(after) ? "found" : newly === 1 ? "fails" : "fail";
    return comparison("regressed", "names", { ...differences, notes: [`${newly} newly ${what}`] });
  }
  if (one.samples.length > 0 || two.samples.length > 0) {
    return { change: differences.change, ...compareSamples(one, two, design, bounds) };
  }
  return comparison(directionOfValues(one.value, two.value, bounds), "values", differences);
}

/** A stratum that one side has no sample of tells how the mix was, not that something came or went. */
function presence(before: MeasuredMetric | null, after: MeasuredMetric | null): Comparison {
  const stratum = (before ?? after)?.stratum ?? null;
  if (stratum !== null) return comparison("not-enough-data", "none", { notes: [`no ${stratum} among the answers ${before === null ? "before" : "after"}`] });
  return comparison(before === null ? "new" : "gone", "presence");
}

/** The metrics that were measured together, their p-values adjusted to one another, and judged by that. */
export function judgeTogether(metrics: readonly Metric[], { alpha }: Judgement): Metric[] {
  const tested = metrics.flatMap((metric) => {
    const { comparison, before, after } = metric;
    if (!comparison?.interval || comparison.pValue === null || before === null || after === null) return [];
    const design: Design = metric.source === "compare" ? "paired" : "apart";
    return [{ metric, comparison, interval: comparison.interval, pValue: comparison.pValue, before, after, design }];
  });
  const adjusted = holm(tested.map(({ pValue }) => pValue));
  // What the p-values would be if each metric had changed as clearly as so many samples can show.
  const best = holm(tested.map(({ before, after, design }) => smallestP(before, after, design)));
  const judged = new Map(tested.map(({ metric, comparison, interval, before, after, design }, place) => {
    const pAdjusted = adjusted[place] ?? 1;
    const bounds = { alpha, tolerance: metric.tolerance ?? 0, better: metric.better, unit: metric.unit };
    const found = judge(before, after, design, { pAdjusted, interval }, bounds, tested.length);
    const isHopeless = found.verdict === "unclear" && (best[place] ?? 1) >= alpha;
    const known = isHopeless ? { verdict: "not-enough-data" as const, notes: [tooFewNote(before, after, design, bounds, tested.length)] } : found;
    return [metric, { ...metric, comparison: { ...comparison, pAdjusted, ...known } }];
  }));
  return metrics.map((metric) => judged.get(metric) ?? metric);
}

/**
 * Which of a baseline's metrics no run that measures as much again can show a change of, and why: whatever it finds,
 * no p-value falls below alpha.
 */
export function outOfReach(metrics: readonly MeasuredMetric[], judgement: Judgement): { metric: MeasuredMetric; note: string }[] {
  const { alpha } = judgement;
  const sampled = metrics.filter(({ measurement }) => measurement.samples.length > 0 || (isRate(measurement) && measurement.count !== 0));
  const alone = sampled.map(({ measurement }) => smallestP(measurement, measurement, "apart"));
  // What has no chance alone is not tested, and so not counted.
  const together = alone.filter((p) => p < alpha);
  const best = holm(together);
  return sampled.flatMap((metric, place) => {
    const p = alone[place] ?? 1;
    if ((best[together.indexOf(p)] ?? 1) < alpha) return [];
    const { measurement, better } = metric;
    const tolerance = toleranceOf(metric, measurement, judgement) ?? 0;
    const note = tooFewNote(measurement, measurement, "apart", { alpha, tolerance, better }, p < alpha ? together.length : 1);
    return [{ metric, note }];
  });
}

function compareRates(one: Proportion, two: Proportion, differences: Pick<Comparison, "change" | "shift">, bounds: Bounds): Comparison {
  const test = testRates(one, two, bounds);
  if (test === null) return comparison("not-enough-data", rateMethod, { ...differences, notes: [fewCounts(one, two, bounds)] });
  const { pValue, interval } = test;
  const judged = judgeRates(one, two, { pAdjusted: pValue, interval }, bounds, 1);
  return comparison(judged.verdict, rateMethod, { ...differences, interval, pValue, pAdjusted: pValue, ...judged });
}

function judge(before: Measurement, after: Measurement, design: Design, evidence: Evidence, bounds: SampleBounds, together: number): Pick<Comparison, "verdict" | "notes"> {
  const [was, is] = [proportionOf(before), proportionOf(after)];
  if (was === null || is === null) return judgeSamples(before, after, design, evidence, bounds, together);
  return judgeRates(was, is, evidence, bounds, together);
}

/** The smallest p-value that so many rounds, or counts, can give. */
function smallestP(before: Measurement, after: Measurement, design: Design): number {
  if (isRate(before)) return smallestRateP(before.count ?? 0, after.count ?? 0);
  return smallestSamplesP(roundsFor(before, after, design));
}

function tooFewNote(before: Measurement, after: Measurement, design: Design, bounds: Bounds, together: number): string {
  const [was, is] = [proportionOf(before), proportionOf(after)];
  if (was !== null && is !== null) return fewCounts(was, is, { ...bounds, alpha: bounds.alpha / together });
  return fewNote(amountsOf(roundsFor(before, after, design), before, together), bounds.alpha);
}

function fewCounts(one: Proportion, two: Proportion, bounds: Bounds): string {
  const few = `counts of ${one.count} before, ${two.count} after: too few for any answer`;
  const would = countNote(one, two.count, bounds);
  return would === null ? few : `${few}; ${would}`;
}

function comparison(verdict: Comparison["verdict"], method: string, known: Partial<Comparison> = {}): Comparison {
  return { verdict, change: null, shift: null, interval: null, pValue: null, pAdjusted: null, method, notes: [], ...known };
}
