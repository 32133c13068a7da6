import { listRecords } from "../archive/read.ts";
import { Failure } from "../failure.ts";
import { takeBack } from "../gather/note-commits.ts";
import { isOnRemote } from "../gather/pushed.ts";
import { hasCommit, kinship } from "../git/revisions.ts";
import type { Invocation } from "../invocation.ts";
import { shipMark } from "../record/joined.ts";
import { brief } from "../render/visible.ts";
import { carryDraft, draftKeyOf, removeDraft } from "../state/drafts.ts";
import { exchange, isWaiting, type PostponedShip, readPostponed, sameLine, sameShip, settle } from "../state/pushes.ts";
import { oneLine } from "../terminal.ts";
import type { Workspace } from "../workspace.ts";
import { recordCommand } from "./hook-command.ts";
import { endWithGit } from "./hook-parent.ts";
import { gatherShip, type Ship } from "./record-gather.ts";
import { readRecordRequest, type RecordRequest } from "./record-request.ts";

/** A ship without a record, and what a record of it would say. */
interface Offer {
  ship: PostponedShip;
  /** The ships that were kept and are this one now. */
  parts: PostponedShip[];
  request: RecordRequest;
  what: string;
  /** The newest commits, a line each. */
  commits: string[];
}

/** So many of a ship's commits are named above the question. */
const namedCommits = 3;

/**
 * Offers a record for each line of the ships that were seen: asks where somebody is there, else says in one line what
 * to type, or who records. What was postponed before is offered along: as one ship where it goes on from there.
 *
 * @param ships kept already, but for those of others and where CI records
 * @param foreign whether they are somebody else's: then it is said that they have no record, and nobody is asked
 * @param since when this push began to ask, where it has done so before: of such a line what waits is not offered again
 */
export async function offerRecords(invocation: Invocation, workspace: Workspace, ships: readonly PostponedShip[], { foreign = false, since = null }: { foreign?: boolean; since?: string | null } = {}): Promise<void> {
  const { terminal } = invocation;
  const { config } = workspace;
  const byCi = config.record.by === "ci";
  const isKept = !byCi && !foreign;
  // Of a line the newest; what came before it is kept, and waits beside it.
  const newest = isKept ? ships.filter((ship, place) => !ships.slice(place + 1).some((later) => sameLine(later, ship))) : ships;
  const wasAsked = (one: PostponedShip): boolean => since !== null && one.at === since && !ships.some((other) => sameShip(one, other));
  const offers: Offer[] = [];
  for (const ship of newest) {
    const found = await apart(invocation, workspace, ship, async () => (isKept ? offersOf(invocation, workspace, ship, wasAsked) : listOf(await offerOf(invocation, workspace, ship, "event"))));
    for (const offer of found ?? []) if (!isKept || (await exchanged(workspace, offer))) offers.push(offer);
  }
  if (byCi) {
    for (const { what } of offers) terminal.say(`shipnote: ${what}; CI records it.`);
  } else if (foreign) {
    for (const { what, ship } of offers) terminal.say(`shipnote: ${what}, without a record so far. To record it: ${recordCommand(ship, config.environment)}`);
  } else if (!terminal.interactive) {
    for (const { what, ship } of offers) terminal.say(`shipnote: ${what} and ${what.startsWith("1 ") ? "is" : "are"} not recorded yet. To record: ${recordCommand(ship, config.environment)}`);
  } else if (offers.length > 0) {
    await askFor(invocation, workspace, offers);
  }
}

async function askFor(invocation: Invocation, workspace: Workspace, offers: readonly Offer[]): Promise<void> {
  const { terminal } = invocation;
  const { stateDirectory, config } = workspace;
  const [{ confirm, tell }, { forgetTyped }, { recordShip }] = await Promise.all([import("../terminal-questions.ts"), import("../terminal-typed.ts"), import("./record.ts")]);
  // What was typed while git was pushing was meant for the shell; Ctrl-C is a key only since.
  const isUnwanted = await forgetTyped();
  endWithGit();
  const queue = [...offers];
  for (let offer = queue.shift(); offer !== undefined; offer = queue.shift()) {
    const { ship, request, what, commits } = offer;
    const waits = (): boolean => isWaiting(stateDirectory, ship);
    const command = recordCommand(ship, config.environment);
    try {
      if (isUnwanted) throw new Failure("interrupted", "Interrupted before the first question.", { expected: "an answer", retry: true });
      if (!waits()) continue;
      tell(commits);
      if (!(await confirm(`${what}. Record it now?`))) {
        terminal.say(`shipnote: later, then. It is offered again with the next push; or: ${command}`);
      } else if (waits()) {
        await recordShip(invocation, workspace, request, new Date().toISOString(), waits);
        await settle(stateDirectory, ship);
      } else {
        terminal.say(await takenAlong(ship, workspace));
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.code === "interrupted") return terminal.say(`shipnote: later, then. It is offered again with the next push; or: ${command}`);
      if (error.code !== "ship-changed") {
        terminal.warn(`shipnote: ${oneLine(error.message)} (expected: ${oneLine(error.expected)}). What was pushed is pushed; to record it: ${command}`);
      } else if (waits()) {
        // Another record has taken a part of it: what is left is another ship, and asked for as such.
        terminal.say(`shipnote: ${oneLine(error.message)}`);
        const left = await apart(invocation, workspace, ship, async () => offerOf(invocation, workspace, ship, "event"));
        if (left !== null && (await exchanged(workspace, left))) queue.unshift(left);
      } else {
        terminal.say(await takenAlong(ship, workspace));
      }
    }
  }
}

