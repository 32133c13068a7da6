import { namesApart } from "./failing.ts";
import type { Metric } from "./schema.ts";
import { countedMetrics, overruledMetrics, toldVerdict } from "./verdict.ts";

/**
 * What a reader asks of measurements first, answered from the metrics that count. `null`: nothing was measured
 * that could tell.
 */
export interface MeasuredAnswers {
  /** Is it up? Requests after the ship. */
  up: Attempts | null;
  /** Is it slower? The metrics that tell of time, by what their comparison says. */
  slower: { slower: Metric[]; faster: Metric[]; unclear: Metric[]; same: Metric[] } | null;
  /** Are jobs failing? Runs of commands after the ship. */
  jobs: Attempts | null;
  /** Are tests failing? How many after the ship, and the names of those that did not fail before. */
  tests: { failing: number; newly: string[] } | null;
  /**
   * Did the ship change anything? The metrics that show it, whether any other could not be told, and of these the
   * rates that are not the same on both sides.
   */
  changed: { metrics: Metric[]; unclear: boolean; rates: Metric[] } | null;
}

/** How many of how many failed, and the error rates of the checks in which some failed before as well. */
export interface Attempts {
  failed: number;
  of: number;
  before: Metric[];
}

const timeUnits = new Set(["ns", "us", "µs", "ms", "s", "min", "h"]);

/** Whether a unit is one of time, so that less of it is faster. */
export function isTime(unit: string): boolean {
  return timeUnits.has(unit);
}

const shows = new Set<string | null>(["improved", "regressed", "changed", "gone"]);
const untold = new Set<string | null>(["unclear", "not-enough-data"]);

/** Answers the questions; see {@link MeasuredAnswers}. */
export function measuredAnswers(metrics: readonly Metric[]): MeasuredAnswers {
  const compared = countedMetrics(metrics).filter(({ comparison }) => comparison !== null);
  // A rate without events counts for no verdict, and is the best of answers here.
  const overruled = overruledMetrics(metrics);
  const rates = metrics.filter((each) => each.metric === "error-rate" && each.after !== null && !overruled.has(each));
  // What is run has a duration; what answers requests has none.
  const jobs = new Set(metrics.filter(({ metric }) => metric === "duration").map(({ check }) => check));
  return {
    up: attempts(rates.filter(({ check }) => !jobs.has(check))),
    slower: isSlower(compared),
    jobs: attempts(rates.filter(({ check }) => jobs.has(check))),
    tests: areFailing(metrics),
    changed: isChanged(compared),
  };
}

function attempts(rates: readonly Metric[]): Attempts | null {
  const of = rates.reduce((all, { after }) => all + (after?.count ?? 0), 0);
  if (of === 0) return null;
  return {
    failed: rates.reduce((all, { after }) => all + (after?.events ?? 0), 0),
    of,
    before: rates.filter(({ before, after }) => (before?.events ?? 0) > 0 && (after?.events ?? 0) > 0),
  };
}

/** Times of several strata say nothing taken together: which of them came more often would decide. */
function isSlower(compared: readonly Metric[]): MeasuredAnswers["slower"] {
  const split = new Set(compared.filter(({ stratum }) => stratum !== null).map(({ check, metric }) => JSON.stringify([check, metric])));
  const times = compared.filter(({ unit, better, stratum, check, metric }) =>
    isTime(unit) && better === "lower" && (stratum !== null || !split.has(JSON.stringify([check, metric]))));
  const said = (...verdicts: string[]): Metric[] => times.filter((metric) => verdicts.includes(toldVerdict(metric) ?? ""));
  if (times.length === 0) return null;
  // Where each run failed there is no time, and no more of them would tell.
  const open = said("unclear", "not-enough-data").filter(({ before, after }) => before?.value !== null && after?.value !== null);
  return { slower: said("regressed"), faster: said("improved"), unclear: open, same: said("unchanged") };
}

function areFailing(metrics: readonly Metric[]): MeasuredAnswers["tests"] {
  const reports = metrics.filter(({ metric, after }) => metric === "failed" && after !== null && after.value !== null);
  if (reports.length === 0) return null;
  return {
    failing: reports.reduce((all, { after }) => all + (after?.value ?? 0), 0),
    newly: reports.flatMap(({ before, after }) => namesApart(before, after)?.newly ?? []),
  };
}

function isChanged(compared: readonly Metric[]): MeasuredAnswers["changed"] {
  if (compared.length === 0) return null;
  const open = compared.filter((metric) => untold.has(toldVerdict(metric)));
  return {
    metrics: compared.filter((metric) => shows.has(toldVerdict(metric))),
    unclear: open.length > 0,
    rates: open.filter(({ before, after }) => before !== null && after !== null && before.events !== null && before.value !== after.value),
  };
}
