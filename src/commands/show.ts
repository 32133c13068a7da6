import { listRecords, readRecord } from "../archive/read.ts";
import { requireAll } from "../archive/unreadable.ts";
import { Failure } from "../failure.ts";
import type { Invocation } from "../invocation.ts";
import { findRegions } from "../document/regions.ts";
import { openWorkspace, requireNotesDirectory } from "../workspace.ts";

const formats = ["markdown", "summary"];

/** `shipnote show [ID]`: one record as it stands, or its summary. */
export async function show(invocation: Invocation): Promise<number> {
  const { terminal, flags, args } = invocation;
  const format = flags.text("format") ?? "markdown";
  if (!formats.includes(format)) {
    throw new Failure("value-invalid", `There is no format '${format}'.`, { expected: `one of ${formats.join(", ")}`, retry: true });
  }
  const workspace = await openWorkspace(invocation);
  const notesDirectory = requireNotesDirectory(workspace);
  const { record, markdown, outcome } = await readRecord(notesDirectory, args[0] ?? newestId(notesDirectory));
  if (markdown === null) {
    throw new Failure("record-invalid", `The markdown of ${record.id} is missing.`, {
      expected: `the file, or: shipnote record --id ${record.id}, which writes it again`,
      retry: true,
    });
  }
  if (terminal.json) {
    terminal.document({ id: record.id, record, outcome, markdown });
    return 0;
  }
  terminal.raw(format === "markdown" ? markdown : `${await summaryOf(markdown)}\n`);
  return 0;
}

/** @throws Failure `record-unknown` where there is none; `record-invalid`, `record-newer` where it cannot be told */
export function newestId(notesDirectory: string): string {
  const { rows: [newest], problems } = listRecords(notesDirectory, ({ id }) => id);
  requireAll(problems, "one that cannot may be the newest; `shipnote show ID` shows a certain one");
  if (newest !== undefined) return newest;
  throw new Failure("record-unknown", "There are no records yet.", { expected: "a record, written by: shipnote record", retry: true });
}

async function summaryOf(markdown: string): Promise<string> {
  const region = (await findRegions(markdown)).find(({ name }) => name === "summary");
  return region?.text ?? "This record has no summary: its region was taken out.";
}
