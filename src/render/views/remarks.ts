import type { Metric } from "../../record/schema.ts";
import { cacheMix, toldVerdict } from "../../record/verdict.ts";
import { whole } from "../quantity.ts";
import { brief, cut } from "../visible.ts";
import { metricWords, valueOf } from "./metric-words.ts";

/*
 * What is to be said of metrics beside their rows: why samples failed, how the mix of strata shifted, and shapes that
 * are not what they were.
 */

const shownReasons = 5;

/** Why samples failed, a check and a side each: `3 × status 503`. */
export function errorsOf(metrics: readonly Metric[]) {
  const jobs = new Set(metrics.filter(({ metric }) => metric === "duration").map(({ check }) => check));
  return metrics.flatMap((metric) => (["before", "after"] as const).flatMap((side) => {
    const errors = metric[side]?.details.errors ?? [];
    if (errors.length === 0) return [];
    return [{
      check: brief(metric.check, 80),
      isJob: jobs.has(metric.check),
      side,
      reasons: errors.slice(0, shownReasons).map(({ reason, count: times }, at) => ({ times: whole(times), reason: brief(reason, 160), comma: at > 0 })),
      more: errors.length > shownReasons ? whole(errors.length - shownReasons) : null,
    }];
  }));
}

/** Where a cache answered more or less often than before, a sentence for each check: its times are not one. */
export function mixesOf(metrics: readonly Metric[]) {
  return metrics.flatMap((metric) => {
    const { metric: name, before, after, check } = metric;
    if (name !== cacheMix || toldVerdict(metric) !== "changed" || before === null || after === null) return [];
    const [was, is] = [valueOf(before, "ratio"), valueOf(after, "ratio")];
    return [{
      check: brief(check, 80),
      sentence: `the mix shifted: ${is ?? ""} were hits, before ${was ?? ""}; times are compared hit with hit and miss with miss`,
    }];
  });
}

const longestShape = 2000;
const shortShape = 80;

/** Shapes (a query's plan) that are not what they were. */
export function shapesOf(metrics: readonly Metric[]) {
  return metrics.flatMap((metric) => {
    const [before, after] = [metric.before?.details.shape, metric.after?.details.shape];
    if (before === undefined || after === undefined || before === after) return [];
    const isShort = [before, after].every((shape) => shape.length <= shortShape && !shape.includes("\n"));
    return [{
      check: brief(metric.check, 80),
      words: brief(metricWords(metric), 80),
      isShort,
      whole: { before: cut(before, longestShape), after: cut(after, longestShape) },
    }];
  });
}

/** `Hash Join (Seq Scan on a, Hash (Seq Scan on b))` with a line for each part, those inside another indented. */
export function nested(shape: string): string {
  if (shape.includes("\n")) return shape;
  let [lines, depth, brackets, inName] = ["", 0, 0, 0];
  for (const part of shape.split(/( \(|, |[)[\]])/)) {
    if (part === "[") brackets += 1;
    if (part === "]") brackets -= 1;
    const isEnd = part === ")" && inName === 0;
    if (part === " (") depth += 1;
    else if (isEnd) depth -= 1;
    else if (part === ")") inName -= 1;
    else inName += part.split("(").length - 1;
    const isBreak = part === " (" || (part === ", " && brackets === 0 && depth > 0);
    lines += isBreak ? `\n${"  ".repeat(Math.max(0, Math.min(20, depth)))}` : isEnd ? "" : part;
  }
  return lines;
}
