import { misplacedRecords } from "../archive/misplaced.ts";
import { listRecords, recordIds } from "../archive/read.ts";
import { Failure } from "../failure.ts";
import { findMoved } from "../gather/audit-moved.ts";
import { readHistory } from "../gather/audit-history.ts";
import { isRanged } from "../gather/audit-lines.ts";
import { readRefs, readTips } from "../gather/audit-tips.ts";
import type { Invocation } from "../invocation.ts";
import type { Verified } from "../record/finding.ts";
import { recordPaths } from "../record/id.ts";
import { openWorkspace, requireNotesDirectory, type Workspace } from "../workspace.ts";
import { auditArchive, markedShip } from "./verify-archive.ts";
import { auditDeleted } from "./verify-deleted.ts";
import { auditRecords } from "./verify-records.ts";
import { formatOf, tellFindings } from "./verify-report.ts";
import { beforeScope, isInScope, pushedInCi, readScope, type Scope } from "./verify-scope.ts";
import { missingRecords } from "./verify-ships.ts";

/** `shipnote verify`: whether the notes can be believed. It reads only: files, and git. */
export async function verify(invocation: Invocation): Promise<number> {
  const { terminal, flags } = invocation;
  const now = new Date().toISOString();
  const format = formatOf(flags.text("format"));
  const workspace = await openWorkspace(invocation);
  const notesDirectory = requireNotesDirectory(workspace);
  const scope = await readScope(flags.text("since"), workspace);
  const verified = await terminal.progress("Checking records", (show) => audit(workspace, notesDirectory, { scope, now, show })).catch((error: unknown) => {
    throw workspace.repository.partial && lacksTrees(error) ? treesMissing(error) : error;
  });
  return tellFindings(verified, format, invocation);
}

/** Contents that a partial clone lacks are passed over where they are asked for; without trees nothing can be known. */
function lacksTrees(error: unknown): boolean {
  return error instanceof Failure && error.code === "git-failed" && /not allowed|could not fetch|promisor/.test(error.message);
}

function treesMissing(cause: unknown): Failure {
  return new Failure("history-missing", "This clone is partial, and lacks trees of the ships that the records speak of.", {
    expected: "a clone with all trees; `git fetch --refetch --filter=blob:none` fetches them",
    retry: true,
    cause,
  });
}

async function audit(
  workspace: Workspace,
  notesDirectory: string,
  { scope, now, show }: { scope: Scope; now: string; show: (text: string) => void },
): Promise<Verified> {
  const { repository, config, notes } = workspace;
  // Of each only what its line is made of is kept: ten thousand records are never in memory at once.
  const listed = listRecords(notesDirectory, markedShip).rows;
  const ids = recordIds(notesDirectory);
  const refs = await readRefs(repository);
  const pushed = pushedInCi(process.env);
  const tips = await readTips(repository, refs, config, pushed === null ? [] : [pushed]);
  const history = await readHistory(repository, [
    ...refs.map(({ commit }) => commit), ...tips.map(({ commit }) => commit), ...(repository.head === null ? [] : [repository.head]),
    ...(scope.kind === "commit" ? [scope.commit] : []),
    ...listed.flatMap(({ range }) => (range === null ? [] : [range.to, ...(range.from === null ? [] : [range.from])])),
  ]);
  const isBefore = beforeScope(scope, history, repository);
  const ships = new Map(listed.map((ship) => [ship.id, ship]));
  const wanted = ids.filter((id) => {
    const ship = ships.get(id);
    return isInScope(scope, { id, shippedAt: ship?.shippedAt ?? id.slice(0, 10), to: ship?.range?.to ?? null }, notes.folder, isBefore);
  });
  // What is not there in a shallow clone may well be where it was.
  const asked = repository.shallow && scope.kind === "commit" ? new Set(wanted) : null;
  const shipping = tips.map(({ commit }) => commit);
  const held = refs.map(({ commit }) => commit);
  const moved = await findMoved(repository, {
    history, shipping, refs: held, notes,
    records: listed.filter(isRanged).filter(({ id }) => asked?.has(id) ?? true),
  });
  const all = new Set(ids);
  // The history of the notes is walked while records are judged.
  const misplaced = misplacedRecords(notesDirectory);
  const deleting = auditDeleted({ workspace, notesDirectory, scope, listed, ids: all, misplaced: new Set(misplaced.map(({ id }) => id)), history, shipping, refs: held });
  deleting.catch(() => undefined);
  const { findings, exceptions, unrendered } = await auditRecords({ workspace, notesDirectory, wanted, ids: all, history, ships: moved, show });
  const deleted = await deleting;
  const missing = await missingRecords(workspace, { history, tips, records: [...listed, ...deleted.ships], spans: moved.spans, isBefore, now });
  // What lies in another year's folder and has its place free is told of once, as misplaced.
  const returning = scope.kind === "all" ? misplaced.filter(({ isFree }) => isFree).map(({ id }) => id) : [];
  const markdowns = new Set(returning.map((id) => `${notes.folder}/${recordPaths(id).markdown}`));
  const told = new Set([...deleted.findings.map(({ record }) => record), ...returning]);
  const archive = await auditArchive({ workspace, notesDirectory, scope, listed, ids: all, wanted: new Set(wanted), misplaced, told });
  return {
    findings: [...findings.filter(({ code, path }) => code !== "incomplete" || path === null || !markdowns.has(path)), ...archive, ...deleted.findings, ...missing.flatMap(({ at, finding }) => (scope.kind !== "day" || at.slice(0, 10) >= scope.day ? [finding] : []))],
    exceptions: [...exceptions, ...deleted.exceptions],
    records: wanted.length,
    unrendered,
    notes: notes.folder,
  };
}
