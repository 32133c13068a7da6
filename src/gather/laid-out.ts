import { factsGit, type Repository } from "../git/repository.ts";
import { ancestorsAmong } from "../git/revisions.ts";
import type { Range } from "../record/schema.ts";
import type { KeptResults } from "../state/measurements.ts";

/**
 * Of the commits that `before --rev` measured, those that a ship goes on from: it holds them, and they nothing of it.
 * What was measured of these tells of the time before the ship, whenever that was. Asks git only where there are any.
 *
 * @param ship its commits, those that touch notes alone left out
 */
export async function commitsBefore(
  repository: Repository,
  range: Range | null,
  ship: readonly { sha: string }[],
  kept: readonly KeptResults[],
): Promise<Set<string>> {
  const laidOut = new Set(kept.flatMap(({ laidOut: is, commit }) => (is === true && commit !== null ? [commit] : [])));
  if (range === null || range.from === null || laidOut.size === 0) return new Set();
  const { from, to } = range;
  const shipped = new Set([to, ...ship.map(({ sha }) => sha)]);
  const found = new Set(laidOut.has(from) ? [from] : []);
  for (const commit of await ancestorsAmong(repository, [...laidOut], to)) {
    const { stdout } = await factsGit(repository, ["rev-list", commit, `^${from}`]);
    if (!stdout.toString("latin1").split("\n").some((held) => shipped.has(held)) && commit !== to) found.add(commit);
  }
  return found;
}
