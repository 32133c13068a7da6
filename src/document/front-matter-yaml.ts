import { isMap, isScalar, LineCounter, parseDocument } from "yaml";
import type { ScannedEntry } from "./front-matter-lines.ts";

/** A problem of the YAML, with its line in the text, from 1. */
export interface YamlProblem {
  problem: string;
  line: number;
}

/** The entries at the top of a YAML mapping, read by a parser that keeps every offset. */
export function parseEntries(text: string): { entries: ScannedEntry[] } | YamlProblem {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, keepSourceTokens: true, schema: "failsafe", prettyErrors: false });
  const error = document.errors[0];
  if (error !== undefined) {
    return { problem: error.message.replace(/\s+/g, " "), line: lineCounter.linePos(error.pos[0]).line };
  }
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === "")) {
    return { entries: [] };
  }
  const contents = document.contents;
  if (!isMap(contents) || contents.flow === true) return { problem: "it is no mapping of key and value", line: 1 };
  const entries: ScannedEntry[] = [];
  for (const pair of contents.items) {
    if (!isScalar(pair.key) || typeof pair.key.value !== "string" || !pair.key.range) continue;
    const keyEnd = pair.key.range[1];
    const range = isNode(pair.value) ? pair.value.range : null;
    // The value of `key:` alone stands right behind the colon.
    const colon = text.indexOf(":", keyEnd) + 1;
    const empty = isScalar(pair.value) && pair.value.source === "";
    // A list or a mapping is written over from the colon on, its first line end included.
    const valueStart = empty || !isScalar(pair.value) ? colon : Math.max(range?.[0] ?? colon, colon);
    const valueEnd = empty ? colon : Math.max(range?.[1] ?? colon, valueStart);
    const trimmedEnd = valueStart + text.slice(valueStart, valueEnd).trimEnd().length;
    entries.push({
      key: pair.key.value,
      value: isScalar(pair.value) && typeof pair.value.value === "string" ? pair.value.value : null,
      valueStart,
      valueEnd: trimmedEnd,
      start: pair.key.range[0],
      next: lineEndBehind(text, trimmedEnd),
    });
  }
  return { entries };
}

function isNode(value: unknown): value is { range?: [number, number, number] | null } {
  return typeof value === "object" && value !== null && "range" in value;
}

function lineEndBehind(text: string, offset: number): number {
  const found = /\r\n|\n|\r/g;
  found.lastIndex = offset;
  return found.exec(text) === null ? text.length : found.lastIndex;
}
