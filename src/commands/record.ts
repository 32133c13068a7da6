import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { hasIndex, isIndexStale } from "../archive/index-state.ts";
import { Failure } from "../failure.ts";
import type { Invocation } from "../invocation.ts";
import { recordPaths } from "../record/id.ts";
import { isLively } from "../render/lively.ts";
import { plotNames } from "../render/plot-name.ts";
import { carryDraft, draftKeyOf, removeDraft } from "../state/drafts.ts";
import { markTaken } from "../state/journal.ts";
import { withLock } from "../state/lock.ts";
import { intentPath, openWorkspace, requireNotesDirectory, type Workspace } from "../workspace.ts";
import type { Ship } from "./record-gather.ts";
import type { Words } from "./record-questions.ts";
import { gate, nothing, type Prepared, previewOf, report, tell } from "./record-report.ts";
import { settleRecorded, withPush } from "./record-pushed.ts";
import { readRecordRequest, type RecordRequest } from "./record-request.ts";

/**
 * `shipnote record`: gather → record → render → write.
 *
 * What a step needs is loaded while git works for the step before it: both take about as long.
 */
export async function record(invocation: Invocation): Promise<number> {
  // Records written within one second have an order all the same.
  const recordedAt = new Date().toISOString();
  const [workspace] = await Promise.all([openWorkspace(invocation), import("./record-gather.ts")]);
  const request = await withPush(readRecordRequest(invocation, workspace.config, toSecond(recordedAt)), workspace);
  return recordShip(invocation, workspace, request, recordedAt);
}

function toSecond(instant: string): string {
  return instant.replace(/\.\d{3}Z$/, "Z");
}

/**
 * Records the ship that a request means.
 *
 * @param recordedAt the present time, ISO 8601 in UTC
 * @param isOffered whether it is offered still, where somebody has been asked already if it shall be recorded: then there
 *   is a question less, and nothing is written once it is not
 * @throws Failure `ship-changed` where what would be written is another ship than the one that was shown
 */
export async function recordShip(
  invocation: Invocation,
  workspace: Workspace,
  request: RecordRequest,
  recordedAt: string,
  isOffered: (() => boolean) | null = null,
): Promise<number> {
  const { terminal } = invocation;
  const { gatherShip } = await import("./record-gather.ts");
  const notesDirectory = request.stdout ? workspace.notesDirectory : requireNotesDirectory(workspace);
  const gather = async () => {
    const [ship, { prepare }] = await Promise.all([gatherShip(workspace, request, invocation, toSecond(recordedAt)), import("./record-prepare.ts")]);
    return ship === null ? null : { ship, prepare: (words: Partial<Words> = {}) => prepare(ownedBy(ship, words), { workspace, request: { ...request, ...words }, recordedAt }) };
  };
  const gathered = () => terminal.progress("Gathering what git knows", gather());

  if (request.stdout || invocation.dryRun) {
    const prepared = await (await gathered())?.prepare();
    if (prepared === undefined) return nothing(invocation);
    if (!request.stdout) tell(prepared, invocation, workspace, { committed: false, indexStale: false });
    else if (terminal.json) terminal.document({ ...report(prepared, workspace), markdown: prepared.markdown });
    else terminal.raw(prepared.markdown);
    return gate(prepared, workspace);
  }

  const { stateDirectory } = workspace;
  // Answers belong to what ships: those of a ship that was put off are proposed for it alone.
  const keyOf = ({ facts: { range } }: Ship): string => draftKeyOf({ environment: request.environment, component: request.component?.name ?? null }, range?.to ?? request.range.id);
  let shown: Ship | null = null;
  if (terminal.interactive) {
    const found = await gathered();
    if (found === null) return nothing(invocation);
    shown = found.ship;
    // Of a ship that stands, what was skipped is not asked again and again: it is written into the file, or said by flags.
    if (found.ship.standing === null) {
      const [{ askForWords }, { canDraw }] = await Promise.all([import("./record-questions.ts"), import("../terminal-questions.ts")]);
      const manner = { plain: invocation.flags.on("plain") || !canDraw(), strong: terminal.strong, editor: editorOf(workspace) };
      Object.assign(request, await askForWords(found.ship, { workspace, request, hasAsked: isOffered !== null, draftKey: keyOf(shown), manner, preview: async (words) => previewOf(await found.prepare(words), workspace) }));
    }
  }
  const prepared = await withLock(stateDirectory, async () => {
    const intent = intentPath(workspace);
    const [{ applyPlan }, { finishPlan }] = await Promise.all([import("../write/apply.ts"), import("../write/intent.ts")]);
    await finishPlan(intent, notesDirectory === null ? [] : [notesDirectory], { trusted: workspace.repository.directory });
    const now = await gathered();
    if (now === null) return null;
    if (isOffered?.() === false || (shown !== null && !isSame(shown, now.ship))) {
      if (shown !== null) carryDraft(stateDirectory, keyOf(shown), keyOf(now.ship));
      throw shipChanged();
    }
    const done = await now.prepare();
    await applyPlan(done.plan, { intent });
    await markTaken(stateDirectory, done.taken.commands, done.record.id);
    if (done.taken.results.length > 0) await (await import("../state/measurements.ts")).markResultsTaken(stateDirectory, done.taken.results, done.record.id);
    if (done.taken.comparisons.length > 0) await (await import("../state/comparisons.ts")).markComparisonsTaken(stateDirectory, done.taken.comparisons, done.record.id);
    return done;
  });
  if (prepared === null) return nothing(invocation);
  if (shown !== null) removeDraft(stateDirectory, keyOf(shown));
  await settleRecorded(workspace, prepared.record);
  if (request.commit) await commitRecord(prepared, workspace);
  const indexStale = notesDirectory !== null && (await (prepared.rowChanged ? hasIndex(notesDirectory) : isIndexStale(notesDirectory, prepared.record.id)));
  tell(prepared, invocation, workspace, { committed: request.commit, indexStale });
  return gate(prepared, workspace);
}

