import { listRecords, recordIds } from "../archive/read.ts";
import { standaloneMarkdown } from "../archive/standalone.ts";
import { findMoved } from "../gather/audit-moved.ts";
import { readHistory } from "../gather/audit-history.ts";
import { findUnrecorded, type RangedShip, type RecordedShip, recordedShip, type UnrecordedShip } from "../gather/audit-ships.ts";
import { readRefs, readTips } from "../gather/audit-tips.ts";
import type { Invocation } from "../invocation.ts";
import type { Finding, Verified } from "../record/finding.ts";
import { recordPaths } from "../record/id.ts";
import { shellWord } from "../rollback/undo.ts";
import { openWorkspace, requireNotesDirectory, type Workspace } from "../workspace.ts";
import { showing } from "./verify-document.ts";
import { auditRecords } from "./verify-records.ts";
import { formatOf, tellFindings } from "./verify-report.ts";
import { isInScope, pushedInCi, readScope, type Scope } from "./verify-scope.ts";

/** `shipnote verify`: whether the notes can be believed. It reads only: files, and git. */
export async function verify(invocation: Invocation): Promise<number> {
  const { terminal, flags } = invocation;
  const now = new Date().toISOString();
  const format = formatOf(flags.text("format"));
  const workspace = await openWorkspace(invocation);
  const notesDirectory = requireNotesDirectory(workspace);
  const scope = await readScope(flags.text("since"), workspace);
  const verified = await terminal.progress("Checking records", (show) => audit(workspace, notesDirectory, { scope, now, show }));
  return tellFindings(verified, format, invocation);
}

async function audit(
  workspace: Workspace,
  notesDirectory: string,
  { scope, now, show }: { scope: Scope; now: string; show: (text: string) => void },
): Promise<Verified> {
  const { repository, config, notes } = workspace;
  // Of each only what its line is made of is kept: ten thousand records are never in memory at once.
  const listed = listRecords(notesDirectory, recordedShip).rows;
  const ids = recordIds(notesDirectory);
  const refs = await readRefs(repository);
  const pushed = pushedInCi(process.env);
  const tips = await readTips(repository, refs, config, pushed === null ? [] : [pushed]);
  const history = await readHistory(repository, [
    ...refs.map(({ commit }) => commit), ...tips.map(({ commit }) => commit), ...(repository.head === null ? [] : [repository.head]),
    ...(scope.kind === "commit" ? [scope.commit] : []),
    ...listed.flatMap(({ range }) => (range === null ? [] : [range.to, ...(range.from === null ? [] : [range.from])])),
  ]);
  const isBefore = scope.kind === "commit" ? history.reachedFrom([scope.commit]) : () => false;
  const ships = new Map(listed.map((ship) => [ship.id, ship]));
  const wanted = ids.filter((id) => {
    const ship = ships.get(id);
    return isInScope(scope, { id, shippedAt: ship?.shippedAt ?? id.slice(0, 10), to: ship?.range?.to ?? null }, notes.folder, isBefore);
  });
  const moved = await findMoved(repository, history, refs.map(({ commit }) => commit), listed.filter(isRanged), notes);
  const all = new Set(ids);
  const { findings, exceptions } = await auditRecords({ workspace, notesDirectory, wanted, ids: all, history, ships: moved, show });
  const unrecorded = await findUnrecorded(repository, {
    history, tips, records: listed, notes, config, ends: new Set(moved.moved.values()), isBefore,
  });
  const missing = unrecorded.filter((ship) => isDue(ship, workspace, now) && (scope.kind !== "day" || ship.at.slice(0, 10) >= scope.day));
  const alone = scope.kind === "all" ? standaloneMarkdown(notesDirectory, all) : [];
  return {
    findings: [...findings, ...alone.map((id) => withoutFacts(id, notes.folder)), ...missing.map((ship) => missingRecord(ship, notes.folder))],
    exceptions,
    records: wanted.length,
  };
}

function isRanged(ship: RecordedShip): ship is RangedShip {
  return ship.range !== null;
}

/** Whether a record should be there by now: the policy may give some time. */
function isDue({ environment, at }: UnrecordedShip, { config }: Workspace, now: string): boolean {
  const grace = Object.hasOwn(config.policy, environment) ? (config.policy[environment]?.grace ?? 0) : 0;
  return Date.parse(now) - Date.parse(at) >= grace;
}

function missingRecord({ environment, component, from, to, commits, subject, ref, at, after }: UnrecordedShip, folder: string): Finding {
  const line = component === null ? environment : `${environment}, ${component}`;
  const words = [
    "shipnote record", "--env", shellWord(environment), ...(component === null ? [] : ["--component", shellWord(component)]),
    ...(from === null ? [] : ["--from", from.slice(0, 12)]), "--to", to.slice(0, 12),
  ];
  return {
    code: "missing",
    record: null,
    path: `${folder}/${recordPaths(after).markdown}`,
    line: null,
    message: `no record of what followed in ${line}: ${commits} ${commits === 1 ? "commit" : "commits"} of ${ref}, ${at.slice(0, 10)}, up to ${to.slice(0, 12)} (${subject})`,
    mend: words.join(" "),
  };
}

function withoutFacts(id: string, folder: string): Finding {
  const { markdown, facts } = recordPaths(id);
  return { code: "incomplete", record: id, path: `${folder}/${markdown}`, line: null, message: "record.json is missing", mend: showing(`${folder}/${facts}`) };
}
