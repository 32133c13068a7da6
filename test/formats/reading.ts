import { readFileSync } from "node:fs";
import { Failure } from "../../src/failure.ts";
import type { MetricSpec } from "../../src/formats/pick.ts";
import { readReport } from "../../src/formats/report.ts";
import type { Yielded } from "../../src/record/yielded.ts";

/** A report as a real tool wrote it: `TOOL-VERSION/FILE` of test/reports. */
export function written(path: string): string {
  return readFileSync(new URL(`../reports/${path}`, import.meta.url), "utf8");
}

/** What texts yield, each a file of its own, by metric; the format found from the first. */
export function read(
  texts: string | readonly string[],
  { format = null, metrics = {} }: { format?: string | null; metrics?: Record<string, MetricSpec> } = {},
): Record<string, Yielded> {
  const files = [texts].flat().map((text, place) => ({ path: `report-${place}`, text }));
  return Object.fromEntries(readReport(files, { format, metrics }).map((metric) => [metric.metric, metric]));
}

/** What is told of each metric: its rate, its plain value, or its samples. */
export function told(of: Record<string, Yielded>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(of).map(([name, { rate, value, samples }]) => [name, rate ?? value ?? samples]));
}

/** The samples to so many digits. */
export function rounded(metric: Yielded | undefined, digits: number): number[] | undefined {
  return metric?.samples.map((sample) => Number(sample.toFixed(digits)));
}

/** The failure that reading ends in. */
export function refusal(texts: string | readonly string[], format: string | null = null): Failure {
  try {
    read(texts, { format });
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
