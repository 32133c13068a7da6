import { existsSync } from "node:fs";
import { join } from "node:path";
import { outcomeWord } from "../archive/outcome.ts";
import { listRecords } from "../archive/read.ts";
import type { ArchiveProblem } from "../archive/unreadable.ts";
import { checkedQuery, fits, listed, type ListedRecord } from "../archive/search.ts";
import { Failure } from "../failure.ts";
import type { Invocation } from "../invocation.ts";
import { recordPaths } from "../record/id.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { errorDocument, oneLine } from "../terminal.ts";
import { openWorkspace, requireNotesDirectory } from "../workspace.ts";

/** The words by name, without loading the schema that they come from. */
const verdicts: Record<ChangeRecord["verdict"], true> = {
  "regressed": true, "mixed": true, "gone": true, "improved": true, "changed": true, "unclear": true, "unchanged": true, "not-measured": true,
};
const outcomes: Record<NonNullable<ListedRecord["outcome"]>, true> = { "ok": true, "failed": true, "rolled-back": true, "superseded": true };

/** `shipnote list`: the records, newest first. */
export async function list(invocation: Invocation): Promise<number> {
  const { terminal, flags } = invocation;
  const query = checkedQuery({
    environment: flags.text("env"),
    component: flags.text("component"),
    since: flags.text("since"),
    until: flags.text("until"),
    owner: flags.text("owner"),
    verdict: knownWord(flags.text("verdict")?.replaceAll(" ", "-") ?? null, "--verdict", verdicts),
    hazard: flags.text("hazard"),
    outcome: knownWord(flags.text("outcome"), "--outcome", outcomes),
    grep: flags.text("grep"),
    limit: flags.text("limit"),
  });
  const workspace = await openWorkspace(invocation);
  const notesDirectory = requireNotesDirectory(workspace);
  let seen = 0;
  const undone = new Map<string, string>();
  const { rows, problems } = listRecords(notesDirectory, (record) => {
    seen += 1;
    if (record.remediates !== null) undone.set(record.remediates, record.id);
    return fits(record, query) ? listed(record) : null;
  });
  const ended = rows.map((row) => ({ ...row, outcome: outcomeOf(notesDirectory, row.id), undoneBy: undone.get(row.id) ?? null }));
  const wanted = ended.filter(({ outcome }) => query.outcome === null || outcome === query.outcome).slice(0, query.limit ?? undefined);
  const failure = failureOf(problems);
  const records = wanted.map((row) => ({ ...row, path: `${workspace.notes.folder}/${recordPaths(row.id).markdown}` }));
  // What can be read is worth having, so it stands beside the error.
  terminal.document({ records, problems, ...(failure === null ? {} : { error: errorDocument(failure) }) });
  terminal.result(wanted.length === 0 ? (seen + problems.length === 0 ? "no records" : "no record fits") : textOf(wanted));
  for (const { path, message } of problems) terminal.warn(`shipnote: ${oneLine(path)}: ${oneLine(message)}`);
  if (failure === null) return 0;
  if (terminal.json) return failure.exitStatus;
  throw failure;
}

function failureOf(problems: readonly ArchiveProblem[]): Failure | null {
  const [first] = problems;
  if (first === undefined) return null;
  return new Failure(first.code, `${problems.length} ${problems.length === 1 ? "record" : "records"} could not be read; all others are listed.`, {
    expected: "a record.json that is whole, of this version, and in the folder of its own id",
    retry: false,
  });
}

/** A misspelt word would find nothing, as if there were nothing. @throws Failure `value-invalid` */
function knownWord(word: string | null, flag: string, known: Readonly<Record<string, true>>): string | null {
  if (word === null || Object.hasOwn(known, word)) return word;
  throw new Failure("value-invalid", `${flag} ${word} is no word of a record.`, { expected: `one of ${Object.keys(known).join(", ")}`, retry: true });
}

function outcomeOf(notesDirectory: string, id: string): ListedRecord["outcome"] {
  const path = join(notesDirectory, recordPaths(id).outcome);
  return existsSync(path) ? outcomeWord(path) : null;
}

function textOf(rows: readonly ListedRecord[]): string {
  const cells = rows.map((row) => [
    row.shippedAt.slice(0, 16).replace("T", " "),
    oneLine([row.environment, row.component].filter((part) => part !== null).join("/")),
    row.outcome ?? (row.undoneBy === null ? row.verdict.replaceAll("-", " ") : "undone"),
    oneLine(row.owner ?? "-"),
    row.id,
    oneLine(row.title),
  ]);
  const widths = cells[0]?.map((_cell, column) => cells.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0)) ?? [];
  return cells.map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join("  ")).join("\n");
}
