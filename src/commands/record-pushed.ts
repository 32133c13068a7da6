import { takeBack } from "../gather/note-commits.ts";
import { hasCommit, kinship } from "../git/revisions.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { draftKeyOf, removeDraft } from "../state/drafts.ts";
import { type PostponedShip, readPostponed, sameLine, settle } from "../state/pushes.ts";
import type { Workspace } from "../workspace.ts";
import type { RecordRequest } from "./record-request.ts";

/**
 * A request for a ship whose push was seen and whose record was put off: with where that push began, unless said
 * otherwise, and when it arrived.
 */
export async function withPush(request: RecordRequest, { repository, notes, stateDirectory }: Workspace): Promise<RecordRequest> {
  const { range, environment, component } = request;
  if (range.noRange || range.id !== null || process.env["CI"]) return request;
  const waiting = readPostponed(stateDirectory).filter((ship) => sameLine(ship, { environment, component: component?.name ?? null }));
  if (waiting.length === 0) return request;
  if (range.to !== null) {
    const meant = waiting.find(({ from, to }) => isShortFor(range.to, to) && (range.from === null || isShortFor(range.from, from)));
    if (meant === undefined) return request;
    // Flags that repeat the push say no more than it does; forced, they are meant to the letter.
    return { ...request, push: meant, range: range.force ? { ...range, from: meant.from } : { ...range, from: null, to: null } };
  }
  if (range.from !== null || repository.head === null) return request;
  const { commit } = await takeBack(repository, repository.head, notes);
  const push = waiting.find(({ to }) => to === commit || to === repository.head);
  return push === undefined ? request : { ...request, push };
}

/** Forgets the ships that were put off and that a record covers, and what was answered for them. */
export async function settleRecorded(workspace: Workspace, record: ChangeRecord): Promise<void> {
  const { stateDirectory } = workspace;
  for (const ship of readPostponed(stateDirectory)) {
    if (!sameLine(ship, record)) continue;
    const end = await endOf(workspace, ship);
    if (end === null || !(await covers(workspace, record, ship, end))) continue;
    await settle(stateDirectory, ship);
    removeDraft(stateDirectory, draftKeyOf(ship, end));
  }
}

/** Whether a record speaks of a whole ship: one that ends where it ends, whatever its beginning, or that lies within it. */
async function covers({ repository }: Workspace, { range, direction }: ChangeRecord, { from }: PostponedShip, end: string): Promise<boolean> {
  if (range === null) return false;
  const tookBack = from !== null && (await kinship(repository, end, from)) === "ancestor";
  if (tookBack !== (direction === "rollback")) return false;
  if (range.to === end) return true;
  if (tookBack || (await kinship(repository, end, range.to)) !== "ancestor") return false;
  if (range.from === null) return true;
  const kin = from === null ? "missing" : await kinship(repository, range.from, from);
  return kin === "same" || kin === "ancestor";
}

/** Where a ship ends, notes aside; null where that commit is no more. */
async function endOf({ repository, notes }: Workspace, { to }: PostponedShip): Promise<string | null> {
  return (await hasCommit(repository, to)) ? (await takeBack(repository, to, notes)).commit : null;
}

function isShortFor(given: string | null, id: string | null): boolean {
  return given !== null && id !== null && /^[0-9a-f]{7,64}$/.test(given) && id.startsWith(given);
}
