import { emptyTree, type Repository } from "../git/repository.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import type { History } from "./audit-history.ts";
import { patchIdsOf } from "./audit-patches.ts";
import type { RangedShip } from "./audit-lines.ts";
import { depths, type Link, readWay, type Way } from "./audit-way.ts";
import { treeWithoutNotes } from "./range-trees.ts";
import type { Span } from "./scope.ts";
import { pathsOfCommits } from "./touches.ts";

/** Where a ship that was found again begins and ends now. */
export interface MovedSpan extends Span {
  /** Whether it is told by its tree: then it is byte for byte what it was. By its patch it may stand on other files. */
  byTree: boolean;
}

/** Ships that were found again under other commits. */
export interface FoundShips {
  /** Where a commit that was recorded as the end of a ship stands now. */
  moved: ReadonlyMap<string, string>;
  /** By record; those whose beginning is known. */
  spans: ReadonlyMap<string, MovedSpan>;
  /** Records of ships that were not found, where a partial clone lacks the contents that could tell. */
  unsure: ReadonlySet<string>;
}

/** What became of the ships whose last commit is in nothing that ships any more. */
export interface MovedShips extends FoundShips {
  /** Ids of records that were found again, or whose last commit is in no branch and no tag; it may still be there for a while. */
  lost: ReadonlySet<string>;
  /** Ends of ships that a rollback took away: that no branch has them is what was meant. */
  takenAway: ReadonlySet<string>;
}

/**
 * Looks for ships whose history was rewritten below HEAD: a branch that still holds the old commits does not ship them.
 *
 * @param shipping the tips of what ships
 * @param refs all that holds commits
 */
export async function findMoved(
  repository: Repository,
  { history, shipping, refs, records, notes }: { history: History; shipping: readonly string[]; refs: readonly string[]; records: readonly RangedShip[]; notes: NotesPaths },
): Promise<MovedShips> {
  const { head } = repository;
  const heads = head === null ? [] : [head];
  const isShipped = history.reachedFrom([...shipping, ...heads]);
  const ships = records.filter(({ range }) => !isShipped(range.to));
  const found = head === null ? nothing : await seekShips(repository, { history, tip: head, ships, notes });
  const isHeld = history.reachedFrom([...refs, ...heads]);
  const lost = ships.filter(({ range }) => found.moved.has(range.to) || !isHeld(range.to));
  const taken = new Set(records.flatMap(({ direction, range }) => (direction === "rollback" && range.from !== null ? [range.from] : [])));
  const ids = new Set(lost.map(({ id }) => id));
  return { ...found, unsure: new Set([...found.unsure].filter((id) => ids.has(id))), lost: ids, takenAway: new Set(lost.map(({ range }) => range.to).filter((to) => taken.has(to))) };
}

const nothing: FoundShips = { moved: new Map(), spans: new Map(), unsure: new Set() };

/**
 * Looks for ships among the first-parent ancestors of a commit: by their trees, then by their patches, as what as many
 * commits as before or one commit make of them. However many they are, git is asked some ten times.
 */
export async function seekShips(
  repository: Repository,
  { history, tip, ships, notes }: { history: History; tip: string; ships: readonly RangedShip[]; notes: NotesPaths },
): Promise<FoundShips> {
  if (ships.length === 0) return nothing;
  const way = await readWay(repository, history, tip);
  const depth = depths(way, ships);
  const trees = await byTrees(repository, way, { ships, depth, notes });
  const hasPatch = ({ range, direction }: RangedShip): boolean => range.patchId !== null && direction !== "rollback";
  const beginsNowhere = ({ range: { from } }: RangedShip): boolean => from !== null && !history.has(from);
  const bySaying = new Map(way.links.map(({ saying }, place) => [saying, place] as const).toReversed());
  const candidates = ships.filter(hasPatch).flatMap((ship): Candidate[] => {
    const place = trees.get(ship) ?? placeSaying(ship, bySaying);
    if (place === undefined || (trees.has(ship) && !beginsNowhere(ship))) return [];
    return [ship.commits.length, 1].map((commits) => ({ ship, place, commits }));
  });
  const { found: patches, unsure } = await thosePatched(repository, way, candidates, notes);
  const left = ships.filter((ship) => hasPatch(ship) && !trees.has(ship) && !patches.has(ship));
  const single = await thosePatched(repository, way, await squashes(repository, history, way, { ships: left, depth }), notes);
  for (const [ship, span] of single.found) patches.set(ship, span);
  const moved = new Map([
    ...[...trees].map(([{ range }, place]) => [range.to, way.links[place]?.commit ?? ""] as const),
    ...[...patches].map(([{ range }, { to }]) => [range.to, to] as const),
  ]);
  const spans = new Map<string, MovedSpan>();
  for (const ship of ships) {
    const { from, to } = ship.range;
    const [now, patch] = [moved.get(to), patches.get(ship)];
    const begin = from === null || history.has(from) ? from : moved.get(from);
    if (trees.has(ship) && now !== undefined && begin !== undefined) spans.set(ship.id, { from: begin, to: now, byTree: true });
    else if (patch !== undefined) spans.set(ship.id, { ...patch, byTree: trees.has(ship) });
  }
  const lacking = [...unsure, ...single.unsure].filter(({ range }) => !moved.has(range.to)).map(({ id }) => id);
  return { moved, spans, unsure: new Set(lacking) };
}