/** What became of a ship that waits no longer: it is part of another, and so are the answers, or it is recorded. */
async function takenAlong(ship: PostponedShip, workspace: Workspace): Promise<string> {
  const { stateDirectory, config } = workspace;
  const larger = readPostponed(stateDirectory).findLast((one) => sameLine(one, ship));
  if (larger === undefined) return "shipnote: nothing was written: another push took it along, and it has its record";
  carryDraft(stateDirectory, await keyOf(workspace, ship), await keyOf(workspace, larger));
  return `shipnote: nothing was written: another push took it along. To record both: ${recordCommand(larger, config.environment)}`;
}

/** What fails for one ship is said, and is no reason to say nothing of the others. */
async function apart<Found>({ terminal }: Invocation, { config }: Workspace, ship: PostponedShip, find: () => Promise<Found>): Promise<Found | null> {
  try {
    return await find();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    terminal.warn(`shipnote: ${oneLine(error.message)} (expected: ${oneLine(error.expected)}). git's own work is done; once this is mended: ${recordCommand(ship, config.environment)}`);
    return null;
  }
}

/** Keeps an offer in the place of its parts, with what was answered for them; false where somebody else has taken one along. */
async function exchanged(workspace: Workspace, { ship, parts }: Offer): Promise<boolean> {
  const { stateDirectory } = workspace;
  if (!(await exchange(stateDirectory, parts, ship))) return false;
  const key = await keyOf(workspace, ship);
  for (const part of parts) carryDraft(stateDirectory, await keyOf(workspace, part), key);
  return true;
}

/**
 * What there is to offer on one line: what was postponed apart from what was seen now, and that.
 *
 * @param wasAsked whether this push has asked about a ship, and with it about all that waited then
 */
async function offersOf(invocation: Invocation, workspace: Workspace, seen: PostponedShip, wasAsked: (ship: PostponedShip) => boolean): Promise<Offer[]> {
  const { repository, stateDirectory } = workspace;
  const earlier = readPostponed(stateDirectory).filter((ship) => sameLine(ship, seen) && !sameShip(ship, seen));
  const offersApart = async (ships: readonly PostponedShip[]): Promise<Offer[]> => (earlier.some(wasAsked) ? [] : (await Promise.all(ships.map(async (ship) => offerOf(invocation, workspace, ship, "range")))).flatMap(listOf));
  for (const first of earlier) {
    // A branch that was taken back goes on from nowhere.
    const goesOn = isBelow(await kinship(repository, first.to, seen.to)) && (first.from === null || (await kinship(repository, first.from, first.to)) === "ancestor");
    const offer = goesOn ? await offerOf(invocation, workspace, { ...seen, from: first.from }, "event") : null;
    if (offer === null) continue;
    const begins = offer.ship.from;
    // Where a record stands in between, the ship begins behind that.
    if (begins !== first.from && (begins === null || (await kinship(repository, begins, first.to)) !== "ancestor")) continue;
    const held = await Promise.all(earlier.map(async (ship) => ship === first || (isBelow(await kinship(repository, ship.to, seen.to)) &&
      begins !== null && (await kinship(repository, begins, ship.to)) === "ancestor" && (ship.from === null || isBelow(await kinship(repository, begins, ship.from))))));
    const parts = earlier.filter((_, place) => held[place]);
    const what = parts.some(({ to }) => to !== seen.to) ? `${offer.what} (with what was postponed)` : offer.what;
    return [...(await offersApart(earlier.filter((_, place) => held[place] !== true))), { ...offer, parts: [...parts, seen], what }];
  }
  // What has nothing new is no occasion to ask for what was put off.
  const [others, own] = [await offersApart(earlier), await offerOf(invocation, workspace, seen, "event")];
  return own === null ? [] : [...others, own];
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
    const isOff = as === "range" && !(await isOnRemote(workspace.repository, ship.to));
    if (found !== null && found.standing === null && !isGuess && !(isOff && hasMovedOn(workspace, ship))) {
      const begins = found.facts.range?.from ?? null;
      return { ship: { ...ship, from: begins }, parts: [ship], request, what: `${inWords(found, ship)}${isOff ? " (no longer on a branch of a remote)" : ""}`, commits: namesOf(found) };
    }
  } catch (error) {
    // Of what was postponed: another record has its commits, or they are no more.
    if (as === "event" || !(error instanceof Failure) || !["range-overlaps", "range-diverged", "revision-unknown"].includes(error.code)) throw error;
  }
  if (isWaiting(workspace.stateDirectory, ship)) {
    await settle(workspace.stateDirectory, ship);
    removeDraft(workspace.stateDirectory, await keyOf(workspace, ship));
  }
  return null;
}

/** Whether a later ship of the line has its record. */
function hasMovedOn({ notesDirectory }: Workspace, ship: PostponedShip): boolean {
  const marks = notesDirectory === null ? [] : listRecords(notesDirectory, shipMark).rows;
  return marks.some((mark) => sameLine(mark, ship) && mark.range !== null && Date.parse(mark.shippedAt) >= Date.parse(ship.at));
}

/** Under which the answers to a ship are kept: by its end, notes aside. */
async function keyOf({ repository, notes }: Workspace, ship: PostponedShip): Promise<string> {
  const isHere = await hasCommit(repository, ship.to);
  return draftKeyOf(ship, isHere ? (await takeBack(repository, ship.to, notes)).commit : ship.to);
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

function namesOf({ facts: { commits } }: Ship): string[] {
  const more = commits.length - namedCommits;
  return [
    ...commits.slice(0, namedCommits).map(({ sha, subject }) => `  ${sha.slice(0, 7)} ${brief(subject, 60)}`),
    ...(more > 0 ? [`  (${more} more)`] : []),
  ];
}

function isBelow(kin: string): boolean {
  return kin === "ancestor" || kin === "same";
}

function listOf<One>(one: One | null): One[] {
  return one === null ? [] : [one];
}
