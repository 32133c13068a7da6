import type { Proportion } from "./fisher.ts";
import { z95 as z } from "./normal.ts";

/**
 * The 95 % interval of the difference `after` - `before` of two proportions whose counts are above 0, as a share
 * (0.1 is ten points): the score method without continuity correction, which puts Wilson's two intervals together.
 * It stays within -1 and 1, and has a width also where nothing or everything happened.
 *
 * Source: R. G. Newcombe, Interval estimation for the difference between independent proportions: comparison of
 * eleven methods, Statistics in Medicine 17 (1998) 873-890, method 10.
 */
export function newcombeInterval(before: Proportion, after: Proportion): [number, number] {
  const [one, two] = [wilson(before), wilson(after)];
  const difference = two.share - one.share;
  return [
    difference - Math.hypot(two.share - two.low, one.high - one.share),
    difference + Math.hypot(two.high - two.share, one.share - one.low),
  ];
}

/** Wilson's score interval of one proportion. */
function wilson({ events, count }: Proportion): { share: number; low: number; high: number } {
  const share = events / count;
  const middle = events + z ** 2 / 2;
  const half = z * Math.sqrt((events * (count - events)) / count + z ** 2 / 4);
  const scale = count + z ** 2;
  return {
    share,
    low: events === 0 ? 0 : (middle - half) / scale,
    high: events === count ? 1 : (middle + half) / scale,
  };
}
