import { type Archived, listRecords, readRecord } from "../archive/read.ts";
import { requireAll } from "../archive/unreadable.ts";
import { readCi, readEvent } from "../gather/ci.ts";
import { ciShip } from "../gather/ci-ship.ts";
import { gatherFacts, type GatheredShip } from "../gather/facts.ts";
import { releaseTaken } from "../gather/gone-records.ts";
import { repositoryIdentity } from "../gather/identity.ts";
import { maskCommands, maskStated, maskStrings } from "../gather/masking.ts";
import { findRange } from "../gather/range.ts";
import { requireHistory } from "../gather/range-begin.ts";
import type { FoundRange, RangeRequest, ShipEvent } from "../gather/range-search.ts";
import { readReportFiles } from "../gather/report-files.ts";
import { shipRemote } from "../gather/ship-lines.ts";
import { shortened } from "../gather/title.ts";
import type { Repository } from "../git/repository.ts";
import { hasCommit } from "../git/revisions.ts";
import type { Invocation } from "../invocation.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { readComparisons } from "../state/comparisons.ts";
import { readJournal } from "../state/journal.ts";
import { readResults, readResultsFile } from "../state/measurements.ts";
import { secretRules, type Workspace } from "../workspace.ts";
import { componentOf, type RecordRequest } from "./record-request.ts";

/** A ship that was gathered, and the record that stands for it. */
export interface Ship extends GatheredShip {
  standing: Archived | null;
  /** The id of the line's record before. */
  previous: string | null;
}

function shipEvent({ push }: RecordRequest, event: unknown): ShipEvent | null {
  return push === null ? ciShip(process.env, event) : { from: push.from, to: push.to, source: "push" };
}

/** Whether a ship may begin where its branch left the remote's default branch, were that known here. */
function mayHaveForked({ status, span }: FoundRange, { tags }: RangeRequest): boolean {
  return status === "new" && (span?.source === "first" || (span?.source === "tag" && tags.length === 0));
}

/** The ship that is meant; with `--fetch` in as much of its history as it takes. */
async function findShip(
  { repository, notes }: Workspace,
  records: readonly ChangeRecord[],
  asked: RangeRequest,
  { event, mayFetch }: { event: ShipEvent | null; mayFetch: boolean },
): Promise<{ repository: Repository; found: FoundRange }> {
  const find = async (current: Repository, from = event?.from ?? null): Promise<FoundRange> => {
    const ship = await findRange(current, records, asked, notes, event === null ? null : { ...event, from });
    const { status, span, direction } = ship;
    // What is recorded is gathered again, and takes as much history as what is new.
    if (status === "recorded" && span !== null) await (direction === "rollback" ? requireHistory(current, span.to, span.from ?? span.to) : requireHistory(current, span.from, span.to));
    return ship;
  };
  if (!mayFetch) return { repository, found: await find(repository) };
  const { fetchBlobs, fetchDefaultBranch, withHistory } = await import("../git/fetch.ts");
  const isNamed = asked.from !== null || asked.to !== null || asked.id !== null;
  // HEAD may be a record that this job has committed, which no remote has yet.
  const said = !isNamed && event !== null && (await hasCommit(repository, event.to)) ? event : null;
  const at = said?.to ?? asked.to;
  let known = event?.from ?? null;
  let ship = await withHistory(repository, { at, before: said?.from ?? null }, async (current, before) => {
    if (said !== null) known = before;
    return find(current, before);
  });
  const remote = mayHaveForked(ship.done, asked) ? shipRemote(null, repository) : null;
  const other = remote === null ? null : await fetchDefaultBranch(ship.repository, remote, at);
  if (other !== null) ship = await withHistory(ship.repository, { at, before: other }, (current) => find(current, known));
  if (ship.done.span !== null) await fetchBlobs(ship.repository, ship.done.span);
  return { repository: ship.repository, found: ship.done };
}

/** Step one: everything the ship's record rests on; null where nothing is left to record. */
export async function gatherShip(
  workspace: Workspace,
  request: RecordRequest,
  { directory }: Invocation,
  now: string,
): Promise<Ship | null> {
  const { config, notes, notesDirectory, stateDirectory } = workspace;
  const { rows: records, problems } = notesDirectory === null ? { rows: [], problems: [] } : listRecords(notesDirectory, (each) => each);
  requireAll(problems, "the range of a ship rests on those before it");
  const rules = secretRules(workspace);
  // A ship without commits is known by its title, a command by its words, as they are recorded: masked.
  const { title } = await maskStrings({ title: request.title }, rules);
  const stated = await maskStated(request.said.commands, rules);
  const event = await readEvent(process.env["GITHUB_EVENT_PATH"]);
  const { repository, found } = await findShip(workspace, records, { ...request.range, title }, { event: shipEvent(request, event), mayFetch: request.fetch });
  const identity = request.files.baseline ?? request.files.results;
  const [standing, captured, measured, compared, before, after, repositoryId] = await Promise.all([
    found.record === null || notesDirectory === null ? null : readRecord(notesDirectory, found.record.id),
    readJournal(stateDirectory, found.previous?.recordedAt ?? null),
    readResults(stateDirectory, found.previous?.recordedAt ?? null),
    readComparisons(stateDirectory),
    readReportFiles(request.files.before, { directory, configured: config.checks }),
    readReportFiles(request.files.after, { directory, configured: config.checks }),
    identity === null ? "" : repositoryIdentity(repository),
  ]);
  const [journal, kept, comparisons] = await releaseTaken(repository, notes, new Set(records.map(({ id }) => id)), [captured, measured, compared]);
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
    comparisons,
    ci: readCi(process.env, event),
    pushedAt: request.push?.at ?? null,
    rules,
  });
  if (ship.facts.range !== null && ship.facts.commits.length === 0) return null;
  // Commits are masked by now; commands are masked on their own, so that each names the rules that masked it.
  const commands = await maskCommands(ship.facts.commands, rules);
  const { commits, ...others } = ship.facts;
  const masked = await maskStrings({ ...ship, facts: { ...others, commands } }, rules);
  return { ...masked, facts: { ...masked.facts, commits }, title: masked.title === null ? null : shortened(masked.title), standing, previous: found.previous?.id ?? null };
}
