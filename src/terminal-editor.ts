import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { oneLine } from "./terminal.ts";

/** Behind this line nothing counts; `#` begins a heading, so it cannot begin a comment. */
const cutLine = "------ >8 ------ nothing below this line is taken ------ >8 ------";

/**
 * Has somebody edit a text in their own editor, in a file of ours that is gone afterwards.
 *
 * @param about the editor as a line of sh, the question, and lines to be read beside it
 * @returns what was written; with `failed`, what went wrong and the text as it was
 */
export async function editText(
  text: string,
  { editor, question, context }: { editor: string; question: string; context: readonly string[] },
): Promise<{ text: string; failed: string | null }> {
  const folder = await mkdtemp(join(tmpdir(), "shipnote-answer-"));
  try {
    const file = join(folder, "ANSWER.md");
    const below = [cutLine, question, "Markdown; headings from ### on. Save and close the editor to go on.", ...(context.length > 0 ? ["", ...context] : [])];
    await writeFile(file, `${text}\n\n${below.map((line) => oneLine(line)).join("\n")}\n`, { mode: 0o600 });
    const failed = await open(editor, file);
    if (failed !== null) return { text, failed: `${failed}; the text is as it was.` };
    const written = (await readFile(file, "utf8")).replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
    return { text: (`\n${written}`.split(`\n${cutLine}`)[0] ?? "").trim(), failed: null };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the editor in this terminal, as git does. @returns what went wrong */
async function open(editor: string, file: string): Promise<string | null> {
  // Ctrl-C is the editor's.
  const ignore = (): void => undefined;
  process.on("SIGINT", ignore);
  try {
    return await new Promise((resolve) => {
      // stdout may be a file; the terminal is where the questions are.
      spawn("/bin/sh", ["-c", `${editor} "$@"`, editor, file], { stdio: [0, 2, 2] })
        .on("error", ({ message }) => resolve(`The editor could not be started (${message})`))
        .on("close", (code, signal) => resolve(code === 0 ? null : `The editor (${oneLine(editor)}) ended with ${code ?? signal}`));
    });
  } finally {
    process.off("SIGINT", ignore);
  }
}
