import { createHash } from "node:crypto";

/** How much of a raw output is looked at, from its end; what is kept in a record is cut from it once masked. */
const rawLimit = 64 * 1024;

/** What was printed: the readable end, the size of all of it in bytes, and the SHA-256 of all of it. */
export interface Output {
  /** The last 64 KiB as a terminal would show them at the end; not masked and not cut yet (the journal does both). */
  tail: string;
  bytes: number;
  sha256: string;
}

/** Takes an output as it passes, in constant memory. */
export interface OutputRecorder {
  push: (chunk: Uint8Array) => void;
  end: () => Output;
}

/** Counts and hashes everything, and remembers the last 64 KiB in a ring. */
export function recordOutput(): OutputRecorder {
  const hash = createHash("sha256");
  const ring = Buffer.alloc(rawLimit);
  let bytes = 0;
  return {
    push(chunk) {
      hash.update(chunk);
      const part = chunk.length > rawLimit ? chunk.subarray(chunk.length - rawLimit) : chunk;
      const place = (bytes + chunk.length - part.length) % rawLimit;
      const first = Math.min(part.length, rawLimit - place);
      ring.set(part.subarray(0, first), place);
      ring.set(part.subarray(first), 0);
      bytes += chunk.length;
    },
    end() {
      const cut = bytes > rawLimit;
      const start = bytes % rawLimit;
      const raw = cut ? Buffer.concat([ring.subarray(start), ring.subarray(0, start)]) : ring.subarray(0, bytes);
      return { tail: readableTail(raw, cut), bytes, sha256: hash.digest("hex") };
    },
  };
}

/**
 * The end of a raw output as text.
 *
 * @param cut whether more stood before: then the first, partial line goes, and so does the rest of a private
 * key whose first line is not there to be recognised by
 */
function readableTail(raw: Buffer, cut: boolean): string {
  // What is no text shows nothing; size and hash stand for it.
  if (raw.includes(0)) return "";
  const lineStart = cut ? raw.indexOf(0x0a) + 1 : 0;
  const text = screenText(raw.subarray(lineStart).toString("utf8"));
  return cut ? text.replace(/^(?:(?!-----BEGIN )[\s\S])*?-----END [A-Z0-9 ]*PRIVATE KEY-----/, "[masked]") : text;
}

const escape = "\u001b";
const bell = "\u0007";
// A CSI sequence, whole or cut off; OSC, DCS and their kin up to their end; a short escape; else one character.
const token = new RegExp(
  [
    `${escape}\\[([0-?]*)[ -/]*([@-~])`,
    `${escape}\\[[ -?]*`,
    `${escape}[\\]P_^X][^${bell}${escape}]*(?:${bell}|${escape}\\\\|$)`,
    `${escape}[ -/]*[0-~]?`,
    "[\\s\\S]",
  ].join("|"),
  "gu",
);

interface Screen {
  rows: string[][];
  row: number;
  column: number;
}

/**
 * What a terminal would show once a text has been printed: escapes gone, lines overwritten by `\r`, backspaces
 * or cursor movements as they stood last, the alternate screen of full-screen programs left out.
 * Trailing blanks of lines and trailing empty lines are dropped.
 */
export function screenText(text: string): string {
  const screen = blank();
  let alternate: Screen | null = null;
  for (const [matched, parameters, final] of text.matchAll(token)) {
    const current = alternate ?? screen;
    if (final === "h" && /^\?(?:1049|1047|47)$/.test(parameters ?? "")) alternate = blank();
    else if (final === "l" && /^\?(?:1049|1047|47)$/.test(parameters ?? "")) alternate = null;
    else if (final !== undefined) control(current, parameters ?? "", final);
    else if (!matched.startsWith(escape)) print(current, matched);
  }
  const lines = screen.rows.map((cells) => Array.from(cells, (cell) => cell ?? " ").join("").replace(/[ \t]+$/, ""));
  while (lines.at(-1) === "") lines.pop();
  return lines.join("\n");
}

function blank(): Screen {
  return { rows: [[]], row: 0, column: 0 };
}

function rowAt(screen: Screen, row: number): string[] {
  while (screen.rows.length <= row) screen.rows.push([]);
  return screen.rows[row] ?? [];
}

function print(screen: Screen, character: string): void {
  if (character === "\n") {
    screen.row += 1;
    screen.column = 0;
    rowAt(screen, screen.row);
  } else if (character === "\r") screen.column = 0;
  else if (character === "\b") screen.column = Math.max(0, screen.column - 1);
  else if (character === "\t" || !/\p{Cc}/u.test(character)) {
    const cells = rowAt(screen, screen.row);
    while (cells.length < screen.column) cells.push(" ");
    cells[screen.column] = character;
    screen.column += 1;
  }
}

/** No cursor goes further than this: a stranger's `ESC[999999999C` is not to fill our memory. */
const furthest = 300;

function control(screen: Screen, parameters: string, final: string): void {
  const [first, second] = parameters.split(";").map((part) => Math.min(Number.parseInt(part, 10) || 0, furthest));
  const count = Math.max(1, first ?? 1);
  const cells = rowAt(screen, screen.row);
  if (final === "A" || final === "F") screen.row = Math.max(0, screen.row - count);
  else if (final === "B" || final === "E") screen.row = Math.min(screen.rows.length - 1, screen.row + count);
  else if (final === "C") screen.column = Math.min(furthest, screen.column + count);
  else if (final === "D") screen.column = Math.max(0, screen.column - count);
  else if (final === "G") screen.column = count - 1;
  else if (final === "H" || final === "f") {
    screen.row = count - 1;
    screen.column = Math.max(1, second ?? 1) - 1;
  } else if (final === "K") eraseLine(screen, cells, first ?? 0);
  else if (final === "J") eraseScreen(screen, cells, first ?? 0);
  else if (final === "P") cells.splice(screen.column, count);
  if (final === "E" || final === "F") screen.column = 0;
}

function eraseLine(screen: Screen, cells: string[], part: number): void {
  if (part === 0) cells.length = Math.min(cells.length, screen.column);
  else cells.fill(" ", 0, part === 1 ? screen.column + 1 : cells.length);
}

function eraseScreen(screen: Screen, cells: string[], part: number): void {
  if (part === 0) {
    eraseLine(screen, cells, 0);
    screen.rows.length = screen.row + 1;
  } else if (part === 2) {
    screen.rows.length = 0;
    rowAt(screen, screen.row);
  }
}
