import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { node } from "../e2e/tool.ts";
import { sitDown } from "../run-rig.ts";
import { screenAfter } from "../screen.ts";

/** One command of a transcript, and what it is to print. */
export interface Step {
  /** Of the command, counted from 1. */
  line: number;
  command: string;
  expected: string;
}

/** What a command printed. */
export interface Printed {
  stdout: string;
  stderr: string;
  status: number | null;
}

/** What somebody at a terminal waits for, and the keys then typed; Enter follows. */
export type Typed = readonly [shown: string, keys: string];

/** An empty folder to run a transcript in, with `shipnote` on its PATH, and a clock of its own. */
export interface Scratch {
  /** Runs a command with sh. `merge`: stderr goes where stdout goes, as in a terminal. */
  run: (command: string, options?: { merge: boolean }) => Printed;
  /** Runs a command with sh in a terminal of 100 columns. @returns what stands on the screen once it has ended */
  sit: (command: string, typed: readonly Typed[]) => Promise<string>;
  write: (path: string, content: string) => void;
  remove: () => void;
}

/** What is said of work that takes more than a second, which it does on a busy machine alone. */
const waiting = /^(?:Gathering|Measuring|Comparing|Trying|Checking|Looking) .* …\n/gm;

const start = Date.UTC(2026, 10, 24, 9, 0, 0) / 1000;

/** Makes the present time of a process that of CLOCK, in seconds; durations stay real. */
const clock = `const at = Number(process.env.CLOCK) * 1000;
globalThis.Date = class extends Date {
  constructor(...parts) { super(...(parts.length === 0 ? [at] : parts)); }
  static now() { return at; }
};`;

/**
 * Reads the commands: lines that begin with `$ `, carried on by lines right below that begin with `> `. What
 * follows up to the next command is what it is to print, without blank lines at the end.
 *
 * @param first the number of the first line
 */
export function readSteps(lines: readonly string[], first = 1): Step[] {
  const steps: (Step & { open: boolean })[] = [];
  lines.forEach((line, place) => {
    const last = steps.at(-1);
    if (line.startsWith("$ ")) steps.push({ line: first + place, command: line.slice(2), expected: "", open: true });
    else if (last?.open === true && (line === ">" || line.startsWith("> "))) last.command += `\n${line.slice(2)}`;
    else if (last !== undefined) Object.assign(last, { expected: `${last.expected}${line}\n`, open: false });
  });
  return steps.map(({ line, command, expected }) => ({ line, command, expected: expected.trimEnd() }));
}

/**
 * The expected text where the actual one fits it, else the actual one: made to be compared by `toBe`. A line
 * `…` stands for any lines, none included; within a line `…` stands for any text.
 */
export function fitted(expected: string, actual: string): string {
  const pattern = expected.split("\n").map((line) => (line.trim() === "…" ? "(?:.*\n)*?" : `${line.split("…").map(escaped).join(".*?")}\n`));
  return new RegExp(`^${pattern.join("")}$`).test(`${actual.trimEnd()}\n`) ? expected : actual.trimEnd();
}

/**
 * @param tool the main.js of the packed tool
 * @param emptyHome where git does not know either who commits
 */
export function openScratch(tool: string, { emptyHome = false } = {}): Scratch {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "shipnote-transcript-")));
  const [bin, home, work] = ["bin", "home", "work"].map((name) => join(folder, name)) as [string, string, string];
  for (const path of [bin, home, work]) mkdirSync(path);
  const preload = `data:text/javascript,${encodeURIComponent(clock)}`;
  writeFileSync(join(bin, "shipnote"), `#!/bin/sh\nexec "${node}" --import "${preload}" "${tool}" "$@"\n`, { mode: 0o755 });
  if (!emptyHome) writeFileSync(join(home, ".gitconfig"), "[user]\nname = Ada Osei\nemail = ada@example.org\n[init]\ndefaultBranch = main\n");
  let minutes = 0;
  const next = (): Record<string, string> => {
    // A minute goes by from one command to the next, for git and for shipnote.
    const seconds = String(start + 60 * minutes++);
    return {
      PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`,
      HOME: home,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_DATE: `${seconds} +0000`,
      GIT_COMMITTER_DATE: `${seconds} +0000`,
      LC_ALL: "C.UTF-8",
      // Nothing that is printed or written depends on where somebody lives.
      TZ: "Pacific/Auckland",
      CLOCK: seconds,
    };
  };
  return {
    run(command, { merge } = { merge: false }) {
      const call = ["-c", merge ? `exec 2>&1\n${command}` : command];
      const { status, stdout, stderr } = spawnSync("sh", call, { cwd: work, encoding: "utf8", input: "", env: next() });
      return { stdout: stdout.replace(waiting, ""), stderr: stderr.replace(waiting, ""), status };
    },
    async sit(command, typed) {
      const seat = sitDown("env", ["-i", ...Object.entries({ ...next(), TERM: "xterm", NO_COLOR: "1" }).map((pair) => pair.join("=")), "sh", "-c", command], work);
      for (const [question, keys] of typed) {
        await seat.shows(question);
        await seat.shows(/editor\)|a letter\)/);
        seat.type(`${keys}\r`);
      }
      await seat.ended;
      return screenAfter(seat.shown(), 100).lines.join("\n").trimEnd();
    },
    write(path, content) {
      mkdirSync(dirname(join(work, path)), { recursive: true });
      writeFileSync(join(work, path), content);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
