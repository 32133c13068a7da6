import type { Measurement, Metric } from "../../record/schema.ts";
import { count, number, quantity } from "../quantity.ts";
import { brief } from "../visible.ts";

const strata: Readonly<Record<string, string>> = { hit: "hits", miss: "misses", bypass: "bypasses", expired: "expired" };

/** A metric's name as words: `response time, misses`; a name that other tools gave stays: `test_bench.py::test_sort`. */
export function metricWords({ metric, stratum }: Pick<Metric, "metric" | "stratum">): string {
  const words = isOfWords(metric) ? metric.replaceAll("-", " ") : metric;
  return stratum === null ? words : `${words}, ${stratumWords(stratum)}`;
}

function isOfWords(metric: string): boolean {
  return /^[a-z\d]+(?:-[a-z\d]+)*$/.test(metric);
}

/** A stratum as people say it: `misses`. */
export function stratumWords(stratum: string): string {
  return Object.hasOwn(strata, stratum) ? strata[stratum] ?? stratum : stratum;
}

const places: Readonly<Record<string, string>> = { hit: "cache hits", miss: "cache misses", bypass: "cache bypasses", expired: "expired cache entries" };

/** What was measured, as a sentence begins: `Response time of article-page on cache misses`. */
export function metricPlace({ check, metric, stratum }: Pick<Metric, "check" | "metric" | "stratum">): string {
  const words = brief(metricWords({ metric, stratum: null }), 80);
  const where = stratum === null ? "" : Object.hasOwn(places, stratum) ? ` on ${places[stratum] ?? stratum}` : ` on ${brief(stratum, 40)}`;
  return `${isOfWords(metric) ? `${words.slice(0, 1).toUpperCase()}${words.slice(1)}` : words} of ${brief(check, 80)}${where}`;
}

/** One side's value: `412 ms`, `4 of 30` for a rate. Null where there is none. */
export function valueOf(measurement: Measurement | null, unit: string): string | null {
  if (measurement === null) return null;
  if (measurement.events !== null && measurement.count !== null) return `${number(measurement.events)} of ${number(measurement.count)}`;
  return measurement.value === null ? null : quantity(measurement.value, unit);
}

/** In place of a value, of a side that has a shape alone (a query's plan). Null where it has none. */
export function shapeWord(side: Measurement | null, other: Measurement | null): string | null {
  const shape = side?.details.shape;
  if (side === null || side.value !== null || shape === undefined) return null;
  return other?.details.shape === undefined ? "known" : other.details.shape === shape ? "the same" : "see below";
}

/** How many metrics: `1 metric`, `4 metrics`. */
export function metricCount(amount: number): string {
  return count(amount, "metric");
}

/** Why a record has no verdict, in a sentence. */
export function whyNotMeasured(metrics: readonly Metric[]): string {
  if (metrics.length === 0) return "Nothing was measured: no baseline.";
  if (metrics.every(({ before }) => before === null)) return "Nothing to compare with: no baseline.";
  if (metrics.every(({ after }) => after === null)) return "Measured before the change and not after it.";
  return "Not enough data to tell what changed.";
}

/** A metric as it is configured and typed: `article-page response-time (miss)`. */
export function metricName({ check, metric, stratum }: Pick<Metric, "check" | "metric" | "stratum">): string {
  return `${brief(check, 60)} ${brief(metric, 60)}${stratum === null ? "" : ` (${brief(stratum, 30)})`}`;
}
