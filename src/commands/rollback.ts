import { listRecords, readRecord } from "../archive/read.ts";
import { requireAll } from "../archive/unreadable.ts";
import { Failure } from "../failure.ts";
import type { Invocation } from "../invocation.ts";
import type { Applies, ChangeRecord } from "../record/schema.ts";
import { wouldApply } from "../rollback/applies.ts";
import { oneLine } from "../terminal.ts";
import { openWorkspace, requireNotesDirectory, type Workspace } from "../workspace.ts";

/** `shipnote rollback [ID]`: how to undo a ship, as recorded; `--check` asks for every record whether it still would apply. */
export async function rollback(invocation: Invocation): Promise<number> {
  const { terminal, flags, args } = invocation;
  const workspace = await openWorkspace(invocation);
  const notesDirectory = requireNotesDirectory(workspace);
  if (flags.on("check")) return check(invocation, workspace, notesDirectory);
  const id = args[0] ?? newestOf(notesDirectory, flags.text("env"), flags.text("component"));
  const { record } = await readRecord(notesDirectory, id);
  const plan = record.rollback;
  terminal.document({ id: record.id, title: record.title, rollback: plan });
  terminal.result(planText(record));
  return 0;
}

/** Exit status 1 where one would conflict. */
async function check({ terminal, flags }: Invocation, { repository }: Workspace, notesDirectory: string): Promise<number> {
  const environment = flags.text("env");
  const component = flags.text("component");
  const { rows, problems } = listRecords(notesDirectory, (record) => (onLine(record, environment, component) ? { id: record.id, title: record.title, commands: record.rollback.commands } : null));
  requireAll(problems, "each of them is asked for");
  const answers: { id: string; title: string; applies: Applies }[] = [];
  for (const { id, title, commands } of rows) answers.push({ id, title, applies: await terminal.progress("Trying each in memory", wouldApply(repository, commands)) });
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
function planText({ id, title, rollback: { strategy, commands, hazards, applies, rehearsal } }: ChangeRecord): string {
  const lines = [`# Undo ${id}: ${oneLine(title)}`];
  for (const { path, why } of hazards) lines.push(`# left behind: ${oneLine(path)}: ${oneLine(why)}`);
  if (rehearsal !== null) lines.push(`# rehearsed on ${rehearsal.startedAt.slice(0, 10)} at ${rehearsal.against.slice(0, 7)}: ${rehearsal.status}`);
  else if (applies.against !== null && applies.status !== "unknown") {
    lines.push(`# not rehearsed; at ${applies.against.slice(0, 7)} it would ${applies.status === "clean" ? "apply cleanly" : `conflict in ${applies.conflicts.map(oneLine).join(", ")}`}`);
  } else lines.push("# not rehearsed, and not known whether it would apply");
  if (commands.length === 0) lines.push(strategy === "none" ? "# no plan: the ship has no commits to undo, and none is configured" : `# strategy ${strategy}: no commands are configured`);
  return [...lines, ...commands.map(oneLine)].join("\n");
}
