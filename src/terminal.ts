import { isatty } from "node:tty";
import { stripVTControlCharacters, styleText } from "node:util";
import { Failure } from "./failure.ts";

/** What every command takes, made complete once. */
export interface TerminalOptions {
  json: boolean;
  quiet: boolean;
  /** false: `--no-color`. */
  color: boolean;
  /** `-y`: never ask. */
  yes: boolean;
}

/** Where a command's words go: results to stdout; progress, questions and warnings to stderr. */
export interface Terminal {
  readonly json: boolean;
  /** Whether somebody is there to be asked: stdin and stderr are terminals and `--yes` was not given. */
  readonly interactive: boolean;
  /** A result for people, on stdout; nothing under `--json`. */
  result: (text: string) => void;
  /** The one JSON document on stdout under `--json`; nothing otherwise. */
  document: (value: unknown) => void;
  /** Text for stdout as it is, whatever the options (`--stdout`); on a terminal without what a terminal would obey. */
  raw: (text: string) => void;
  /** What happens or is to be done next, on stderr; nothing under `--quiet` or `--json`. */
  say: (text: string) => void;
  /** What the user must know, on stderr, whatever the options. */
  warn: (text: string) => void;
  /**
   * Says `text` on stderr if `work` takes more than a second. In a terminal that is a line that goes again when the
   * work is over, and meanwhile says what `show` was called with last.
   */
  progress: <T>(text: string, work: Promise<T> | ((show: (text: string) => void) => Promise<T>)) => Promise<T>;
  strong: (text: string) => string;
}

const patience = 1000;

/** @param options the flags, complete */
export function openTerminal(options: TerminalOptions): Terminal {
  const colorful = options.color && colorWanted();
  const line = statusLine();
  const warn = (text: string): void => line.above(() => writeTo(process.stderr, `${text}\n`));
  const say = (text: string): void => {
    if (!options.quiet && !options.json) warn(text);
  };
  return {
    json: options.json,
    interactive: !options.yes && !options.json && !process.env["CI"] && isatty(0) && isatty(2),
    result: (text) => {
      if (!options.json) print(`${text}\n`);
    },
    document: (value) => {
      if (options.json) print(`${JSON.stringify(value, null, 2)}\n`);
    },
    raw: (text) => print(isatty(1) ? harmless(text) : text),
    say,
    warn,
    progress: async (text, work) => {
      const lasting = !options.quiet && !options.json && isatty(2) && process.env["TERM"] !== "dumb" && !process.env["CI"];
      let latest = `${text} …`;
      let isDue = false;
      const timer = setTimeout(() => {
        isDue = true;
        if (lasting) line.set(latest);
        else say(latest);
      }, patience);
      const show = (now: string): void => {
        if (!lasting) return;
        latest = now;
        if (isDue) line.set(now);
      };
      try {
        return await (typeof work === "function" ? work(show) : work);
      } finally {
        clearTimeout(timer);
        line.set(null);
      }
    },
    strong: (text) => (colorful ? styleText("bold", text, { validateStream: false }) : text),
  };
}

/** A last line on the terminal behind stderr that can be changed, and taken away. */
function statusLine(): { set: (text: string | null) => void; above: (write: () => void) => void } {
  let shown: string | null = null;
  const draw = (text: string | null): void => {
    if (shown !== null) writeTo(process.stderr, "\r\u001b[K");
    shown = text;
    // A line that wraps could not be taken away again.
    if (text !== null) writeTo(process.stderr, [...oneLine(text)].slice(0, (process.stderr.columns || 80) - 1).join(""));
  };
  return {
    set: draw,
    above(write) {
      const last = shown;
      draw(null);
      write();
      draw(last);
    },
  };
}

/**
 * A stranger's text (a subject, a path, a title) on one line of a terminal: escapes taken out, everything that
 * moves the cursor, turns the writing direction or hides made visible.
 */
export function oneLine(text: string): string {
  // Nearly all of what is listed; ten thousand rows would feel the rest.
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return stripVTControlCharacters(text)
    .replace(/\s*[\r\n\u2028\u2029]+\s*/g, " ")
    .replace(/[\p{Cc}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, codePointOf);
}

/** A text of many lines for a terminal: what it would obey made visible. */
export function harmless(text: string): string {
  return text.replace(obeyed, codePointOf);
}

/** Control characters but tabs and line ends, and what turns the writing direction. */
const obeyed = /(?![\t\n]|\r\n)\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

function codePointOf(character: string): string {
  return `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}>`;
}

/** A failure as the `error` of a JSON document. */
export function errorDocument({ code, message, expected, retry }: Failure): Pick<Failure, "code" | "message" | "expected" | "retry"> {
  return { code, message, expected, retry };
}

/** Shows a failure: for people three sentences on stderr, under `--json` one document on stdout. */
export function showFailure(failure: Failure, json: boolean): void {
  const { message, expected, retry } = failure;
  if (json) {
    print(`${JSON.stringify({ error: errorDocument(failure) }, null, 2)}\n`);
    return;
  }
  const lines = [
    `shipnote: ${multiline(message)}`,
    `  expected: ${multiline(expected)}`,
    retry ? "  Safe to run again." : "  Running it again changes nothing until this is mended; nothing was lost.",
  ];
  writeTo(process.stderr, `${lines.join("\n")}\n`);
}

function multiline(text: string): string {
  return text.split("\n").map(oneLine).join("\n");
}

function colorWanted(): boolean {
  const force = process.env["FORCE_COLOR"];
  if (process.env["NO_COLOR"]) return false;
  if (force !== undefined) return force !== "0" && force !== "false";
  return isatty(1) && process.env["TERM"] !== "dumb" && !process.env["CI"];
}

/** Text for stdout, as it is. */
export function print(text: string): void {
  writeTo(process.stdout, text);
}

/**
 * A reader that went away (`| head`) ends the printing, not the work. Any other trouble with stdout is told when
 * all is done; with stderr there is nobody to tell.
 */
function writeTo(stream: NodeJS.WriteStream, text: string): void {
  if (stream.listenerCount("error") === 0) {
    stream.on("error", ({ code }: NodeJS.ErrnoException) => {
      if (code !== "EPIPE" && stream === process.stdout) process.once("exit", () => tellUnprinted(code ?? "unknown"));
    });
  }
  if (!stream.destroyed) stream.write(text);
}

function tellUnprinted(code: string): void {
  const failure = new Failure(code === "ENOSPC" ? "disk-full" : "not-writable", `The result could not be printed (${code}).`, {
    expected: "a stdout that takes it; what was to be written elsewhere is written",
    retry: true,
  });
  showFailure(failure, false);
  process.exitCode = failure.exitStatus;
}