/** What a rebase keeps: what a commit says, who wrote it and when. */
function placeSaying({ last }: RangedShip, bySaying: ReadonlyMap<string, number>): number | undefined {
  return last === null ? undefined : bySaying.get(`${Date.parse(last.date) / 1000} ${last.subject}`);
}

/** So many are read at once: a tree that is found soon spares the others. */
const batchSize = 2048;

/** The places of ships by their trees without the notes; of neighbours that share it the oldest: what came on top changed nothing. */
async function byTrees(
  repository: Repository,
  { links }: Way,
  { ships, depth, notes }: { ships: readonly RangedShip[]; depth: ReadonlyMap<RangedShip, number>; notes: NotesPaths },
): Promise<Map<RangedShip, number>> {
  const without = treeWithoutNotes(repository, notes);
  const wanted = groupedBy(ships, ({ range }) => range.toTree);
  const found = new Map<RangedShip, number>();
  const open = new Set(ships);
  let above = "";
  for (let start = 0; [...open].some((ship) => (depth.get(ship) ?? 0) > start); start += batchSize) {
    const batch = links.slice(start, start + batchSize);
    const ids = await Promise.all(batch.map(({ tree }) => without(tree)));
    for (const [offset, id] of ids.entries()) {
      if (id !== above) for (const ship of wanted.get(above) ?? []) if (found.has(ship)) open.delete(ship);
      above = id;
      for (const ship of wanted.get(id) ?? []) if (open.has(ship) && start + offset < (depth.get(ship) ?? 0)) found.set(ship, start + offset);
    }
  }
  return found;
}

/** What a ship may be: so many commits, the newest at a place of the way. */
interface Candidate {
  ship: RangedShip;
  place: number;
  commits: number;
}

/** Those of the candidates whose patch is that of their ship; of several the first. `unsure`: whose patch a partial clone cannot tell. */
async function thosePatched(
  repository: Repository,
  { links }: Way,
  candidates: readonly Candidate[],
  notes: NotesPaths,
): Promise<{ found: Map<RangedShip, Span>; unsure: Set<RangedShip> }> {
  const pairs = candidates.flatMap(({ ship, place, commits }) => {
    const to = links[place];
    if (to === undefined || place + commits > links.length) return [];
    const from: Link | undefined = links[place + commits];
    return [{ ship, span: { from: from?.commit ?? null, to: to.commit }, before: from?.tree ?? emptyTree(repository), after: to.tree }];
  });
  // Many ships may ask for the same commit.
  const asked = new Map(pairs.map(({ before, after }) => [`${before} ${after}`, { before, after }]));
  const answers = await patchIdsOf(repository, [...asked.values()], notes);
  const patchIds = new Map([...asked.keys()].map((key, at) => [key, answers[at]]));
  const found = new Map<RangedShip, Span>();
  const unsure = new Set<RangedShip>();
  for (const { ship, span, before, after } of pairs) {
    const patchId = patchIds.get(`${before} ${after}`);
    if (patchId === undefined) unsure.add(ship);
    else if (!found.has(ship) && patchId === ship.range.patchId) found.set(ship, span);
  }
  return { found, unsure };
}

/** Single commits that may be a whole ship, newest first: they change at least the paths that its record lists. */
async function squashes(
  repository: Repository,
  history: History,
  { links }: Way,
  { ships, depth }: { ships: readonly RangedShip[]; depth: ReadonlyMap<RangedShip, number> },
): Promise<Candidate[]> {
  if (ships.length === 0) return [];
  const deepest = ships.reduce((most, ship) => Math.max(most, depth.get(ship) ?? 0), 0);
  const touches = await pathsOfCommits(repository, links.slice(0, deepest).map(({ commit }) => ({ sha: commit, parentShas: history.parents(commit) })));
  const counts = new Map<string, number>();
  for (const path of ships.flatMap(({ paths }) => paths)) counts.set(path, (counts.get(path) ?? 0) + 1);
  // By the path that fewest of them have, so that a file that every ship changes tells nothing of none.
  const byPath = groupedBy(ships, ({ paths }) => paths.toSorted((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0))[0] ?? "");
  return links.slice(0, deepest).flatMap(({ commit }, place) => {
    const touched = new Set(touches.get(commit));
    return ["", ...touched].flatMap((path) => byPath.get(path) ?? [])
      .filter((ship) => place < (depth.get(ship) ?? 0) && ship.paths.every((path) => touched.has(path)))
      .map((ship) => ({ ship, place, commits: 1 }));
  });
}

function groupedBy(ships: readonly RangedShip[], keyOf: (ship: RangedShip) => string): Map<string, RangedShip[]> {
  const groups = new Map<string, RangedShip[]>();
  for (const ship of ships) {
    const group = groups.get(keyOf(ship));
    if (group === undefined) groups.set(keyOf(ship), [ship]);
    else group.push(ship);
  }
  return groups;
}
