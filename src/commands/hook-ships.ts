import { Failure } from "../failure.ts";
import { componentsOf } from "../gather/ship-lines.ts";
import type { Invocation } from "../invocation.ts";
import { postpone, type PostponedShip, readPostponed, settle } from "../state/pushes.ts";
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
}

/**
 * Offers a record for each line of the ships that were seen: asks where somebody is there, else says in one line what
 * to type, or who records. What was postponed before belongs to the ship at hand, whose range begins there.
 */
export async function offerRecords(invocation: Invocation, workspace: Workspace, ships: readonly SeenShip[]): Promise<void> {
  for (const { environments, ...ship } of ships) {
    for (const component of await componentsOf(workspace.repository, ship, workspace.config)) {
      for (const environment of environments) await offer(invocation, workspace, { environment, component, ...ship });
    }
  }
}

async function offer(invocation: Invocation, workspace: Workspace, seen: PostponedShip): Promise<void> {
  const { terminal } = invocation;
  const { stateDirectory, config } = workspace;
  const earlier = readPostponed(stateDirectory).find(({ environment, component }) => environment === seen.environment && component === seen.component);
  const ship: PostponedShip = earlier === undefined ? seen : { ...seen, from: earlier.from };
  const request = requestOf(invocation, workspace, ship);
  const found = await gatherShip(workspace, request, invocation, ship.at);
  if (found === null) return;
  if (found.standing !== null) return settle(stateDirectory, ship);
  const what = `${inWords(found, ship)}${earlier === undefined ? "" : ", with what was postponed"}`;
  if (config.record.by === "ci") return terminal.say(`shipnote: ${what}; CI records it.`);
  if (!terminal.interactive) {
    postpone(stateDirectory, ship);
    return terminal.say(`shipnote: ${what} and not recorded yet. To record it: ${recordCommand(ship, config.environment)}`);
  }
  if (await recorded(invocation, workspace, request, `${what}. Record it now?`)) return settle(stateDirectory, ship);
  postpone(stateDirectory, ship);
  terminal.say(`shipnote: later, then: it is offered again with the next push. Or: ${recordCommand(ship, config.environment)}`);
}

/** Asks, and writes the record; false where somebody would rather not now. */
async function recorded(invocation: Invocation, workspace: Workspace, request: RecordRequest, question: string): Promise<boolean> {
  const [{ confirm }, { recordShip }] = await Promise.all([import("../terminal-questions.ts"), import("./record.ts")]);
  try {
    if (!(await confirm(question))) return false;
    await recordShip(invocation, workspace, request, new Date().toISOString());
    return true;
  } catch (error) {
    if (error instanceof Failure && error.code === "interrupted") return false;
    throw error;
  }
}

/** What a `record` of this line asks for, with what the push says. */
function requestOf(invocation: Invocation, { config }: Workspace, ship: PostponedShip): RecordRequest {
  const line: Readonly<Record<string, string | null>> = { env: ship.environment, component: ship.component };
  const flags = { on: () => false, text: (name: string) => line[name] ?? null, list: () => [] };
  return { ...readRecordRequest({ ...invocation, flags }, config, ship.at), push: { from: ship.from, to: ship.to, at: ship.at } };
}

/** `3 commits reached production`. */
function inWords({ facts: { commits, range, direction } }: Ship, { environment, component, to }: PostponedShip): string {
  const where = component === null ? environment : `${environment} (${component})`;
  const many = commits.length === 1 ? "1 commit" : `${commits.length} commits`;
  if (direction === "rollback") return oneLine(`${where} was taken back to ${to.slice(0, 7)}, by ${many}`);
  return oneLine(range === null ? `${where} has changed` : `${many} reached ${where}`);
}

function recordCommand({ environment, component, from, to }: PostponedShip, usual: string): string {
  return [
    "shipnote record", ...(from === null ? [] : [`--from ${from.slice(0, 12)}`]), `--to ${to.slice(0, 12)}`,
    ...(environment === usual ? [] : [`--env ${environment}`]), ...(component === null ? [] : [`--component ${component}`]),
  ].join(" ");
}
