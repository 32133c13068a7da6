import { harmless, oneLine } from "./terminal.ts";
import type { Manner, Option, Question } from "./terminal-questions-asked.ts";
import { askDrawn, chooseDrawn } from "./terminal-questions-drawn.ts";
import { wrapped } from "./terminal-questions-layout.ts";
import { askPlain, choosePlain, confirmPlain } from "./terminal-questions-plain.ts";

/** Whether the terminal, and whoever reads it, can have what it shows drawn again; SHIPNOTE_PLAIN says no for all commands. */
export function canDraw(): boolean {
  const { TERM: kind, SHIPNOTE_PLAIN: plain = "" } = process.env;
  return kind !== "dumb" && plain === "" && process.stdin.isTTY;
}

/**
 * Asks for words on stderr.
 *
 * @returns without blanks around it; empty where it is skipped
 * @throws Failure `interrupted` on Ctrl-C, on Ctrl-D, and where the terminal goes away
 */
export async function ask(question: Question, manner: Manner): Promise<string> {
  for (let now = question; ;) {
    const { text, editor } = await (manner.plain ? askPlain(now) : askDrawn(now, manner));
    if (!editor) return asAnswer(text, question);
    const { editText } = await import("./terminal-editor.ts");
    const { text: written, failed } = await editText(text, { editor: manner.editor, question: question.message, context: question.context });
    if (failed === null) {
      const answer = asAnswer(written, question);
      tell(answer === "" ? ["(nothing)"] : answer.split("\n").slice(0, 6).map((line) => `> ${line}`));
      return answer;
    }
    tell([failed]);
    now = { ...question, initial: text };
  }
}

function asAnswer(text: string, { long }: Question): string {
  return long ? text.trim() : text.replace(/\s+/g, " ").trim();
}

/** Asks for one of some options; Enter is the first. @throws Failure `interrupted` */
export async function choose<T>(message: string, options: readonly Option<T>[], manner: Manner): Promise<T> {
  return manner.plain ? choosePlain(message, options) : chooseDrawn(message, options, manner);
}

/** Asks whether or not; Enter is yes. @throws Failure `interrupted` */
export async function confirm(message: string, { plain, strong } = { plain: !canDraw(), strong: (text: string): string => text }): Promise<boolean> {
  if (plain) return confirmPlain(message);
  const options = [{ value: true, label: "yes", key: "y" }, { value: false, label: "not now", key: "n" }];
  return chooseDrawn(message, options, { plain, strong, editor: "" });
}

/** Says something between questions; each text on lines of its own, what a terminal would obey shown. */
export function tell(texts: readonly string[]): void {
  const columns = Math.max(process.stderr.columns || 80, 10) - 1;
  for (const text of texts) {
    const indent = /^ */.exec(text)?.[0] ?? "";
    const lines = canDraw() ? wrapped(text.trim(), columns - indent.length) : [oneLine(text.trim())];
    for (const line of lines) process.stderr.write(`${indent}${line}\n`);
  }
}

/** Shows a text of many lines as it is, but for what a terminal would obey. */
export function show(text: string): void {
  process.stderr.write(`\n${harmless(text).trimEnd()}\n\n`);
}
