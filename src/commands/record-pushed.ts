import { takeBack } from "../gather/note-commits.ts";
import { readPostponed, sameLine } from "../state/pushes.ts";
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
    return meant === undefined ? request : { ...request, push: meant, range: { ...range, from: meant.from } };
  }
  if (range.from !== null || repository.head === null) return request;
  const { commit } = await takeBack(repository, repository.head, notes);
  const push = waiting.find(({ to }) => to === commit || to === repository.head);
  return push === undefined ? request : { ...request, push };
}

function isShortFor(given: string | null, id: string | null): boolean {
  return given !== null && id !== null && /^[0-9a-f]{7,64}$/.test(given) && id.startsWith(given);
}
