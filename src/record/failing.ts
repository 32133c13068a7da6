import type { Measurement, Metric } from "./schema.ts";

/** What a linter found, by how much it minds; any other names are those of tests, benchmarks or thresholds. */
const findings = new Set(["errors", "warnings", "notes"]);

/** Whether the names of what fails in a metric are findings: they are found, and no test fails. */
export function areFindings({ metric }: Pick<Metric, "metric">): boolean {
  return findings.has(metric);
}

/**
 * The names of what fails on one side alone, in the order of that side. Null where a side was not measured, or names
 * none because there are too many.
 */
export function namesApart(before: Measurement | null, after: Measurement | null): { newly: string[]; noLonger: string[] } | null {
  const [was, is] = [before?.details.failing, after?.details.failing];
  if (was === undefined || is === undefined) return null;
  const [known, left] = [new Set(was), new Set(is)];
  return { newly: is.filter((name) => !known.has(name)), noLonger: was.filter((name) => !left.has(name)) };
}
