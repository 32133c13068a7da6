import type { Comparison, Measurement, Metric } from "../record/schema.ts";
import { type Axis, axisOf } from "./plot-axis.ts";
import { type Frame, isGrouped, panel } from "./plot-panel.ts";
import { at, fitted, line, stroked, styleOf, widthOf, words } from "./plot-svg.ts";
import { type Clipped, plotAlt, plotDescription } from "./plot-words.ts";
import { difference, interval } from "./quantity.ts";
import { metricWords } from "./views/metric-words.ts";
import { brief } from "./visible.ts";

/*
 * A metric's samples as a picture: before on the left, after on the right, one value axis; each sample a dot, in the
 * order taken. Drawn for 390 pixels, the width of a phone; a wider page shows it half as large again.
 */

const width = 390;
const shownWidth = 560;
const gutter = 12;
const plotHeight = 132;
const titleSize = 13;

/** The SVG of a metric, deterministic to the byte; to be called where `plotName` gives a name. */
export function plotMetric(metric: Metric): string {
  const { before, after, comparison } = metric;
  const unit = brief(metric.unit, 12);
  const ends = endsOf(metric);
  const medians = [before, after].flatMap((side) => side?.value ?? []);
  const axis = axisOf([before, after].map((side) => side?.samples ?? []), [...medians, ...(ends ?? [])], unit);
  const clipped = { before: clippedOf(before, axis), after: clippedOf(after, axis) };
  const top = clipped.before.above + clipped.after.above > 0 ? 98 : 80;
  const bottom = top + plotHeight;
  const floor = bottom + (clipped.before.below + clipped.after.below > 0 ? 20 : 4);
  const axisWidth = Math.max(28, Math.min(64, Math.max(...axis.ticks.map(({ label }) => widthOf(label, 12))) + 8));
  const left: Frame = { x: axisWidth, width: (width - axisWidth - gutter) / 2, top, bottom, axis };
  const right: Frame = { ...left, x: left.x + left.width + gutter };
  const isNamedAbove = widthOf(axis.title, 12) <= axisWidth - 6;
  const legend = legendOf(metric, isNamedAbove ? "" : axis.title, ends !== null, width - axisWidth);
  const height = floor + 4 + 15 * legend.length;
  const name = `${brief(metric.check, 60)} ${brief(metricWords(metric), 60)}${metric.source === "compare" ? ", side by side" : ""}`;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${shownWidth}" height="${Math.round((height * shownWidth) / width)}" viewBox="0 0 ${width} ${height}" ` +
      `role="img" aria-labelledby="title desc" font-family="system-ui,-apple-system,Helvetica,Arial,sans-serif">`,
    `<title id="title">${words(plotAlt(metric), 400)}</title>`,
    `<desc id="desc">${words(plotDescription(metric, clipped), 1000)}</desc>`,
    styleOf(),
    line(0, 14, fitted(name, width - 4, titleSize, true), { size: titleSize, bold: true }),
    line(0, 31, resultOf(comparison, unit)),
    ...(isNamedAbove && axis.title !== "" ? [line(axisWidth - 6, 67, axis.title, { anchor: "end" })] : []),
    ...levels(axis, left, right),
    ...panel("before", before, unit, left, clipped.before, null),
    ...panel("after", after, unit, right, clipped.after, { median: before?.value ?? null, ends }),
    ...legend.map((entries, row) => line(axisWidth, floor + 14 + 15 * row, entries)),
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}

/** Where the median after would lie by the interval of the shift: what the bracket shows. */
function endsOf({ before, comparison }: Metric): [number, number] | null {
  if (before === null || before.value === null || comparison === null || comparison.interval === null) return null;
  const [low, high] = comparison.interval;
  return [before.value + low, before.value + high];
}

function clippedOf(side: Measurement | null, { low, high, say }: Axis): Clipped {
  const samples = side?.samples ?? [];
  return { above: samples.filter((sample) => sample > high).length, below: samples.filter((sample) => sample < low).length, top: say(high), bottom: say(low) };
}

/** The verdict and what it rests on, as far as it fits: `improved: −316 ms (95 % interval −325 to −304 ms)`. */
function resultOf(comparison: Comparison | null, unit: string): string {
  if (comparison === null) return "not compared";
  const verdict = comparison.verdict.replaceAll("-", " ");
  if (comparison.shift === null) return verdict;
  const shift = `${verdict}: ${difference(comparison.shift, unit)}`;
  const whole = comparison.interval === null ? shift : `${shift} (95 % interval ${interval(comparison.interval, unit)})`;
  return widthOf(whole, 12) <= width + 20 ? whole : fitted(shift, width, 12);
}

/** What stands below the panels, in as many lines as it needs. */
function legendOf({ before, after }: Metric, axisTitle: string, hasBracket: boolean, room: number): string[] {
  const grouped = [before, after].some((side) => side !== null && isGrouped(side));
  const entries = [
    "samples in the order taken",
    ...(grouped ? ["hollow: every second round"] : []),
    before === null || before.value === null ? "line: median" : "dashed: median before",
    ...(hasBracket ? ["bracket: 95 % interval"] : []),
    ...(axisTitle === "" ? [] : [`axis in ${axisTitle}`]),
  ];
  return entries.reduce<string[]>((lines, entry) => {
    const longer = `${lines.at(-1) ?? ""}; ${entry}`;
    return lines.length > 0 && widthOf(longer, 12) <= room ? [...lines.slice(0, -1), longer] : [...lines, entry];
  }, []);
}

/** The axis's labels, and a thin dotted line for each across both panels. */
function levels({ ticks, low, high }: Axis, left: Frame, right: Frame): string[] {
  const { top, bottom } = left;
  return ticks.flatMap(({ at: value, label }) => {
    const y = bottom - ((value - low) / (high - low)) * (bottom - top);
    return [
      line(left.x - 6, y + 4, label, { anchor: "end" }),
      `<path d="M${at(left.x)} ${at(y)}h${at(left.width)}M${at(right.x)} ${at(y)}h${at(right.width)}" ${stroked("words", 0.75, " stroke-dasharray=\"0.75 5\"")}/>`,
    ];
  });
}
