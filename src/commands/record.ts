import { lstatSync } from "node:fs";
import { join } from "node:path";
import { readPartials } from "../archive/partials.ts";
import { listRecords, readRecord, type Archived } from "../archive/read.ts";
import { requireAll } from "../archive/unreadable.ts";
import { readProse, type ProseName } from "../document/prose.ts";
import { readCi, readEvent } from "../gather/ci.ts";
import { gatherFacts, type GatheredShip } from "../gather/facts.ts";
import { repositoryIdentity } from "../gather/identity.ts";
import { maskCommands, maskStated, maskStrings } from "../gather/masking.ts";
import { findRange } from "../gather/range.ts";
import { readReportFiles } from "../gather/report-files.ts";
import type { Invocation } from "../invocation.ts";
import { assembleRecord, factsText } from "../record/assemble.ts";
import { defaultChecklist } from "../record/checklist.ts";
import { recordPaths } from "../record/id.ts";
import { quotationOf } from "../render/quotation.ts";
import { renderRecord } from "../render/record.ts";
import { loadTemplates, type Templates } from "../render/templates.ts";
import type { SecretRules } from "../secrets.ts";
import { readJournal, markTaken } from "../state/journal.ts";
import { withLock } from "../state/lock.ts";
import { markResultsTaken, readResults, readResultsFile } from "../state/measurements.ts";
import { version } from "../version.ts";
import { openWorkspace, requireNotesDirectory, type Workspace } from "../workspace.ts";
import { applyPlan } from "../write/apply.ts";
import { finishPlan } from "../write/intent.ts";
import { planWrites } from "../write/plan.ts";
import { askForProse } from "./record-questions.ts";
import { gate, nothing, type Prepared, report, tell } from "./record-report.ts";
import { componentOf, readRecordRequest, type RecordRequest } from "./record-request.ts";
import { isUnchanged, refuseEdited, standingChecklist, titleOf } from "./record-standing.ts";
import { isIndexStale, planIndex } from "./index.ts";

/** A ship that was gathered, and the record that stands for it. */
interface Ship extends GatheredShip {
  standing: Archived | null;
  /** What the commits say for themselves, as rendered under Why. */
  quotation: string | null;
}

/** `shipnote record`: gather → record → render → write. */
export async function record(invocation: Invocation): Promise<number> {
  const { terminal } = invocation;
  const now = new Date().toISOString().replace(/\.\d{3}Z$/, "Z");
  const workspace = await openWorkspace(invocation);
  const request = readRecordRequest(invocation, workspace.config, now);
  const notesDirectory = request.stdout ? workspace.notesDirectory : requireNotesDirectory(workspace);
  const templates = await loadTemplates(readPartials(workspace.notesDirectory), `${workspace.notes.folder}/templates`);
  const gather = (): Promise<Ship | null> => gatherShip(workspace, request, invocation, now);

  if (request.stdout || invocation.dryRun) {
    const ship = await terminal.progress("Gathering what git knows", gather());
    if (ship === null) return nothing(invocation);
    const prepared = await prepare(ship, { workspace, request, templates, now });
    if (request.stdout) {
      if (terminal.json) terminal.document({ ...report(prepared, workspace), markdown: prepared.markdown });
      else terminal.raw(prepared.markdown);
    } else tell(prepared, invocation, workspace, { committed: false, indexStale: false });
    return gate(prepared, workspace);
  }

  const draftKey = JSON.stringify([request.environment, request.component?.name ?? null, request.range.from, request.range.to, request.range.id]);
  if (terminal.interactive) {
    const ship = await terminal.progress("Gathering what git knows", gather());
    if (ship === null) return nothing(invocation);
    Object.assign(request, await askForProse(ship, request, { stateDirectory: workspace.stateDirectory, draftKey, rules: rulesOf(workspace) }));
  }
  const prepared = await withLock(workspace.stateDirectory, async () => {
    const intent = join(workspace.stateDirectory, "intent.json");
    await finishPlan(intent, notesDirectory === null ? [] : [notesDirectory], { trusted: workspace.repository.directory });
    const ship = await terminal.progress("Gathering what git knows", gather());
    if (ship === null) return null;
    const prepared = await prepare(ship, { workspace, request, templates, now });
    await applyPlan(prepared.plan, { intent });
    await markTaken(workspace.stateDirectory, prepared.taken.commands, prepared.record.id);
    await markResultsTaken(workspace.stateDirectory, prepared.taken.results, prepared.record.id);
    return prepared;
  });
  if (prepared === null) return nothing(invocation);
  if (terminal.interactive) (await import("../state/drafts.ts")).removeDraft(workspace.stateDirectory, draftKey);
  if (request.commit) await commitRecord(prepared, workspace, request.index);
  tell(prepared, invocation, workspace, { committed: request.commit, indexStale: await isIndexStale(workspace, prepared.record) });
  return gate(prepared, workspace);
}

