import type { ChangeRecord, Metric } from "./schema.ts";

/**
 * The verdict of a record over all its metrics: some improved and some regressed is `mixed`, else the first of
 * regressed, gone, improved, changed, unclear, unchanged that occurs, else `not-measured`.
 *
 * Where a metric was measured by `compare` as well, only that counts. A rate that cannot be told, with no event
 * on either side, does not count: that nothing failed is no reason to doubt.
 */
export function overallVerdict(metrics: readonly Metric[]): ChangeRecord["verdict"] {
  const verdicts = new Set(countedMetrics(metrics).map(({ comparison }) => comparison?.verdict));
  if (verdicts.has("improved") && verdicts.has("regressed")) return "mixed";
  const order = ["regressed", "gone", "improved", "changed", "unclear", "unchanged"] as const;
  return order.find((verdict) => verdicts.has(verdict)) ?? "not-measured";
}

/** The metrics whose verdicts make up the whole: see {@link overallVerdict}. */
export function countedMetrics(metrics: readonly Metric[]): Metric[] {
  const compared = new Set(metrics.filter(({ source }) => source === "compare").map(keyOf));
  return metrics.filter((metric) => (metric.source === "compare" || !compared.has(keyOf(metric))) && !isQuietRate(metric));
}

function isQuietRate({ before, after, comparison }: Metric): boolean {
  const untold = comparison?.verdict === "unclear" || comparison?.verdict === "not-enough-data";
  return untold && before?.events === 0 && after?.events === 0;
}

function keyOf({ check, metric, stratum }: Metric): string {
  return JSON.stringify([check, metric, stratum]);
}
