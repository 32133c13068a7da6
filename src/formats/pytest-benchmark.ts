import { joinYielded, type ReportFormat, type ReportText } from "./format.ts";
import { type Member, amountAt, amountsAt, burst, entries, member, metricName, needed, textAt, wholeReport } from "./members.ts";
import type { Yielded } from "../record/yielded.ts";

/**
 * pytest-benchmark's `--benchmark-json`: each benchmark by its full name (`test_sort.py::test_sort[10]`), in
 * milliseconds. What it calls rounds are bursts of one process, so they share a round here.
 */
export const pytestBenchmark: ReportFormat = {
  name: "pytest-benchmark",
  recognizes: (text) => /^\s*\{\s*"machine_info"\s*:\s*\{/.test(text.slice(0, 4096)) && /"(?:benchmarks|commit_info)"\s*:/.test(text.slice(0, 65_536)),
  read: (files) => joinYielded(files.map(benchmarksOf)),
};

function benchmarksOf(file: ReportText): Yielded[] {
  return entries(needed(wholeReport(file, "pytest-benchmark"), "benchmarks")).map(benchmarkAt);
}

function benchmarkAt(benchmark: Member): Yielded {
  const stats = needed(benchmark, "stats");
  const data = member(stats, "data");
  const samples = data === null ? [] : amountsAt(data);
  const milliseconds = (seconds: number): number => seconds * 1000;
  const name = metricName(textAt(member(benchmark, "fullname") ?? needed(benchmark, "name")));
  return burst(name, samples.map(milliseconds), milliseconds(amountAt(needed(stats, "median"))));
}
