import { createInterface } from "node:readline";
import { oneLine } from "./terminal.ts";
import type { Given, Option, Question } from "./terminal-questions-asked.ts";
import { interrupted } from "./terminal-questions-keyboard.ts";

/** Lines that arrive within so many milliseconds of one another were pasted: nobody types so fast. */
const burst = 50;

/** Asks in a line, and reads lines; nothing is drawn again. @throws Failure `interrupted` */
export async function askPlain({ message, initial, enter }: Question): Promise<Given> {
  const isShort = !/\n/.test(initial.trim()) && initial.length <= 200;
  if (initial !== "" && !isShort) for (const line of initial.trim().split("\n")) say(`  ${oneLine(line)}`);
  const taken = initial === "" ? enter : isShort ? `Enter takes: ${oneLine(initial)}` : "Enter takes the text above";
  const lines = await readLines(`${oneLine(message)} (${taken}; e: your editor${initial === "" ? "" : "; -: leave it empty"})`);
  const text = lines.join("\n").trim();
  if (text === "e") return { text: initial, editor: true };
  if (text === "" || text === "-") return { text: text === "-" ? "" : initial, editor: false };
  return { text, editor: false };
}

/** Asks for one of some options by its number or its key; Enter is the first. @throws Failure `interrupted` */
export async function choosePlain<T>(message: string, options: readonly Option<T>[]): Promise<T> {
  say(oneLine(message));
  for (const [place, { label }] of options.entries()) say(`  ${keyOf(options, place)}: ${oneLine(label)}`);
  for (;;) {
    const said = (await readLines(`Which? (Enter: ${oneLine(options[0]?.label ?? "")})`)).join("\n").trim().toLowerCase();
    const chosen = said === "" ? options[0] : options.find((_option, place) => keyOf(options, place) === said);
    if (chosen !== undefined) return chosen.value;
    say(`One of ${options.map((_option, place) => keyOf(options, place)).join(", ")}.`);
  }
}

function keyOf(options: readonly Option<unknown>[], place: number): string {
  return options[place]?.key ?? String(place + 1);
}

/** A question that is answered by yes or no; Enter is yes. @throws Failure `interrupted` */
export async function confirmPlain(message: string): Promise<boolean> {
  const said = (await readLines(`${oneLine(message)} (Enter: yes; n: not now)`)).join("\n").trim().toLowerCase();
  return said === "" || said === "y" || said === "yes";
}

/**
 * The line of an answer. Lines that arrive at once are one answer, which then goes on to an empty line: of a paste's
 * last line nobody can tell whether it is whole.
 */
async function readLines(prompt: string): Promise<string[]> {
  const { stdin, stderr } = process;
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    const lineReader = createInterface({ input: stdin, terminal: false, crlfDelay: Number.POSITIVE_INFINITY });
    let quiet: NodeJS.Timeout | undefined;
    let isOpen = false;
    const over = (settle: () => void): void => {
      clearTimeout(quiet);
      process.off("SIGINT", leave);
      stdin.off("data", look);
      lineReader.off("close", leave).close();
      settle();
    };
    const leave = (): void => over(() => {
      stderr.write("\n");
      reject(interrupted());
    });
    // Where Ctrl-C sends no signal, it is read.
    const look = (typed: Buffer | string): void => {
      if (typed.includes("\u0003")) leave();
    };
    const rest = (): void => {
      quiet = undefined;
      if (lines.length === 1 || lines.every((line) => line.trim() === "")) return over(() => resolve(lines));
      stderr.write(isOpen ? "(An empty line ends it.) " : `(${lines.length} lines came at once: one answer. An empty line ends it.) `);
      isOpen = true;
    };
    process.on("SIGINT", leave);
    stdin.on("data", look);
    lineReader.on("close", leave).on("line", (line) => {
      const isAlone = quiet === undefined;
      if (isOpen && isAlone && line.trim() === "") return over(() => resolve(lines));
      lines.push(line.replace(/(?!\t)\p{Cc}/gu, ""));
      clearTimeout(quiet);
      quiet = setTimeout(rest, burst);
    });
    // Whoever sees the question may answer it with Ctrl-C.
    stderr.write(`${prompt} `);
  });
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
