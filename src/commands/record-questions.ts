import type { ProseName } from "../document/prose.ts";
import { Failure } from "../failure.ts";
import { maskStrings } from "../gather/masking.ts";
import { quotationOf } from "../render/quotation.ts";
import { readDraft, saveDraft } from "../state/drafts.ts";
import { oneLine } from "../terminal.ts";
import type { Manner, Question } from "../terminal-questions-asked.ts";
import { secretRules, type Workspace } from "../workspace.ts";
import type { Ship } from "./record-gather.ts";
import { bodyLines, exampleExpectation, expectedBefore, knownOwners, rollbackLines } from "./record-proposals.ts";
import type { RecordRequest } from "./record-request.ts";

/** What somebody is asked for. */
export type Words = Pick<RecordRequest, "title" | "prose" | "said">;

/** What the questions are about, and what is done with the answers. */
export interface Asking {
  workspace: Workspace;
  request: RecordRequest;
  /** Whether a question has been asked already. */
  hasAsked: boolean;
  /** Under which key answers are kept until the record is written. */
  draftKey: string;
  manner: Manner;
  /** The record as it would be written with these words. */
  preview: (words: Words) => Promise<{ path: string; markdown: string; summary: string }>;
}

type Name = "title" | "owner" | Exclude<ProseName, "notes">;
type Answers = Partial<Record<Name, string>>;

interface Asked {
  question: Question;
  /** What stands above the question. */
  above: readonly string[];
}

const messages: Readonly<Record<Name, string>> = {
  title: "Title?", why: "Why?", expected: "Expected result?", assumptions: "Assumptions?", owner: "Who answers for it?", rollback: "What to know when undoing it?",
};
const labels: Readonly<Record<Name, string>> = {
  title: "Title", why: "Why", expected: "Expected", assumptions: "Assumptions", owner: "Owner", rollback: "When undoing",
};
const names: readonly Name[] = ["title", "why", "expected", "assumptions", "owner", "rollback"];

/**
 * Asks for the words of a new record that flags did not give, and shows what comes of them before it is written.
 * Enter takes what is proposed; at most six questions, the last look included, and what was asked already: then the owner
 * can be changed in the last look only.
 *
 * @throws Failure `interrupted` on Ctrl-C, on Ctrl-D, and where it is put off: nothing is written, the answers are kept
 */
export async function askForWords(ship: Ship, asking: Asking): Promise<Words> {
  const { workspace, request, hasAsked, draftKey, manner } = asking;
  const asked = await questionsOf(ship, asking);
  const open = names.filter((name) => !isSaid(name, request));
  const stops = open.filter((name) => name !== "assumptions" && (name !== "owner" || (!hasAsked && isOwnerOpen(ship, workspace))));
  if (open.every((name) => name === "assumptions" || name === "owner")) return request;

  const draft = readDraft(workspace.stateDirectory, draftKey) ?? {};
  // Of what is asked only: somebody may have answered the rest elsewhere since.
  const answers: Answers = Object.fromEntries(Object.entries(draft).filter(([name]) => open.some((each) => each === name)));
  const put = async (name: Name): Promise<void> => {
    const { question, above } = asked[name];
    const standing = answers[name] ?? question.initial;
    const given = await (name === "owner" ? askForOwner(ship, standing, asking) : askAbove({ ...question, initial: standing }, above, manner));
    // What is proposed is proposed anew next time; a ship has a title in any case.
    if (given === question.initial || (name === "title" && given === "")) delete answers[name];
    else answers[name] = given;
    saveDraft(workspace.stateDirectory, draftKey, await maskStrings({ ...answers }, secretRules(workspace)));
  };
  const words = (): Words => wordsOf(open, (name) => answers[name] ?? asked[name].question.initial, ship, request);
  try {
    for (const name of stops) await put(name);
    for (;;) {
      const action = await lookAt(words(), ship, asking);
      if (action === "write") return words();
      if (action === "edit") {
        const name = await chooseAnswer(open, manner);
        if (name !== null) await put(name);
      }
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "interrupted" || Object.keys(answers).length === 0) throw error;
    throw new Failure("interrupted", error.message, { expected: `${error.expected} (the answers so far are kept and proposed again)`, retry: true });
  }
}

function isSaid(name: Name, { title, prose, said }: RecordRequest): boolean {
  if (name === "title") return title !== null;
  return name === "owner" ? said.owner !== null : prose[name] !== undefined;
}

/** Whether it is open who answers for a ship: nobody said, and there is more than one who may. */
function isOwnerOpen(ship: Ship, { config }: Workspace): boolean {
  return ship.facts.owner?.source !== "config" && knownOwners(ship, config).length > 1;
}

