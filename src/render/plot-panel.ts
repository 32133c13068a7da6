import type { Measurement } from "../record/schema.ts";
import type { Axis } from "./plot-axis.ts";
import { at, fitted, line, stroked, widthOf } from "./plot-svg.ts";
import { type Clipped, mostDrawn } from "./plot-words.ts";
import { quantity, whole } from "./quantity.ts";

/** Where a panel stands: its left edge and width, and where the axis begins and ends. */
export interface Frame {
  x: number;
  width: number;
  top: number;
  bottom: number;
  axis: Axis;
}

/** What the right panel shows of the left one. */
export interface Reference {
  /** The median before. */
  median: number | null;
  /** The ends of the interval that the median after lies in, should the change be all that differs. */
  ends: readonly [number, number] | null;
}

/** Kept free at a panel's right edge, for the bracket. */
const margin = 18;

/** One side: its name and median in words, its samples, its median as a line. */
export function panel(side: "before" | "after", measurement: Measurement | null, unit: string, frame: Frame, clipped: Clipped, reference: Reference | null): string[] {
  const name = side === "before" ? "Before" : "After";
  const heading = line(frame.x, 52, name, { bold: true, tone: side });
  if (measurement === null) return [heading, line(frame.x, 67, "not measured"), ...references(reference, frame)];
  const { samples, value } = measurement;
  return [
    heading,
    line(frame.x, 67, value === null ? "no samples" : medianWords(value, unit, samples.length, frame.width)),
    ...references(reference, frame),
    ...dots(measurement, side, frame),
    ...(value === null ? [] : levelled(value, frame, stroked(side, 2))),
    ...(clipped.above > 0 ? [line(frame.x, frame.top - 14, `${whole(clipped.above)} above ${clipped.top}`)] : []),
    ...(clipped.below > 0 ? [line(frame.x, frame.bottom + 18, `${whole(clipped.below)} below ${clipped.bottom}`)] : []),
  ];
}

function medianWords(value: number, unit: string, samples: number, width: number): string {
  const counted = samples > 0 ? ` (${whole(samples)})` : "";
  const said = `median ${quantity(value, unit)}${counted}`;
  if (widthOf(said, 12) <= width) return said;
  return fitted(`${quantity(value, unit === "ratio" || unit === "bytes" ? unit : "")}${counted}`, width, 12);
}

/** The place of a value on the paper; null outside the axis. */
function placeOf(value: number, { top, bottom, axis }: Frame): number | null {
  if (value < axis.low || value > axis.high) return null;
  return bottom - ((value - axis.low) / (axis.high - axis.low)) * (bottom - top);
}

/** A line across a panel at a value. */
function levelled(value: number, frame: Frame, attributes: string): string[] {
  const y = placeOf(value, frame);
  return y === null ? [] : [`<path d="M${at(frame.x)} ${at(y)}h${at(frame.width - margin)}" ${attributes}/>`];
}

function references(reference: Reference | null, frame: Frame): string[] {
  if (reference === null) return [];
  const median = reference.median === null ? [] : levelled(reference.median, frame, stroked("before", 1.5, " stroke-dasharray=\"5 4\""));
  if (reference.ends === null) return median;
  const { low, high } = frame.axis;
  const [from, to] = reference.ends.map((end) => placeOf(Math.max(low, Math.min(high, end)), frame) ?? frame.bottom);
  const x = frame.x + frame.width - 6;
  // An end that lies off the axis has no cap.
  const caps = reference.ends.map((end, place) => end < low || end > high ? "" : `M${at(x - 5)} ${at((place === 0 ? from : to) ?? 0)}h10`).join("");
  return [...median, `<path d="M${at(x)} ${at(from ?? 0)}V${at(to ?? 0)}${caps}" ${stroked("words", 2)}/>`];
}

/** Whether a round has several samples, so that rounds are to be told from one another. */
export function isGrouped({ samples, rounds }: Measurement): boolean {
  const turns = turnsOf(rounds).filter(Boolean).length;
  return turns > 0 && turns + 1 < samples.length;
}

/** Whether each sample is the first of another round than the one before it. */
function turnsOf(rounds: readonly number[]): boolean[] {
  return rounds.map((round, place) => place > 0 && round !== rounds[place - 1]);
}

/** Every sample; every second round hollow where rounds have several, with some room between two rounds. */
function dots(measurement: Measurement, side: "before" | "after", frame: Frame): string[] {
  const { samples, rounds } = measurement;
  const turns = turnsOf(rounds);
  const grouped = isGrouped(measurement);
  const slots = samples.length + (grouped ? turns.filter(Boolean).length : 0);
  const drawn = Math.min(samples.length, mostDrawn);
  const radius = drawn <= 60 ? 2.4 : drawn <= 300 ? 1.8 : drawn <= 1000 ? 1.3 : 1;
  const step = (frame.width - margin) / slots;
  const paths = { full: "", hollow: "", arrows: "" };
  let slot = 0;
  let round = 0;
  let next = 0;
  for (const [place, sample] of samples.entries()) {
    if (turns[place] === true) {
      round += 1;
      slot += grouped ? 1 : 0;
    }
    const x = frame.x + (slot + 0.5) * step;
    slot += 1;
    if (place !== Math.floor((next * samples.length) / drawn)) continue;
    next += 1;
    const y = placeOf(sample, frame);
    if (y === null) paths.arrows += arrow(x, sample > frame.axis.high, frame);
    else if (grouped && round % 2 === 1) paths.hollow += `M${at(x - radius)} ${at(y)}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0-${2 * radius} 0`;
    else paths.full += `M${at(x)} ${at(y)}h0`;
  }
  return [
    ...(paths.full === "" ? [] : [`<path d="${paths.full}" ${stroked(side, 2 * radius + 1, " stroke-linecap=\"round\"")}/>`]),
    ...(paths.hollow === "" ? [] : [`<path d="${paths.hollow}" ${stroked(side, 1)}/>`]),
    ...(paths.arrows === "" ? [] : [`<path d="${paths.arrows}" ${stroked(side, 1.5)}/>`]),
  ];
}

/** A chevron with a stem at the edge that a sample lies beyond. */
function arrow(x: number, isAbove: boolean, { top, bottom }: Frame): string {
  const [tip, way] = isAbove ? [top - 9, 1] : [bottom + 9, -1];
  return `M${at(x)} ${at(tip + way * 8)}V${at(tip)}M${at(x - 3)} ${at(tip + way * 3.5)}L${at(x)} ${at(tip)}L${at(x + 3)} ${at(tip + way * 3.5)}`;
}
