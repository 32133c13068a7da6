import type { Measurement, Metric } from "../record/schema.ts";
import { toldVerdict } from "../record/verdict.ts";
import { count, difference, interval, quantity, whole } from "./quantity.ts";
import { metricPlace, valueOf } from "./views/metric-words.ts";
import { brief } from "./visible.ts";

/** How many samples of a side a plot draws; of more it draws these, evenly thinned. */
export const mostDrawn = 2000;

/**
 * What a plot says, in a sentence, for who does not see it: `Response time of article-page on cache misses: 412 ms
 * before, 95 ms after, improved`. Plain text that still holds what strangers wrote.
 */
export function plotAlt(metric: Metric): string {
  const { unit, before, after, source } = metric;
  const shown = (side: Measurement | null, word: string): string => {
    const value = valueOf(side, brief(unit, 40));
    return value === null ? `${side === null ? "not measured" : "no value"} ${word}` : `${value} ${word}`;
  };
  const told = toldVerdict(metric);
  const verdict = told === null ? "" : `, ${told.replaceAll("-", " ")}`;
  return `${metricPlace(metric)}${source === "compare" ? ", side by side" : ""}: ${shown(before, "before")}, ${shown(after, "after")}${verdict}`;
}

/** What lies outside a plot's axis on one side, and the ends of the axis in words. */
export interface Clipped {
  above: number;
  below: number;
  top: string;
  bottom: string;
}

/** The same at length: the samples of each side, the change, and what the picture leaves out. */
export function plotDescription({ unit: given, before, after, comparison }: Metric, clipped: { before: Clipped; after: Clipped }): string {
  const unit = brief(given, 40);
  const sentences = [
    sideSentence("Before", before, unit),
    ...leftOut(before, clipped.before),
    sideSentence("After", after, unit),
    ...leftOut(after, clipped.after),
  ];
  if (comparison !== null && comparison.shift !== null) {
    const ends = comparison.interval === null ? "" : `, 95 % interval ${interval(comparison.interval, unit)}`;
    sentences.push(`The shift: ${difference(comparison.shift, unit)}${ends}.`);
  }
  return sentences.join(" ");
}

function sideSentence(word: string, side: Measurement | null, unit: string): string {
  if (side === null) return `${word}: not measured.`;
  const { samples, rounds, value } = side;
  if (samples.length === 0) return `${word}: no samples.`;
  let [low, high] = [Infinity, -Infinity];
  for (const sample of samples) {
    if (sample < low) low = sample;
    if (sample > high) high = sample;
  }
  const many = new Set(rounds).size;
  return `${word}: ${count(samples.length, "sample")} in ${count(many, "round")}, in the order taken, from ${quantity(low, unit)} to ` +
    `${quantity(high, unit)}${value === null ? "" : `, median ${quantity(value, unit)}`}.`;
}

function leftOut(side: Measurement | null, { above, below, top, bottom }: Clipped): string[] {
  const all = side?.samples.length ?? 0;
  return [
    ...(above > 0 ? [`${whole(above)} above ${top}, drawn as arrows.`] : []),
    ...(below > 0 ? [`${whole(below)} below ${bottom}, drawn as arrows.`] : []),
    ...(all > mostDrawn ? [`Thinned evenly: ${whole(mostDrawn)} of ${whole(all)} are drawn.`] : []),
  ];
}
