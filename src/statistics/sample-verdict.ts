import type { Comparison, Measurement } from "../record/schema.ts";
import { median } from "../record/yielded.ts";
import { type Drift, driftOf } from "./drift.ts";
import { type Amounts, fewNote, unclearNote } from "./sample-notes.ts";
import { type Design, type Rounds, countsOf, roundsFor, shiftOf, shownLevel, smallestSamplesP, testRounds } from "./samples.ts";
import { type Evidence, type SampleBounds, isWithin, slackOf, verdictOf } from "./verdict.ts";

/**
 * Compares the samples of two sides for themselves.
 *
 * @returns `shift` null where the two have no round to compare
 */
export function compareSamples(before: Measurement, after: Measurement, design: Design, given: SampleBounds): Omit<Comparison, "change"> {
  const none = { shift: null, interval: null, pValue: null, pAdjusted: null, method: "none" };
  const rounds = roundsFor(before, after, design);
  const amounts = amountsOf(rounds, before, 1);
  const few = { verdict: "not-enough-data" as const, notes: [fewNote(amounts, given.alpha)] };
  if (amounts.before === 0 || amounts.after === 0) return { ...none, ...few };
  const bounds = withSlack(given, before, after);
  const { shift, intervals: [interval] } = shiftOf(rounds, [shownLevel]);
  const isSame = interval !== null && interval !== undefined && isWithin(interval, bounds.tolerance);
  if (!isSame && (!interval || smallestSamplesP(rounds) >= bounds.alpha)) return { ...none, shift, ...few };
  const { pValue, method } = testRounds(rounds);
  return { shift, interval, pValue, pAdjusted: pValue, method, ...judgeRounds(rounds, { pAdjusted: pValue, interval }, bounds, amounts, before.value) };
}

/**
 * What the evidence shows of two sides: no difference, and none missing, that may as well be how the machine drifted
 * between them.
 *
 * @param together how many p-values were adjusted together
 */
export function judgeSamples(
  before: Measurement, after: Measurement, design: Design, evidence: Evidence, given: SampleBounds, together: number,
): Pick<Comparison, "verdict" | "notes"> {
  const rounds = roundsFor(before, after, design);
  return judgeRounds(rounds, evidence, withSlack(given, before, after), amountsOf(rounds, before, together), before.value);
}

/** How many rounds were compared, beside how many other p-values. */
export function amountsOf(rounds: Rounds, before: Measurement, together: number): Amounts {
  return { design: rounds.design, ...countsOf(rounds), together, isConfigured: before.checkDigest !== null };
}

function judgeRounds(rounds: Rounds, evidence: Evidence, bounds: SampleBounds, amounts: Amounts, before: number | null): Pick<Comparison, "verdict" | "notes"> {
  const verdict = verdictOf(evidence, bounds);
  const drift = driftNote(rounds, evidence.interval, verdict, bounds.tolerance);
  if (drift !== null) return { verdict: "unclear", notes: [drift] };
  if (verdict !== "unclear") return { verdict, notes: [] };
  return { verdict, notes: [unclearNote(rounds, bounds, amounts, before)] };
}

/** Why the rounds of the two sides can give no such verdict, or null where they do not drift, or no drift explains it. */
function driftNote(rounds: Rounds, interval: readonly [number, number], verdict: Comparison["verdict"], tolerance: number): string | null {
  if (rounds.design === "paired") return null;
  const { before, after } = rounds;
  const [one, two] = [rangeOf(before), rangeOf(after)];
  if (verdict === "unchanged" ? Math.max(one.most, two.most) - Math.min(one.least, two.least) <= tolerance : isFarApart(one, two, interval)) return null;
  const drift = driftOf([before, after]);
  if (drift === null || (verdict !== "unchanged" && isBeyondDrift(rounds, drift, interval))) return null;
  const how = drift === "order" ? "each is like the one before it" : "the second half is not like the first";
  return `the rounds drift (${how}); \`shipnote compare\` measures both versions in turn`;
}

/** A side may have drifted further between the two than within. */
const driftFactor = 3;

/**
 * Whether two sides differ by more than the halves of either tell of drift: a server that has just been started and
 * gets faster from request to request was all the same faster than its predecessor. A drift that shows in the order
 * alone may come and go within a side, so there it takes more than one of them ranges over as well.
 */
function isBeyondDrift({ before, after }: Extract<Rounds, { design: "apart" }>, drift: NonNullable<Drift>, interval: readonly [number, number]): boolean {
  const nearest = nearestOf(interval);
  const moved = Math.max(halvesApart(before), halvesApart(after));
  if (nearest <= driftFactor * moved) return false;
  return drift === "halves" || nearest > Math.min(...[before, after].map(rangeOf).map(({ least, most }) => most - least));
}

function halvesApart(side: Float64Array): number {
  const half = side.length >> 1;
  return Math.abs(middleOf(side.slice(0, half)) - middleOf(side.slice(side.length - half)));
}

/** The median, of at least one value. */
function middleOf(values: Float64Array): number {
  return median([...values]) ?? 0;
}

interface Range {
  least: number;
  most: number;
}

/**
 * Whether two sides differ by more than either drifted: all of the interval by twice as much, for a side may drift on
 * between the two; or, of amounts above 0, by a factor: a page that takes 22 to 41 ms and then 2 to 5 ms was not
 * changed by the machine's mood.
 */
function isFarApart(one: Range, two: Range, interval: readonly [number, number]): boolean {
  if (nearestOf(interval) > 2 * Math.max(one.most - one.least, two.most - two.least)) return true;
  const [lower, upper] = one.most < two.least ? [one, two] : [two, one];
  if (!(lower.least > 0)) return false;
  return upper.least / lower.most > Math.max(lower.most / lower.least, upper.most / upper.least);
}

/** How far an interval is from nothing. */
function nearestOf([low, high]: readonly [number, number]): number {
  return low > 0 ? low : high < 0 ? -high : 0;
}

function rangeOf(side: Float64Array): Range {
  let [least, most] = [Infinity, -Infinity];
  for (const value of side) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return { least, most };
}

function withSlack(bounds: SampleBounds, before: Measurement, after: Measurement): SampleBounds {
  return { ...bounds, tolerance: bounds.tolerance + slackOf(before.value ?? 0, after.value ?? 0) };
}
