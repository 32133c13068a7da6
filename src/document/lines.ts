/** A line by its offsets in the source: `start..end` is its text, `next` where the line behind it starts. */
export interface Line {
  start: number;
  end: number;
  next: number;
}

const byteOrderMark = "\uFEFF";

/** How many code units a byte order mark takes at the start of a source: 0 or 1. */
export function markLength(source: string): number {
  return source.startsWith(byteOrderMark) ? 1 : 0;
}

/** All lines, whatever ends them (LF, CRLF or a lone CR, as CommonMark has it), behind a byte order mark. */
export function splitLines(source: string): Line[] {
  const lines: Line[] = [];
  const ending = /\r\n|\n|\r/g;
  let start = markLength(source);
  for (let found = ending.exec(source); found !== null; found = ending.exec(source)) {
    lines.push({ start, end: found.index, next: ending.lastIndex });
    start = ending.lastIndex;
  }
  if (start < source.length) lines.push({ start, end: source.length, next: source.length });
  return lines;
}

/** The same text with every line ending written as LF. */
export function toLf(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

/** The text over LF without the blank lines around it: what two versions of a generated text are compared by. */
export function trimBlankLines(text: string): string {
  return toLf(text).replace(/^(?:[ \t]*\n)+/, "").replace(/(?:\n[ \t]*)+$/, "").replace(/^[ \t]+$/, "");
}

/** The line ending in use at an offset: that of its own line, else of the first line that has one, else LF. */
export function endingAt(source: string, offset: number): string {
  return /\r\n|\n|\r/.exec(source.slice(offset))?.[0] ?? /\r\n|\n|\r/.exec(source)?.[0] ?? "\n";
}

/** A text in LF as it is written where lines end in `ending`. */
export function withEnding(text: string, ending: string): string {
  return ending === "\n" ? text : text.replaceAll("\n", ending);
}

/** One replacement in a source: what stands at `start..end` becomes `text`. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** The source with all replacements made; they must not overlap. */
export function applyEdits(source: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let result = "";
  let at = 0;
  for (const edit of sorted) {
    result += source.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + source.slice(at);
}
