import { doubledShips, type ShipMark } from "./joined.ts";
import type { Range } from "./schema.ts";

/** As much of a record as tells whether its ship is in another. */
export interface ShipOf {
  id: string;
  mark: ShipMark;
  range: Range | null;
  /** The ids of its commits. */
  commits: readonly string[];
}

/**
 * Those of the records that are gone whose ship is in one that stands: of the same ship, as doctor joins and renames
 * them; of more commits, its own among them; or, where history was rewritten, of the same tree or the same patch.
 *
 * @param movedTo where the commit at the end of one stands now, if it is no longer what ships; null: nowhere; undefined: it ships
 */
export function coveredShips(gone: readonly ShipOf[], standing: readonly ShipOf[], movedTo: (ship: ShipOf) => string | null | undefined): Set<string> {
  const covered = new Set<string>();
  const isGone = new Set(gone);
  const marked = new Map([...standing, ...gone].map((ship) => [{ ...ship.mark }, ship] as const));
  for (const group of doubledShips([...marked.keys()])) {
    const ships = group.flatMap((mark) => marked.get(mark) ?? []);
    if (ships.some((ship) => !isGone.has(ship))) for (const { id } of ships) covered.add(id);
  }
  for (const ship of gone) {
    const { range, mark } = ship;
    if (range === null || mark.direction === "rollback" || covered.has(ship.id)) continue;
    const now = movedTo(ship);
    const isIn = standing.some((other) => other.range !== null && isOfLine(mark, other.mark) && (
      now === undefined
        ? other.commits.length > ship.commits.length && other.commits.includes(range.to)
        : other.range.toTree === range.toTree || (range.patchId !== null && other.range.patchId === range.patchId) || other.range.to === now || (now !== null && other.commits.includes(now))
    ));
    if (isIn) covered.add(ship.id);
  }
  return covered;
}

function isOfLine(one: ShipMark, other: ShipMark): boolean {
  return one.environment === other.environment && one.component === other.component && one.direction === other.direction;
}
