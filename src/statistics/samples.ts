import type { Measurement } from "../record/schema.ts";
import { middle, pairwiseDifferences } from "./hodges-lehmann.ts";
import { intervalDepths, isExact, rankSumTest, smallestPValue } from "./rank-sum.ts";
import { pairsOf, roundsOf } from "./rounds.ts";
import { isExact as isExactPaired, pairedShift, signFlipTest, smallestPValue as smallestPairedPValue } from "./sign-flip.ts";

/** How two sides were measured: one after the other, or in pairs of rounds. */
export type Design = "apart" | "paired";

/** The rounds of two sides, ready to be compared. */
export type Rounds =
  | { design: "apart"; before: Float64Array; after: Float64Array }
  | { design: "paired"; differences: Float64Array };

/** How far after is from before, with an interval a level; null where so few rounds have none. In the samples' unit. */
export interface Shift {
  shift: number;
  intervals: ([number, number] | null)[];
}

/** The level of the interval that is shown: it misses in one of twenty. */
export const shownLevel = 0.05;

/** The rounds that the design compares. */
export function roundsFor(before: Measurement, after: Measurement, design: Design): Rounds {
  if (design === "paired") return { design, differences: pairsOf(before, after) };
  return { design, before: roundsOf(before), after: roundsOf(after) };
}

/** How many rounds each side has; of pairs, how many pairs. */
export function countsOf(rounds: Rounds): { before: number; after: number } {
  if (rounds.design === "paired") return { before: rounds.differences.length, after: rounds.differences.length };
  return { before: rounds.before.length, after: rounds.after.length };
}

/** How many rounds a side has; of two sides that differ, what is worth as much. */
export function sizeOf(rounds: Rounds): number {
  const { before, after } = countsOf(rounds);
  return before === after ? before : (2 * before * after) / (before + after);
}

/** The smallest p-value that so many rounds can give, whatever they hold. */
export function smallestSamplesP(rounds: Rounds): number {
  const { before, after } = countsOf(rounds);
  return rounds.design === "paired" ? smallestPairedPValue(before) : smallestPValue(before, after);
}

/** The same of `amount` rounds a side, or pairs. */
export function smallestPOf(amount: number, design: Design): number {
  return design === "paired" ? smallestPairedPValue(amount) : smallestPValue(amount, amount);
}

/** The two-sided p-value that both sides are alike, and by which test. */
export function testRounds(rounds: Rounds): { pValue: number; method: string } {
  if (rounds.design === "paired") {
    const { differences } = rounds;
    return { pValue: signFlipTest(differences), method: `sign-flip-${isExactPaired(differences.length) ? "exact" : "normal"}` };
  }
  const [before, after] = [rounds.before.toSorted(), rounds.after.toSorted()];
  return { pValue: rankSumTest(before, after), method: `mann-whitney-${isExact(before.length, after.length) ? "exact" : "normal"}` };
}

/**
 * How far apart two sides are, neither of which is empty.
 *
 * @param levels the chances that an interval misses
 */
export function shiftOf(rounds: Rounds, levels: readonly number[]): Shift {
  if (rounds.design === "paired") return pairedShift(rounds.differences, levels);
  const [before, after] = [rounds.before.toSorted(), rounds.after.toSorted()];
  const differences = pairwiseDifferences(before, after);
  const depths = intervalDepths(before.length, after.length, levels);
  return {
    shift: middle(differences),
    intervals: depths.map((depth) => (depth === null ? null : [differences.at(depth), differences.at(differences.count - 1 - depth)])),
  };
}

/**
 * The smallest difference that rounds like these would have shown: whose interval lies past the tolerance, and whose
 * p-value is small enough: `shown` is the interval that is shown, `whole` the one that such a p-value keeps off 0.
 */
export function leastShown(
  shift: number,
  { shown, whole }: { shown: readonly [number, number]; whole: readonly [number, number] },
  tolerance: number,
): number {
  const reach = ([low, high]: readonly [number, number]): number => Math.max(shift - low, high - shift);
  return Math.max(tolerance + reach(shown), reach(whole));
}