/** Whether two looks, some time apart, found the same ship. That it has a record meanwhile changes nothing: what was answered goes there. */
function isSame({ facts: one }: Ship, { facts: other }: Ship): boolean {
  return one.range?.from === other.range?.from && one.range?.to === other.range?.to && one.direction === other.direction;
}

function shipChanged(): Failure {
  return new Failure("ship-changed", "What would be written is another ship than the one that was shown, for another record came meanwhile; nothing was written.", {
    expected: "the same call again: it shows the ship as it is now, and proposes what was answered",
    retry: true,
  });
}

/** The ship with the owner that somebody named. */
function ownedBy(ship: Ship, { said }: Partial<Words>): Ship {
  const name = said?.owner ?? null;
  return name === null ? ship : { ...ship, facts: { ...ship.facts, owner: { name, source: "flag" } } };
}

/** The editor that git would open. One that does nothing is for scripts. */
function editorOf({ repository: { config } }: Workspace): string {
  const { GIT_EDITOR, VISUAL, EDITOR } = process.env;
  return [GIT_EDITOR, config.get("core.editor")?.at(-1), VISUAL, EDITOR].find((editor) => editor !== undefined && editor !== "" && editor !== ":") ?? "vi";
}

/** The record's own files, as they stand, also where an earlier run wrote them; with `--index` the index's pages. */
async function commitRecord({ record, plan }: Prepared, { repository, notes, notesDirectory }: Workspace): Promise<void> {
  if (notesDirectory === null) return;
  const { commitPaths } = await import("../git/commit.ts");
  const { markdown, folder } = recordPaths(record.id);
  const ours = ["record.json", "outcome.json", ...plotNames(record.metrics)];
  const own = readdirSync(join(notesDirectory, folder)).filter((name) => ours.includes(name));
  const written = plan.writes.map(({ path }) => relative(notesDirectory, path).replaceAll(sep, "/"));
  const paths = new Set([markdown, ...own.map((name) => `${folder}/${name}`), ...written]);
  // A subject has no code that would keep `@ada` or `#12` from notifying and linking once more.
  const subject = `Record: ${isLively(record.title) ? record.id : record.title}`;
  await commitPaths(repository, [...paths].map((path) => `${notes.folder}/${path}`), subject);
}
