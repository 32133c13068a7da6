import type { ChangeRecord, Comparison, Metric } from "./schema.ts";

/**
 * The verdict of a record over all its metrics: some improved and some regressed is `mixed`, else the first of
 * regressed, gone, improved, changed, unclear, unchanged that occurs, else `not-measured`.
 *
 * Where a metric was measured by `compare` as well, only that counts. A rate that cannot be told, with no event
 * on either side, does not count: that nothing failed is no reason to doubt. Each counts as {@link toldVerdict} says.
 */
export function overallVerdict(metrics: readonly Metric[]): ChangeRecord["verdict"] {
  const verdicts = new Set(countedMetrics(metrics).map(toldVerdict));
  if (verdicts.has("improved") && verdicts.has("regressed")) return "mixed";
  const order = ["regressed", "gone", "improved", "changed", "unclear", "unchanged"] as const;
  return order.find((verdict) => verdicts.has(verdict)) ?? "not-measured";
}

/** The metrics whose verdicts make up the whole: see {@link overallVerdict}. */
export function countedMetrics(metrics: readonly Metric[]): Metric[] {
  const overruled = overruledMetrics(metrics);
  return metrics.filter((metric) => !overruled.has(metric) && !isQuietRate(metric));
}

/** The metrics that `compare` measured as well: what before and after say of them does not count. */
export function overruledMetrics(metrics: readonly Metric[]): Set<Metric> {
  const compared = new Set(metrics.filter(({ source }) => source === "compare").map(keyOf));
  return new Set(metrics.filter((metric) => metric.source !== "compare" && compared.has(keyOf(metric))));
}

/**
 * What a metric's comparison is told as; null where there is none. How often a cache answered is no result: that it
 * did so more often is luck or warmth as much as the change, so it only `changed`.
 */
export function toldVerdict({ metric, comparison }: Pick<Metric, "metric" | "comparison">): Comparison["verdict"] | null {
  if (comparison === null) return null;
  const isResult = comparison.verdict === "improved" || comparison.verdict === "regressed";
  return metric === cacheMix && isResult ? "changed" : comparison.verdict;
}

/** The metric that holds the mix of strata. */
export const cacheMix = "cache-hit-rate";

function isQuietRate({ before, after, comparison }: Metric): boolean {
  const untold = comparison?.verdict === "unclear" || comparison?.verdict === "not-enough-data";
  return untold && before?.events === 0 && after?.events === 0;
}

function keyOf({ check, metric, stratum }: Metric): string {
  return JSON.stringify([check, metric, stratum]);
}
