/*
 * Characters that act on what stands around them, or that nobody sees: controls (NUL, escapes, bells), bidi
 * overrides and isolates, zero-width and filler characters, tags, lone surrogates, non-characters. Listed by hand,
 * not by Unicode property: a property's members differ from one Node to the next, and the text must not.
 */
const joiner = "\u200D";
const nonJoiner = "\u200C";
const unseen = new RegExp(
  "[\\u0000-\\u0008\\u000E-\\u001F\\u007F-\\u009F\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F" +
    "\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\u3164\\uD800-\\uDFFF\\uFEFF\\uFFA0\\uFFF0-\\uFFFB\\uFFFE\\uFFFF" +
    "\\u{1D173}-\\u{1D17A}\\u{E0000}-\\u{E0FFF}]",
  "gu",
);

/** All that breaks a line or widens it; becomes one space. */
const space = new RegExp("[\\t-\\r \\u0085\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]+", "gu");
const lineEnd = new RegExp("\\r\\n?|[\\v\\f\\u0085\\u2028\\u2029]", "gu");

/** Where a joiner is at home: inside an emoji, and between letters of scripts that join. */
const emoji = /^[\uFE0F\u{1F000}-\u{1FAFF}\u2190-\u2BFF]$/u;
const joiningLetter = /^[\u0600-\u061B\u0620-\u08FF\u0900-\u0DFF\u1000-\u109F\u1780-\u17B3\uFB50-\uFDFF\uFE70-\uFEFC]$/u;

const common = /^[ -~]*$/;

/**
 * A stranger's text on one line, for a reader: blanks of every kind folded to one space, none at the ends, and each
 * character that would act unseen written as `\u{202e}`. Nothing else is escaped: for terminals and plain text as it
 * is, for markdown through `text.ts`.
 */
export function plain(value: string): string {
  if (common.test(value) && !value.includes("  ")) return value.trim();
  return showUnseen(value.replace(space, " ")).trim();
}

/** A stranger's text of many lines: line ends become LF, tabs stay, and what would act unseen is shown. */
export function plainLines(value: string): string {
  return showUnseen(value.replace(lineEnd, "\n"));
}

/** At most `most` characters of a text, the cut shown by `…`; never half a character. */
export function cut(value: string, most: number): string {
  if (value.length <= most) return value;
  const characters = Array.from(value.slice(0, most * 2 + 1));
  return characters.length <= most ? value : `${characters.slice(0, most - 1).join("").trimEnd()}…`;
}

/** A stranger's text on one line, what acts unseen shown, and at most `most` characters of that. */
export function brief(value: string, most: number): string {
  return cut(plain(cut(value, most)), most);
}

function showUnseen(value: string): string {
  return value.replace(unseen, (character, at: number) =>
    isAtHome(character, value, at) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

function isAtHome(character: string, value: string, at: number): boolean {
  if (character !== joiner && character !== nonJoiner) return false;
  const before = Array.from(value.slice(Math.max(0, at - 2), at)).at(-1) ?? "";
  const after = Array.from(value.slice(at + 1, at + 3))[0] ?? "";
  if (joiningLetter.test(before) && joiningLetter.test(after)) return true;
  return character === joiner && emoji.test(before) && emoji.test(after);
}
