import { join } from "node:path";
import { plotDigest } from "../record/facts-digest.ts";
import type { Metric } from "../record/schema.ts";
import { plotNames } from "../render/plot-name.ts";
import type { Write } from "../write/plan.ts";

/** A picture of a metric's samples: a file in its record's folder. */
export interface Plot {
  name: string;
  svg: string;
}

/** The pictures of a record's samples. What draws them is loaded only where there is one. */
export async function drawPlots(metrics: readonly Metric[]): Promise<Plot[]> {
  const names = plotNames(metrics);
  if (names.every((name) => name === null)) return [];
  const { plotMetric } = await import("../render/plot.ts");
  return metrics.flatMap((metric, place) => {
    const name = names[place] ?? null;
    return name === null ? [] : [{ name, svg: plotMetric(metric) }];
  });
}

/** What `generator.plots` keeps of them. */
export function plotDigests(plots: readonly Plot[]): Record<string, string> {
  return Object.fromEntries(plots.map(({ name, svg }) => [name, plotDigest(svg)]));
}

/** @param folder of the record */
export function plotWrites(plots: readonly Plot[], folder: string): Write[] {
  return plots.map(({ name, svg }) => ({ path: join(folder, name), content: svg }));
}
