import { selected } from "./selection.ts";
import { normalQuantile, normalTail } from "./normal.ts";

/** With more pairs than this the normal approximation stands in for all ways to set the signs. */
const mostExact = 20;

/** Whether so many pairs are compared by all ways to set the signs. */
export function isExact(pairs: number): boolean {
  return pairs <= mostExact;
}

/** The smallest p-value that `pairs` differences can give. */
export function smallestPValue(pairs: number): number {
  return Math.min(1, 2 ** (1 - pairs));
}

/**
 * The two-sided p-value of the sign-flip permutation test that paired differences are as likely one way as the other:
 * the share of the ways to set their signs whose sum is at least as far from 0. All 2^n ways up to 20 pairs;
 * beyond, the normal approximation of that sum.
 *
 * Source: R. A. Fisher, The design of experiments (1935), section 21.
 */
export function signFlipTest(differences: Float64Array): number {
  const pairs = differences.length;
  const scale = largest(differences);
  if (scale === 0) return 1;
  const scaled = differences.map((value) => value / scale);
  const observed = Math.abs(sum(scaled));
  if (!isExact(pairs)) {
    const p = 2 * normalTail(observed / Math.sqrt(sum(scaled.map((value) => value ** 2))));
    return Math.min(1, Math.max(p, smallestPValue(pairs)));
  }
  // Sums that are the same but for rounding are the same.
  const limit = observed - 1e-12 * pairs;
  if (limit <= 0) return 1;
  // Each sum is one of the first half plus one of the second: two sorted lists, walked in opposite directions.
  const half = pairs >> 1;
  const first = flippedSums(scaled.subarray(0, half)).sort();
  const second = flippedSums(scaled.subarray(half)).sort();
  let count = 0;
  let from = second.length;
  for (const left of first) {
    while (from > 0 && left + (second[from - 1] ?? 0) >= limit) from -= 1;
    count += second.length - from;
  }
  return Math.min(1, (2 * count) / 2 ** pairs);
}

/** An estimate of what paired differences are around, with intervals. */
export interface PairedShift {
  shift: number;
  /** One a level; null where so few pairs have none. */
  intervals: ([number, number] | null)[];
}

/**
 * The shift that the same sign flips give, with the intervals of all shifts that they would not tell from it. Up to 20
 * pairs: the middle of the means of all subsets of the differences, and those as far from its ends; beyond, the mean.
 *
 * @param levels the chances that an interval misses, both ends together
 *
 * Source: J. A. Hartigan, Using subsample values as typical values, Journal of the American Statistical Association
 * 64 (1969) 1303-1317.
 */
export function pairedShift(differences: Float64Array, levels: readonly number[]): PairedShift {
  const pairs = differences.length;
  const scale = largest(differences);
  const scaled = differences.map((value) => (scale === 0 ? 0 : value / scale));
  const inUnit = (value: number): number => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value * scale)) + 0;
  if (!isExact(pairs)) {
    const mean = sum(scaled) / pairs;
    const spread = sum(scaled.map((value) => (value - mean) ** 2));
    const intervals = levels.map((level): [number, number] | null => {
      const z = normalQuantile(level / 2);
      // The shifts t with (sum of d - t)² <= z² times the sum of (d - t)².
      if (pairs <= z ** 2) return null;
      const half = z * Math.sqrt(spread / (pairs * (pairs - z ** 2)));
      return [inUnit(mean - half), inUnit(mean + half)];
    });
    return { shift: inUnit(mean), intervals };
  }
  const means = subsetMeans(scaled);
  const intervals = levels.map((level): [number, number] | null => {
    // Each of the 2^n gaps between neighbouring means holds the true shift with the same chance.
    const depth = Math.floor((level / 2) * 2 ** pairs) - 1;
    return depth < 0 ? null : [inUnit(selected(means, depth)), inUnit(selected(means, means.length - 1 - depth))];
  });
  return { shift: inUnit(selected(means, means.length >> 1)), intervals };
}

/** The means of all subsets of the values but the empty one, in no order. */
function subsetMeans(values: Float64Array): Float64Array {
  const sums = new Float64Array(2 ** values.length);
  const sizes = new Uint8Array(sums.length);
  for (const [place, value] of values.entries()) {
    const bit = 1 << place;
    for (let subset = 0; subset < bit; subset += 1) {
      sums[bit + subset] = (sums[subset] ?? 0) + value;
      sizes[bit + subset] = (sizes[subset] ?? 0) + 1;
    }
  }
  for (let subset = 1; subset < sums.length; subset += 1) sums[subset] = (sums[subset] ?? 0) / (sizes[subset] ?? 1);
  return sums.subarray(1);
}

/** The sums of the values with every way to set their signs. */
function flippedSums(values: Float64Array): Float64Array {
  let sums = new Float64Array(1);
  for (const value of values) {
    const next = new Float64Array(2 * sums.length);
    next.set(sums.map((total) => total - value));
    next.set(sums.map((total) => total + value), sums.length);
    sums = next;
  }
  return sums;
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function sum(values: Float64Array): number {
  return values.reduce((all, value) => all + value, 0);
}
