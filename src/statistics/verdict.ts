import type { Comparison, MeasuredMetric } from "../record/schema.ts";

/** What a difference is held against. */
export interface Bounds {
  alpha: number;
  /** In the metric's unit; of a rate in points, as a share. */
  tolerance: number;
  better: MeasuredMetric["better"];
}

/** The same of samples, whose tolerance and size of a change are said in their unit. */
export interface SampleBounds extends Bounds {
  unit: string;
}

/** A test's answer: its p-value after Holm's correction, and the interval of after - before. */
export interface Evidence {
  pAdjusted: number;
  interval: readonly [number, number];
}

/** What the evidence shows: a difference takes both the p-value and the interval, `unchanged` the interval alone. */
export function verdictOf({ pAdjusted, interval }: Evidence, { alpha, tolerance, better }: Bounds): Comparison["verdict"] {
  if (isWithin(interval, tolerance)) return "unchanged";
  if (pAdjusted >= alpha || !isPast(interval, tolerance)) return "unclear";
  return directionOf(interval[0], better);
}

/** What a difference of this sign is. */
export function directionOf(shift: number, better: MeasuredMetric["better"]): Comparison["verdict"] {
  if (better === "none") return "changed";
  return shift < 0 === (better === "lower") ? "improved" : "regressed";
}

/** Whether the interval lies wholly past the tolerance. */
export function isPast([low, high]: readonly [number, number], tolerance: number): boolean {
  return low > tolerance || high < -tolerance;
}

/** Whether it lies wholly inside. */
export function isWithin([low, high]: readonly [number, number], tolerance: number): boolean {
  return low >= -tolerance && high <= tolerance;
}

/** What is lost in the subtraction of two decimal numbers, and is no difference. */
export function slackOf(before: number, after: number): number {
  return 8 * Number.EPSILON * Math.max(Math.abs(before), Math.abs(after));
}
