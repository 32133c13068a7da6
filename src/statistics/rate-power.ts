import { mostTyped, typedAmount } from "./amounts.ts";
import { type Proportion, fisherExact } from "./fisher.ts";
import { newcombeInterval } from "./newcombe.ts";
import type { Bounds } from "./verdict.ts";

/** A difference is found by so many in ten of those who measure as much. */
const power = 0.9;

/** Differences that people ask for, in points; larger ones where that takes too many; smaller ones where it is shown already. */
const askedFor = [5, 10, 20, 2, 1] as const;

/** What is rarer than this is left out. */
const negligible = 1e-8;

/**
 * How many a side would show a difference that people ask for: 5 points with a power of 0.9, others
 * where the count at hand shows them already or no such count would.
 *
 * @param one the rate before, whose count is above 0; the difference is the other side's, the worse way where there is room
 * @param having the smaller count of the two sides at hand
 * @returns `count` null: more than 1,000; null where there are as many already, or nothing that is asked for is past the tolerance and not yet shown
 */
export function countThatShows(one: Proportion, having: number, bounds: Bounds): { points: number; count: number | null } | null {
  if (having >= mostTyped) return null;
  const share = one.events / one.count;
  let found: { points: number; count: number | null } | null = null;
  for (const points of askedFor) {
    const shows = (count: number): boolean => powerOf(share, points / 100, count, bounds) >= power;
    if (points / 100 <= bounds.tolerance || shows(having)) continue;
    // More show more: where the most would not do, the others need no trial.
    const count = shows(mostTyped) ? typedAmount((amount) => amount > having && shows(amount)) : null;
    if (count !== null) return { points, count };
    found ??= { points, count };
  }
  return found;
}

/**
 * The chance that two counts show a difference of their shares: that Fisher's p-value is below alpha and Newcombe's
 * interval wholly past the tolerance, on the side of the true difference. Of large counts to about 0.001.
 *
 * @param share the first side's
 * @param points how far the second side's is from it, as a share
 */
export function powerOf(share: number, points: number, count: number, { alpha, tolerance, better }: Bounds): number {
  // Upwards only: where it goes down, what happens is taken for what does not.
  const isUp = share + points > 1 ? false : share - points < 0 || better !== "higher";
  const base = isUp ? share : 1 - share;
  const first = binomial(count, base);
  const second = binomial(count, base + points);
  const above = tails(second);
  let least = 0;
  let found = 0;
  // Where many numbers are about as likely, one stands for its neighbours on both sides.
  const step = 1 + 2 * Math.floor(Math.sqrt(count * base * (1 - base)) / 10);
  for (let from = 0; from <= count; from += step) {
    const chance = first.slice(from, from + step).reduce((sum, one) => sum + one, 0);
    if (chance < negligible) continue;
    const events = Math.min(count, from + (step >> 1));
    // The more happened on the first side, the more it takes on the second.
    while (least <= count && !isShown(events, least, count, alpha, tolerance)) least += 1;
    found += chance * (above[least] ?? 0);
  }
  return found;
}

function isShown(before: number, after: number, count: number, alpha: number, tolerance: number): boolean {
  if (after <= before) return false;
  const [one, two] = [{ events: before, count }, { events: after, count }];
  return newcombeInterval(one, two)[0] > tolerance && fisherExact(one, two, alpha * negligible) < alpha;
}

/** The chance of each number of events of `count` with this share, worked outwards from the likeliest. */
function binomial(count: number, share: number): number[] {
  const chances = Array.from({ length: count + 1 }, () => 0);
  const mode = Math.min(count, Math.floor((count + 1) * share));
  chances[mode] = 1;
  const odds = share / (1 - share);
  for (let k = mode; k < count && (chances[k] ?? 0) > 0; k += 1) chances[k + 1] = (chances[k] ?? 0) * odds * ((count - k) / (k + 1));
  for (let k = mode; k > 0 && (chances[k] ?? 0) > 0; k -= 1) chances[k - 1] = ((chances[k] ?? 0) / odds) * (k / (count - k + 1));
  const all = chances.reduce((sum, chance) => sum + chance, 0);
  return chances.map((chance) => chance / all);
}

/** The chance of each number or more. */
function tails(chances: readonly number[]): number[] {
  const sums = [...chances];
  for (let k = sums.length - 2; k >= 0; k -= 1) sums[k] = (sums[k] ?? 0) + (sums[k + 1] ?? 0);
  return sums;
}
