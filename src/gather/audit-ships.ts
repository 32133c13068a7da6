import type { Config } from "../config.ts";
import { factsGit, type Repository } from "../git/repository.ts";
import { pathMatcher } from "../record/globs.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import type { ChangeRecord, Commit, Range } from "../record/schema.ts";
import { beyondNotes } from "./audit-commits.ts";
import type { History } from "./audit-history.ts";
import { isoOf, type Tip } from "./audit-tips.ts";
import type { Landed } from "./ship-lines.ts";

/** A ship that no record is there for. */
export interface UnrecordedShip {
  environment: string;
  component: string | null;
  /** Exclusive; null: from the beginning of history. */
  from: string | null;
  to: string;
  /** How many commits of the first-parent line it has. */
  commits: number;
  subject: string;
  /** `main`, `v1.2`. */
  ref: string;
  /** When it was pushed, else committed: ISO 8601 in UTC. */
  at: string;
  /** The record of the ship before it. */
  after: string;
}

/** What of a record its line is made of: little enough to have ten thousand of them in memory. */
export type RecordedShip = Pick<ChangeRecord, "id" | "environment" | "component" | "direction" | "shippedAt" | "recordedAt" | "range"> & {
  commits: readonly string[];
  /** What the commit at its end says. */
  last: Pick<Commit, "date" | "subject"> | null;
};

export type RangedShip = RecordedShip & { range: Range };

