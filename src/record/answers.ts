import type { Metric } from "./schema.ts";
import { countedMetrics } from "./verdict.ts";

/**
 * What a reader asks of measurements first, answered from the metrics that count. `null`: nothing was measured
 * that could tell.
 */
export interface MeasuredAnswers {
  /**
   * Did the checks run? Failed runs after the ship, of how many, and the checks that failed before it as well. That
   * a command ran does not say that the service is up.
   */
  ran: { failed: number; of: number; before: Metric[] } | null;
  /** Is it slower? The metrics that tell of time, by what their comparison says. */
  slower: { slower: Metric[]; faster: Metric[]; unclear: Metric[]; same: Metric[] } | null;
  /** Are jobs or tests failing? How many after the ship, and the names of those that did not fail before. */
  failing: { failing: number; newly: string[] } | null;
  /**
   * Did the ship change anything? The metrics that show it, whether any other could not be told, and of these the
   * rates that are not the same on both sides.
   */
  changed: { metrics: Metric[]; unclear: boolean; rates: Metric[] } | null;
}

const timeUnits = new Set(["ns", "us", "µs", "ms", "s", "min", "h"]);

/** Whether a unit is one of time, so that less of it is faster. */
export function isTime(unit: string): boolean {
  return timeUnits.has(unit);
}

const shows = new Set(["improved", "regressed", "changed", "gone"]);

/** Answers the four questions; see {@link MeasuredAnswers}. */
export function measuredAnswers(metrics: readonly Metric[]): MeasuredAnswers {
  const compared = countedMetrics(metrics).filter(({ comparison }) => comparison !== null);
  return { ran: didRun(metrics), slower: isSlower(compared), failing: areFailing(metrics), changed: isChanged(compared) };
}

function didRun(metrics: readonly Metric[]): MeasuredAnswers["ran"] {
  const rates = metrics.filter(({ metric, after }) => metric === "error-rate" && after !== null);
  if (rates.length === 0) return null;
  return {
    failed: rates.reduce((all, { after }) => all + (after?.events ?? 0), 0),
    of: rates.reduce((all, { after }) => all + (after?.count ?? 0), 0),
    before: rates.filter(({ before, after }) => (before?.events ?? 0) > 0 && (after?.events ?? 0) > 0),
  };
}

function isSlower(compared: readonly Metric[]): MeasuredAnswers["slower"] {
  const times = compared.filter(({ unit, better }) => isTime(unit) && better === "lower");
  const said = (...verdicts: string[]): Metric[] => times.filter(({ comparison }) => verdicts.includes(comparison?.verdict ?? ""));
  if (times.length === 0) return null;
  return { slower: said("regressed"), faster: said("improved"), unclear: said("unclear", "not-enough-data"), same: said("unchanged") };
}

function areFailing(metrics: readonly Metric[]): MeasuredAnswers["failing"] {
  const reports = metrics.filter(({ metric, after }) => metric === "failed" && after !== null && after.value !== null);
  if (reports.length === 0) return null;
  return {
    failing: reports.reduce((all, { after }) => all + (after?.value ?? 0), 0),
    newly: reports.flatMap(({ before, after }) => {
      const known = new Set(before?.details.failing);
      return before === null ? [] : (after?.details.failing ?? []).filter((name) => !known.has(name));
    }),
  };
}

function isChanged(compared: readonly Metric[]): MeasuredAnswers["changed"] {
  if (compared.length === 0) return null;
  const verdicts = new Set(["unclear", "not-enough-data"]);
  const untold = compared.filter(({ comparison }) => verdicts.has(comparison?.verdict ?? ""));
  return {
    metrics: compared.filter(({ comparison }) => shows.has(comparison?.verdict ?? "")),
    unclear: untold.length > 0,
    rates: untold.filter(({ before, after }) => before !== null && after !== null && before.events !== null && before.value !== after.value),
  };
}
