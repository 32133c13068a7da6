import type { Measurement } from "../record/schema.ts";
import { median } from "../record/yielded.ts";
import { difference } from "./hodges-lehmann.ts";

/**
 * One value a round, in the order of the rounds: samples that were taken in one burst are not independent, so that of
 * several in a round the median stands for them. A value without samples is one round; a sample without a round
 * belongs to the first.
 */
export function roundsOf(measurement: Measurement): Float64Array {
  const { samples, rounds } = measurement;
  // The usual case, and the only one that may be large.
  if (samples.length > 0 && samples.every((_, place) => (rounds[place] ?? 0) > (rounds[place - 1] ?? 0))) return Float64Array.from(samples);
  const byRound = samplesByRound(measurement);
  return Float64Array.from([...byRound.keys()].sort((a, b) => a - b), (round) => median(byRound.get(round) ?? []) ?? 0);
}

/** After less before of each round that both sides have. */
export function pairsOf(before: Measurement, after: Measurement): Float64Array {
  const [one, two] = [samplesByRound(before), samplesByRound(after)];
  const both = [...one.keys()].filter((round) => two.has(round)).sort((a, b) => a - b);
  return Float64Array.from(both, (round) => difference(median(two.get(round) ?? []) ?? 0, median(one.get(round) ?? []) ?? 0));
}

function samplesByRound({ samples, rounds, value }: Measurement): Map<number, number[]> {
  if (samples.length === 0) return new Map(value === null ? [] : [[1, [value]]]);
  const byRound = new Map<number, number[]>();
  for (const [place, sample] of samples.entries()) {
    const round = rounds[place] ?? 1;
    const known = byRound.get(round);
    if (known === undefined) byRound.set(round, [sample]);
    else known.push(sample);
  }
  return byRound;
}
