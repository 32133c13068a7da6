import type { Machine, MeasuredMetric, Measurement, Tolerance } from "./schema.ts";

/** A metric as a check or a report file yields it, before anybody says where and when that was. */
export interface Yielded {
  metric: string;
  stratum: string | null;
  unit: string;
  better: "lower" | "higher" | "none";
  /** As configured; null where nobody said. */
  tolerance: Tolerance | null;
  /** In the order taken; empty for a plain value or a rate. */
  samples: number[];
  /** The round of each sample, from 1; as long as `samples`. */
  rounds: number[];
  /** A plain value; null where there are samples, or a rate. */
  value: number | null;
  /** Of a rate: `events` of `count`. */
  rate: { events: number; count: number } | null;
  details: Measurement["details"];
  /** Of a count: which of several runs' it is, in place of a sample each; absent for anything else. */
  ofRuns?: "least" | "most";
}

/** Where, when and of what a metric was measured. */
export interface Circumstances {
  takenAt: string | null;
  commit: string | null;
  machine: Machine | null;
  checkDigest: string | null;
}

/** A {@link Yielded} with everything at its default: a plain value without a better direction. */
export function yielded(metric: string, unit: string, known: Partial<Yielded> = {}): Yielded {
  return {
    metric, stratum: null, unit, better: "none", tolerance: null, samples: [], rounds: [], value: null, rate: null,
    details: {}, ...known,
  };
}

/** The median of `samples`; null where there are none. */
export function median(samples: readonly number[]): number | null {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return null;
  const lower = sorted.length % 2 === 0 ? (sorted[middle - 1] ?? upper) : upper;
  const sum = lower + upper;
  // Halved first where the sum leaves the range of numbers.
  return positiveZero(Number.isFinite(sum) ? sum / 2 : lower / 2 + upper / 2);
}

/** A metric of one side, as results keep it: `value` is the median of samples, a rate's ratio, or the plain value. */
export function asMeasured(check: string, metric: Yielded, circumstances: Circumstances): MeasuredMetric {
  const { samples, rounds, rate } = metric;
  const plain = metric.value === null ? null : positiveZero(metric.value);
  const ratio = rate === null || rate.count === 0 ? null : rate.events / rate.count;
  return {
    check,
    metric: metric.metric,
    stratum: metric.stratum,
    unit: metric.unit,
    better: metric.better,
    tolerance: metric.tolerance,
    measurement: {
      samples: samples.map(positiveZero),
      rounds: [...rounds],
      value: samples.length > 0 ? median(samples) : rate === null ? plain : ratio,
      count: rate === null ? (samples.length > 0 ? samples.length : null) : rate.count,
      events: rate === null ? null : rate.events,
      ...circumstances,
      carried: false,
      details: metric.details,
    },
  };
}

function positiveZero(value: number): number {
  return value === 0 ? 0 : value;
}
