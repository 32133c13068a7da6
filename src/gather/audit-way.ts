import { factsGit, type Repository } from "../git/repository.ts";
import type { History } from "./audit-history.ts";
import type { RangedShip } from "./audit-lines.ts";

/** A commit of a first-parent way. */
export interface Link {
  commit: string;
  tree: string;
  /** Author date and subject: what a rebase keeps of a commit. */
  saying: string;
  /** Committer date, seconds since 1970. */
  seconds: number;
}

/** The first-parent ancestors of a commit, itself included, newest first. */
export interface Way {
  links: readonly Link[];
  /** How many of the links a ship can be among: it lies above what it began at. */
  depthOf: (ship: RangedShip) => number;
}

/** Clocks differ, but hardly by more. */
const mostSkew = 7 * 24 * 3600;

/** Reads the first-parent way down from a commit, in one process. */
export async function readWay(repository: Repository, history: History, tip: string): Promise<Way> {
  const { stdout } = await factsGit(repository, ["log", "-z", "--first-parent", "--no-patch", "--encoding=UTF-8", "--format=%H %T %ct %at %s", tip, "--"]);
  const links = stdout.toString("utf8").split("\0").filter(Boolean).map((line): Link => {
    const [, commit = "", tree = "", seconds = "0", saying = ""] = /^(\S+) (\S+) (\d+) (.*)$/s.exec(line) ?? [];
    return { commit, tree, saying, seconds: Number(seconds) };
  });
  const joins = new Map<string, number | null>(links.map(({ commit }, place) => [commit, place]));
  // The newest date at or below each place: dates need not be in order.
  const newest = links.map(({ seconds }) => seconds);
  for (let place = newest.length - 2; place >= 0; place -= 1) newest[place] = Math.max(newest[place] ?? 0, newest[place + 1] ?? 0);
  return {
    links,
    depthOf: ({ range: { from }, last }) => {
      const joined = from === null ? null : joinOf(from, joins, history);
      if (joined !== null) return joined;
      // What it began at is gone, or elsewhere; but no commit is older than what its author wrote.
      const written = last === null ? Number.NaN : Date.parse(last.date) / 1000;
      return firstBelow(newest, written - mostSkew);
    },
  };
}

/** The place at which the first-parent way down from a commit joins a way; null where it does not. Remembers what it passes. */
function joinOf(from: string, joins: Map<string, number | null>, history: History): number | null {
  const passed: string[] = [];
  let place: number | null | undefined;
  for (let commit: string | undefined = from; commit !== undefined && history.has(commit); [commit] = history.parents(commit)) {
    place = joins.get(commit);
    if (place !== undefined) break;
    passed.push(commit);
  }
  for (const commit of passed) joins.set(commit, place ?? null);
  return place ?? null;
}

/** A reader of how far down a ship can be, each asked once. */
export function depths({ depthOf }: Way, ships: readonly RangedShip[]): ReadonlyMap<RangedShip, number> {
  return new Map(ships.map((ship) => [ship, depthOf(ship)]));
}

/** The first place in a falling list that has less; its length where none has. */
function firstBelow(falling: readonly number[], limit: number): number {
  let [low, high] = [0, falling.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((falling[middle] ?? 0) < limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
