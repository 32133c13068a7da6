import type { Yielded } from "../record/yielded.ts";
import type { MetricSpec } from "./pick.ts";

/** A report file, read. */
export interface ReportText {
  /** For messages; relative to the repository's root where it is inside. */
  path: string;
  text: string;
  /** The folder that it tells of: places inside are named from there. Absolute; absent where nobody can say. */
  root?: string;
  /** The file's size, where its text was not read. */
  bytes?: number;
}

/** One format of report files: text in, metrics out. */
export interface ReportFormat {
  name: string;
  /** Whether a text looks like this format. */
  recognizes: (text: string) => boolean;
  /**
   * @param files of one check and one run, at least one
   * @param metrics configured ones, for a format that has its own way to choose; others need not look at them
   * @throws Failure `report-invalid` with the place
   */
  read: (files: readonly ReportText[], metrics: Readonly<Record<string, MetricSpec>>) => Yielded[];
}

/**
 * Reads several files one by one and joins what they yield: where there is more than one, each value is a sample,
 * and rates are summed.
 */
export function joinFiles(files: readonly ReportText[], read: (file: ReportText) => Yielded[]): Yielded[] {
  const lists = files.map(read);
  return lists.length === 1 ? (lists[0] ?? []).map(plainWhereSingle) : joinYielded(lists);
}

/**
 * Joins what several runs (or files) yielded: samples one after the other with the run's number as their round,
 * a plain value as one sample, rates summed. What a run counts exactly (`ofRuns`) stays a plain value. Order: that of
 * first appearance.
 */
export function joinYielded(runs: readonly (readonly Yielded[])[]): Yielded[] {
  const joined = new Map<string, Yielded>();
  for (const [index, run] of runs.entries()) {
    for (const metric of run) {
      const key = JSON.stringify([metric.metric, metric.stratum]);
      const known = joined.get(key);
      const all = known ?? { ...metric, samples: [], rounds: [], value: null, rate: null };
      if (known === undefined) joined.set(key, all);
      else all.details = joinDetails(all.details, metric.details);
      if (metric.rate !== null) {
        all.rate = { events: (all.rate?.events ?? 0) + metric.rate.events, count: (all.rate?.count ?? 0) + metric.rate.count };
      }
      if (metric.ofRuns !== undefined && metric.value !== null) {
        all.value = Math[metric.ofRuns === "least" ? "min" : "max"](all.value ?? metric.value, metric.value);
        continue;
      }
      // Pushed one by one: as arguments, or copied for each run, very many samples are too many.
      for (const sample of metric.value === null ? metric.samples : [metric.value]) {
        all.samples.push(sample);
        all.rounds.push(index + 1);
      }
    }
  }
  return [...joined.values()];
}

function plainWhereSingle(metric: Yielded): Yielded {
  const [only] = metric.samples;
  return metric.samples.length === 1 && only !== undefined ? { ...metric, samples: [], rounds: [], value: only } : metric;
}

/** A test that failed in one of several runs is failing; where a run names none because there are too many, no names are kept. */
function joinDetails(one: Yielded["details"], other: Yielded["details"]): Yielded["details"] {
  if (one.failing === undefined || other.failing === undefined) {
    const { failing: _, ...joined } = { ...one, ...other };
    return joined;
  }
  return { ...one, ...other, failing: [...new Set([...one.failing, ...other.failing])].sort() };
}
