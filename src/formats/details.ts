import type { Yielded } from "../record/yielded.ts";

/** A name is kept up to this length, in UTF-16 units. */
const longestName = 500;

/** A name no longer than records keep it. */
export function shortName(name: string): string {
  // What is left of a character that was cut in two goes as well.
  return name.length <= longestName ? name : name.slice(0, longestName).replace(/[\ud800-\udbff]$/, "");
}

/**
 * The names of what fails, each once, sorted by code unit. More than `most` are not kept at all: of two long lists
 * that were cut, names would differ that are on both sides.
 */
export function failingDetails(names: Iterable<string>, most: number): Yielded["details"] {
  const unique = new Set(names);
  return unique.size > most ? {} : { failing: [...unique].sort() };
}
