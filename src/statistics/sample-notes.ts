import { amountWords, mostTyped, numberWords, roundedDown, roundedUp, typedAmount } from "./amounts.ts";
import { normalQuantile, z95 } from "./normal.ts";
import { type Design, leastShown, type Rounds, shiftOf, shownLevel, sizeOf, smallestPOf } from "./samples.ts";
import type { SampleBounds } from "./verdict.ts";

/** A change is found by nine in ten of those who measure as much: the normal quantile of that. */
const zPower = 1.2815515655446004;

/** A change that people ask for, of the value before. */
const askedFor = 0.05;

/** Beyond this a change is no number that helps anybody. */
const mostSaid = 1e300;

/** How many rounds the two sides have; in pairs both have the same. */
export interface Amounts {
  design: Design;
  before: number;
  after: number;
  /** How many p-values are adjusted together. */
  together: number;
  /** Whether a check of the configuration took them. */
  isConfigured: boolean;
}

/** Why so few rounds give no answer, and how many would: `5 rounds a side are too few for any answer; rounds: 10 would do`. */
export function fewNote({ design, before, after, together, isConfigured }: Amounts, alpha: number): string {
  const needed = typedAmount((amount) => smallestPOf(amount, design) < alpha / together);
  const enough = amountWords(needed);
  const tooFew = `too few for any answer${together === 1 ? "" : ` beside ${together - 1} other ${together === 2 ? "metric" : "metrics"}`}`;
  if (design === "paired") return `${before} ${before === 1 ? "pair is" : "pairs are"} ${tooFew}; pairs: ${enough} would do`;
  const would = isConfigured ? `rounds: ${enough} would do` : `${enough} runs a side would do`;
  if (before === 1 && after === 1) {
    return `one run a side; ${isConfigured ? `rounds: ${enough} in its configuration would do` : would}`;
  }
  if (before === after) return `${before} rounds a side are ${tooFew}; ${would}`;
  return `${before} ${before === 1 ? "round" : "rounds"} before, ${after} after: ${tooFew}; ${would}`;
}

/**
 * What rounds like these would have shown, and how many would show what people ask for: `a change of 9 % or more would
 * have shown; about 40 rounds a side would show 5 %`. In percent of the value before; in the unit where that is 0.
 *
 * @param before the value before
 */
export function unclearNote(rounds: Rounds, given: SampleBounds, amounts: Amounts, before: number | null): string {
  // A p-value that is this small is below alpha whatever the others are.
  const bounds = { ...given, alpha: given.alpha / amounts.together };
  const { shift, intervals: [shown, whole] } = shiftOf(rounds, [shownLevel, bounds.alpha]);
  if (!shown || !whole) return fewNote(amounts, given.alpha);
  const least = leastShown(shift, { shown, whole }, bounds.tolerance);
  const scale = before === null || before === 0 ? null : Math.abs(before);
  const size = (value: number): number => (scale === null ? value : (value / scale) * 100);
  const unit = scale === null ? unitWords(given.unit) : " %";
  if (scale !== null && size(least) > 100) return "the values vary too much to show anything but a change many times as large";
  if (!(least > 0) || size(least) > mostSaid) return "the values are too far apart to tell";
  const would = `a change of ${roundedUp(size(least))}${unit} or more would have shown`;
  const target = targetOf(Math.abs(shift), least, bounds.tolerance, scale);
  const having = sizeOf(rounds);
  if (target === null || having >= mostTyped) return would;
  const zAlpha = normalQuantile(bounds.alpha / 2);
  // The standard error of the shift, which falls with the root of the amount; ties may leave one interval no width.
  const error = shown[1] > shown[0] ? halfOf(shown) / z95 : halfOf(whole) / zAlpha;
  const needed = having * Math.max(((z95 + zPower) * error) / (target.value - bounds.tolerance), ((zAlpha + zPower) * error) / target.value) ** 2;
  const amount = typedAmount((typed) => typed >= needed && typed > having && smallestPOf(typed, rounds.design) < bounds.alpha);
  return `${would}; ${amount === null ? "" : "about "}${amountWords(amount)} ${rounds.design === "paired" ? "pairs" : "rounds a side"} would show ${target.words}${unit}`;
}

/** The change that more rounds are to show: the one that seems to be there, else one that people ask for; past the tolerance, and not yet shown. */
function targetOf(shift: number, least: number, tolerance: number, scale: number | null): { value: number; words: string } | null {
  const unit = scale === null ? 1 : scale / 100;
  const seeming = shift > 2 * tolerance ? [roundedDown(shift / unit)] : [];
  const asked = scale === null ? [] : [askedFor * 100];
  const beyond = [2, 1.5].map((times) => (tolerance * times) / unit).filter((size) => size > 0).map((size) => Number(size.toPrecision(2)));
  const found = [...seeming, ...asked, ...beyond].find((size) => size * unit >= 1.4 * tolerance && size * unit < least);
  return found === undefined ? null : { value: found * unit, words: numberWords(found) };
}

/** A unit as it stands behind a number; a share and a bare count have none. */
function unitWords(unit: string): string {
  return ["", "1", "count", "ratio"].includes(unit) ? "" : ` ${unit}`;
}

function halfOf([low, high]: readonly [number, number]): number {
  return high / 2 - low / 2;
}
