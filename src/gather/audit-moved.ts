import { factsGit, type Repository } from "../git/repository.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import type { TreePair } from "./audit-files.ts";
import type { History } from "./audit-history.ts";
import { objectIds } from "./audit-objects.ts";
import { patchIdsOf } from "./audit-patches.ts";
import { findByPatch, findByTree } from "./history.ts";
import type { RangedShip } from "./audit-ships.ts";

/** What became of the ships whose last commit is in no branch and no tag any more. */
export interface MovedShips {
  /** Ids of records that are lost; their commits may still be there for a while. */
  lost: ReadonlySet<string>;
  /** Where a commit that was recorded as the end of a ship stands now. */
  moved: ReadonlyMap<string, string>;
  /** Ends of ships that a rollback took away: that no branch has them is what was meant. */
  takenAway: ReadonlySet<string>;
}

/** Each costs a walk of its own, so only so many are looked for by patch alone. */
const mostByPatch = 16;

/**
 * Looks for ships whose history was rewritten among the first-parent ancestors of HEAD: by their trees, then by their
 * patches, as what one commit or as many commits as before make of them.
 */
export async function findMoved(repository: Repository, history: History, refs: readonly string[], records: readonly RangedShip[], notes: NotesPaths): Promise<MovedShips> {
  const { head } = repository;
  const isHeld = history.reachedFrom([...refs, ...(head === null ? [] : [head])]);
  const lost = records.filter(({ range }) => !isHeld(range.to));
  const taken = new Set(records.flatMap(({ direction, range }) => (direction === "rollback" && range.from !== null ? [range.from] : [])));
  const takenAway = new Set(lost.map(({ range }) => range.to).filter((to) => taken.has(to)));
  const ids = new Set(lost.map(({ id }) => id));
  if (lost.length === 0 || head === null) return { lost: ids, moved: new Map(), takenAway };
  const moved = new Map<string, string>();
  const keep = (found: readonly (string | null)[], of: readonly RangedShip[]): void => of.forEach(({ range }, at) => {
    const commit = found[at] ?? null;
    if (commit !== null) moved.set(range.to, commit);
  });
  const left = (): RangedShip[] => lost.filter(({ range, direction }) => !moved.has(range.to) && range.patchId !== null && direction !== "rollback");
  keep(await findByTree(repository, head, lost.map(({ range }) => range), notes), lost);
  const rebased = left();
  keep(await findRebased(repository, history, head, rebased, notes), rebased);
  for (const record of left().slice(0, mostByPatch)) {
    const { from, patchId } = record.range;
    const base = from !== null && history.has(from) ? from : null;
    if (base !== null && patchId !== null) keep([await findByPatch(repository, { from: base, to: head }, patchId, notes)], [record]);
  }
  return { lost: ids, moved, takenAway };
}

/** A rebase keeps what a commit says, who wrote it and when; whether it is the same ship, its patch tells. */
async function findRebased(repository: Repository, history: History, head: string, lost: readonly RangedShip[], notes: NotesPaths): Promise<(string | null)[]> {
  if (lost.length === 0) return [];
  const { stdout } = await factsGit(repository, ["log", "-z", "--first-parent", "--no-patch", "--encoding=UTF-8", "--format=%H %at %s", head, "--"]);
  const bySaying = new Map<string, string>();
  for (const line of stdout.toString("utf8").split("\0")) {
    const [, commit = "", saying = ""] = /^(\S+) (.*)$/s.exec(line) ?? [];
    if (!bySaying.has(saying)) bySaying.set(saying, commit);
  }
  const candidates = lost.map(({ commits, last }) => {
    const to = last === null ? undefined : bySaying.get(`${Date.parse(last.date) / 1000} ${last.subject}`);
    let from = to;
    for (let step = 0; from !== undefined && step < commits.length; step += 1) [from] = history.parents(from);
    return from === undefined || to === undefined ? null : { from, to };
  });
  const named = (commit: string): string => `${commit}^{tree}`;
  const trees = await objectIds(repository, candidates.flatMap((each) => (each === null ? [] : [named(each.from), named(each.to)])));
  const pairs = candidates.map((each): TreePair | null => {
    const [before, after] = each === null ? [] : [trees?.get(named(each.from)), trees?.get(named(each.to))];
    return before === undefined || before === null || after === undefined || after === null ? null : { before, after };
  });
  const patchIds = await patchIdsOf(repository, pairs.filter((pair) => pair !== null), notes);
  let asked = 0;
  return pairs.map((pair, at) => (pair !== null && patchIds[asked++] === lost[at]?.range.patchId ? (candidates[at]?.to ?? null) : null));
}
