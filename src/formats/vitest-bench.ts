import { joinYielded, type ReportFormat, type ReportText } from "./format.ts";
import { type Member, amountAt, burst, entries, member, metricName, needed, textAt, wholeReport } from "./members.ts";
import type { Yielded } from "../record/yielded.ts";

/**
 * `vitest bench --outputJson` (seen in 3 and 4): each benchmark by file, groups and name, in milliseconds. vitest
 * writes its samples as an empty list, whatever is configured; so the median of its one burst is one sample. A
 * benchmark that threw has none, and yields nothing.
 */
export const vitestBench: ReportFormat = {
  name: "vitest-bench",
  recognizes: (text) => /^\s*\{\s*"files"\s*:\s*\[\s*\{\s*"filepath"\s*:/.test(text.slice(0, 4096)),
  read: (files) => joinYielded(files.map(benchmarksOf)),
};

function benchmarksOf(file: ReportText): Yielded[] {
  const groups = entries(needed(wholeReport(file, "vitest bench"), "files")).flatMap((each) => entries(needed(each, "groups")));
  return groups.flatMap((group) => {
    const path = textAt(needed(group, "fullName"));
    return entries(needed(group, "benchmarks")).flatMap((benchmark) => benchmarkAt(path, benchmark) ?? []);
  });
}

function benchmarkAt(path: string, benchmark: Member): Yielded | null {
  const middle = member(benchmark, "median") ?? member(benchmark, "mean");
  return middle === null ? null : burst(metricName(`${path} > ${textAt(needed(benchmark, "name"))}`), [], amountAt(middle));
}