async function questionsOf(ship: Ship, { workspace }: Asking): Promise<Readonly<Record<Name, Asked>>> {
  const quoted = quotationOf(ship.bodies, ship.facts.repository) !== null;
  const long = { initial: "", enter: "Enter skips it", long: true, context: [] };
  const undoing = rollbackLines(ship.facts.rollback);
  const example = exampleExpectation(ship, workspace.config);
  const asked = (name: Name, question: Partial<Question>, above: readonly string[] = []): Asked => ({ question: { message: messages[name], ...long, ...question }, above });
  return {
    title: asked("title", { initial: ship.title ?? "", enter: "Enter takes the one from git", long: false }),
    why: asked("why", quoted ? { enter: "Enter quotes the commits", context: ship.bodies.flatMap(({ sha, text }) => [`${sha.slice(0, 7)}:`, ...text.split("\n"), ""]) } : {},
      quoted ? ["The commits say:", ...bodyLines(ship)] : []),
    expected: asked("expected", {
      initial: await expectedBefore(ship, workspace),
      enter: `Enter skips it${example === null ? "" : `; ${example}`}`,
      context: ["A line such as `article-page response-time < 150 ms` is answered from what was measured.", "A paragraph that begins with `Assumptions:` says what it rests on."],
    }),
    assumptions: asked("assumptions", {}),
    owner: asked("owner", { initial: ship.facts.owner?.name ?? "", long: false }),
    rollback: asked("rollback", { context: undoing }, undoing),
  };
}

async function askAbove(question: Question, above: readonly string[], manner: Manner): Promise<string> {
  // Loaded last: whoever is not asked does not wait for it.
  const { ask, tell } = await import("../terminal-questions.ts");
  tell(above);
  return ask(question, manner);
}

async function askForOwner(ship: Ship, standing: string, { workspace, manner }: Asking): Promise<string> {
  const { ask, choose } = await import("../terminal-questions.ts");
  const known = knownOwners(ship, workspace.config);
  const first = known.find(({ name }) => name === standing) ?? (standing === "" ? null : { name: standing, known: "as answered" });
  const options = [...(first === null ? [] : [first]), ...known.filter(({ name }) => name !== standing)]
    .map(({ name, known }) => ({ value: name, label: `${name} (${known})`, key: null }));
  const chosen = await choose(messages.owner, [...options, { value: "", label: "somebody else…", key: null }], manner);
  if (chosen !== "") return chosen;
  const named = await ask({ message: "Who?", initial: "", enter: `Enter: ${standing === "" ? "nobody" : standing}`, long: false, context: [] }, manner);
  return named === "" ? standing : named;
}

/** The answers in their places in the request; what was proposed by what git says is left to it. */
function wordsOf(open: readonly Name[], answerOf: (name: Name) => string, ship: Ship, request: RecordRequest): Words {
  const given = (name: Name): string => (open.includes(name) ? answerOf(name) : "");
  const [title, owner] = [given("title"), given("owner")];
  const prose = open.flatMap((name) => (name === "title" || name === "owner" || given(name) === "" ? [] : [[name, given(name)] as const]));
  return {
    title: request.title ?? (title === "" || title === ship.title ? null : title),
    prose: { ...Object.fromEntries(prose), ...request.prose },
    said: owner === "" || owner === ship.facts.owner?.name ? request.said : { ...request.said, owner },
  };
}

/** What would be written, in a few lines, and what is to be done with it. */
async function lookAt(words: Words, ship: Ship, { manner, preview }: Asking): Promise<"write" | "edit"> {
  const { choose, tell, show } = await import("../terminal-questions.ts");
  const actions = {
    write: { value: "write", label: "write it", key: "w" }, show: { value: "show", label: "show it", key: "s" },
    edit: { value: "edit", label: "edit an answer", key: "e" }, later: { value: "later", label: "put it off", key: "p" },
  } as const;
  try {
    const { path, markdown, summary } = await preview(words);
    tell(["", `${path}: ${summary}`, ...shortly(words, ship)]);
    for (;;) {
      const action = await choose<"write" | "show" | "edit" | "later">("Write it?", [actions.write, actions.show, actions.edit, actions.later], manner);
      if (action === "later") throw putOff();
      if (action !== "show") return action;
      show(markdown);
    }
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "value-invalid") throw error;
    // An answer that would break the record is mended, not lost.
    tell(["", error.message, `  expected: ${error.expected}`]);
    if ((await choose<"edit" | "later">("What now?", [actions.edit, actions.later], manner)) === "later") throw putOff();
    return "edit";
  }
}

function putOff(): Failure {
  return new Failure("interrupted", "Put off; nothing was written.", { expected: "another time", retry: true });
}

function shortly({ title, prose, said }: Words, ship: Ship): string[] {
  const values: readonly (readonly [name: Name, value: string])[] = [
    ["title", title ?? ship.title ?? ""],
    ["why", prose.why ?? (ship.bodies.length > 0 ? "as the commits say" : "")],
    ["expected", prose.expected ?? ""],
    ["assumptions", prose.assumptions ?? ""],
    ["owner", said.owner ?? ship.facts.owner?.name ?? ""],
    ["rollback", prose.rollback ?? ""],
  ];
  return values.flatMap(([name, value]) => {
    const line = oneLine(value.trim());
    const short = Array.from(line).length > 100 ? `${Array.from(line).slice(0, 99).join("")}…` : line;
    return short === "" && (name === "assumptions" || name === "rollback") ? [] : [`  ${labels[name]}: ${short === "" ? "not written down" : short}`];
  });
}

async function chooseAnswer(open: readonly Name[], manner: Manner): Promise<Name | null> {
  const { choose } = await import("../terminal-questions.ts");
  const options = open.map((name) => ({ value: name, label: labels[name], key: null }));
  return choose<Name | null>("Which answer?", [...options, { value: null, label: "none of them", key: null }], manner);
}
