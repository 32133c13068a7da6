import { type Yielded, yielded } from "../record/yielded.ts";
import type { ReportText } from "./format.ts";
import { unreadable } from "./unreadable.ts";

/** So many of so many: lines, branches or functions that tests reached. */
export interface Share { covered: number; total: number }

export interface Coverage { lines: Share; branches: Share; functions: Share }

/** A tenth of a point: less comes and goes with lines that have nothing to do with tests. */
const tolerance = { value: 0.001, percent: false };

export function noCoverage(): Coverage {
  return { lines: { covered: 0, total: 0 }, branches: { covered: 0, total: 0 }, functions: { covered: 0, total: 0 } };
}

/** Adds to a share what was counted besides. */
export function addShare(to: Share, more: Share): void {
  to.covered += more.covered;
  to.total += more.total;
}

/**
 * `line-coverage`, `branch-coverage` and `function-coverage`, each where there is anything to cover. They are ratios
 * of what is there, no sample of it, and so plain values: a test of significance has nothing to say of them.
 *
 * @param kind of the report, with its article, for messages
 * @throws Failure `report-invalid` where no line was counted: nothing was measured then
 */
export function coverageMetrics({ lines, branches, functions }: Coverage, [first]: readonly ReportText[], kind: string): Yielded[] {
  if (lines.total === 0) throw unreadable(first?.path ?? "The report", kind, "it counts no line of code", "the coverage of some lines");
  return [["line-coverage", lines] as const, ["branch-coverage", branches] as const, ["function-coverage", functions] as const]
    .filter(([, { total }]) => total > 0)
    .map(([name, { covered, total }]) => yielded(name, "ratio", { value: covered / total, better: "higher", tolerance }));
}
