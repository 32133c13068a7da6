import { readFacts } from "../archive/read.ts";
import type { History } from "../gather/audit-history.ts";
import { isRanged, type RecordedShip, recordedShip } from "../gather/audit-lines.ts";
import { seekShips } from "../gather/audit-moved.ts";
import { findUnrecorded, type UnrecordedShip } from "../gather/audit-ships.ts";
import type { Tip } from "../gather/audit-tips.ts";
import type { Span } from "../gather/scope.ts";
import { pathsOfCommits } from "../gather/touches.ts";
import type { Finding } from "../record/finding.ts";
import { readObjects } from "../rollback/hazards.ts";
import { shellWord } from "../rollback/undo.ts";
import type { Workspace } from "../workspace.ts";

/** What the ships that should have records are looked for in. */
export interface ShipsRequest {
  history: History;
  tips: readonly Tip[];
  /** All records of the work tree. */
  records: readonly RecordedShip[];
  /** Where ships that were found under other commits begin and end now. */
  spans: ReadonlyMap<string, Span>;
  isBefore: (commit: string) => boolean;
  /** ISO 8601. */
  now: string;
}

/** The ships that should have a record by now, and have none: when each came, and what is said of it. */
export async function missingRecords(workspace: Workspace, request: ShipsRequest): Promise<{ at: string; finding: Finding }[]> {
  const { repository, notes, config } = workspace;
  const look = async (records: readonly RecordedShip[], spans: ReadonlyMap<string, Span>): Promise<UnrecordedShip[]> => {
    const found = await findUnrecorded(repository, { ...request, notes, config, records, spans });
    return found.filter((ship) => isDue(ship, workspace, request.now));
  };
  let missing = await look(request.records, request.spans);
  const ahead = await recordsAhead(workspace, request, new Set(missing.map(({ tip }) => tip)));
  if (ahead !== null) missing = await look([...request.records, ...ahead.records], new Map([...request.spans, ...ahead.spans]));
  return missing.map((ship) => ({ at: ship.at, finding: missingRecord(ship) }));
}

/**
 * What is recorded at tips that HEAD does not hold: on a branch behind them their records are not in the work tree, and
 * a ship of this branch may stand there under other commits. Null where there is no such tip.
 */
async function recordsAhead(
  { repository, notes }: Workspace,
  { history, tips, records }: ShipsRequest,
  asked: ReadonlySet<string>,
): Promise<{ records: RecordedShip[]; spans: Map<string, Span> } | null> {
  const { head } = repository;
  const isHere = history.reachedFrom(head === null ? [] : [head]);
  const ahead = [...asked].filter((tip) => head !== null && !isHere(tip));
  if (head === null || ahead.length === 0) return null;
  const found: RecordedShip[] = [];
  const spans = new Map<string, Span>();
  for (const tip of ahead) {
    const changed = (await pathsOfCommits(repository, [{ sha: tip, parentShas: [head] }])).get(tip) ?? [];
    const facts = changed.flatMap((path) => {
      const id = notes.isNote(path) ? /\/([^/]+)\/record\.json$/.exec(path)?.[1] : undefined;
      return id === undefined ? [] : [{ id, name: `${tip}:${path}` }];
    });
    const texts = await readObjects(repository, facts.map(({ name }) => name));
    const own = facts.flatMap(({ id }, at): RecordedShip[] => {
      const read = readFacts(texts[at] ?? "", id);
      const ship = "value" in read ? recordedShip(read.value) : null;
      return ship === null ? [] : [ship];
    });
    found.push(...own);
    const environments = new Set(tips.filter(({ commit }) => commit === tip).flatMap((each) => each.environments));
    const isShipped = history.reachedFrom([tip]);
    const ships = [...records, ...own].filter(isRanged).filter(({ environment, range }) => environments.has(environment) && !isShipped(range.to));
    for (const [id, span] of (await seekShips(repository, { history, tip, ships, notes })).spans) spans.set(id, span);
  }
  return { records: found, spans };
}

/** Whether a record should be there by now: the policy may give some time. */
function isDue({ environment, at }: UnrecordedShip, { config }: Workspace, now: string): boolean {
  const grace = Object.hasOwn(config.policy, environment) ? (config.policy[environment]?.grace ?? 0) : 0;
  return Date.parse(now) - Date.parse(at) >= grace;
}

function missingRecord({ environment, component, from, to, overlaps, commits, subject, ref, at, after }: UnrecordedShip): Finding {
  const line = component === null ? environment : `${environment}, ${component}`;
  const words = [
    "shipnote record", "--env", shellWord(environment), ...(component === null ? [] : ["--component", shellWord(component)]),
    ...(from === null ? [] : ["--from", from.slice(0, 12)]), "--to", to.slice(0, 12), ...(overlaps ? ["--force"] : []),
  ];
  return {
    code: "missing",
    record: null,
    path: null,
    line: null,
    message: `no record of what followed in ${line}: ${commits} ${commits === 1 ? "commit" : "commits"} of ${ref}, ${at.slice(0, 10)}, after ${after}, up to ${to.slice(0, 12)} (${subject})`,
    mend: words.join(" "),
  };
}
