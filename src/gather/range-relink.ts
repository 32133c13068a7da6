import { Failure } from "../failure.ts";
import { factsGit, type Repository } from "../git/repository.ts";
import { ancestorsAmong, hasCommit, historyMissing, kinship } from "../git/revisions.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { findByPatch, findByTree, patchIdOf, toTreeOf } from "./history.ts";
import type { SourcedSpan } from "./range-begin.ts";
import { hasRange, type RangedRecord } from "./range-line.ts";

/**
 * Finds the commits that a record's ship has become after a rewrite of history (a squash, a rebase, a force
 * push): by its tree among the first-parent ancestors of `tip`, then by its patch, as a whole or in one commit.
 *
 * @returns null where `tip` still descends from the recorded `to`: nothing moved
 * @throws Failure `revision-unknown` where the ship is not found, `history-missing` where a shallow clone cannot tell
 */
export async function movedSpan(
  repository: Repository,
  records: readonly ChangeRecord[],
  record: RangedRecord,
  tip: string,
  notes: NotesPaths,
): Promise<SourcedSpan | null> {
  const { range } = record;
  const kin = await kinship(repository, range.to, tip);
  if (kin === "same" || kin === "ancestor") return null;
  // Beyond its end a shallow clone may have all that seems to be gone.
  if (repository.shallow) throw historyMissing(`what ${record.id} shipped`);
  const fromStays = range.from === null || (await ancestorsAmong(repository, [range.from], tip)).size > 0;
  const [byTree = null] = await findByTree(repository, tip, [{ toTree: range.toTree, from: range.from }], notes);
  if (byTree !== null) {
    const from = fromStays ? range.from : await movedFrom(repository, records, range.from, byTree, notes);
    return { from, to: byTree, source: range.source };
  }
  if (range.patchId !== null) {
    // Rebased on another base, it has as many commits as it had.
    const rebased = await firstParent(repository, tip, record.commits.length);
    for (const from of new Set([...(fromStays ? [range.from] : []), ...(rebased === null ? [] : [rebased])])) {
      if ((await patchIdOf(repository, { from, to: tip }, notes)).patchId === range.patchId) return { from, to: tip, source: range.source };
    }
    const base = fromStays ? range.from : null;
    const byPatch = await findByPatch(repository, { from: base, to: tip }, range.patchId, notes);
    if (byPatch !== null) return { from: await firstParent(repository, byPatch), to: byPatch, source: range.source };
  }
  throw new Failure("revision-unknown", `The commits of ${record.id} are not found again below ${tip}.`, {
    expected: "a descendant of what the ship has become: name one with --to",
    retry: true,
  });
}

/** Where a moved ship begins whose `from` moved as well: what was there before, else its commit's first parent. */
async function movedFrom(
  repository: Repository,
  records: readonly ChangeRecord[],
  from: string | null,
  to: string,
  notes: NotesPaths,
): Promise<string | null> {
  const parent = await firstParent(repository, to);
  if (from === null || parent === null) return parent;
  const known = records.filter(hasRange).find(({ range }) => range.to === from)?.range.toTree;
  const toTree = known ?? ((await hasCommit(repository, from)) ? await toTreeOf(repository, from, notes) : null);
  if (toTree === null) return parent;
  const [found = null] = await findByTree(repository, parent, [{ toTree, from: null }], notes);
  return found ?? parent;
}

/** The first parent, or the ancestor so many first parents further down; null where there is none. */
async function firstParent(repository: Repository, commit: string, steps = 1): Promise<string | null> {
  const { stdout } = await factsGit(repository, ["rev-parse", "--quiet", "--verify", `${commit}~${steps}`], { allow: [1] });
  return stdout.toString("latin1").trim() || null;
}
