import { trimBlankLines } from "./lines.ts";

/*
 * The checklist is generated and input at once. The template renders our items alone, one list item each,
 * ticks included; what people put behind an item is its note, and items that they add stand below ours.
 * Notes and people's items are markdown as people wrote it.
 */

/** What people made of one of our items. */
export interface StandingItem {
  done: boolean;
  /** Markdown behind the rendered item; starts with a line end where it begins on a line of its own. */
  note: string | null;
}

/** An item that people added. */
export interface AddedItem {
  done: boolean;
  /** Its markdown without bullet and box. */
  item: string;
  /** Its lines as they stand. */
  source: string;
}

/** A checklist as it stands, against the one that was rendered. */
export interface StandingChecklist {
  /** As many as were rendered, in their order; null where one is gone or was rewritten. */
  ours: (StandingItem | null)[];
  added: AddedItem[];
  /** The rendered items alone, as they stand, without ticks, notes and people's items; null where other text stands. */
  bare: string | null;
  /** Whether all rendered items are there, unchanged and in order, and nothing but list items beside them. */
  intact: boolean;
}

/** What is known of a rendered item where the rendering itself changed since: see `readChecklist`. */
export interface KnownItem {
  item: string;
  note: string | null;
}

const listItem = /^([-*+]) (?:\[([ xX])\] )?(.*)$/;
const tick = /^([-*+]) \[[xX]\] /;

interface ListedItem {
  done: boolean;
  first: string;
  rest: string[];
}

/** A checklist's text with every tick taken away. */
export function withoutTicks(text: string): string {
  return text.split("\n").map((line) => line.replace(tick, "$1 [ ] ")).join("\n");
}

/**
 * Reads ticks, notes and added items from a standing checklist.
 *
 * @param rendered our items as the record at hand renders them, without notes
 * @param known our items by name, in the same order, for templates that changed since the text was written
 */
export function readChecklist(
  standing: string,
  rendered: string,
  known: readonly KnownItem[] = [],
): StandingChecklist {
  const ours = listItems(trimBlankLines(rendered)).items;
  const { items, other } = listItems(trimBlankLines(standing));
  const result: StandingChecklist = {
    ours: Array.from({ length: Math.max(ours.length, known.length) }, () => null),
    added: [],
    bare: null,
    intact: !other,
  };
  const bare: string[] = [];
  let last = -1;
  for (const listed of items) {
    const unwrapped = unwrap(listed);
    const whole = matchItem(listed, ours, known, result.ours);
    // A formatter may have wrapped what was one line.
    const item = whole === null ? unwrapped : listed;
    const match = whole ?? matchItem(unwrapped, ours, known, result.ours);
    if (match === null) {
      const text = [listed.first, ...listed.rest].join("\n").trimEnd();
      result.added.push({ done: listed.done, item: text, source: sourceOf(listed) });
      continue;
    }
    const [index, length, exact] = match;
    const note = trimBlankLines([item.first.slice(length).trim(), ...item.rest].join("\n").trimEnd());
    const ownLine = item.first.slice(length).trim() === "" && note !== "";
    result.ours[index] = { done: item.done, note: note === "" ? null : ownLine ? `\n${note}` : note };
    bare.push(`- [ ] ${item.first.slice(0, length).trimEnd()}`);
    if (!exact || index < last) result.intact = false;
    last = index;
  }
  if (result.ours.includes(null)) result.intact = false;
  if (!other) result.bare = bare.join("\n");
  return result;
}

/** Our rendered items with people's notes behind them and people's items below. */
export function dressChecklist(
  rendered: string,
  notes: readonly (string | null)[],
  added: readonly string[],
): string {
  const lines: string[] = [];
  let index = -1;
  for (const line of trimBlankLines(rendered).split("\n")) {
    if (listItem.test(line)) index += 1;
    const note = listItem.test(line) ? notes[index] ?? null : null;
    const gap = note === null || /^[\n,.;:!?)]/.test(note) ? "" : " ";
    lines.push(line + gap + (note ?? ""));
  }
  return trimBlankLines([...lines, ...added].join("\n"));
}

/** The lines of an item that people added, from what the record keeps of it. */
export function addedItemSource(item: { item: string; done: boolean }): string {
  return `- [${item.done ? "x" : " "}] ${item.item}`;
}

interface Listed {
  items: ListedItem[];
  other: boolean;
}

function listItems(text: string): Listed {
  const items: ListedItem[] = [];
  let other = false;
  let afterBlank = false;
  for (const line of text.split("\n")) {
    const found = listItem.exec(line);
    const current = items.at(-1);
    if (found !== null) {
      items.push({ done: /[xX]/.test(found[2] ?? ""), first: found[3] ?? "", rest: [] });
    } else if (current !== undefined && (!afterBlank || /^(?:\s|$)/.test(line))) {
      // Indented lines, and lines right behind, belong to the item before.
      current.rest.push(line);
    } else if (line.trim() !== "") {
      other = true;
    }
    afterBlank = line.trim() === "";
  }
  return { items, other };
}

/** An item with the lines of its first paragraph as one. */
function unwrap(item: ListedItem): ListedItem {
  const more = item.rest.findIndex((line) => /^\s*(?:$|[-*+>#`~]|\d{1,9}[.)])/.test(line));
  const paragraph = more < 0 ? item.rest : item.rest.slice(0, more);
  return {
    done: item.done,
    first: [item.first, ...paragraph.map((line) => line.trim())].join(" "),
    rest: item.rest.slice(paragraph.length),
  };
}

function sourceOf(item: ListedItem): string {
  return [`- [${item.done ? "x" : " "}] ${item.first}`, ...item.rest].join("\n").trimEnd();
}

/** Which of our items it is, how much of its first line is ours, and whether that is just what was rendered. */
function matchItem(
  item: ListedItem,
  ours: readonly ListedItem[],
  known: readonly KnownItem[],
  taken: readonly (StandingItem | null)[],
): [index: number, length: number, exact: boolean] | null {
  let best: [number, number, boolean] | null = null;
  for (const [index, own] of ours.entries()) {
    const length = taken[index] === null ? commonLength(item.first, own.first) : null;
    if (length !== null && (best === null || length > best[1])) best = [index, length, true];
  }
  if (best !== null) return best;
  for (const [index, entry] of known.entries()) {
    if (taken[index] !== null || commonLength(item.first, entry.item) === null) continue;
    const note = entry.note;
    const ends = note !== null && !note.startsWith("\n") && item.first.endsWith(note);
    return [index, ends ? item.first.length - note.length : item.first.length, false];
  }
  return null;
}

/**
 * How much of `standing` is `rendered`, but for what formatters change (escapes, `*` for `_`); null where
 * it does not begin with it, or goes on in the same word.
 */
function commonLength(standing: string, rendered: string): number | null {
  let at = 0;
  let own = 0;
  while (own < rendered.length) {
    if (standing[at] === "\\" && rendered[own] !== "\\") at += 1;
    if (rendered[own] === "\\" && standing[at] !== "\\") own += 1;
    const [left, right] = [standing[at], rendered[own]];
    if (left === undefined || (left !== right && !(/[*_]/.test(left) && /[*_]/.test(right ?? "")))) return null;
    at += 1;
    own += 1;
  }
  return /^[\p{L}\p{N}]{2}$/u.test(standing.slice(at - 1, at + 1)) ? null : at;
}
