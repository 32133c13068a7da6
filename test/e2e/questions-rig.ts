import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { fixtureEnvironment } from "../git-fixture.ts";
import { type Seat, sitDown } from "../run-rig.ts";
import { type Screen, screenAfter } from "../screen.ts";
import { type Files, type Life, makeLife } from "./life.ts";
import { node } from "./tool.ts";

/** Somebody at a terminal of a given size, in which a command of shipnote runs. */
export interface Sitting extends Seat {
  screen: () => Screen;
  /** Waits for each question in turn, and answers it with these keys; Enter follows. */
  answer: (...answers: readonly (readonly [question: string, keys: string])[]) => Promise<void>;
}

export const ctrl = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) & 31);
export const down = "\u001b[B";
export const left = "\u001b[D";
export const paste = (text: string): string => `\u001b[200~${text}\u001b[201~`;

/** All questions of a ship like {@link ship}, in their order. */
export const questions = ["Title?", "Why?", "Expected result?", "Who answers for it?", "What to know when undoing it?", "Write it?"] as const;

/** A repository with a ship of one commit, whose file and author may both answer for it. */
export function ship(message = "Cache article lookups\n\nReaders waited for each article.", files: Files = { "a.txt": "2\n" }): Life {
  const life = makeLife();
  life.git("config", "user.name", "Ada Osei");
  life.commit("Base", { "a.txt": "1\n", "CODEOWNERS": "* @web-team\n" });
  life.commit(message, files);
  return life;
}

export function sit(
  { directory }: Life,
  args: readonly string[] = [],
  { columns = 100, rows = 30, env = {}, shell }: { columns?: number; rows?: number; env?: Record<string, string>; shell?: string } = {},
): Sitting {
  const clean = Object.fromEntries(Object.entries(fixtureEnvironment(0)).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const call = [node, inject("tool"), "record", ...args];
  const [file = "", ...rest] = shell === undefined ? call : ["/bin/sh", "-c", shell, ...call];
  const seat = sitDown(file, rest, directory, { ...clean, CI: "", NO_COLOR: "", GIT_EDITOR: "", VISUAL: "", EDITOR: "", ...env }, { cols: columns, rows });
  return {
    ...seat,
    screen: () => screenAfter(seat.shown(), columns),
    async answer(...answers) {
      for (const [question, keys] of answers) {
        await seat.shows(question);
        await seat.shows(readyFor(question, args.includes("--plain") || env["TERM"] === "dumb"));
        seat.type(`${keys}\r`);
      }
    },
  };
}

/** What stands last of a question when it can be answered: a terminal that still echoes would take the keys for its own. */
function readyFor(question: string, plain: boolean): string {
  if (plain) return ") ";
  return /^(?:Who answers|Write it|Which answer|What now)/.test(question) ? "a letter)" : "editor)";
}

/** The answers that are kept for later; null where there are none. */
export function draftOf({ directory }: Life): Record<string, string> | null {
  const folder = join(directory, ".git", "shipnote", "drafts");
  const [name] = existsSync(folder) ? readdirSync(folder).filter((each) => each.endsWith(".json")) : [];
  return name === undefined ? null : (JSON.parse(readFileSync(join(folder, name), "utf8")) as { answers: Record<string, string> }).answers;
}

/** The markdown and the facts of the only record. */
export function written(life: Life): { markdown: string; record: { title: string; owner: { name: string; source: string } } } {
  const { path, data } = life.record();
  return { markdown: life.read(path), record: JSON.parse(life.read(data)) as { title: string; owner: { name: string; source: string } } };
}

/** What stands under a heading, up to the next. */
export function section(markdown: string, heading: string): string {
  return (markdown.split(`\n## ${heading}\n`)[1] ?? "").split("\n## ")[0]?.trim() ?? "";
}
