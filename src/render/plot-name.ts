import { slug } from "../record/id.ts";
import type { Measurement, Metric } from "../record/schema.ts";

const longestName = 80;
const ending = ".svg";

/**
 * The file of a metric's plot in the folder of its record: `article-page-response-time-miss.svg`, at most 80 bytes of
 * a-z, 0-9 and `-`; `-compare` behind what was measured side by side. Null where there is nothing to plot: fewer than
 * two samples on either side, none on one that was measured, or one and the same on both, show no more than the table
 * does.
 */
export function plotName(metric: Metric): string | null {
  return isPlotted(metric) ? `${stemOf(metric, "")}${ending}` : null;
}

/** The files of the metrics' plots, each its own: where two would have the same name, the later gets `-2`. */
export function plotNames(metrics: readonly Metric[]): (string | null)[] {
  const taken = new Set<string>();
  return metrics.map((metric) => {
    if (!isPlotted(metric)) return null;
    let name = `${stemOf(metric, "")}${ending}`;
    for (let place = 2; taken.has(name); place += 1) name = `${stemOf(metric, `-${place}`)}${ending}`;
    taken.add(name);
    return name;
  });
}

function isPlotted({ before, after }: Metric): boolean {
  return (hasSamples(before) || hasSamples(after)) && before?.samples.length !== 0 && after?.samples.length !== 0 && !isConstant(before, after);
}

function isConstant(before: Measurement | null, after: Measurement | null): boolean {
  const first = before?.samples[0];
  return first !== undefined && after !== null && [before, after].every((side) => side?.samples.every((sample) => sample === first));
}

function hasSamples(side: Measurement | null): boolean {
  return side !== null && side.samples.length > 1;
}

function stemOf({ check, metric, stratum, source }: Metric, place: string): string {
  const last = `${source === "compare" ? "-compare" : ""}${place}`;
  const words = [check, metric, stratum ?? ""].map(slug).filter((word) => word !== "").join("-") || "metric";
  return `${words.slice(0, longestName - ending.length - last.length).replace(/-+$/, "")}${last}`;
}
