/** At most three ids that a mistyped one may have meant, nearest first. */
export function nearestIds(named: string, ids: readonly string[]): string[] {
  const wanted = named.toLowerCase().slice(0, 120);
  // Of very many, the newest: each costs some microseconds.
  return ids.slice(-1000)
    .map((id) => ({ id, distance: distanceTo(wanted, id) }))
    // The newest first among those that are equally near: a later date is the greater id.
    .sort((a, b) => a.distance - b.distance || (a.id < b.id ? 1 : -1))
    .slice(0, 3)
    .map((entry) => entry.id);
}

function distanceTo(wanted: string, id: string): number {
  const slug = id.slice("2026-01-01-".length);
  if (wanted !== "" && id.includes(wanted)) return 0;
  return Math.min(editDistance(wanted, id), editDistance(wanted, slug));
}

/** Levenshtein's distance: the insertions, deletions and substitutions that lead from one to the other. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