/** A record as a ship of its line; null where it is damaged: it was looked at by hand, and is told of elsewhere. */
export function recordedShip({ id, environment, component, direction, shippedAt, recordedAt, range, commits }: ChangeRecord): RecordedShip | null {
  if (range !== null && !(isObject(range) && isId(range.to) && (range.from === null || isId(range.from)))) return null;
  if (!commits.every((commit) => isObject(commit) && isId(commit.sha))) return null;
  const last = commits.find(({ sha }) => sha === range?.to) ?? commits[0];
  return {
    id, environment, component, direction, shippedAt, recordedAt, range,
    commits: commits.map(({ sha }) => sha),
    last: last === undefined ? null : { date: last.date, subject: last.subject },
  };
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function isId(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(value);
}

/**
 * The ships since the first record of each line that no record is there for: on the first-parent way from a branch or a
 * tag down to that record, what is more than notes and in no record of the line. Where one push ended, a ship does.
 *
 * @param records all
 * @param ends where ships stand that were found under other commits: below them nothing is certain
 * @param isBefore commits that are not asked about
 */
export async function findUnrecorded(
  repository: Repository,
  { history, tips, records, notes, config, ends, isBefore }: {
    history: History;
    tips: readonly Tip[];
    records: readonly RecordedShip[];
    notes: NotesPaths;
    config: Config;
    ends: ReadonlySet<string>;
    isBefore: (commit: string) => boolean;
  },
): Promise<UnrecordedShip[]> {
  const lines = linesOf(records);
  const ways = tips.flatMap((tip) => lines.flatMap((line) => {
    const isMeant = tip.environments.includes(line.environment) && (tip.component === null || tip.component === line.component);
    const way = isMeant ? wayTo(line, tip, { history, ends, isBefore }) : null;
    return way === null ? [] : [{ tip, line, way }];
  }));
  const open = new Map(ways.flatMap(({ way }) => way.filter(({ recorded }) => !recorded)).map(({ commit }) => [commit, { sha: commit, parentShas: history.parents(commit) }]));
  const touched = await beyondNotes(repository, [...open.values()], notes);
  const components = Object.entries(config.components).map(([name, { paths }]) => ({ name, isOurs: pathMatcher(paths) }));
  const isShip = (commit: string, component: string | null, mergesOnly: boolean): boolean => {
    const paths = touched.get(commit);
    if (paths === undefined || (mergesOnly && history.parents(commit).length < 2)) return false;
    const own = components.filter(({ isOurs }) => paths.some(isOurs)).map(({ name }) => name);
    return component === null ? own.length === 0 : own.includes(component);
  };
  const found = new Map<string, Omit<UnrecordedShip, "subject" | "at"> & { pushedAt: string | null }>();
  for (const { tip, line, way } of ways) {
    let current: string[] = [];
    const close = (): void => {
      const [to] = current;
      const oldest = current.at(-1);
      if (to !== undefined && oldest !== undefined) {
        const { environment, component } = line;
        const key = `${environment} ${component ?? ""} ${to}`;
        const from = history.parents(oldest)[0] ?? null;
        const ship = { environment, component, from, to, commits: current.length, ref: nameOf(tip.landed), after: line.newestBelow(way, to), pushedAt: tip.pushes.get(to) ?? null };
        if (!found.has(key)) found.set(key, ship);
      }
      current = [];
    };
    for (const { commit, recorded } of way) {
      if (recorded || tip.pushes.has(commit)) close();
      if (!recorded && isShip(commit, line.component, tip.mergesOnly)) current.push(commit);
    }
    close();
  }
  return describe(repository, [...found.values()]);
}

function nameOf(landed: Landed): string {
  return "branch" in landed ? landed.branch : landed.tag;
}

interface Line {
  environment: string;
  component: string | null;
  first: RecordedShip;
  recordOf: ReadonlyMap<string, string>;
  /** The record of the nearest recorded commit below one on a way. */
  newestBelow: (way: readonly Step[], commit: string) => string;
}

function linesOf(records: readonly RecordedShip[]): Line[] {
  const ranged = records.filter(({ range }) => range !== null);
  const keys = [...new Set(ranged.map(({ environment, component }) => JSON.stringify([environment, component])))];
  return keys.flatMap((key) => {
    const own = ranged.filter(({ environment, component }) => JSON.stringify([environment, component]) === key).sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
    const [first] = own;
    if (first === undefined) return [];
    // What a record of the whole repository holds needs none of a component's own.
    const covering = ranged.filter(({ environment, component }) => environment === first.environment && (component === first.component || component === null));
    const recordOf = new Map(covering.flatMap(({ id, commits, range }) => [...commits, ...(range === null ? [] : [range.to])].map((commit) => [commit, id] as const)));
    const newestBelow = (way: readonly Step[], commit: string): string => {
      const below = way.slice(way.findIndex((step) => step.commit === commit)).find(({ recorded }) => recorded);
      return (below === undefined ? undefined : recordOf.get(below.commit)) ?? first.id;
    };
    return [{ environment: first.environment, component: first.component, first, recordOf, newestBelow }];
  });
}

function orderOf({ shippedAt, recordedAt, id }: RecordedShip): string {
  return `${shippedAt} ${recordedAt} ${id}`;
}

interface Step {
  commit: string;
  recorded: boolean;
}

/** From a tip down to the line's first record; null where that is not below it: then the line's ships are elsewhere. */
function wayTo(
  { first, recordOf }: Line,
  { commit: tip }: Tip,
  { history, ends, isBefore }: { history: History; ends: ReadonlySet<string>; isBefore: (commit: string) => boolean },
): Step[] | null {
  const way: Step[] = [];
  const start = new Set([...first.commits, first.range?.to ?? ""]);
  for (let commit: string | undefined = tip; commit !== undefined && history.has(commit); [commit] = history.parents(commit)) {
    if (start.has(commit) || ends.has(commit) || isBefore(commit)) return way;
    way.push({ commit, recorded: recordOf.has(commit) });
  }
  return null;
}

async function describe(repository: Repository, ships: readonly (Omit<UnrecordedShip, "subject" | "at"> & { pushedAt: string | null })[]): Promise<UnrecordedShip[]> {
  if (ships.length === 0) return [];
  const { stdout } = await factsGit(
    repository,
    ["log", "-z", "--no-walk=unsorted", "--no-patch", "--encoding=UTF-8", "--format=%H %ct %s", "--stdin"],
    { input: `${ships.map(({ to }) => to).join("\n")}\n` },
  );
  const told = new Map(stdout.toString("utf8").split("\0").map((line) => {
    const [, commit = "", seconds = "0", subject = ""] = /^(\S+) (\d+) (.*)$/s.exec(line) ?? [];
    return [commit, { at: isoOf(seconds), subject }];
  }));
  return ships.map(({ pushedAt, ...ship }) => ({ ...ship, subject: told.get(ship.to)?.subject ?? "", at: pushedAt ?? told.get(ship.to)?.at ?? "" }));
}
