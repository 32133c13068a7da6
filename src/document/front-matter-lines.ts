import { splitLines } from "./lines.ts";

/** A key at the top of a YAML mapping, by offsets in the YAML's text; see FrontMatterEntry. */
export interface ScannedEntry {
  key: string;
  value: string | null;
  valueStart: number;
  valueEnd: number;
  start: number;
  next: number;
}

const ignorable = /^[ \t]*(?:#.*)?$/;
const entry = /^([A-Za-z_][A-Za-z0-9_-]*):(?:( +)(.*))?$/;
/** Starts with a letter or a digit and holds nothing that YAML could give a meaning to. */
const plain = /^[A-Za-z0-9][A-Za-z0-9 _./@+()-]*$/;
const withComment = /^(.*?)[ \t]+#.*$/;

/**
 * The entries of a mapping whose every line is a comment, or a key with a plain or quoted value; null
 * where a line is anything else, so that a parser has to tell.
 */
export function scanEntries(text: string): ScannedEntry[] | null {
  const entries: ScannedEntry[] = [];
  for (const line of splitLines(text)) {
    const value = text.slice(line.start, line.end);
    if (ignorable.test(value) && !value.includes("\t")) continue;
    const found = entry.exec(value);
    const [, key, gap, rest] = found ?? [];
    if (key === undefined || gap === undefined || rest === undefined) return null;
    if (entries.some((other) => other.key === key)) return null;
    const scalar = readScalar(rest);
    if (scalar === null) return null;
    const valueStart = line.start + key.length + 1 + gap.length;
    entries.push({
      key, value: scalar.value, valueStart, valueEnd: valueStart + scalar.length, start: line.start, next: line.next,
    });
  }
  return entries;
}

function readScalar(rest: string): { value: string; length: number } | null {
  const quoted = /^(?:"([^"\\]*)"|'([^']*)')(?=[ \t]*$|[ \t]+#)/.exec(rest);
  if (quoted !== null) return { value: quoted[1] ?? quoted[2] ?? "", length: quoted[0].length };
  const bare = (withComment.exec(rest)?.[1] ?? rest).trimEnd();
  return plain.test(bare) ? { value: bare, length: bare.length } : null;
}
