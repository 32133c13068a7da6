import { confirm as askYesOrNo, isCancel, text } from "@clack/prompts";
import { Failure } from "./failure.ts";
import { oneLine } from "./terminal.ts";

/** One question; Enter takes the proposal, or skips it where there is none. */
export interface Question {
  name: string;
  message: string;
  /** What Enter takes. */
  proposal: string | null;
  /** What the line shows while it is empty. */
  hint: string;
}

/**
 * Asks on stderr, one line a question.
 *
 * @param draft answers given before, by name: proposed again
 * @param keep is called after each answer, so that an interruption loses none
 * @returns the answers by name; skipped ones are left out
 * @throws Failure `interrupted` on Ctrl-C or Ctrl-D
 */
export async function ask(
  questions: readonly Question[],
  draft: Readonly<Record<string, string>>,
  keep: (answers: Readonly<Record<string, string>>) => Promise<void>,
): Promise<Record<string, string>> {
  // Of what is asked only: somebody may have answered the rest elsewhere since.
  const asked = new Set(questions.map(({ name }) => name));
  const answers: Record<string, string> = Object.fromEntries(Object.entries(draft).filter(([name]) => asked.has(name)));
  for (const { name, message, proposal, hint } of questions) {
    const before = answers[name];
    const answer = await text({
      message,
      // Typing takes the place of a proposal; an answer of one's own is gone on with.
      placeholder: oneLine(proposal ?? hint),
      ...(proposal === null ? {} : { defaultValue: proposal }),
      ...(before === undefined ? {} : { initialValue: oneLine(before) }),
      output: process.stderr,
      input: process.stdin,
    });
    if (isCancel(answer)) {
      throw new Failure("interrupted", "Interrupted at a question; nothing was written.", {
        expected: "an answer, or Enter to skip (the answers so far are kept and proposed again)",
        retry: true,
      });
    }
    const given = answer?.trim() ?? "";
    if (given === "") delete answers[name];
    else answers[name] = given;
    await keep(answers);
  }
  return answers;
}

/** Asks whether or not; Enter is yes. @throws Failure `interrupted` on Ctrl-C or Ctrl-D */
export async function confirm(message: string): Promise<boolean> {
  const answer = await askYesOrNo({ message: oneLine(message), active: "yes", inactive: "not now", output: process.stderr, input: process.stdin });
  if (!isCancel(answer)) return answer;
  throw new Failure("interrupted", "Interrupted at a question; nothing was written.", { expected: "yes or no", retry: true });
}
