import { existsSync } from "node:fs";
import { join } from "node:path";
import { readFacts } from "../archive/read.ts";
import { Failure } from "../failure.ts";
import type { History } from "../gather/audit-history.ts";
import { isRanged } from "../gather/audit-lines.ts";
import { findMoved } from "../gather/audit-moved.ts";
import { objectIds } from "../gather/audit-objects.ts";
import { type DeletedRecord, deletedRecords, removalsMeant } from "../gather/deleted-records.ts";
import { skippedPaths } from "../git/changed.ts";
import { blobsAt } from "../git/versions.ts";
import { coveredShips } from "../record/covered.ts";
import type { Finding, ListedException } from "../record/finding.ts";
import { recordPaths } from "../record/id.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { shellWord } from "../rollback/undo.ts";
import type { Workspace } from "../workspace.ts";
import { markedShip, type MarkedShip } from "./verify-archive.ts";
import type { Scope } from "./verify-scope.ts";

/** What records that are gone are judged by. */
export interface DeletedRequest {
  workspace: Workspace;
  notesDirectory: string;
  scope: Scope;
  /** All records that can be read. */
  listed: readonly MarkedShip[];
  /** The ids of all folders of records. */
  ids: ReadonlySet<string>;
  /** The ids of those that lie where nothing looks for them. */
  misplaced: ReadonlySet<string>;
  history: History;
  /** The tips of what ships, and all that holds commits. */
  shipping: readonly string[];
  refs: readonly string[];
}

/** Records that are gone: what is said of them, and their ships, which need no second word where they are missing. */
export interface Deleted {
  findings: Finding[];
  exceptions: ListedException[];
  ships: MarkedShip[];
}

/** Records that git has and that no longer stand; none has gone whose ship is in another, or in no history any more. */
export async function auditDeleted(request: DeletedRequest): Promise<Deleted> {
  const { workspace: { repository, notes }, scope, ids, misplaced } = request;
  const gone = await deletedRecords(repository, notes, { stands: (id) => ids.has(id) || misplaced.has(id), since: scope.kind === "commit" ? scope.commit : null });
  if (gone.length === 0) return { findings: [], exceptions: [], ships: [] };
  await requireLaidOut(request, gone);
  const texts = await blobsAt(repository, gone.map(({ id, revision }) => `${revision}:${notes.folder}/${recordPaths(id).facts}`));
  const read = gone.map((deleted) => {
    const facts = readFacts(texts.get(`${deleted.revision}:${notes.folder}/${recordPaths(deleted.id).facts}`)?.toString("utf8") ?? "", deleted.id);
    const record = "value" in facts ? facts.value : null;
    return { deleted, record, ship: record === null ? null : markedShip(record) };
  }).filter(({ record }) => scope.kind !== "day" || record === null || record.shippedAt.slice(0, 10) >= scope.day);
  const elsewhere = await shipsElsewhere(read.flatMap(({ ship }) => ship ?? []), request);
  const left = read.filter(({ deleted }) => !elsewhere.has(deleted.id));
  const meant = left.length === 0 ? new Map<string, string>() : await removalsMeant(repository);
  return {
    ships: left.flatMap(({ ship }) => ship ?? []),
    findings: await Promise.all(left.filter(({ deleted }) => !meant.has(deleted.id)).map(async ({ deleted, record }) => deletedRecord(deleted, record, request))),
    exceptions: left.flatMap(({ deleted: { id } }) => {
      const subject = meant.get(id);
      return subject === undefined ? [] : [{ record: id, path: `${notes.folder}/${recordPaths(id).markdown}`, rule: "missing", reason: `its removal was meant: ${subject}` }];
    }),
  };
}

/** @throws Failure `notes-sparse` where they are not gone, but left out of a sparse checkout */
async function requireLaidOut({ workspace: { repository, notes } }: DeletedRequest, gone: readonly DeletedRecord[]): Promise<void> {
  if (repository.config.get("core.sparsecheckout")?.at(-1) !== "true") return;
  const skipped = await skippedPaths(repository, notes.folder);
  if (!gone.some(({ id }) => skipped.has(`${notes.folder}/${recordPaths(id).facts}`))) return;
  throw new Failure("notes-sparse", `This is a sparse checkout without the records in ${notes.folder}/.`, {
    expected: `the notes in the work tree: git sparse-checkout add ${shellWord(notes.folder)}`,
    retry: true,
  });
}

/** The ids of those whose ship is in a record that stands, or in no history any more: there a record has nothing to be of. */
async function shipsElsewhere(gone: readonly MarkedShip[], { workspace: { repository, notes }, history, shipping, refs, listed }: DeletedRequest): Promise<Set<string>> {
  // Of what lies beyond the end of a shallow clone nothing is known.
  const { lost, moved } = repository.shallow
    ? { lost: new Set<string>(), moved: new Map<string, string>() }
    : await findMoved(repository, { history, shipping, refs, records: gone.filter(isRanged), notes });
  const covered = coveredShips(gone, listed, ({ id, range }) => (lost.has(id) ? (moved.get(range?.to ?? "") ?? null) : undefined));
  return new Set([...covered, ...gone.flatMap(({ id, range }) => (lost.has(id) && !moved.has(range?.to ?? "") ? [id] : []))]);
}

async function deletedRecord({ id, revision, by }: DeletedRecord, record: ChangeRecord | null, { workspace: { repository, notes }, notesDirectory }: DeletedRequest): Promise<Finding> {
  const { markdown, folder } = recordPaths(id);
  const path = `${notes.folder}/${markdown}`;
  const stands = existsSync(join(notesDirectory, markdown));
  const name = `${revision}:${path}`;
  const hasMarkdown = !stands && ((await objectIds(repository, [name]))?.get(name) ?? null) !== null;
  const paths = [...(hasMarkdown ? [path] : []), `${notes.folder}/${folder}`].map(shellWord).join(" ");
  const ship = record === null ? "this ship" : `what shipped to ${record.environment} on ${record.shippedAt.slice(0, 10)}`;
  const how = by === null ? "it is in HEAD, and gone from the work tree" : `${by.commit.slice(0, 12)} deleted it (${by.subject})`;
  return {
    code: stands ? "incomplete" : "missing", record: id, path, line: null,
    message: stands ? `record.json is missing: ${how}` : `the record of ${ship} is gone, and no other is of that ship: ${how}`,
    mend: `git checkout ${revision} -- ${paths}`,
  };
}
