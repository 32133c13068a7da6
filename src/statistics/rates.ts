import type { Comparison } from "../record/schema.ts";
import { amountWords } from "./amounts.ts";
import { type Proportion, fisherExact } from "./fisher.ts";
import { newcombeInterval } from "./newcombe.ts";
import { countThatShows } from "./rate-power.ts";
import { type Bounds, type Evidence, isPast, isWithin, verdictOf } from "./verdict.ts";

/** The p-value and the interval of two rates; null where counts like these could not give any answer, whatever they hold. */
export function testRates(one: Proportion, two: Proportion, { alpha, tolerance }: Bounds): { pValue: number; interval: [number, number] } | null {
  const [none, all] = [{ events: 0, count: one.count }, { events: two.count, count: two.count }];
  const maySame = isWithin(newcombeInterval(none, { events: 0, count: two.count }), tolerance);
  if (!maySame && !isShown(none, all, alpha, tolerance)) return null;
  return { pValue: fisherExact(one, two), interval: newcombeInterval(one, two) };
}

/** The smallest p-value that counts like these can give. */
export function smallestRateP(before: number, after: number): number {
  return fisherExact({ events: 0, count: before }, { events: after, count: after });
}

/**
 * What the test of two rates says, and where it says nothing, what would have shown a difference.
 *
 * @param together how many p-values were adjusted together
 */
export function judgeRates(one: Proportion, two: Proportion, evidence: Evidence, bounds: Bounds, together: number): Pick<Comparison, "verdict" | "notes"> {
  const verdict = verdictOf(evidence, bounds);
  if (verdict !== "unclear") return { verdict, notes: [] };
  // A p-value that is this small is below alpha whatever the others are.
  const alone = { ...bounds, alpha: bounds.alpha / together };
  return { verdict, notes: [[smallestShown(one, two.count, alone), countNote(one, two.count, alone)].filter((note) => note !== null).join("; ")] };
}

/** `about 300 a side would show 5 points`; null where as many as there are show that already. */
export function countNote(one: Proportion, after: number, bounds: Bounds): string | null {
  const found = countThatShows(one, Math.min(one.count, after), bounds);
  return found === null ? null : `${found.count === null ? "" : "about "}${amountWords(found.count)} a side would show ${found.points} ${found.points === 1 ? "point" : "points"}`;
}

/** The smallest difference from `one` that a count like this shows. */
function smallestShown(one: Proportion, count: number, { alpha, tolerance }: Bounds): string {
  const shows = (events: number): boolean => isShown(one, { events, count }, alpha, tolerance);
  const same = Math.floor((one.events / one.count) * count);
  const fewer = shows(0) ? lastShown(Math.min(count, same + 1), 0, shows) : null;
  const more = shows(count) ? lastShown(same, count, shows) : null;
  if (fewer === null && more === null) return `too few to show any difference from ${one.events} of ${one.count}`;
  const ends = [
    ...(fewer === null ? [] : [fewer === 0 ? "0" : `at most ${fewer}`]),
    ...(more === null ? [] : [more === count ? `${count}` : `at least ${more}`]),
  ];
  return `it would take ${ends.join(" or ")} of ${count} to show a difference`;
}

/** The last place on the way from `shown` to `hidden` where it shows. */
function lastShown(hidden: number, shown: number, shows: (events: number) => boolean): number {
  let [without, having] = [hidden, shown];
  while (Math.abs(having - without) > 1) {
    const middle = Math.floor((without + having) / 2);
    if (shows(middle)) having = middle;
    else without = middle;
  }
  return having;
}

function isShown(one: Proportion, two: Proportion, alpha: number, tolerance: number): boolean {
  return isPast(newcombeInterval(one, two), tolerance) && fisherExact(one, two) < alpha;
}
