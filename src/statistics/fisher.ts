/** So many of so many: whole numbers, 0 <= `events` <= `count`. */
export interface Proportion {
  events: number;
  count: number;
}

/** Tables as likely as the observed one but for rounding; a step of {@link tail} loses about 1e-16. */
const slack = 1 + 1e-11;

/** Smaller than this beside the likeliest table, a table is not told from impossible. */
const impossible = 1e-300;

/**
 * The two-sided p-value of Fisher's exact test that two proportions are the same: with all margins fixed, the
 * summed probability of the tables that are no likelier than the observed one. 1 where a margin is 0; 0 where it
 * is below about 1e-300.
 *
 * The probabilities are taken as ratios to the likeliest table and divided by their sum: this needs no factorials,
 * whose logarithms lose digits as counts grow, and some square root of the counts many steps.
 *
 * @param negligible how rare a table is, beside the likeliest, that need not be counted: p-values near it are wrong
 *
 * Source: R. A. Fisher, The logic of inductive inference, Journal of the Royal Statistical Society 98 (1935) 39-82.
 */
export function fisherExact(one: Proportion, two: Proportion, negligible = impossible): number {
  const total = one.count + two.count;
  const events = one.events + two.events;
  const lowest = Math.max(0, events - two.count);
  const highest = Math.min(events, one.count);
  const mode = Math.min(highest, Math.max(lowest, Math.floor((events + 1) * ((one.count + 1) / (total + 2)))));
  // Of `one`, k happened: the next table's probability, divided by this one's.
  const odds = (k: number): number => ((events - k) / (k + 1)) * ((one.count - k) / (two.count - events + k + 1));
  const above = tail(highest - mode, negligible, (step) => odds(mode + step));
  const below = tail(mode - lowest, negligible, (step) => 1 / odds(mode - step - 1));
  const side = one.events < mode ? below : above;
  const distance = Math.abs(one.events - mode);
  const observed = distance === 0 ? 1 : (side[distance - 1] ?? 0);
  const all = [1, ...above, ...below];
  const noLikelier = sum(all.filter((weight) => weight <= observed * slack));
  return Math.min(1, noLikelier / sum(all));
}

/** The weights of the tables beside the likeliest, whose weight is 1, outwards until they are negligible. */
function tail(length: number, negligible: number, ratio: (step: number) => number): number[] {
  const weights: number[] = [];
  let weight = 1;
  for (let step = 0; step < length; step += 1) {
    weight *= ratio(step);
    if (weight < negligible) break;
    weights.push(weight);
  }
  return weights;
}

function sum(weights: readonly number[]): number {
  return weights.reduce((all, weight) => all + weight, 0);
}
