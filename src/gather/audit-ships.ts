import type { Config } from "../config.ts";
import { factsGit, type Repository } from "../git/repository.ts";
import { pathMatcher } from "../record/globs.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import { beyondNotes } from "./audit-commits.ts";
import type { History } from "./audit-history.ts";
import { withEarlierFolders } from "./audit-folders.ts";
import { type Line, linesOf, type RecordedShip, type Step, wayDown } from "./audit-lines.ts";
import { mergesOfTheirOwn } from "./audit-merges.ts";
import { isoOf, type Tip } from "./audit-tips.ts";
import type { Span } from "./scope.ts";
import type { Landed } from "./ship-lines.ts";

/** A ship that no record is there for. */
export interface UnrecordedShip {
  environment: string;
  component: string | null;
  /** Exclusive; null: from the beginning of history. */
  from: string | null;
  to: string;
  /** Whether part of what lies between is in another record, so that `record` takes it only by force. */
  overlaps: boolean;
  /** How many commits of the first-parent line it has. */
  commits: number;
  subject: string;
  /** `main`, `v1.2`. */
  ref: string;
  /** Of the branch or tag where it was found. */
  tip: string;
  /** When it was pushed, else committed: ISO 8601 in UTC. */
  at: string;
  /** The record of the ship before it. */
  after: string;
}

/**
 * The ships since the first record of each line that no record is there for: on the first-parent way from a branch or a
 * tag down to that record, what is more than notes and in no record of the line. Where one push ended, a ship does. A
 * merge is in the records that what it brings is in.
 *
 * @param records all
 * @param spans where ships that were found under other commits begin and end now
 * @param isBefore commits that are not asked about
 */
export async function findUnrecorded(
  repository: Repository,
  { history, tips, records, notes, config, spans, isBefore }: {
    history: History;
    tips: readonly Tip[];
    records: readonly RecordedShip[];
    notes: NotesPaths;
    config: Config;
    spans: ReadonlyMap<string, Span>;
    isBefore: (commit: string) => boolean;
  },
): Promise<UnrecordedShip[]> {
  const brings = remembered((merge) => [...history.between(history.parents(merge)[0] ?? null, merge)].filter((commit) => commit !== merge));
  const lines = linesOf(records, spans, history);
  const ways = tips.flatMap((tip) => lines.flatMap((line) => {
    const isMeant = tip.environments.includes(line.environment) && (tip.component === null || tip.component === line.component);
    const way = isMeant ? wayDown(line, tip, { history, isBefore, brings }) : null;
    return way === null ? [] : [{ tip, line, way }];
  }));
  const asked = new Set(ways.flatMap(({ line, way }) => way.flatMap((step) => (step.record === null ? [step.commit, ...openOf(step, line)] : []))));
  const carriers = ways.flatMap(({ line, way }) => way.filter((step) => carries(step, line)));
  const isMerge = (commit: string): boolean => history.parents(commit).length > 1;
  const [touched, own] = await Promise.all([
    beyondNotes(repository, [...asked].map((sha) => ({ sha, parentShas: history.parents(sha) })), notes),
    mergesOfTheirOwn(repository, [...new Set(carriers.flatMap((step) => [step.commit, ...step.brings]))].filter((commit) => asked.has(commit) && isMerge(commit)), notes),
  ]);
  // A commit of notes stays one when the notes are moved.
  const then = withEarlierFolders(notes, [...touched.values()].flat());
  const components = Object.entries(config.components).map(([name, { paths }]) => ({ name, isOurs: pathMatcher(paths) }));
  const isShip = (commit: string, component: string | null): boolean => {
    const paths = touched.get(commit);
    if (paths === undefined || (then !== notes && paths.length > 0 && paths.every((path) => then.isNote(path)))) return false;
    const among = components.filter(({ isOurs }) => paths.some(isOurs)).map(({ name }) => name);
    return component === null ? among.length === 0 : among.includes(component);
  };
  /** The record that a merge came with, where nothing that it brings is in none. */
  const recordBrought = (step: Step, line: Line): string | null => {
    if (!carries(step, line) || own.has(step.commit)) return null;
    const isWhole = openOf(step, line).every((commit) => isBefore(commit) || !isShip(commit, line.component) || (isMerge(commit) && !own.has(commit)));
    return isWhole ? newestOf(step.brings, line) : null;
  };
  const found = new Map<string, Omit<UnrecordedShip, "subject" | "at"> & { pushedAt: string | null }>();
  for (const { tip, line, way: open } of ways) {
    const way = open.map((step) => (step.record === null ? { ...step, record: recordBrought(step, line) } : step));
    let current: Step[] = [];
    const close = (below: number): void => {
      const [newest] = current;
      const oldest = current.at(-1);
      if (newest !== undefined && oldest !== undefined) {
        const { environment, component } = line;
        const to = newest.commit;
        const span = { from: history.parents(oldest.commit)[0] ?? null, to };
        const begin = current.some((step) => carries(step, line)) ? besideRecords(span, line, records, history) : { from: span.from, overlaps: false };
        const after = way.slice(below).find(({ record }) => record !== null)?.record ?? line.first.id;
        const key = `${environment} ${component ?? ""} ${to}`;
        if (!found.has(key)) found.set(key, { environment, component, ...begin, to, commits: current.length, ref: nameOf(tip.landed), tip: tip.commit, after, pushedAt: tip.pushes.get(to) ?? null });
      }
      current = [];
    };
    for (const [place, step] of way.entries()) {
      if (step.record !== null || tip.pushes.has(step.commit)) close(place);
      if (step.record === null && isShip(step.commit, line.component) && (!tip.mergesOnly || isMerge(step.commit))) current.push(step);
    }
    close(way.length);
  }
  return describe(repository, [...found.values()]);
}

function remembered<T>(answer: (question: string) => T): (question: string) => T {
  const known = new Map<string, T>();
  return (question) => {
    const before = known.get(question);
    if (before !== undefined) return before;
    const now = answer(question);
    known.set(question, now);
    return now;
  };
}

/** Whether a merge brings something that is recorded. */
function carries({ brings }: Step, { recordOf }: Line): boolean {
  return brings.some((commit) => recordOf.has(commit));
}

/** What a merge brings that is in no record, where something is. */
function openOf(step: Step, line: Line): string[] {
  return carries(step, line) ? step.brings.filter((commit) => !line.recordOf.has(commit)) : [];
}

/** @param commits newest first */
function newestOf(commits: readonly string[], { recordOf }: Line): string | null {
  return commits.map((commit) => recordOf.get(commit)).find((id) => id !== undefined) ?? null;
}

/** Where to begin a record of a span that holds recorded commits: behind them, where nothing recorded lies there as well. */
function besideRecords({ from, to }: Span, line: Line, records: readonly RecordedShip[], history: History): { from: string | null; overlaps: boolean } {
  const newest = newestOf([...history.between(from, to)], line);
  if (newest === null) return { from, overlaps: false };
  const end = records.find(({ id }) => id === newest)?.range?.to;
  if (end === undefined || !history.has(end)) return { from, overlaps: true };
  return newestOf([...history.between(end, to)], line) === null ? { from: end, overlaps: false } : { from, overlaps: true };
}

function nameOf(landed: Landed): string {
  return "branch" in landed ? landed.branch : landed.tag;
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
