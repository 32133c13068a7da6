import type { ChangeRecord, Comparison, Metric } from "./schema.ts";

/**
 * The verdict of a record over all its metrics: some improved and some regressed is `mixed`, else the first of
 * regressed, gone, improved, changed, unclear, unchanged that occurs, else `not-measured`.
 *
 * Where a metric was measured by `compare` as well, only that counts, but for what befell the service itself: see
 * {@link overruledMetrics}. A rate that cannot be told, with no event
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

/**
 * The metrics that were measured both by `compare` and before and after, and do not count as one of the two. Times
 * and values count as compare says. Failures count as they were seen after the ship: that a throw-away server of the
 * same commit answered does not say that the one in production does. So does what is gone.
 */
export function overruledMetrics(metrics: readonly Metric[]): Set<Metric> {
  const compared = new Map(metrics.filter(({ source }) => source === "compare").map((metric) => [keyOf(metric), metric]));
  return new Set(metrics.flatMap((metric) => {
    const beside = compared.get(keyOf(metric));
    if (metric.source === "compare" || beside === undefined) return [];
    const isOfService = metric.after !== null && metric.after.events !== null;
    return [isOfService || metric.comparison?.verdict === "gone" ? beside : metric];
  }));
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
