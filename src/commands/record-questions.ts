import type { ProseName } from "../document/prose.ts";
import { maskStrings } from "../gather/masking.ts";
import type { SecretRules } from "../secrets.ts";
import { readDraft, saveDraft } from "../state/drafts.ts";
import type { Question } from "../terminal-questions.ts";
import { quotationOf } from "../render/quotation.ts";
import type { Ship } from "./record-gather.ts";
import type { RecordRequest } from "./record-request.ts";

/** Where answers are kept until the record is written. */
export interface DraftPlace {
  stateDirectory: string;
  draftKey: string;
  rules: SecretRules;
}

const proseQuestions: readonly (readonly [name: ProseName, message: string, hint: string])[] = [
  ["why", "Why?", "Enter: quote the commits"],
  ["expected", "Expected result?", "e.g. article-page response-time < 150 ms"],
  ["assumptions", "Assumptions?", "what the expectation rests on"],
  ["rollback", "What to know when undoing it?", "beside the commands that are derived"],
];

/**
 * Asks for the words of a new record that flags did not give.
 *
 * @returns the request's title and prose with the answers in place
 */
export async function askForProse(
  ship: Ship,
  request: RecordRequest,
  { stateDirectory, draftKey, rules }: DraftPlace,
): Promise<Pick<RecordRequest, "title" | "prose">> {
  const quotation = quotationOf(ship.bodies, ship.facts.repository);
  const questions: Question[] = [
    ...(request.title === null
      ? [{ name: "title", message: "Title?", proposal: ship.title, hint: "what this ship is" }]
      : []),
    ...proseQuestions
      .filter(([name]) => request.prose[name] === undefined)
      .map(([name, message, hint]) => ({ name, message, proposal: null, hint: name === "why" && quotation === null ? "why it was done" : hint })),
  ];
  // Loaded last: whoever is not asked does not wait for it.
  const { ask } = await import("../terminal-questions.ts");
  const answers = await ask(questions, readDraft(stateDirectory, draftKey) ?? {}, async (given) => {
    saveDraft(stateDirectory, draftKey, await maskStrings({ ...given }, rules));
  });
  const { title, ...prose } = answers;
  return {
    title: request.title ?? (title === ship.title ? null : (title ?? null)),
    prose: { ...prose, ...request.prose },
  };
}
