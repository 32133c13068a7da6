import type { Comparison, MeasuredMetric } from "../record/schema.ts";
import { type Proportion, fisherExact } from "./fisher.ts";
import { newcombeInterval } from "./newcombe.ts";

/** How the difference of two rates is judged. */
export interface RateJudgement {
  alpha: number;
  /** In points, as a share: 0.01. */
  tolerance: number;
  better: MeasuredMetric["better"];
}

/** What a test of two rates gave. */
export interface RateTest {
  pAdjusted: number;
  /** Of after - before. */
  interval: readonly [number, number];
  /** How many p-values were adjusted together. */
  together: number;
}

/** The p-value and the interval of two rates; null where counts like these could not give any answer, whatever they hold. */
export function testRates(one: Proportion, two: Proportion, { alpha, tolerance }: RateJudgement): { pValue: number; interval: [number, number] } | null {
  const [none, all] = [{ events: 0, count: one.count }, { events: two.count, count: two.count }];
  const maySame = isWithin(newcombeInterval(none, { events: 0, count: two.count }), tolerance);
  if (!maySame && !isShown(none, all, alpha, tolerance)) return null;
  return { pValue: fisherExact(one, two), interval: newcombeInterval(one, two) };
}

/** What the test of two rates says, and where it says nothing, what would have shown a difference. */
export function judgeRates(one: Proportion, two: Proportion, test: RateTest, judgement: RateJudgement): Pick<Comparison, "verdict" | "notes"> {
  const { alpha, tolerance, better } = judgement;
  const { pAdjusted, interval, together } = test;
  if (isWithin(interval, tolerance)) return { verdict: "unchanged", notes: [] };
  if (pAdjusted < alpha && isPast(interval, tolerance)) {
    if (better === "none") return { verdict: "changed", notes: [] };
    return { verdict: interval[1] < 0 === (better === "lower") ? "improved" : "regressed", notes: [] };
  }
  // A p-value that is this small is below alpha whatever the others are.
  return { verdict: "unclear", notes: [smallestShown(one, two.count, alpha / together, tolerance)] };
}

/** The smallest difference from `one` that a count like this shows. */
function smallestShown(one: Proportion, count: number, alpha: number, tolerance: number): string {
  const shows = (events: number): boolean => isShown(one, { events, count }, alpha, tolerance);
  const same = Math.floor((one.events / one.count) * count);
  const fewer = shows(0) ? lastShown(Math.min(count, same + 1), 0, shows) : null;
  const more = shows(count) ? lastShown(same, count, shows) : null;
  if (fewer === null && more === null) return `too few to show any difference from ${one.events} of ${one.count}`;
  const ends = [
    ...(fewer === null ? [] : [fewer === 0 ? "0" : `at most ${fewer}`]),
    ...(more === null ? [] : [more === count ? `${count}` : `at least ${more}`]),
  ];
  return `it would take ${ends.join(" or ")} of ${count} to show a difference`;
}

/** The last place on the way from `shown` to `hidden` where it shows. */
function lastShown(hidden: number, shown: number, shows: (events: number) => boolean): number {
  let [without, having] = [hidden, shown];
  while (Math.abs(having - without) > 1) {
    const middle = Math.floor((without + having) / 2);
    if (shows(middle)) having = middle;
    else without = middle;
  }
  return having;
}

function isShown(one: Proportion, two: Proportion, alpha: number, tolerance: number): boolean {
  return isPast(newcombeInterval(one, two), tolerance) && fisherExact(one, two) < alpha;
}

function isPast([low, high]: readonly [number, number], tolerance: number): boolean {
  return low > tolerance || high < -tolerance;
}

function isWithin([low, high]: readonly [number, number], tolerance: number): boolean {
  return low >= -tolerance && high <= tolerance;
}
