import type { Given, Manner, Option, Question } from "./terminal-questions-asked.ts";
import { edited, type Field, inserted, openField } from "./terminal-questions-field.ts";
import { listen, type Press } from "./terminal-questions-keyboard.ts";
import { layOut, widthOf, wrapped } from "./terminal-questions-layout.ts";
import { type Block, openScreen, type Screen } from "./terminal-questions-screen.ts";

/** So many lines of an answer stand when it is given. */
const shownLines = 6;

/** Asks with a field in which the text can be edited. @throws Failure `interrupted` */
export async function askDrawn(question: Question, { strong }: Manner): Promise<Given> {
  const screen = openScreen(strong);
  let field = openField(question.initial, question.long);
  const show = (): void => screen.draw(fieldBlock(screen, question, field));
  process.stderr.on("resize", show);
  try {
    const given = await listen<Given>((press) => {
      if (press.kind === "enter") return { text: field.text, editor: false };
      if (press.kind === "key" && press.key.ctrl && press.key.name === "o") return { text: field.text, editor: true };
      field = press.kind === "text" ? inserted(field, press.text) : edited(field, press.key);
      return null;
    }, show);
    screen.leave(answered(screen, question, given.text));
    return given;
  } catch (error) {
    screen.leave(answered(screen, question, field.text));
    throw error;
  } finally {
    process.stderr.off("resize", show);
  }
}

function fieldBlock(screen: Screen, { message, enter }: Question, { text, caret }: Field): Block {
  const head = wrapped(message, screen.columns());
  const laid = layOut(text, caret, screen.columns() - 2);
  const hint = wrapped(`(${text === "" ? enter : "Enter takes it; Ctrl-U: clear"}; Ctrl-O: your editor)`, screen.columns());
  const room = Math.max(1, screen.rows() - head.length - hint.length - 1);
  const first = Math.max(0, Math.min(laid.caret.line - Math.floor(room / 2), laid.lines.length - room));
  const body = laid.lines.slice(first, first + room).map((line, place) => `${first + place === 0 ? "> " : "  "}${line}`);
  return {
    lines: [...head, ...body, ...hint],
    strong: head.length,
    caret: { line: head.length + laid.caret.line - first, column: laid.caret.column + 2 },
  };
}

function answered(screen: Screen, { message }: Question, text: string): Block {
  const head = wrapped(message, screen.columns());
  const { lines } = layOut(text.trim(), 0, screen.columns() - 2);
  const more = lines.length - shownLines;
  return {
    lines: [
      ...head,
      ...lines.slice(0, more > 1 ? shownLines : lines.length).map((line, place) => `${place === 0 ? "> " : "  "}${line}`),
      ...(more > 1 ? [`  (${more} more lines)`] : []),
    ],
    strong: head.length,
    caret: null,
  };
}

/** Asks for one of some options: arrows and Enter, or an option's key. @throws Failure `interrupted` */
export async function chooseDrawn<T>(message: string, options: readonly Option<T>[], { strong }: Manner): Promise<T> {
  const screen = openScreen(strong);
  let at = 0;
  const show = (): void => screen.draw(listBlock(screen, message, options, at));
  process.stderr.on("resize", show);
  try {
    const chosen = await listen<Option<T>>((press) => {
      if (press.kind === "enter") return options[at] ?? null;
      const keyed = options.find(({ key }) => key !== null && key === keyOf(press));
      at = (at + stepOf(press) + options.length) % options.length;
      return keyed ?? null;
    }, show);
    screen.leave({ lines: [...wrapped(message, screen.columns()), ...labelLines(screen, chosen, "> ")], strong: 0, caret: null });
    return chosen.value;
  } catch (error) {
    // Without the hint below, which would stand beside whatever is said next.
    screen.leave({ lines: wrapped(message, screen.columns()), strong: 0, caret: null });
    throw error;
  } finally {
    process.stderr.off("resize", show);
  }
}

/** More than one character at once was pasted, and chooses nothing. */
function keyOf(press: Press): string | null {
  return press.kind === "text" ? press.text.toLowerCase() : null;
}

function stepOf(press: Press): number {
  const name = press.kind === "key" ? press.key.name : "";
  return name === "down" || name === "tab" ? 1 : name === "up" ? -1 : 0;
}

function labelLines<T>(screen: Screen, { label }: Option<T>, mark: string): string[] {
  return wrapped(label, screen.columns() - 2).map((line, place) => `${place === 0 ? mark : "  "}${line}`);
}

/** As many options as there is room for, the one at hand among them. */
function listBlock<T>(screen: Screen, message: string, options: readonly Option<T>[], at: number): Block {
  const head = wrapped(message, screen.columns());
  const hint = wrapped("(arrows and Enter, or a letter)", screen.columns());
  const rows = options.map((option, place) =>
    labelLines(screen, option.key === null ? option : { ...option, label: `${option.label} (${option.key})` }, place === at ? "> " : "  "));
  const room = Math.max(1, screen.rows() - head.length - hint.length - 1);
  const before = rows.slice(0, at).flat().length;
  const body = rows.flat();
  const first = Math.max(0, Math.min(before - Math.floor(room / 2), body.length - room));
  const caret = { line: head.length + before - first, column: widthOf("> ") };
  return { lines: [...head, ...body.slice(first, first + room), ...hint], strong: head.length, caret };
}
