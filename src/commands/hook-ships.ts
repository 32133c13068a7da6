import { Failure } from "../failure.ts";
import { componentsOf } from "../gather/ship-lines.ts";
import { kinship } from "../git/revisions.ts";
import type { Invocation } from "../invocation.ts";
import { postpone, type PostponedShip, readPostponed, sameLine, settle } from "../state/pushes.ts";
import { oneLine } from "../terminal.ts";
import type { Workspace } from "../workspace.ts";
import { gatherShip, type Ship } from "./record-gather.ts";
import { readRecordRequest, type RecordRequest } from "./record-request.ts";

/** A ship that git was seen to bring to its place: to a remote by a push, here by a merge of what a remote has. */
export interface SeenShip {
  environments: readonly string[];
  from: string | null;
  to: string;
  /** ISO 8601 in UTC. */
  at: string;
  /** Whether it is somebody else's: then it is said that it has no record, and nobody is asked. */
  foreign: boolean;
}

/** A ship without a record, and what a record of it would say. */
interface Offer {
  ship: PostponedShip;
  /** The ship that was postponed, and is part of this one now. */
  joined: PostponedShip | null;
  request: RecordRequest;
  what: string;
}

/**
 * Offers a record for each line of the ships that were seen: asks where somebody is there, else says in one line what
 * to type, or who records. What was postponed before is offered along: as one ship where it goes on from there.
 */
export async function offerRecords(invocation: Invocation, workspace: Workspace, ships: readonly SeenShip[]): Promise<void> {
  const { terminal } = invocation;
  const { repository, config, stateDirectory } = workspace;
  const offers: Offer[] = [];
  const foreign: Offer[] = [];
  for (const { environments, foreign: isForeign, ...ship } of ships) {
    for (const component of await componentsOf(repository, ship, config)) {
      for (const environment of environments) {
        const found = await offersOf(invocation, workspace, { environment, component, ...ship }, isForeign);
        (isForeign ? foreign : offers).push(...found);
      }
    }
  }
  if (config.record.by === "ci") {
    for (const { what } of [...offers, ...foreign]) terminal.say(`shipnote: ${what}; CI records it.`);
    return;
  }
  for (const { what, ship } of foreign) terminal.say(`shipnote: ${what}, without a record so far. To record it: ${recordCommand(ship, config.environment)}`);
  if (offers.length === 0) return;
  // Kept before anybody is asked: they are offered again whatever becomes of this terminal.
  await postpone(stateDirectory, offers.map(({ ship }) => ship), offers.flatMap(({ joined }) => joined ?? []));
  if (!terminal.interactive) {
    for (const { what, ship } of offers) terminal.say(`shipnote: ${what} and ${what.startsWith("1 ") ? "is" : "are"} not recorded yet. To record: ${recordCommand(ship, config.environment)}`);
    return;
  }
  await askFor(invocation, workspace, offers);
}

async function askFor(invocation: Invocation, workspace: Workspace, offers: readonly Offer[]): Promise<void> {
  const { terminal } = invocation;
  const [{ confirm }, { forgetTyped }, { recordShip }] = await Promise.all([import("../terminal-questions.ts"), import("../terminal-typed.ts"), import("./record.ts")]);
  // What was typed while git was pushing was meant for the shell; Ctrl-C is a key only since.
  const isUnwanted = await forgetTyped();
  for (const { ship, request, what } of offers) {
    const command = recordCommand(ship, workspace.config.environment);
    try {
      if (isUnwanted) throw new Failure("interrupted", "Interrupted before the first question.", { expected: "an answer", retry: true });
      if (await confirm(`${what}. Record it now?`)) {
        await recordShip(invocation, workspace, request, new Date().toISOString(), true);
        await settle(workspace.stateDirectory, ship);
      } else {
        terminal.say(`shipnote: later, then. It is offered again with the next push; or: ${command}`);
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.code === "interrupted") return terminal.say(`shipnote: later, then. It is offered again with the next push; or: ${command}`);
      terminal.warn(`shipnote: ${oneLine(error.message)} (expected: ${oneLine(error.expected)}). What was pushed is pushed; to record it: ${command}`);
    }
  }
}

