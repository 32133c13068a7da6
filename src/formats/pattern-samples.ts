import { Failure } from "../failure.ts";
import { isMatch } from "./pattern.ts";

/** So long is a sample: enough for a pattern that tries each way, little for one that does not. */
const sampleLength = 1500;
/** A pattern's so many first parts are tried. */
const mostParts = 40;
/** So many neighbouring parts are repeated together. */
const longestUnit = 3;

/**
 * Whether a regular expression ends in time on texts made to keep it busy: what it matches up to some part, that part and
 * its neighbours again and again, and an end that does not match. A pattern that passes may still be slow on others.
 */
export function endsInTime(pattern: string): boolean {
  return samplesOf(pattern).every((sample) => {
    try {
      isMatch(pattern, sample, { what: "a sample", code: "check-failed" });
      return true;
    } catch (error) {
      if (error instanceof Failure) return false;
      throw error;
    }
  });
}

/** Texts that a pattern with two ways to match the same has to try every way on. */
export function samplesOf(pattern: string): string[] {
  const parts = partsOf(pattern).slice(0, mostParts);
  const samples = new Set<string>();
  for (let start = 0; start < parts.length; start += 1) {
    for (let length = 1; length <= longestUnit && start + length <= parts.length; length += 1) {
      const unit = parts.slice(start, start + length).join("");
      const before = parts.slice(0, start).join("");
      samples.add(`${before}${unit.repeat(Math.ceil(sampleLength / unit.length))}\u0001`);
    }
  }
  return [...samples];
}

/** One letter for each letter or class of letters in a pattern that it would match, in order. */
function partsOf(pattern: string): string[] {
  const token = /\\[dDwWsSbB]|\\[pPkux]\{[^}]*\}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?(?:[:=!]|<[=!]|<\w+>)|\{\d+,?\d*\}|[()|*+?^$]|./gsu;
  return [...pattern.matchAll(token)].flatMap(([part]) => {
    const letter = letterOf(part);
    return letter === null ? [] : [letter];
  });
}

const classes: Readonly<Record<string, string>> = { "\\d": "0", "\\D": "a", "\\w": "a", "\\W": "-", "\\s": " ", "\\S": "a", ".": "a", "\\n": "\n", "\\t": "\t" };

function letterOf(part: string): string | null {
  if (Object.hasOwn(classes, part)) return classes[part] ?? null;
  if (/^(?:\(\?|\{\d|[()|*+?^$]$|\\[bBpPkux])/.test(part)) return null;
  if (part.startsWith("[^")) return ["a", "0", " ", "-"].find((letter) => !part.includes(letter)) ?? null;
  if (part.startsWith("[")) return letterOf(/^\[(\\.|[^\\])/s.exec(part)?.[1] ?? "") ?? null;
  return part.startsWith("\\") ? part.slice(1) : part;
}
