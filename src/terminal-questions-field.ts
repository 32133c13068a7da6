import { charactersOf } from "./terminal-questions-layout.ts";

/** A text that is being edited. */
export interface Field {
  text: string;
  /** In UTF-16 units, never within a character. */
  caret: number;
  /** Whether it may have more than one line. */
  long: boolean;
}

/** A key that stands for no character, by its name as node:readline gives it. */
export interface Key {
  name: string;
  ctrl: boolean;
  meta: boolean;
}

export function openField(text: string, long: boolean): Field {
  return inserted({ text: "", caret: 0, long }, text);
}

/** The field with a text at its caret: as it was typed, but for line ends that a line has no room for, and control characters. */
export function inserted({ text, caret, long }: Field, typed: string): Field {
  const lines = typed.replace(/\r\n?|[\u2028\u2029]/g, "\n").replace(/(?![\n\t])\p{Cc}/gu, "");
  const added = long ? lines : lines.replace(/[^\S\n]*\n\s*/g, " ");
  return { text: text.slice(0, caret) + added + text.slice(caret), caret: caret + added.length, long };
}

/** The field after a key. One that means nothing here changes nothing. */
export function edited(field: Field, { name, ctrl, meta }: Key): Field {
  const { text, caret } = field;
  const action = (ctrl ? withControl : meta ? withMeta : alone)[name];
  const move = moves[action ?? ""];
  if (move !== undefined) return { ...field, caret: move(text, caret) };
  const reach = deletions[action ?? ""];
  if (reach === undefined) return field;
  const [start, end] = reach(text, caret);
  return { ...field, text: text.slice(0, start) + text.slice(end), caret: start };
}

const alone: Readonly<Record<string, string>> = {
  left: "left", right: "right", up: "up", down: "down", home: "home", end: "end", backspace: "delete-left", delete: "delete-right",
};
const withControl: Readonly<Record<string, string>> = {
  a: "home", e: "end", b: "left", f: "right", p: "up", n: "down", left: "word-left", right: "word-right", h: "delete-left",
  w: "delete-word", u: "delete-to-start", k: "delete-to-end", backspace: "delete-word",
};
const withMeta: Readonly<Record<string, string>> = { b: "word-left", f: "word-right", left: "word-left", right: "word-right", backspace: "delete-word" };

type Move = (text: string, caret: number) => number;

const left: Move = (text, caret) => caret - (charactersOf(text.slice(lineStart(text, caret - 1), caret)).at(-1)?.length ?? 0);
const right: Move = (text, caret) => caret + (charactersOf(text.slice(caret, lineEnd(text, caret) + 1))[0]?.length ?? 0);
const wordLeft: Move = (text, caret) => caret - (/[\p{L}\p{M}\p{N}_]*[^\p{L}\p{M}\p{N}_]*$/u.exec(text.slice(0, caret))?.[0].length ?? 0);
const wordRight: Move = (text, caret) => caret + (/^[^\p{L}\p{M}\p{N}_]*[\p{L}\p{M}\p{N}_]*/u.exec(text.slice(caret))?.[0].length ?? 0);
const lineStart: Move = (text, caret) => (caret <= 0 ? 0 : text.lastIndexOf("\n", caret - 1) + 1);
const lineEnd: Move = (text, caret) => {
  const end = text.indexOf("\n", caret);
  return end === -1 ? text.length : end;
};

/** As many characters from the line's start, one line above or below; where there is none, its end. */
function byLine(step: -1 | 1): Move {
  return (text, caret) => {
    const start = lineStart(text, caret);
    const target = step === -1 ? start - 1 : lineEnd(text, caret) + 1;
    if (target < 0) return 0;
    if (target > text.length) return text.length;
    const [from, to] = [lineStart(text, target), lineEnd(text, target)];
    return from + charactersOf(text.slice(from, to)).slice(0, charactersOf(text.slice(start, caret)).length).join("").length;
  };
}

const moves: Readonly<Record<string, Move>> = {
  left, right, up: byLine(-1), down: byLine(1), home: lineStart, end: lineEnd, "word-left": wordLeft, "word-right": wordRight,
};
const deletions: Readonly<Record<string, (text: string, caret: number) => [start: number, end: number]>> = {
  "delete-left": (text, caret) => [left(text, caret), caret],
  "delete-right": (text, caret) => [caret, right(text, caret)],
  "delete-word": (text, caret) => [wordLeft(text, caret), caret],
  "delete-to-start": (text, caret) => [lineStart(text, caret), caret],
  "delete-to-end": (text, caret) => [caret, lineEnd(text, caret)],
};
