import { Failure } from "../failure.ts";
import { factsGit, type Repository } from "../git/repository.ts";
import { ancestorsAmong, hasCommit, historyMissing, kinship, resolveCommit } from "../git/revisions.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { findByPatch, findByTree, patchIdOf, toTreeOf } from "./history.ts";
import type { SourcedSpan } from "./range-begin.ts";
import { hasRange, lineOf, type RangedRecord } from "./range-line.ts";
import { liveIn, overlaps } from "./range-new.ts";
import type { RangeRequest } from "./range-search.ts";

/** What the relinking of a record rests on. */
export interface Relinking {
  repository: Repository;
  records: readonly ChangeRecord[];
  record: RangedRecord;
  request: Pick<RangeRequest, "from" | "to" | "force">;
  notes: NotesPaths;
  /** What the ship's commits are below, or end with, notes taken back. */
  tip: string;
}

/**
 * The commits that a record's ship has become after a rewrite of history (a squash, a rebase, a force push), as they
 * are found again; else, where they are other commits in truth, what `--to` says that they are.
 *
 * @returns null where `tip` still descends from the recorded `to`: nothing moved
 * @throws Failure `revision-unknown` where they are not found and nobody says, `history-missing` where a shallow clone
 *   cannot tell, `range-diverged`, `range-overlaps`, `usage`
 */
export async function relinkedSpan(relinking: Relinking): Promise<SourcedSpan | null> {
  const { repository, record, request, tip } = relinking;
  const kin = await kinship(repository, record.range.to, tip);
  if (kin === "same" || kin === "ancestor") return null;
  const found = request.from === null ? await movedSpan(relinking) : null;
  if (found !== null) return found;
  if (request.to !== null) return saidSpan(relinking);
  const likely = await authoredAlike(repository, record, tip);
  throw new Failure("revision-unknown", `The commits of ${record.id} are not found again below ${tip}, neither by their tree nor by their patch.`, {
    expected: `what they have become, by your word: \`shipnote record --id ${record.id} --relink --to ${likely?.slice(0, 12) ?? "REV"}\`${likely === null ? "" : " names what was authored at the same time"}; --from says where it begins now`,
    retry: true,
  });
}

/** What people say that a ship is now. That its commits follow from git is all that can be told of it. */
async function saidSpan({ repository, records, record, request, notes, tip }: Relinking): Promise<SourcedSpan> {
  const { id, environment, component, direction } = record;
  const from = request.from === null ? await beginningBelow(repository, records, record, tip, notes) : await resolveCommit(repository, request.from);
  const isForward = direction !== "rollback";
  if (from !== null && (await kinship(repository, from, tip)) !== (isForward ? "ancestor" : "descendant")) {
    throw new Failure("range-diverged", `${from} is no ${isForward ? "ancestor" : "descendant"} of ${tip}, so ${id} cannot begin there.`, {
      expected: `--from and --to with what ${isForward ? "was shipped" : "was taken back"} between them`,
      retry: true,
    });
  }
  const span: SourcedSpan = { from, to: tip, source: "flag" };
  const line = lineOf(records, environment, component).filter((other) => other.id !== id);
  const shipped = request.force || !isForward ? null : await liveIn({ repository, line }, span);
  if (shipped === null) return span;
  throw overlaps(`${shipped.commit}, in this range, was shipped in ${shipped.by.id}.`, `--force relinks ${id} all the same; two records of one range are joined by \`shipnote doctor --fix\``);
}

/** Where a ship begins whose new end somebody names. */
async function beginningBelow(repository: Repository, records: readonly ChangeRecord[], { id, range: { from }, direction }: RangedRecord, to: string, notes: NotesPaths): Promise<string | null> {
  if (from === null || direction === "rollback" || (await ancestorsAmong(repository, [from], to)).size > 0) return from;
  const found = await sameBeginning(repository, records, from, await firstParent(repository, to), notes);
  if (found !== null) return found;
  throw new Failure("usage", `Where ${id} begins now cannot be told: what was before it is not found below ${to} either.`, {
    expected: "--from REV beside --to, exclusive",
    retry: true,
  });
}

/** A commit below the tip that was authored when the ship's last commit was: an amendment or a rebase keeps that. */
async function authoredAlike(repository: Repository, { range, commits }: RangedRecord, tip: string): Promise<string | null> {
  const last = commits.find(({ sha }) => sha === range.to);
  if (last === undefined) return null;
  const { stdout } = await factsGit(repository, ["log", "--first-parent", "--max-count=10000", "--format=%H %at", tip, "--"]);
  const seconds = String(Date.parse(last.date) / 1000);
  return stdout.toString("latin1").split("\n").map((line) => line.split(" ")).find(([, at]) => at === seconds)?.[0] ?? null;
}

/**
 * Finds the commits by the ship's tree among the first-parent ancestors of `tip`, then by its patch, as a whole or in one
 * commit; null where nothing has them.
 */
async function movedSpan({ repository, records, record, tip, notes }: Relinking): Promise<SourcedSpan | null> {
  const { range } = record;
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
    for (const to of await saidAgain(repository, record, tip)) {
      const from = await firstParent(repository, to, record.commits.length);
      if ((await patchIdOf(repository, { from, to }, notes)).patchId === range.patchId) return { from, to, source: range.source };
    }
    const base = fromStays ? range.from : null;
    const byPatch = await findByPatch(repository, { from: base, to: tip }, range.patchId, notes);
    if (byPatch !== null) return { from: await firstParent(repository, byPatch), to: byPatch, source: range.source };
  }
  return null;
}

/** The first-parent ancestors of `tip` that say what the ship's last commit said: a rebase keeps who wrote it, when, and its words. */
async function saidAgain(repository: Repository, { range, commits }: RangedRecord, tip: string): Promise<string[]> {
  const last = commits.find(({ sha }) => sha === range.to);
  if (last === undefined) return [];
  const { stdout } = await factsGit(repository, ["log", "-z", "--first-parent", "--no-patch", "--encoding=UTF-8", "--format=%H %at %s", tip, "--"]);
  const saying = ` ${Date.parse(last.date) / 1000} ${last.subject}`;
  return stdout.toString("utf8").split("\0").flatMap((line) => (line.endsWith(saying) ? [line.slice(0, -saying.length)] : [])).filter((commit) => /^[0-9a-f]+$/.test(commit));
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
  return from === null ? parent : (await sameBeginning(repository, records, from, parent, notes)) ?? parent;
}

/** The commit at or below another one that has the tree of what is gone; null where none has, or nothing is known of it. */
async function sameBeginning(
  repository: Repository,
  records: readonly ChangeRecord[],
  from: string,
  below: string | null,
  notes: NotesPaths,
): Promise<string | null> {
  if (below === null) return null;
  const known = records.filter(hasRange).find(({ range }) => range.to === from)?.range.toTree;
  const toTree = known ?? ((await hasCommit(repository, from)) ? await toTreeOf(repository, from, notes) : null);
  if (toTree === null) return null;
  const [found = null] = await findByTree(repository, below, [{ toTree, from: null }], notes);
  return found;
}

/** The first parent, or the ancestor so many first parents further down; null where there is none. */
async function firstParent(repository: Repository, commit: string, steps = 1): Promise<string | null> {
  const { stdout } = await factsGit(repository, ["rev-parse", "--quiet", "--verify", `${commit}~${steps}`], { allow: [1] });
  return stdout.toString("latin1").trim() || null;
}
