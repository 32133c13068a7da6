import { commandTimes } from "../record/command-metrics.ts";
import type { Comparison, MeasuredMetric, Measurement } from "../record/schema.ts";
import type { Proportion } from "./fisher.ts";
import { type Bounds, directionOf, slackOf } from "./verdict.ts";

/** Why no comparison of the two can give an answer, whatever they say; null where one can. */
export function incomparable(before: MeasuredMetric, after: MeasuredMetric): string | null {
  const [one, two] = [before.measurement, after.measurement];
  if (one.checkDigest !== null && two.checkDigest !== null && one.checkDigest !== two.checkDigest) {
    return changedBetween(one, two);
  }
  if (before.unit !== after.unit) return `the unit was ${before.unit || "none"} and is ${after.unit || "none"}`;
  if (
    isMachineBound(before) && isMachineBound(after) && one.machine !== null && two.machine !== null &&
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

/** Why two measurements of a check that bear one name are of two checks. */
function changedBetween({ details: before }: Measurement, { details: after }: Measurement): string {
  if (before.ownServer === after.ownServer) return "the check was changed in between";
  return before.ownServer === true
    ? "measured on a server of its own before, at its address after"
    : "measured at its address before, on a server of its own after";
}

/** By what the measurement says; by the name where it does not, as those of commands do not. */
function isMachineBound({ metric, measurement: { details } }: MeasuredMetric): boolean {
  return details.machineBound ?? commandTimes.includes(metric);
}

/** Whether it is so many of so many. */
export function isRate({ events }: Measurement): boolean {
  return events !== null;
}

/** A rate as what it is; null for anything else. */
export function proportionOf({ events, count }: Measurement): Proportion | null {
  return events === null || count === null ? null : { events, count };
}

/** What plain values say: past the tolerance, or inside it. */
export function directionOfValues(before: number | null, after: number | null, { tolerance, better }: Bounds): Comparison["verdict"] {
  if (before === null || after === null) return "not-enough-data";
  const shift = after - before;
  return Math.abs(shift) <= tolerance + slackOf(before, after) ? "unchanged" : directionOf(shift, better);
}

/** The relative change of the value and the difference; null where numbers cannot hold them, or before is 0. */
export function differencesOf({ value: before }: Measurement, { value: after }: Measurement): Pick<Comparison, "change" | "shift"> {
  if (before === null || after === null) return { change: null, shift: null };
  const shift = after - before;
  return { change: before === 0 ? null : finite(shift / Math.abs(before)), shift: finite(shift) };
}

/** The number as JSON can keep it: null for what is no number, 0 for minus zero. */
export function finite(value: number): number | null {
  if (!Number.isFinite(value)) return null;
  return value === 0 ? 0 : value;
}

function isImpossible({ events, count }: Measurement): boolean {
  return events !== null && events > (count ?? 0);
}
