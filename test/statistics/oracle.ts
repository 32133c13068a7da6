import { autocorrelationTest } from "../../src/statistics/autocorrelation.ts";
import { symmetricBeta } from "../../src/statistics/beta.ts";
import { fisherExact } from "../../src/statistics/fisher.ts";
import { middle, pairwiseDifferences } from "../../src/statistics/hodges-lehmann.ts";
import { newcombeInterval } from "../../src/statistics/newcombe.ts";
import { normalTail } from "../../src/statistics/normal.ts";
import { intervalDepths, rankSumTest } from "../../src/statistics/rank-sum.ts";
import { powerOf } from "../../src/statistics/rate-power.ts";
import { pairedShift, signFlipTest } from "../../src/statistics/sign-flip.ts";

type Interval = [number, number] | null;

/** What oracle.py writes. */
export interface Oracle {
  /** Events, count, events after, count after; then Fisher's p, and the interval's ends. */
  tables: [number, number, number, number, number, number, number][];
  ranks: { before: number[]; after: number[]; p: number; shift: number; interval: Interval }[];
  pairs: { differences: number[]; p: number; shift: number; interval: Interval }[];
  order: { series: number[][]; p: number; exact: number | null }[];
  /** Share, points, count a side, alpha, tolerance, and the power. */
  power: [number, number, number, number, number, number][];
  /** z, and the chance of more. */
  tails: [number, number][];
  /** x, a, and the chance of less. */
  betas: [number, number, number][];
}

/** How many rows it has, and those in which we find something else, with what we find: to six digits. */
export function disagreements(oracle: Oracle): { rows: number; off: { row: unknown; ours: unknown }[] } {
  const compared = [
    ...oracle.tables.map((row) => {
      const [one, two] = [{ events: row[0], count: row[1] }, { events: row[2], count: row[3] }];
      return { row, theirs: [row[4], row[5], row[6]], ours: [fisherExact(one, two), ...newcombeInterval(one, two)] };
    }),
    ...oracle.ranks.map((row) => ({ row, theirs: [row.p, row.shift, ...(row.interval ?? [null])], ours: ranksOf(row.before, row.after) })),
    ...oracle.pairs.map((row) => {
      const differences = Float64Array.from(row.differences);
      const { shift, intervals: [interval] } = pairedShift(differences, [0.05]);
      return { row, theirs: [row.p, row.shift, ...(row.interval ?? [null])], ours: [signFlipTest(differences), shift, ...(interval ?? [null])] };
    }),
    ...oracle.order.map((row) => ({ row, theirs: [row.p], ours: [autocorrelationTest(row.series.map((series) => Float64Array.from(series)))] })),
    ...oracle.power.map((row) => {
      const [share, points, count, alpha, tolerance, chance] = row;
      return { row, theirs: [chance], ours: [powerOf(share, Math.abs(points), count, { alpha, tolerance, better: points > 0 ? "lower" : "higher" })] };
    }),
    ...oracle.tails.map((row) => ({ row, theirs: [row[1]], ours: [normalTail(row[0])] })),
    ...oracle.betas.map((row) => ({ row, theirs: [row[2]], ours: [symmetricBeta(row[0], row[1])] })),
  ];
  const off = compared.filter(({ theirs, ours }) => theirs.length !== ours.length || theirs.some((value, place) => !agree(value, ours[place] ?? null)));
  return { rows: compared.length, off: off.map(({ row, ours }) => ({ row, ours })) };
}

function ranksOf(before: readonly number[], after: readonly number[]): (number | null)[] {
  const [one, two] = [Float64Array.from(before).sort(), Float64Array.from(after).sort()];
  const differences = pairwiseDifferences(one, two);
  const [depth] = intervalDepths(one.length, two.length, [0.05]);
  const interval = depth === null || depth === undefined ? [null] : [differences.at(depth), differences.at(differences.count - 1 - depth)];
  return [rankSumTest(one, two), middle(differences), ...interval];
}

/** Six digits; of what is next to nothing, as a sum that leaves 1e-17 is, twelve places. */
function agree(one: number | null, other: number | null): boolean {
  if (one === null || other === null) return one === other;
  return Math.abs(one - other) <= 1e-6 * Math.abs(one) || (one !== 0 && Math.abs(one) < 1e-9 ? false : Math.abs(one - other) < 1e-12);
}
