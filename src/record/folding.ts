/**
 * Which commits of a list cancel each other: a revert and what it reverted, both in the list.
 * A revert that was itself reverted cancels nothing, so what it had undone stands.
 *
 * @param commits newest first
 * @returns for each of the two commits of a pair the other one's id
 */
export function foldReverts(commits: readonly { sha: string; reverts: string | null }[]): Map<string, string> {
  const places = new Map(commits.map(({ sha }, place) => [sha, place]));
  const folded = new Map<string, string>();
  for (const [place, { sha, reverts }] of commits.entries()) {
    const older = reverts === null ? undefined : places.get(reverts);
    if (reverts === null || older === undefined || older <= place || folded.has(sha) || folded.has(reverts)) continue;
    folded.set(sha, reverts);
    folded.set(reverts, sha);
  }
  return folded;
}
