import type { Repository } from "../git/repository.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import type { MeasuredMetric, Metric, Range } from "../record/schema.ts";
import type { KeptComparison } from "../state/comparisons.ts";
import { type Judgement, compareMetric, judgeTogether, toleranceOf } from "../statistics/comparison.ts";
import type { MeasuredRecord } from "./measurements.ts";
import { treeWithoutNotes } from "./range-trees.ts";

/** What is known where a record takes comparisons. */
export interface ComparisonSources {
  kept: readonly KeptComparison[];
  environment: string;
  component: string | null;
  /** The record as it stands; null where it is new. */
  standing: MeasuredRecord | null;
  /** null: a ship without commits, which has no two trees. */
  range: Range | null;
}

/**
 * What two trees yielded that were measured in pairs of rounds, metric by metric, judged together. A check of which
 * one side holds nothing was not run there, and nothing is compared.
 */
export function pairMetrics(before: readonly MeasuredMetric[], after: readonly MeasuredMetric[], judgement: Judgement): Metric[] {
  const sides = new Map<string, { one: MeasuredMetric | null; two: MeasuredMetric | null; shape: MeasuredMetric }>();
  for (const metric of after) sides.set(keyOf(metric), { one: null, two: metric, shape: metric });
  for (const metric of before) sides.set(keyOf(metric), { two: null, shape: metric, ...sides.get(keyOf(metric)), one: metric });
  const [checksBefore, checksAfter] = [checksOf(before), checksOf(after)];
  const metrics = [...sides.values()].map(({ one, two, shape }): Metric => {
    const { check, metric, stratum, unit, better } = shape;
    return {
      source: "compare", check, metric, stratum, unit, better,
      tolerance: toleranceOf(shape, one?.measurement ?? null, judgement),
      before: one?.measurement ?? null,
      after: two?.measurement ?? null,
      comparison: checksBefore.has(check) && checksAfter.has(check) ? compareMetric(one, two, judgement, "paired") : null,
    };
  });
  return judgeTogether(metrics, judgement);
}

/**
 * A record's metrics that `compare` found: of each check those of the newest comparison whose two trees are the range's
 * and that no other record has taken; where there is none, those that stand. Asks git only where something is kept.
 */
export async function gatherComparisons(
  repository: Repository,
  notes: NotesPaths,
  { kept, environment, component, standing, range }: ComparisonSources,
): Promise<{ metrics: Metric[]; taken: string[] }> {
  const stood = standing?.metrics.filter(({ source }) => source === "compare") ?? [];
  const from = range?.from ?? null;
  const open = kept.filter((one) =>
    one.to.tree === range?.toTree && one.component === component &&
    (one.environment === null || one.environment === environment) &&
    (one.takenBy === null || one.takenBy === standing?.id));
  if (from === null || open.length === 0) return { metrics: stood, taken: [] };
  const tree = await treeWithoutNotes(repository, notes)(from);
  const found = new Map<string, { id: string | null; metrics: readonly Metric[] }>();
  for (const check of checksOf(stood)) found.set(check, { id: null, metrics: stood });
  // Oldest first: the newest stays.
  for (const { id, takenAt, from: begins, metrics } of open) {
    if (begins.tree !== tree) continue;
    for (const check of checksOf(metrics)) {
      if (!isOlder(takenAt, stood, check)) found.set(check, { id, metrics });
    }
  }
  return {
    metrics: [...found.keys()].sort().flatMap((check) => found.get(check)?.metrics.filter((metric) => metric.check === check) ?? []),
    taken: [...new Set([...found.values()].flatMap(({ id }) => id ?? []))].sort(),
  };
}

/** Whether what stands of a check was measured later. */
function isOlder(takenAt: string, stood: readonly Metric[], check: string): boolean {
  return stood.some((metric) => metric.check === check &&
    [metric.before, metric.after].some((side) => side !== null && side.takenAt !== null && Date.parse(side.takenAt) > Date.parse(takenAt)));
}

function checksOf(metrics: readonly Pick<Metric, "check">[]): Set<string> {
  return new Set(metrics.map(({ check }) => check));
}

function keyOf({ check, metric, stratum }: MeasuredMetric): string {
  return JSON.stringify([check, metric, stratum]);
}
