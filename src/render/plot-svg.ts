import { brief } from "./visible.ts";

/*
 * SVG as text: tags and attributes are ours, alone; what strangers wrote becomes text between tags, escaped.
 *
 * Colours are mid tones: each has a contrast of at least 3:1 on white and on #0d1117. Attributes hold one set that
 * does on both grounds; the colour-scheme query only chooses a darker or a lighter set, which also does on both, for
 * a forge's page and the reader's system need not agree.
 */

/** By what they are for: `tone` is the class of an element. */
const tones = {
  words: { either: "#757c86", light: "#626871", dark: "#8b929b" },
  before: { either: "#b06a1c", light: "#9a560a", dark: "#cf8130" },
  after: { either: "#3b7dd0", light: "#2a66bd", dark: "#5896e8" },
} as const;
export type Tone = keyof typeof tones;

/** The style sheet, which a viewer may leave out. Fills and strokes have a class each. */
export function styleOf(): string {
  const rules = (scheme: "light" | "dark"): string => Object.entries(tones)
    .map(([tone, colours]) => `.f-${tone}{fill:${colours[scheme]}}.s-${tone}{stroke:${colours[scheme]}}`).join("");
  return `<style>${rules("light")}@media (prefers-color-scheme:dark){${rules("dark")}}</style>`;
}

/** Attributes that fill a shape or a text. */
export function filled(tone: Tone): string {
  return `class="f-${tone}" fill="${tones[tone].either}"`;
}

/** Attributes that draw a line. */
export function stroked(tone: Tone, width: number, more = ""): string {
  return `class="s-${tone}" stroke="${tones[tone].either}" stroke-width="${width}" fill="none"${more}`;
}

/** A coordinate: at most one decimal, never `-0`. */
export function at(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return String(rounded === 0 ? 0 : rounded);
}

/** A stranger's text, for between two tags: on one line, what acts unseen shown, bounded; its own reading direction stays inside it. */
export function words(value: string, most: number): string {
  return brief(value, most).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A line of text. `content` may be a stranger's. */
export function line(x: number, y: number, content: string, { size = 12, tone = "words", bold = false, anchor = "start" }: {
  size?: number; tone?: Tone; bold?: boolean; anchor?: "start" | "middle" | "end";
} = {}): string {
  const place = anchor === "start" ? "" : ` text-anchor="${anchor}"`;
  return `<text x="${at(x)}" y="${at(y)}" font-size="${size}"${bold ? " font-weight=\"600\"" : ""}${place} unicode-bidi="isolate" ${filled(tone)}>${words(content, 120)}</text>`;
}

/** About how wide a text is, in the widest of the fonts that it may come in. */
export function widthOf(content: string, size: number, bold = false): number {
  let ems = 0;
  for (const character of content) ems += (character.codePointAt(0) ?? 0) < 0x1100 ? 0.6 : 1.05;
  return ems * size * (bold ? 1.1 : 1);
}

/** As much of a text as fits, the cut shown by `…`. */
export function fitted(content: string, width: number, size: number, bold = false): string {
  if (widthOf(content, size, bold) <= width) return content;
  let kept = "";
  for (const character of content) {
    if (widthOf(`${kept}${character}…`, size, bold) > width) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}
