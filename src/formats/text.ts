import { Failure } from "../failure.ts";
import { type Yielded, yielded } from "../record/yielded.ts";
import { joinFiles, type ReportFormat } from "./format.ts";

const numeral = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`;
const alone = new RegExp(`^\\s*(${numeral})\\s*$`);
const named = new RegExp(`^\\s*([A-Za-z_][\\w ./()-]{0,79}?)\\s*[:= \\t]\\s*(${numeral})\\s*([A-Za-z%µ/]{0,16})\\s*$`);

/** More named numbers than this are a log, not a report. */
const mostMetrics = 100;

/**
 * Any text: a single number (the metric `value`), or lines of a name and a number (`rows 12`, `rows=12`,
 * `p95: 12 ms`); a name that comes again is a sample more.
 */
export const text: ReportFormat = {
  name: "text",
  recognizes: (content) => everyLine(content.slice(0, 65_536)).length > 0,
  read: (files) =>
    joinFiles(files, (file) => {
      const found = everyLine(file.text);
      if (found.length > 0 && found.length <= mostMetrics) return found;
      throw new Failure(
        "report-invalid",
        found.length === 0 ? `${file.path} holds no number that can be told by its name.` : `${file.path} holds more than ${mostMetrics} numbers.`,
        { expected: "a single number, lines like `name 12` or `name=12`, or `metrics:` in the configuration that choose some", retry: true },
      );
    }),
};

function everyLine(content: string): Yielded[] {
  const byName = new Map<string, { unit: string; samples: number[] }>();
  for (const line of content.split("\n")) {
    const single = alone.exec(line);
    const pair = single === null ? named.exec(line) : ["", "value", single[1], ""];
    const value = Number(pair?.[2] ?? Number.NaN);
    if (pair === null || !Number.isFinite(value)) continue;
    const [, name = "", , unit = ""] = pair;
    const known = byName.get(name);
    if (known === undefined) byName.set(name, { unit, samples: [value] });
    else known.samples.push(value);
    if (byName.size > mostMetrics) break;
  }
  return [...byName].map(([name, { unit, samples }]) => {
    const [first] = samples;
    return samples.length === 1 && first !== undefined
      ? yielded(name, unit, { value: first })
      : yielded(name, unit, { samples, rounds: samples.map(() => 1) });
  });
}
