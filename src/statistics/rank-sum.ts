import { normalQuantile, normalTail } from "./normal.ts";

/** With more than this on a side the normal approximation stands in for the exact distribution. */
const mostExact = 50;

/** Whether samples like these are compared by the exact distribution. */
export function isExact(n: number, m: number): boolean {
  return n <= mostExact && m <= mostExact;
}

/**
 * The two-sided p-value of the Mann-Whitney U test that two independent samples are from one distribution: twice
 * the smaller tail, at most 1. While neither side has more than 50, by the distribution of U over all ways to deal
 * the mid-ranks out, ties included; beyond, by the normal approximation with tie and continuity correction, though
 * never below the chance of the rarest deal.
 *
 * @param one sorted, not empty
 * @param two sorted, not empty
 *
 * Source: H. B. Mann, D. R. Whitney, On a test of whether one of two random variables is stochastically larger than
 * the other, Annals of Mathematical Statistics 18 (1947) 50-60.
 */
export function rankSumTest(one: Float64Array, two: Float64Array): number {
  const [n, m] = [one.length, two.length];
  const sizes: number[] = [];
  // Twice U, so that half ranks are whole: how often a value of one lies above a value of two.
  let observed = 0;
  let below = 0;
  let tied = 0;
  eachTie(one, two, (ofOne, ofTwo) => {
    observed += ofOne * (2 * below + ofTwo);
    below += ofTwo;
    const size = ofOne + ofTwo;
    tied += size * (size * size - 1);
    if (isExact(n, m)) sizes.push(size);
  });
  if (isExact(n, m)) {
    const chances = distribution(sizes, n, m);
    return Math.min(1, 2 * Math.min(total(chances, 0, observed), total(chances, observed, 2 * n * m)));
  }
  const all = n + m;
  const deviation = Math.sqrt(((n * m) / 12) * (all + 1 - tied / (all * (all - 1))));
  if (!(deviation > 0)) return 1;
  const distance = Math.abs(observed - n * m) / 2 - 0.5;
  return Math.min(1, Math.max(2 * normalTail(distance / deviation), smallestPValue(n, m)));
}

/** The smallest p-value that an exact two-sided rank test of `n` against `m` samples can give. */
export function smallestPValue(n: number, m: number): number {
  let ways = 1;
  for (let step = 1; step <= Math.min(n, m); step += 1) {
    ways *= (Math.max(n, m) + step) / step;
    if (ways > 1e300) break;
  }
  return Math.min(1, 2 / ways);
}

/**
 * How many of the n * m sorted differences lie outside a confidence interval of their median, at each end: the
 * interval is from the difference with this number, counted from 0, to the one as far from the end.
 *
 * @param levels the chances that the interval misses, both ends together: 0.05 for one of 95 %
 * @returns null where samples this small have no such interval
 */
export function intervalDepths(n: number, m: number, levels: readonly number[]): (number | null)[] {
  if (!isExact(n, m)) {
    const deviation = Math.sqrt((n * m * (n + m + 1)) / 12);
    return levels.map((level) => {
      const depth = Math.floor((n * m) / 2 + 0.5 - normalQuantile(level / 2) * deviation) - 1;
      return depth < 0 ? null : depth;
    });
  }
  const chances = distribution(Array.from({ length: n + m }, () => 1), n, m);
  return levels.map((level) => {
    let [depth, chance] = [-1, chances[0] ?? 1];
    // Without ties twice U is even.
    while (chance <= level / 2) {
      depth += 1;
      chance += chances[2 * depth + 2] ?? 1;
    }
    return depth < 0 ? null : depth;
  });
}

/**
 * The chance of each value of twice U where `n` values are dealt to one side and `m` to the other.
 *
 * The groups of ties are gone through in order. Of each, j go to one side; each of those is above all that the
 * other side got before, and level with the rest of its group. `ways[a]` holds how many deals have brought one side
 * `a` values so far, by twice U.
 *
 * @param sizes how many values are equal, of each group of them, the lowest first
 */
function distribution(sizes: readonly number[], n: number, m: number): Float64Array {
  // Twice U of one side is 2nm less that of the other: both have the same tails, turned; fewer rows are quicker.
  if (n > m) return distribution(sizes, m, n).toReversed();
  const ways = Array.from({ length: n + 1 }, () => new Float64Array(2 * n * m + 1));
  ways[0]?.fill(1, 0, 1);
  let dealt = 0;
  for (const size of sizes) {
    for (let a = Math.min(n, dealt + size); a >= 0; a -= 1) {
      const row = ways[a] ?? new Float64Array();
      // What stays with this many has given its whole group to the other side.
      if (dealt + size - a > m) row.fill(0);
      if (dealt + size - a > m) continue;
      let choices = 1;
      for (let j = 1; j <= Math.min(size, a); j += 1) {
        choices *= (size - j + 1) / j;
        const other = dealt - (a - j);
        if (other < 0) continue;
        const from = ways[a - j] ?? row;
        const gain = j * (2 * other + size - j);
        for (let u = Math.min(2 * (a - j) * other, 2 * n * m - gain); u >= 0; u -= 1) {
          row[u + gain] = (row[u + gain] ?? 0) + choices * (from[u] ?? 0);
        }
      }
    }
    dealt += size;
  }
  const last = ways[n] ?? new Float64Array();
  const all = total(last, 0, last.length - 1);
  return last.map((count) => count / all);
}

/** Walks both sides in order: of each value, how often it is in one and in two. */
function eachTie(one: Float64Array, two: Float64Array, tie: (ofOne: number, ofTwo: number) => void): void {
  let [i, j] = [0, 0];
  while (i < one.length || j < two.length) {
    const value = Math.min(one[i] ?? Infinity, two[j] ?? Infinity);
    const [fromI, fromJ] = [i, j];
    while (one[i] === value) i += 1;
    while (two[j] === value) j += 1;
    tie(i - fromI, j - fromJ);
  }
}

function total(chances: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let place = from; place <= to; place += 1) sum += chances[place] ?? 0;
  return sum;
}
