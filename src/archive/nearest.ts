import { editDistance } from "../failure-nearest.ts";

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
