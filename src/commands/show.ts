import { posix } from "node:path";
import { listRecords, readRecord } from "../archive/read.ts";
import { requireAll } from "../archive/unreadable.ts";
import { percentDecoded } from "../document/percent.ts";
import { Failure } from "../failure.ts";
import { ciShip } from "../gather/ci-ship.ts";
import type { Invocation } from "../invocation.ts";
import { publishedCommit } from "../git/published.ts";
import { recordPaths } from "../record/id.ts";
import { fileUrl } from "../record/links.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { openWorkspace, requireNotesDirectory, type Workspace } from "../workspace.ts";

const formats = ["markdown", "release", "summary", "chat", "plain"];

/** `shipnote show [ID]`: one record as it stands, or as it may be shown elsewhere. */
export async function show(invocation: Invocation): Promise<number> {
  const { terminal, flags, args } = invocation;
  const format = flags.text("format") ?? "markdown";
  if (!formats.includes(format)) {
    throw new Failure("value-invalid", `There is no format '${format}'.`, { expected: `one of ${formats.join(", ")}`, retry: true });
  }
  const most = mostBytes(flags.text("max-bytes"), format);
  const workspace = await openWorkspace(invocation);
  const notesDirectory = requireNotesDirectory(workspace);
  const { record, markdown, outcome } = await readRecord(notesDirectory, args[0] ?? newestId(notesDirectory));
  if (markdown === null) {
    throw new Failure("record-invalid", `The markdown of ${record.id} is missing.`, {
      expected: `the file, or: shipnote record --id ${record.id}, which writes it again`,
      retry: true,
    });
  }
  const shown = format === "markdown" ? markdown : await elsewhere(record, markdown, { format, most, workspace });
  if (terminal.json) terminal.document({ id: record.id, record, outcome, markdown, ...(format === "markdown" ? {} : { format, text: shown }) });
  else terminal.raw(shown);
  return 0;
}

/** @throws Failure `value-invalid` */
function mostBytes(given: string | null, format: string): number | null {
  if (given === null) return null;
  if (format === "markdown") {
    throw new Failure("usage", "--max-bytes goes with a --format: the markdown is shown as it stands.", {
      expected: `--format, one of ${formats.slice(1).join(", ")}`, retry: true,
    });
  }
  if (/^[1-9]\d{2,8}$/.test(given)) return Number(given);
  throw new Failure("value-invalid", `--max-bytes ${given} is no size.`, { expected: "a whole number of bytes, 100 or more", retry: true });
}

async function elsewhere(
  { id, title, repository: forge }: ChangeRecord,
  markdown: string,
  { format, most, workspace: { repository, notes } }: { format: string; most: number | null; workspace: Workspace },
): Promise<string> {
  const [{ readExcerpt }, { forms, shownElsewhere }] = await Promise.all([import("../document/excerpt.ts"), import("../render/pages/elsewhere.ts")]);
  const form = forms[format];
  const excerpt = await readExcerpt(markdown);
  if (form === undefined || (format === "summary" && excerpt.lead === "")) return "This record has no summary: its region was taken out.\n";
  const path = `${notes.folder}/${recordPaths(id).markdown}`;
  // An address that nobody can open is none: the record is on the forge once its commit is.
  const commit = await publishedCommit(repository, path, ciShip(process.env, null)?.to ?? null);
  const addressOf = (target: string): string | null => {
    const [file = "", fragment] = target.split("#");
    const named = file.startsWith("/") ? posix.normalize(percentDecoded(file.slice(1))) : posix.join(posix.dirname(path), percentDecoded(file));
    if (commit === null || named.startsWith("../")) return null;
    const address = fileUrl(forge, commit, file === "" ? path : named);
    return address === null || fragment === undefined ? address : `${address}#${encodeURIComponent(percentDecoded(fragment))}`;
  };
  return shownElsewhere(form, { id, title, excerpt, path, address: addressOf(""), addressOf }, most);
}

/** @throws Failure `record-unknown` where there is none; `record-invalid`, `record-newer` where it cannot be told */
function newestId(notesDirectory: string): string {
  const { rows: [newest], problems } = listRecords(notesDirectory, ({ id }) => id);
  requireAll(problems, "one that cannot may be the newest; `shipnote show ID` shows a certain one");
  if (newest !== undefined) return newest;
  throw new Failure("record-unknown", "There are no records yet.", { expected: "a record, written by: shipnote record", retry: true });
}
