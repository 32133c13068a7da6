import { symmetricBeta } from "./beta.ts";

/** Fewer values than this say nothing of their order. */
const fewest = 4;

/**
 * The one-sided p-value of Bartels' test that series are in random order, against each value being like the one before
 * it: the rank version of von Neumann's ratio, with mid-ranks, by its beta approximation. Of several series, each
 * ranked for itself, the mean ratio counts, by their lengths: what drifts through all of them shows in far fewer
 * values. 1 where no series of four values or more has different ones.
 *
 * @param all each in the order taken
 *
 * Source: R. Bartels, The rank version of von Neumann's ratio test for randomness, Journal of the American
 * Statistical Association 77 (1982) 40-46.
 */
export function autocorrelationTest(all: readonly Float64Array[]): number {
  const series = all.filter((values) => values.length >= fewest && values.some((value) => value !== values[0]));
  const total = series.reduce((sum, { length }) => sum + length, 0);
  if (total === 0) return 1;
  const ratio = series.reduce((sum, values) => sum + (values.length / total) * rankRatio(values), 0);
  const variance = series.reduce((sum, { length }) => sum + (length / total) ** 2 * ratioVariance(length), 0);
  // The beta distribution from 0 to 4 that has the ratio's mean, 2, and its variance.
  return symmetricBeta(ratio / 4, 2 / variance - 0.5);
}

/** The squared steps from rank to rank, beside the squared distances from the middle rank. */
function rankRatio(series: Float64Array): number {
  const ranks = midRanks(series);
  const middle = (series.length + 1) / 2;
  let [steps, spread] = [0, 0];
  for (const [place, rank] of ranks.entries()) {
    spread += (rank - middle) ** 2;
    if (place > 0) steps += (rank - (ranks[place - 1] ?? 0)) ** 2;
  }
  return steps / spread;
}

function ratioVariance(n: number): number {
  return (4 * (n - 2) * (5 * n ** 2 - 2 * n - 9)) / (5 * n * (n + 1) * (n - 1) ** 2);
}

/** The rank of each value, from 1; equal ones share the middle of theirs. */
function midRanks(series: Float64Array): Float64Array {
  const order = Uint32Array.from(series.keys()).sort((a, b) => (series[a] ?? 0) - (series[b] ?? 0));
  const ranks = new Float64Array(series.length);
  let from = 0;
  while (from < order.length) {
    let to = from + 1;
    while (to < order.length && series[order[to] ?? 0] === series[order[from] ?? 0]) to += 1;
    for (let place = from; place < to; place += 1) ranks[order[place] ?? 0] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}
