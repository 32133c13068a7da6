import { autocorrelationTest } from "./autocorrelation.ts";
import { rankSumTest } from "./rank-sum.ts";

/*
 * Both together find a drift in at most 3 of 100 comparisons whose rounds are independent. The halves of ten rounds
 * can give no p-value but 0.0079 that is this small.
 */
const orderAlpha = 0.0125;
const halvesAlpha = 0.008;

/** How rounds drift; null where nothing shows that they do. */
export type Drift = "order" | "halves" | null;

/**
 * Whether the rounds of either side drift: each is like the one before it, or the second half is not like the first. Two
 * sides that were measured one after the other then differ by when they were measured as well.
 *
 * @param sides one value a round, in the order taken
 */
export function driftOf(sides: readonly Float64Array[]): Drift {
  if (autocorrelationTest(sides) < orderAlpha) return "order";
  return sides.some((side) => halvesTest(side) < halvesAlpha) ? "halves" : null;
}

function halvesTest(side: Float64Array): number {
  const half = side.length >> 1;
  return half === 0 ? 1 : rankSumTest(side.slice(0, half).sort(), side.slice(side.length - half).sort());
}
