import { scaleLinear } from "d3-scale";
import { whole } from "./quantity.ts";

/** The value axis that both sides share. Numbers are in the metric's unit. */
export interface Axis {
  low: number;
  high: number;
  ticks: { at: number; label: string }[];
  /** What the labels are in: `ms`, `kB`, `%`, `×10⁶ rows`; may be empty. */
  title: string;
  /** A value on the axis in words: `900 ms`. */
  say(value: number): string;
}

/** Beyond it a difference of two may leave the range of numbers; below its inverse nothing can be divided by it. */
const vast = 1e300;

/**
 * The axis for the samples of up to two sides and the marks beside them. It holds all of them, but where a far tail
 * would flatten the rest: of each side up to a tenth (of a few samples, one or two) may lie outside, if they lie
 * further out than three times the height of all others.
 *
 * @param sides samples, in any order
 * @param marks ends of an interval, medians; they widen the axis at most by its own height, and below 0 only where a
 *   sample is
 */
export function axisOf(sides: readonly (readonly number[])[], marks: readonly number[], unit: string): Axis {
  const bounds = boundsOf(sides.filter((side) => side.length > 0).map((side) => side.map(bounded).sort((a, b) => a - b)));
  const height = bounds.high - bounds.low;
  const isNegative = sides.some((side) => side.some((sample) => sample < 0));
  for (const mark of marks.map(bounded)) {
    if (mark > bounds.high && mark <= bounds.high + height) bounds.high = mark;
    if (mark < bounds.low && mark >= bounds.low - height) bounds.low = isNegative ? mark : Math.max(0, mark);
  }
  const { factor, title } = scalingOf(Math.max(Math.abs(bounds.low), Math.abs(bounds.high)), unit);
  const [low, high] = roomy(bounds.low / factor, bounds.high / factor);
  const scale = scaleLinear().domain([low, high]).nice(4);
  const [first = low, last = high] = scale.domain();
  const shown = scale.ticks(4);
  const step = (shown[1] ?? 1) - (shown[0] ?? 0);
  const decimals = Math.max(0, Math.min(9, -Math.floor(Math.log10(step) + 1e-9)));
  const label = (value: number): string => grouped(value, decimals);
  return {
    low: first * factor,
    high: last * factor,
    ticks: shown.map((value) => ({ at: value * factor, label: label(value) })),
    title,
    say: (value) => `${label(value / factor)}${title === "" ? "" : ` ${title}`}`,
  };
}

function boundsOf(sides: readonly (readonly number[])[]): { low: number; high: number } {
  const all = sides.flatMap((side) => [side[0] ?? 0, side.at(-1) ?? 0]);
  if (all.length === 0) return { low: 0, high: 0 };
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const inner = sides.map((side) => {
    const spared = side.length < 4 ? 0 : Math.max(side.length < 8 ? 1 : 2, Math.floor(side.length / 10));
    return [side[spared] ?? 0, side[side.length - 1 - spared] ?? 0] as const;
  });
  const bottom = Math.min(...inner.map(([low, high]) => Math.min(low, high)));
  const top = Math.max(...inner.map(([low, high]) => Math.max(low, high)));
  // What is all but one value is no height that a tail could flatten.
  const height = Math.max(top - bottom, Math.max(Math.abs(top), Math.abs(bottom)) / 20);
  const kept = sides.flatMap((side) => side.filter((value) => value <= top + height && value >= bottom - height));
  return {
    low: least < bottom - 3 * height ? kept.reduce((a, b) => Math.min(a, b)) : least,
    high: most > top + 3 * height ? kept.reduce((a, b) => Math.max(a, b)) : most,
  };
}

/** Never so close that a thousandth looks like a drama; down to nothing where that is near. */
function roomy(low: number, high: number): [number, number] {
  const least = Math.max(Math.abs(low), Math.abs(high)) / 10;
  if (least === 0) return [0, 1];
  const lacking = Math.max(0, least - (high - low)) / 2;
  const [from, to] = [low >= 0 ? Math.max(0, low - lacking) : low - lacking, high <= 0 ? Math.min(0, high + lacking) : high + lacking];
  if (from > 0 && from < to / 2) return [0, to];
  return to < 0 && to > from / 2 ? [from, 0] : [from, to];
}

const byteUnits = ["B", "kB", "MB", "GB", "TB", "PB"];

/** What the labels are divided by, so that none is longer than seven characters. */
function scalingOf(largest: number, unit: string): { factor: number; title: string } {
  if (unit === "ratio") return { factor: 0.01, title: "%" };
  const thousands = largest === 0 ? 0 : Math.floor(Math.log10(largest) / 3 + 1e-9);
  if (unit === "bytes" && thousands < byteUnits.length) {
    const step = Math.max(0, thousands);
    return { factor: 1000 ** step, title: byteUnits[step] ?? "B" };
  }
  const name = unit === "count" || unit === "1" ? "" : unit;
  if (thousands < 2 && thousands > -2) return { factor: 1, title: name };
  return { factor: 10 ** (thousands * 3), title: `\u00D710${raised(thousands * 3)}${name === "" ? "" : ` ${name}`}` };
}

function raised(power: number): string {
  return String(power).replace(/./g, (digit) => digit === "-" ? "\u207B" : "\u2070\u00B9\u00B2\u00B3\u2074\u2075\u2076\u2077\u2078\u2079"[Number(digit)] ?? "");
}

function grouped(value: number, decimals: number): string {
  const digits = Math.abs(value).toFixed(decimals);
  const [units = "0", fraction] = digits.split(".");
  const sign = value < 0 && Number(digits) !== 0 ? "\u2212" : "";
  return `${sign}${whole(Number(units))}${fraction === undefined ? "" : `.${fraction}`}`;
}

function bounded(value: number): number {
  return Math.abs(value) < 1 / vast ? 0 : Math.max(-vast, Math.min(vast, value));
}