/** What there is to offer on one line: what was postponed apart from what was seen now, and that. */
async function offersOf(invocation: Invocation, workspace: Workspace, seen: PostponedShip, isForeign: boolean): Promise<Offer[]> {
  const { repository, stateDirectory } = workspace;
  const earlier = isForeign ? [] : readPostponed(stateDirectory).filter((ship) => sameLine(ship, seen) && ship.to !== seen.to);
  for (const ship of earlier) {
    // A branch that was taken back goes on from nowhere.
    const goesOn = (await kinship(repository, ship.to, seen.to)) === "ancestor" && (ship.from === null || (await kinship(repository, ship.from, ship.to)) === "ancestor");
    if (!goesOn) continue;
    const joined = { ...seen, from: ship.from };
    const offer = await offerOf(invocation, workspace, joined, "event");
    // Where a record stands in between, the ship begins behind that.
    if (offer !== null && offer.ship.from !== ship.from) continue;
    const apart = await Promise.all(earlier.filter((other) => other !== ship).map(async (other) => offerOf(invocation, workspace, other, "range")));
    return [...apart, offer === null ? null : { ...offer, joined: ship, what: `${offer.what} (with what was postponed)` }].filter((one) => one !== null);
  }
  const apart = await Promise.all(earlier.map(async (ship) => offerOf(invocation, workspace, ship, "range")));
  return [...apart, await offerOf(invocation, workspace, seen, "event")].filter((one) => one !== null);
}

/**
 * @param as `event`: the ship is what has just been seen; `range`: it was seen earlier, and others may have come since
 * @returns null where it has a record, or nothing is left to record
 */
async function offerOf(invocation: Invocation, workspace: Workspace, ship: PostponedShip, as: "event" | "range"): Promise<Offer | null> {
  const request = requestOf(invocation, workspace, ship, as);
  try {
    const found = await gatherShip(workspace, request, invocation, ship.at);
    // Of an old one without a beginning nothing but its end is known: to go back there is not what was pushed.
    const isGuess = as === "range" && ship.from === null && found?.facts.direction === "rollback";
    if (found !== null && found.standing === null && !isGuess) {
      const begins = found.facts.range?.from ?? null;
      return { ship: { ...ship, from: begins }, joined: null, request, what: inWords(found, ship) };
    }
  } catch (error) {
    // Of what was postponed: another record has its commits, or they are no more.
    if (as === "event" || !(error instanceof Failure) || !["range-overlaps", "range-diverged", "revision-unknown"].includes(error.code)) throw error;
  }
  if (readPostponed(workspace.stateDirectory).some((kept) => sameLine(kept, ship) && kept.to === ship.to)) await settle(workspace.stateDirectory, ship);
  return null;
}

/** What a `record` of this line asks for, with what the push says. */
function requestOf(invocation: Invocation, { config }: Workspace, ship: PostponedShip, as: "event" | "range"): RecordRequest {
  const line: Readonly<Record<string, string | null>> = { env: ship.environment, component: ship.component, ...(as === "range" ? { from: ship.from, to: ship.to } : {}) };
  const flags = { on: () => false, text: (name: string) => line[name] ?? null, list: () => [] };
  return { ...readRecordRequest({ ...invocation, flags }, config, ship.at), push: { from: ship.from, to: ship.to, at: ship.at } };
}

/** `3 commits reached production`. */
function inWords({ facts: { commits, direction } }: Ship, { environment, component, to }: PostponedShip): string {
  const where = component === null ? environment : `${environment} (${component})`;
  const many = commits.length === 1 ? "1 commit" : `${commits.length} commits`;
  if (direction === "rollback") return oneLine(`${many} were taken back from ${where}, to ${to.slice(0, 7)}`).replace("1 commit were", "1 commit was");
  return oneLine(`${many} reached ${where}`);
}

export function recordCommand({ environment, component, from, to }: PostponedShip, usual: string): string {
  return [
    "shipnote record", ...(from === null ? [] : [`--from ${from.slice(0, 12)}`]), `--to ${to.slice(0, 12)}`,
    ...(environment === usual ? [] : [`--env ${environment}`]), ...(component === null ? [] : [`--component ${component}`]),
  ].join(" ");
}
