import type { Expectation } from "../../document/expectations.ts";
import type { Metric } from "../../record/schema.ts";
import { overruledMetrics } from "../../record/verdict.ts";
import { quantity } from "../quantity.ts";
import { stratumWords, valueOf } from "./metric-words.ts";

/** An expectation and its answer. */
export interface ExpectationView {
  /** As it is written: `article-page response-time < 150 ms`. */
  expected: string;
  /** `met`, `not met`, or why it cannot be said. */
  answer: string;
  /** What it was measured on, where there are strata: `misses`. */
  on: string | null;
  /** The value after the change. */
  value: string | null;
}

/** Answers what people expect from what was measured: for misses where there are strata, else for all. */
export function answers(expectations: readonly Expectation[], metrics: readonly Metric[]): ExpectationView[] {
  return expectations.map((expectation) => answer(expectation, metrics));
}

function answer(expectation: Expectation, metrics: readonly Metric[]): ExpectationView {
  const unanswered = (why: string): ExpectationView => ({ expected: expectation.text, answer: why, on: null, value: null });
  const named = metrics.filter(({ check, metric }) => check === expectation.check && metric === expectation.metric);
  const overruled = overruledMetrics(named);
  const counted = [...named.filter((each) => !overruled.has(each)), ...named];
  const metric = counted.find(({ stratum }) => stratum === "miss") ?? counted.find(({ stratum }) => stratum === null) ?? counted[0];
  if (metric === undefined) return unanswered("no such metric was measured");
  const value = metric.after === null ? null : numberOf(metric.after);
  if (value === null) return unanswered("not measured after the change");
  const wanted = inUnit(expectation, metric.unit);
  if (wanted === null) return unanswered(`cannot be told, for it is measured in ${metric.unit === "" ? "no unit" : metric.unit}`);
  return {
    expected: expectation.text,
    answer: holds(value, expectation.operator, wanted) ? "met" : "not met",
    on: metric.stratum === null ? null : stratumWords(metric.stratum),
    value: metric.unit === "ratio" ? quantity(value, "ratio") : valueOf(metric.after, metric.unit),
  };
}

function numberOf({ value, events, count }: NonNullable<Metric["after"]>): number | null {
  return value ?? (events !== null && count !== null && count > 0 ? events / count : null);
}

function holds(value: number, operator: Expectation["operator"], wanted: number): boolean {
  switch (operator) {
    case "<": return value < wanted;
    case "<=": return value <= wanted;
    case ">": return value > wanted;
    case ">=": return value >= wanted;
    case "=": return value === wanted;
  }
}

/** Units of one kind, by their size. */
const scales: readonly Readonly<Record<string, number>>[] = [
  { ns: 1e-9, us: 1e-6, "µs": 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600 },
  { bytes: 1, B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 },
  { ratio: 1, "%": 0.01 },
];

/** The expected value in the metric's unit; without a unit of its own it is in the metric's. */
function inUnit({ value, unit }: Expectation, wanted: string): number | null {
  if (unit === null || unit === wanted) return value;
  for (const scale of scales) {
    const [from, to] = [scale[unit], scale[wanted]];
    if (from !== undefined && to !== undefined) return value * (from / to);
  }
  return null;
}
