/** Up to this many differences are worked out and sorted; of more, single ones are searched for. */
const mostSorted = 20_000;

/** The differences of every value of one side and every value of another, in order. */
export interface Differences {
  /** How many there are. */
  count: number;
  /** The difference with a number, counted from 0. */
  at: (place: number) => number;
}

/**
 * The differences `after` - `before` of two samples: their median is Hodges and Lehmann's estimate of the shift.
 * What leaves the range of numbers is its end. A large number of them is never held at once: one is found by halving
 * the range of doubles, counting at each step, in one walk along both sides, how many differences are no larger.
 *
 * @param before sorted, not empty
 * @param after sorted, not empty
 *
 * Source: J. L. Hodges, E. L. Lehmann, Estimates of location based on rank tests, Annals of Mathematical Statistics
 * 34 (1963) 598-611.
 */
export function pairwiseDifferences(before: Float64Array, after: Float64Array): Differences {
  const count = before.length * after.length;
  if (count > mostSorted) return { count, at: (place) => searched(before, after, place) };
  const sorted = new Float64Array(count);
  for (const [row, value] of after.entries()) {
    for (const [column, base] of before.entries()) sorted[row * before.length + column] = difference(value, base);
  }
  sorted.sort();
  return { count, at: (place) => sorted[place] ?? 0 };
}

/** The middle of sorted differences: of an even number of them, half way between the middle two. */
export function middle({ count, at }: Differences): number {
  // Not by bits: there are more differences than those hold.
  const half = Math.floor(count / 2);
  return count % 2 === 1 ? at(half) : halfWay(at(half - 1), at(half));
}

/** `minuend` - `subtrahend`, kept within the range of numbers; never minus zero. */
export function difference(minuend: number, subtrahend: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, minuend - subtrahend)) + 0;
}

/** Halved first where the sum leaves the range of numbers. */
function halfWay(one: number, two: number): number {
  const sum = one + two;
  return (Number.isFinite(sum) ? sum / 2 : one / 2 + two / 2) + 0;
}

/** The doubles are halved until those left hold few enough differences to be sorted. */
function searched(before: Float64Array, after: Float64Array, place: number): number {
  let below = orderOf(difference(after[0] ?? 0, before.at(-1) ?? 0)) - 1n;
  let enough = orderOf(difference(after.at(-1) ?? 0, before[0] ?? 0));
  let [countBelow, countEnough] = [0, before.length * after.length];
  while (enough - below > 1n && countEnough - countBelow > mostSorted) {
    const between = (below + enough) >> 1n;
    const count = noLarger(before, after, doubleAt(between));
    if (count > place) [enough, countEnough] = [between, count];
    else [below, countBelow] = [between, count];
  }
  if (enough - below === 1n) return doubleAt(enough) + 0;
  return between(before, after, doubleAt(below + 1n), doubleAt(enough), countEnough - countBelow)[place - countBelow] ?? 0;
}

/** How many differences are `limit` or less; `limit` is below the largest difference. */
function noLarger(before: Float64Array, after: Float64Array, limit: number): number {
  let count = 0;
  // The larger the value after, the fewer of those before leave a difference this small: only the highest.
  let first = 0;
  for (const value of after) {
    while (first < before.length && value - (before[first] ?? 0) > limit) first += 1;
    if (first === before.length) break;
    count += before.length - first;
  }
  return count;
}

/** The differences from `least` to `most`, of which there are `count`, in order. */
function between(before: Float64Array, after: Float64Array, least: number, most: number, count: number): Float64Array {
  const found = new Float64Array(count);
  let filled = 0;
  let first = 0;
  for (const value of after) {
    while (first < before.length && difference(value, before[first] ?? 0) > most) first += 1;
    for (let place = first; place < before.length; place += 1) {
      const distance = difference(value, before[place] ?? 0);
      if (distance < least) break;
      found[filled] = distance;
      filled += 1;
    }
  }
  return found.sort();
}

const view = new DataView(new ArrayBuffer(8));

/** Doubles in order, as whole numbers in order. */
function orderOf(value: number): bigint {
  view.setFloat64(0, value);
  const bits = view.getBigInt64(0);
  return bits < 0n ? -(bits & 0x7fff_ffff_ffff_ffffn) : bits;
}

function doubleAt(order: bigint): number {
  view.setBigInt64(0, order < 0n ? -order : order);
  return order < 0n ? -view.getFloat64(0) : view.getFloat64(0);
}
