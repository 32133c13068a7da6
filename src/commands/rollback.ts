import { type Archived, listRecords, readRecord } from "../archive/read.ts";
import { requireAll } from "../archive/unreadable.ts";
import { readProse } from "../document/prose.ts";
import { Failure } from "../failure.ts";
import type { Repository } from "../git/repository.ts";
import { ancestorsAmong } from "../git/revisions.ts";
import type { Invocation } from "../invocation.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { type AppliesNow, appliesNow } from "../rollback/applies.ts";
import { commented } from "../rollback/comment.ts";
import { oneLine } from "../terminal.ts";
import { openWorkspace, requireNotesDirectory, type Workspace } from "../workspace.ts";

/** `shipnote rollback [ID]`: how to undo a ship, and whether that would apply now; `--check` asks it for every record. */
export async function rollback(invocation: Invocation): Promise<number> {
  const { terminal, flags, args } = invocation;
  const workspace = await openWorkspace(invocation);
  const notesDirectory = requireNotesDirectory(workspace);
  if (flags.on("check")) return check(invocation, workspace, notesDirectory);
  const id = args[0] ?? newestOf(notesDirectory, flags.text("env"), flags.text("component"));
  const { record, markdown, markdownPath } = await readRecord(notesDirectory, id);
  const [now, note] = await Promise.all([
    terminal.progress("Trying it in memory", tryNow(workspace, record)),
    noteOf(markdown).catch((error: unknown) => {
      // Whoever has to go back now gets the commands, whatever happened to the page.
      if (!(error instanceof Failure)) throw error;
      terminal.warn(`shipnote: ${oneLine(markdownPath)}: what stands under Rollback cannot be read: ${oneLine(error.message)}`);
      return null;
    }),
  ]);
  terminal.document({ id: record.id, title: record.title, rollback: record.rollback, now, note });
  terminal.result(planText(record, now, note));
  return 0;
}

async function tryNow({ repository }: Workspace, { range, rollback: { commands } }: ChangeRecord): Promise<AppliesNow> {
  return tried(repository, range?.to ?? null, commands).catch((error: unknown) => {
    // A trial needs a folder for its objects; where there is no place for one, the commands are as good as before.
    if (!(error instanceof Error && "syscall" in error)) throw error;
    return { status: "unknown", against: repository.head, conflicts: [], why: `it cannot be tried in memory here: ${error.message}` };
  });
}

/** Would it apply to HEAD? Where HEAD never had the ship, that all is as undoing would make it says nothing of where the ship is. */
async function tried(repository: Repository, to: string | null, commands: readonly string[]): Promise<AppliesNow> {
  const answer = await appliesNow(repository, commands);
  const { head } = repository;
  if (answer.status !== "undone" || to === null || head === null || (await ancestorsAmong(repository, [to], head)).has(to)) return answer;
  return { ...answer, status: "unknown", why: "HEAD does not have this ship" };
}

async function noteOf(markdown: Archived["markdown"]): Promise<string | null> {
  return markdown === null ? null : (await readProse(markdown)).rollback;
}

/** Exit status 1 where one would conflict. */
async function check({ terminal, flags }: Invocation, { repository }: Workspace, notesDirectory: string): Promise<number> {
  const environment = flags.text("env");
  const component = flags.text("component");
  const { rows, problems } = listRecords(notesDirectory, (record) => (onLine(record, environment, component) ? { id: record.id, title: record.title, to: record.range?.to ?? null, commands: record.rollback.commands } : null));
  requireAll(problems, "each of them is asked for");
  const answers: { id: string; title: string; applies: AppliesNow }[] = [];
  for (const { id, title, to, commands } of rows) answers.push({ id, title, applies: await terminal.progress("Trying each in memory", tried(repository, to, commands)) });
  terminal.document({ records: answers });
  terminal.result(
    answers.length === 0
      ? "no records"
      : answers.map(({ id, applies }) => `${applies.status.padEnd(9)}  ${id}${applies.conflicts.length === 0 ? "" : `  ${applies.conflicts.map(oneLine).join(", ")}`}`).join("\n"),
  );
  return answers.some(({ applies }) => applies.status === "conflicts") ? 1 : 0;
}

function onLine(record: ChangeRecord, environment: string | null, component: string | null): boolean {
  return (environment === null || record.environment === environment) && (component === null || record.component === component);
}

function newestOf(notesDirectory: string, environment: string | null, component: string | null): string {
  const { rows: [newest], problems } = listRecords(notesDirectory, (record) => (onLine(record, environment, component) ? record.id : null));
  requireAll(problems, "one that cannot may be the ship to undo; `shipnote rollback ID` prints the plan of a certain one");
  if (newest !== undefined) return newest;
  throw new Failure("record-unknown", "There is no record of such a ship yet.", { expected: "a record, written by: shipnote record", retry: true });
}

/** Commands stand alone on their lines, so that they can be copied or piped; all else is a comment of sh. */
function planText({ id, title, rollback: { strategy, commands, hazards, rehearsal } }: ChangeRecord, now: AppliesNow, note: string | null): string {
  const lines = [`# Undo ${id}: ${said(title)}`];
  for (const { path, why } of hazards) lines.push(`# left behind: ${path === "" ? "" : `${said(path)}: `}${said(why)}`);
  for (const line of (note ?? "").split("\n")) if (line.trim() !== "") lines.push(`# note: ${said(line)}`);
  lines.push(rehearsal === null ? "# not rehearsed" : `# rehearsed on ${rehearsal.startedAt.slice(0, 10)} at ${rehearsal.against.slice(0, 7)}: ${rehearsal.status}`);
  if (commands.length > 0) lines.push(`# ${nowText(now)}`);
  else lines.push(strategy === "none" ? "# no plan: the ship has no commits to undo, and none is configured" : `# strategy ${strategy}: no commands are configured`);
  return [...lines, ...commands.map(oneLine)].join("\n");
}

function nowText({ status, against, conflicts, why }: AppliesNow): string {
  const head = against === null ? "" : `at HEAD (${against.slice(0, 7)}) `;
  if (status === "clean") return `${head}it would apply cleanly`;
  if (status === "undone") return `${head}it is undone already`;
  if (status === "conflicts") return `${head}it would conflict${conflicts.length === 0 ? "" : ` in ${said(conflicts.join(", "))}`}`;
  return `${head}it is not known whether it would apply: ${said(why ?? "")}`;
}

function said(text: string): string {
  return commented(oneLine(text));
}