/** Step one: everything the ship's record rests on; null where nothing is left to record. */
async function gatherShip({ repository, config, notes, notesDirectory, stateDirectory }: Workspace, request: RecordRequest, { directory }: Invocation, now: string): Promise<Ship | null> {
  const { rows: records, problems } = notesDirectory === null ? { rows: [], problems: [] } : listRecords(notesDirectory, (each) => each);
  requireAll(problems, "the range of a ship rests on those before it");
  const rules = { userPatterns: config.redact, environment: process.env };
  // A ship without commits is known by its title, a command by its words, as they are recorded: masked.
  const { title } = await maskStrings({ title: request.title }, rules);
  const stated = await maskStated(request.said.commands, rules);
  const found = await findRange(repository, records, { ...request.range, title }, notes);
  const identity = request.files.baseline ?? request.files.results;
  const [standing, journal, kept, before, after, repositoryId, event] = await Promise.all([
    found.record === null || notesDirectory === null ? null : readRecord(notesDirectory, found.record.id),
    readJournal(stateDirectory),
    readResults(stateDirectory, found.previous?.recordedAt ?? null),
    readReportFiles(request.files.before, { directory, configured: config.checks }),
    readReportFiles(request.files.after, { directory, configured: config.checks }),
    identity === null ? "" : repositoryIdentity(repository),
    readEvent(process.env["GITHUB_EVENT_PATH"]),
  ]);
  // A record that is named stays on its line.
  const { environment, component } = standing === null
    ? request
    : { environment: standing.record.environment, component: componentOf(standing.record.component, config) };
  const ship = await gatherFacts({
    repository, config, notes, records, environment, component, journal, now,
    said: { ...request.said, commands: stated },
    found: standing === null ? found : { ...found, record: standing.record },
    measurements: {
      kept,
      baseline: request.files.baseline === null ? null : await readResultsFile(request.files.baseline, repositoryId),
      results: request.files.results === null ? null : await readResultsFile(request.files.results, repositoryId),
      files: { before, after },
    },
    ci: readCi(process.env, event),
  });
  if (ship.facts.range !== null && ship.facts.commits.length === 0) return null;
  // Commands are masked on their own, so that each names the rules that masked it.
  const commands = await maskCommands(ship.facts.commands, rules);
  const masked = await maskStrings({ ...ship, facts: { ...ship.facts, commands } }, rules);
  return { ...masked, standing, quotation: quotationOf(masked.bodies, masked.facts.repository) };
}

/** Steps two and three, and what step four would do: the record, its markdown, the plan of what is written. */
async function prepare(
  ship: Ship,
  { workspace, request, templates, now }: { workspace: Workspace; request: RecordRequest; templates: Templates; now: string },
): Promise<Prepared> {
  const { standing, quotation } = ship;
  const { config, notesDirectory } = workspace;
  const rules = rulesOf(workspace);
  const said = await maskStrings({ title: request.title, prose: request.prose }, rules);
  const prose = standing === null || standing.markdown === null ? null : await readProse(standing.markdown, { quotation });
  const written = (name: ProseName): boolean => said.prose[name] !== undefined || (prose !== null && prose[name] !== null);
  const before = standing?.record ?? null;
  const record = assembleRecord(ship.facts, {
    title: said.title ?? (await titleOf(standing)) ?? ship.title ?? before?.title ?? "Untitled",
    checklist: config.checklist ?? defaultChecklist,
    written: { why: written("why"), expected: written("expected"), rollback: written("rollback") },
    standing: before,
    standingChecklist: await standingChecklist(standing, templates),
    now,
    taken: (id) => notesDirectory !== null && isTaken(notesDirectory, id),
    generator: { version, templates: templates.digest, regions: before?.generator.regions ?? {} },
  });
  const rendered = await renderRecord(record, standing?.markdown ?? null, {
    templates,
    atHand: before,
    prose: said.prose,
    quotation,
    force: request.force,
    outcome: standing?.outcome ?? null,
  });
  refuseEdited(rendered, record.id, request.force);
  const status = isUnchanged(record, rendered, standing, request) ? "unchanged" : "written";
  const whole = { ...record, generator: { version, templates: templates.digest, regions: rendered.regions } };
  const paths = recordPaths(record.id);
  const plan = notesDirectory === null || status === "unchanged"
    ? { writes: [] }
    : await planWrites(
      [notesDirectory],
      [
        { path: join(notesDirectory, paths.facts), content: factsText(whole) },
        { path: join(notesDirectory, paths.markdown), content: rendered.text },
        ...(request.index ? await planIndex(workspace, templates, { with: whole, force: request.force }) : []),
      ],
      { trusted: workspace.repository.directory },
    );
  return { status, record: status === "unchanged" && before !== null ? before : whole, markdown: rendered.text, plan, taken: ship.taken };
}


function rulesOf({ config }: Workspace): SecretRules {
  return { userPatterns: config.redact, environment: process.env };
}

function isTaken(notesDirectory: string, id: string): boolean {
  const { markdown, folder } = recordPaths(id);
  // A link is nobody's record: writing where it stands is refused, rather than avoided under another id.
  return [markdown, folder].some((path) => lstatSync(join(notesDirectory, path), { throwIfNoEntry: false })?.isSymbolicLink() === false);
}

async function commitRecord({ record }: Prepared, { repository, notes }: Workspace, index: boolean): Promise<void> {
  const { commitPaths } = await import("../git/commit.ts");
  const { markdown, folder } = recordPaths(record.id);
  const paths = [markdown, folder, ...(index ? ["README.md", `${record.id.slice(0, 4)}/README.md`] : [])];
  await commitPaths(repository, paths.map((path) => `${notes.folder}/${path}`), `Record: ${record.title}`);
}
