import type { Measurement } from "../record/schema.ts";
import { type Design, roundsFor, shiftOf, shownLevel } from "./samples.ts";

/**
 * The smallest change that two such runs would have shown, as a share of the value before: that makes the p-value small
 * enough, and leaves the interval past the tolerance. Null where so few rounds show none, or there is nothing to have a
 * share of.
 *
 * @param bounds `alpha` of this metric alone; `tolerance` in its unit
 */
export function smallestChange(before: Measurement, after: Measurement, bounds: { alpha: number; tolerance: number }, design: Design = "apart"): number | null {
  const rounds = roundsFor(before, after, design);
  const amount = rounds.design === "paired" ? rounds.differences.length : Math.min(rounds.before.length, rounds.after.length);
  if (amount === 0 || before.value === null || before.value === 0) return null;
  const { shift, intervals: [shown, whole] } = shiftOf(rounds, [shownLevel, bounds.alpha]);
  if (!shown || !whole) return null;
  const reach = ([low, high]: readonly [number, number]): number => Math.max(shift - low, high - shift);
  return Math.max(bounds.tolerance + reach(shown), reach(whole)) / Math.abs(before.value);
}
