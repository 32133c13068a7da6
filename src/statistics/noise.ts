import type { Measurement } from "../record/schema.ts";
import { countsOf, type Design, leastShown, roundsFor, shiftOf, shownLevel } from "./samples.ts";

/** The smallest change that can be seen. */
export interface SmallestChange {
  /** In the samples' unit. */
  size: number;
  /** As a share of the value before; null where that is 0. */
  share: number | null;
}

/**
 * The smallest change that two such runs would have shown: that makes the p-value small enough, and leaves the interval
 * past the tolerance. Null where so few rounds show none.
 *
 * @param bounds `alpha` of this metric alone; `tolerance` in its unit
 */
export function smallestChange(before: Measurement, after: Measurement, bounds: { alpha: number; tolerance: number }, design: Design = "apart"): SmallestChange | null {
  const rounds = roundsFor(before, after, design);
  const { before: one, after: two } = countsOf(rounds);
  if (Math.min(one, two) === 0) return null;
  const { shift, intervals: [shown, whole] } = shiftOf(rounds, [shownLevel, bounds.alpha]);
  if (!shown || !whole) return null;
  const size = leastShown(shift, { shown, whole }, bounds.tolerance);
  return { size, share: before.value === null || before.value === 0 ? null : size / Math.abs(before.value) };
}
