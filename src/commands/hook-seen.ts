import { readFileSync } from "node:fs";
import { forkPoint } from "../gather/pushed.ts";
import { componentsOf, defaultBranchOf, environmentsOf, mayShip, trackedBy, trackingRef } from "../gather/ship-lines.ts";
import { commitAt, kinship } from "../git/revisions.ts";
import { announce, type AnnouncedShip, type PostponedShip, postpone, readAnnounced } from "../state/pushes.ts";
import type { Workspace } from "../workspace.ts";

/** A branch of a remote that moved here: its tracking ref, what it was (null: it was new), what it is. */
export interface Moved {
  ref: string;
  from: string | null;
  to: string;
}

/** What a push brought, as far as it is a ship. */
export interface Pushed {
  ships: PostponedShip[];
  /** When this push announced them, where it has asked about another of its branches since; null where it has not. */
  since: string | null;
}

/** The environments that a remote's branch ships to. */
export async function shipsTo(workspace: Workspace, tracked: { remote: string; branch: string }): Promise<string[]> {
  return environmentsAt(workspace, tracked, await defaultBranchOf(workspace.repository, tracked.remote));
}

function environmentsAt({ repository, config }: Workspace, tracked: { remote: string; branch: string }, defaultBranch: string | null): string[] {
  return mayShip(tracked, repository) ? environmentsOf({ branch: tracked.branch }, config, defaultBranch) : [];
}

/** A ship as one of each line that it touches. */
export async function linesOf({ repository, config }: Workspace, environments: readonly string[], ship: Pick<PostponedShip, "from" | "to" | "at">): Promise<PostponedShip[]> {
  if (environments.length === 0) return [];
  const components = await componentsOf(repository, ship, config);
  return components.flatMap((component) => environments.map((environment) => ({ environment, component, ...ship })));
}

/**
 * The ships of a push, each of them kept from here on: they are offered again whatever becomes of this terminal.
 *
 * @param moved what has arrived
 * @param list where the push's own list of what it brings is kept, as pre-push had it; null where it brings nothing else
 * @param push the push's process; null where it is not known
 * @throws Failure where they could not be kept
 */
export async function keepPushed(workspace: Workspace, moved: readonly Moved[], { at: now, list, push }: { at: string; list: string | null; push: string | null }): Promise<Pushed> {
  const { stateDirectory, config } = workspace;
  const found = await arrived(workspace, moved);
  const since = found.over.find((ship) => push !== null && ship.push === push && moved.some(({ ref, to }) => ref === ship.ref && to === ship.to))?.at ?? null;
  const at = since ?? now;
  const seen = [...found.arrived, ...moved.map((each) => ({ ...each, at }))];
  const ships = (await Promise.all(seen.map(async (each) => shipOf(workspace, each)))).flat();
  if (config.record.by === "ci") return { ships, since };
  if (ships.length > 0) await postpone(stateDirectory, ships);
  const underWay = list === null ? [] : await announced(workspace, moved, { at, list, push });
  if (underWay.length + found.over.length > 0) await announce(stateDirectory, underWay, found.over);
  return { ships, since };
}

async function shipOf(workspace: Workspace, { ref, from, to, at }: AnnouncedShip): Promise<PostponedShip[]> {
  const tracked = trackedBy(ref, workspace.repository);
  const environments = tracked === null ? [] : await shipsTo(workspace, tracked);
  if (environments.length === 0) return [];
  return linesOf(workspace, environments, { from: from === null ? null : await forkPoint(workspace.repository, from, to), to, at });
}

/**
 * What earlier pushes announced: git moves one remote branch after the other, and the terminal may have gone away at a
 * question about the first. A fetch then moves the rest in silence; and what was refused never comes.
 */
async function arrived(workspace: Workspace, moved: readonly Moved[]): Promise<{ arrived: AnnouncedShip[]; over: AnnouncedShip[] }> {
  const { repository, stateDirectory } = workspace;
  const waiting = await Promise.all(readAnnounced(stateDirectory).map(async (ship) => {
    const now = moved.find(({ ref }) => ref === ship.ref);
    const stood = now === undefined ? await commitAt(repository, ship.ref) : now.from;
    const kin = stood === null ? "missing" : await kinship(repository, ship.to, stood);
    const isThere = kin === "same" || kin === "ancestor";
    return { ship, isThere, isOver: isThere || now !== undefined || stood !== ship.from };
  }));
  return {
    arrived: waiting.flatMap(({ ship, isThere }) => (isThere ? [ship] : [])),
    over: waiting.flatMap(({ ship, isOver }) => (isOver ? [ship] : [])),
  };
}

/** Of a push's own list what ships, and has not arrived yet. */
async function announced(workspace: Workspace, moved: readonly Moved[], { at, list, push }: { at: string; list: string; push: string | null }): Promise<AnnouncedShip[]> {
  const { repository } = workspace;
  const remote = moved.map(({ ref }) => trackedBy(ref, repository)?.remote).find((name) => name !== undefined);
  if (remote === undefined) return [];
  const defaultBranch = await defaultBranchOf(repository, remote);
  const ships = await Promise.all(linesIn(list).map(async ([to, name, from]): Promise<AnnouncedShip[]> => {
    const branch = /^refs\/heads\/(.+)$/s.exec(name)?.[1];
    const ref = branch === undefined ? null : trackingRef(remote, branch, repository);
    if (branch === undefined || ref === null || isZero(to) || moved.some((each) => each.ref === ref)) return [];
    if (environmentsAt(workspace, { remote, branch }, defaultBranch).length === 0 || (await commitAt(repository, ref)) === to) return [];
    return [{ ref, from: isZero(from) ? null : from, to, at, push }];
  }));
  return ships.flat();
}

/** `<local ref> <local id> <remote ref> <remote id>`, read from its end: what was typed for a local ref may hold blanks. */
function linesIn(list: string): [to: string, name: string, from: string][] {
  try {
    return readFileSync(list, "utf8").split("\n").flatMap((line): [string, string, string][] => {
      const [to, name, from] = line.split(" ").slice(-3);
      return to === undefined || name === undefined || from === undefined ? [] : [[to, name, from]];
    });
  } catch {
    return [];
  }
}

/** Whether an id stands for nothing, as git has it where a ref begins or ends. */
export function isZero(id: string): boolean {
  return /^0+$/.test(id);
}
