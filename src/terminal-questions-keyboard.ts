import { emitKeypressEvents } from "node:readline";
import { Failure } from "./failure.ts";
import type { Key } from "./terminal-questions-field.ts";

/** What somebody did at the keyboard: typed or pasted text, pressed a key, or was done with the question. */
export type Press = { kind: "text"; text: string } | { kind: "key"; key: Key } | { kind: "enter" };

/** Asks the terminal to say where a paste begins and where it ends. */
const pasteMarks = { on: "\u001b[?2004h", off: "\u001b[?2004l" };

/** An Enter that text follows this soon, in milliseconds, was pasted: nobody types so fast. */
const burst = 20;

/** A Ctrl-C this long after all before it, in milliseconds, was no part of a paste, though the paste's end never came. */
const silence = 300;

/** What Ctrl-C, Ctrl-D and a terminal that is gone mean at a question. */
export function interrupted(): Failure {
  return new Failure("interrupted", "Interrupted at a question; nothing was written.", {
    expected: "an answer, or Enter",
    retry: true,
  });
}

/**
 * Hands presses to `on` until it answers with a result; meanwhile the terminal neither echoes nor edits.
 * Line ends within a paste are text, also where the terminal does not mark pastes.
 *
 * @param rest is called once the terminal listens, and when all that arrived together has been handed over
 * @throws Failure `interrupted` on Ctrl-C, Ctrl-D, and where the terminal goes away
 */
export async function listen<T>(on: (press: Press) => T | null, rest: () => void): Promise<T> {
  const { stdin, stderr } = process;
  emitKeypressEvents(stdin);
  return new Promise<T>((resolve, reject) => {
    let pasted: string | null = null;
    let typed = "";
    let enter: NodeJS.Timeout | undefined;
    let idle: NodeJS.Immediate | undefined;
    let isOver = false;
    let heardAt = performance.now();

    const over = (settle: () => void): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(enter);
      clearImmediate(idle);
      stdin.off("keypress", hear).off("end", leave).off("close", leave).off("error", leave).pause();
      if (!stdin.destroyed) stdin.setRawMode(false);
      stderr.write(pasteMarks.off);
      settle();
    };
    const leave = (): void => over(() => reject(interrupted()));
    const hand = (press: Press): void => {
      const result = isOver ? null : on(press);
      if (result !== null) over(() => resolve(result));
    };
    const handTyped = (): void => {
      const text = typed;
      typed = "";
      if (text !== "") hand({ kind: "text", text });
    };
    const handKey = (key: Key, characters: string | undefined): void => {
      // Something follows the Enter before: it was a line end.
      if (enter !== undefined) typed += "\n";
      clearTimeout(enter);
      enter = undefined;
      if (key.meta && key.name === "return") typed += "\n";
      else if (characters !== undefined && !key.ctrl && !key.meta && !/^\p{Cc}/u.test(characters)) typed += characters;
      else {
        handTyped();
        if (key.name === "paste-start") pasted = "";
        else if (key.name === "return" || key.name === "enter") enter = setTimeout(() => hand({ kind: "enter" }), burst);
        else hand({ kind: "key", key });
      }
    };
    const hear = (characters: string | undefined, { name = "", ctrl = false, meta = false, sequence = "" }: Partial<Key> & { sequence?: string }): void => {
      const isAlone = performance.now() - heardAt > silence;
      heardAt = performance.now();
      if (pasted !== null && ctrl && name === "c" && isAlone) leave();
      else if (pasted !== null && name !== "paste-end") pasted += sequence;
      else if (pasted !== null) {
        hand({ kind: "text", text: pasted });
        pasted = null;
      } else if (ctrl && (name === "c" || name === "d")) leave();
      else handKey({ name, ctrl, meta }, characters);
      idle ??= setImmediate(() => {
        idle = undefined;
        handTyped();
        if (!isOver) rest();
      });
    };
    stdin.on("keypress", hear).once("end", leave).once("close", leave).once("error", leave);
    stdin.setRawMode(true);
    stderr.write(pasteMarks.on);
    stdin.resume();
    rest();
  });
}
