import type { Addition } from "../config-edit.ts";
import { type Proposal, shown } from "../gather/set-up-proposal.ts";
import type { SetUp } from "../gather/set-up.ts";
import type { Invocation } from "../invocation.ts";
import { shellWord } from "../rollback/undo.ts";
import { oneLine } from "../terminal.ts";
import type { Offer } from "./init-agree.ts";
import type { JobForge } from "./init-ci.ts";
import type { HookOutcome } from "./init-hook.ts";

/** What a run of `init` came to. */
export interface InitDone {
  /** What would change something. */
  offers: readonly Offer[];
  /** What of it was written. */
  agreed: readonly Offer[];
  /** null with `--dry-run`. */
  hook: HookOutcome | null;
  by: "hook" | "ci";
  forge: JobForge | null;
  setUp: SetUp;
  proposals: readonly Proposal[];
  isNew: boolean;
  added: readonly Addition[];
  notes: readonly string[];
  /** What people have to allow the job. */
  allow: readonly string[];
}

/** What the repository shows, in one line. */
export function foundIn({ languages, forge, ci, codeowners, tests, deploys, parts }: SetUp): string {
  const found = [
    languages.join(", "),
    forge === null ? "" : forge.kind === "other" ? forge.url : `${forge.kind} (${forge.url})`,
    ci.map(({ name }) => name).join(", "),
    codeowners ?? "",
    tests.length === 0 ? "" : `tests by ${tests.map(({ runner }) => runner).join(", ")}`,
    deploys.length === 0 ? "" : `deploys by \`${deploys[0]?.command ?? ""}\``,
    parts.length === 0 ? "" : `${parts.length} parts`,
  ].filter((part) => part !== "");
  return found.length === 0 ? "nothing that says how it is built or shipped" : oneLine(found.join("; "));
}

/** Says what was written, what was left, and what comes next. */
export function tellInit({ terminal, dryRun }: Invocation, done: InitDone): void {
  const { offers, agreed, hook, by, setUp, proposals, added, isNew, notes } = done;
  const written = new Set(agreed.map(({ name }) => name));
  const guessed = isNew ? proposals.filter(({ sure, value }) => !sure && value !== undefined) : [];
  const named = ({ key, name }: Pick<Proposal, "key" | "name">): string => (name === null ? key : `${key}.${name}`);
  const isNothing = agreed.length === 0 && (hook?.installed !== true || hook.results.every((line) => line.startsWith("unchanged")));
  terminal.document({
    status: dryRun && offers.length > 0 ? "planned" : isNothing ? "unchanged" : "written",
    recordBy: by,
    files: offers.map(({ name, state, content }) => ({ path: name, state, written: written.has(name), ...(dryRun ? { content: Buffer.from(content).toString("utf8") } : {}) })),
    proposed: added.map(named),
    guessed: guessed.map(named),
    hook: hook?.installed === true ? hook.document : null,
    found: {
      languages: setUp.languages, forge: setUp.forge, codeowners: setUp.codeowners, ci: setUp.ci.map(({ name }) => name),
      tests: setUp.tests.map(({ command }) => command), deploys: setUp.deploys.map(({ command }) => command), health: setUp.health?.route ?? null,
      parts: setUp.parts.map(({ path }) => path), defaultBranch: setUp.lines.defaultBranch,
    },
    notes,
    allow: done.allow,
  });
  for (const { name } of agreed) terminal.result(`wrote ${oneLine(name)}`);
  for (const { name } of dryRun ? [] : offers.filter((one) => !written.has(one.name))) terminal.result(`left ${oneLine(name)} as it is${terminal.interactive ? "" : " (--force writes over it)"}`);
  if (offers.length === 0) terminal.result("unchanged: the configuration has all that could be proposed");
  if (hook?.installed === true) {
    hook.results.forEach((line) => terminal.result(line));
    hook.remarks.forEach((line) => terminal.say(line));
  }
  if (added.length > 0 && offers.length > 0) terminal.say(`In it: ${added.map(named).join(", ")}.`);
  if (guessed.length > 0) terminal.say(`Only guessed, and so commented out: ${[...new Set(guessed.map(named))].join(", ")}.`);
  for (const note of notes) terminal.warn(`shipnote: ${oneLine(note)}`);
  if (hook?.installed === false && hook.why !== null) terminal.say(oneLine(hook.why));
  if (!dryRun) for (const next of nextOf(done)) terminal.say(next);
}

function nextOf({ agreed, by, forge, setUp, allow }: InitDone): string[] {
  const kind = setUp.forge?.kind;
  const [deploy] = setUp.deploys;
  return [
    ...(agreed.length > 0 ? [`Next: look at it, and commit it: git add ${agreed.map(({ name }) => shellWord(name)).join(" ")} && git commit`] : []),
    ...allow,
    ...(by === "ci" && forge === null ? [`The job that records: shipnote init --ci ${kind === "github" || kind === "gitlab" ? kind : "other"}`] : []),
    ...(deploy === undefined ? [] : [`Deployed through \`shipnote run\`, a ship has its command: shipnote run --as deploy -- ${shown(deploy.command)}`]),
  ];
}
