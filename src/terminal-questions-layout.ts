import { oneLine } from "./terminal.ts";

/** What a person sees as one character, however many code points it takes. */
const characters = new Intl.Segmenter("en", { granularity: "grapheme" });

/** How much is segmented at a time, in UTF-16 units: on Node 20 the time it takes grows with the square of the text. */
const piece = 256;

export function charactersOf(text: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; ) {
    // Half a code point would be a character to the segmenter.
    const end = at + piece - (/[\ud800-\udbff]/.test(text.charAt(at + piece - 1)) ? 1 : 0);
    const parts = Array.from(characters.segment(text.slice(at, end)), ({ segment }) => segment);
    // The last character of a piece may go on in the next.
    if (end < text.length && parts.length > 1) parts.pop();
    found.push(...parts);
    at += parts.reduce((sum, part) => sum + part.length, 0);
  }
  return found;
}

/** Blocks of which every character is two columns wide (Unicode's East_Asian_Width W and F, rounded to whole blocks). */
const wide: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f], [0x231a, 0x231b], [0x2e80, 0x303e], [0x3041, 0x33ff], [0x3400, 0x4dbf], [0x4e00, 0xa4cf], [0xa960, 0xa97c],
  [0xac00, 0xd7a3], [0xf900, 0xfaff], [0xfe10, 0xfe19], [0xfe30, 0xfe6b], [0xff01, 0xff60], [0xffe0, 0xffe6], [0x16fe0, 0x18cff],
  [0x1b000, 0x1b2ff], [0x1f200, 0x1f251], [0x1f300, 0x1f64f], [0x1f680, 0x1f6ff], [0x1f900, 0x1faff], [0x20000, 0x3fffd],
];
const combining = /[\p{Mn}\p{Me}\u1160-\u11ff]/u;

/** The columns that a terminal gives a text, as `wcwidth` counts: code point by code point. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let columns = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (!combining.test(character)) columns += wide.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
  }
  return columns;
}

/** A text laid out for a terminal, and where its caret is. */
export interface Layout {
  lines: string[];
  caret: { line: number; column: number };
}

/**
 * Lays a text out in lines of at most so many columns. What a terminal would obey is shown by its number, so the
 * caret stands where the terminal puts it.
 *
 * @param caret in UTF-16 units
 */
export function layOut(text: string, caret: number, columns: number): Layout {
  const lines = [""];
  let used = 0;
  let at = 0;
  let place: Layout["caret"] | null = null;
  const newLine = (): void => {
    lines.push("");
    used = 0;
  };
  for (const character of charactersOf(text)) {
    const isEnd = character === "\n" || character === "\r\n";
    const shown = isEnd ? "" : character === "\t" ? "  " : oneLine(character);
    const width = widthOf(shown);
    if (used > 0 && used + width > columns) newLine();
    if (at >= caret) place ??= { line: lines.length - 1, column: used };
    at += character.length;
    lines[lines.length - 1] += shown;
    used += width;
    if (isEnd) newLine();
  }
  // Behind a full line the terminal would hold its caret back.
  if (place === null && used >= columns) newLine();
  return { lines, caret: place ?? { line: lines.length - 1, column: used } };
}

/** Words of ours on lines of at most so many columns. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of oneLine(text).split(" ")) {
    const joined = line === "" ? word : `${line} ${word}`;
    if (widthOf(joined) <= columns) {
      line = joined;
      continue;
    }
    if (line !== "") lines.push(line);
    const parts = layOut(word, 0, columns).lines;
    lines.push(...parts.slice(0, -1));
    line = parts.at(-1) ?? "";
  }
  return [...lines, line];
}
