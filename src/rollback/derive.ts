import { type Repository, emptyTree, factsGit } from "../git/repository.ts";
import { globSource } from "../record/globs.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { readChanges } from "./changes.ts";
import { type Step, type Trial, canTry, clean, trySteps, tryUndo, unknown, unknownWhereMissing } from "./trial.ts";
import type { NetPatch, Reverts, Undo } from "./undo.ts";

/** What of a ship says how its tree is undone. */
export interface ShippedTree {
  range: { from: string | null; to: string };
  direction: ChangeRecord["direction"];
  /** The ship's own commits (in a rollback: those taken away), newest first; a merge is judged against its first parent. */
  commits: readonly { sha: string; parents: number; touchesNotes: boolean }[];
  notes: NotesPaths;
  /** Pathspecs (with magic) of the ship's component; null where it has none. */
  component: readonly string[] | null;
}

/** More commits than this are undone at once: nobody reads such a line, and one commit is easier to look at. */
const listedCommits = 50;

/**
 * What undoes a ship's tree, and whether it would apply to HEAD.
 *
 * @returns null where the ship changed nothing that could be undone
 */
export async function deriveUndo(repository: Repository, ship: ShippedTree): Promise<{ undo: Undo; trial: Trial } | null> {
  const { head } = repository;
  const asks = head !== null && canTry(repository);
  const single = await deriveReverts(repository, ship);
  if (single !== null) {
    if (single.steps.length === 0) return null;
    const trial = asks ? await trySteps(repository, single.steps, head).catch(unknownWhereMissing) : unknown;
    if (trial.status !== "conflicts") return { undo: single.undo, trial };
    const net = await deriveNet(repository, ship);
    if (net === null || !asks) return { undo: single.undo, trial };
    const netTrial = await tryUndo(repository, net, head);
    return netTrial.status === "clean" ? { undo: net, trial: netTrial } : { undo: single.undo, trial };
  }
  const net = await deriveNet(repository, ship);
  if (net === null) return null;
  // Nothing came on top of what it undoes, so nothing can be in the way.
  if (asks && head === ship.range.to && !net.again) return { undo: net, trial: clean };
  return { undo: net, trial: asks ? await tryUndo(repository, net, head) : unknown };
}

/** `git revert` of the ship's commits; null where only the net difference undoes just the ship. */
async function deriveReverts(repository: Repository, ship: ShippedTree): Promise<{ undo: Reverts; steps: Step[] } | null> {
  const { commits, direction } = ship;
  const [newest] = commits;
  const merged = newest !== undefined && newest.parents > 1;
  const linear = commits.every(({ parents }) => parents <= 1) && commits.length <= listedCommits;
  if (direction === "rollback" || newest === undefined || !(merged || linear) || commits.some(({ touchesNotes }) => touchesNotes)) return null;
  const [history, leaves] = await Promise.all([readHistory(repository, ship.range), leavesComponent(repository, ship)]);
  if (leaves) return null;
  const own = new Set(commits.map(({ sha }) => sha));
  // What is left of the ship on the way along first parents: all of it where it is linear, the merge alone where that
  // is the whole ship. A ship that holds more than that is no row of reverts.
  const onTheWay = history.filter(({ sha }) => own.has(sha));
  if (onTheWay.length !== (merged ? 1 : commits.length) || onTheWay[0]?.sha !== newest.sha) return null;
  // A revert of a commit that changed nothing would fail.
  const steps = onTheWay.filter(({ tree, parentTree }) => tree !== parentTree);
  return { undo: { form: "reverts", commits: steps.map(({ short }) => short), mainline: merged }, steps };
}

/** The commits along first parents, newest first, each with an abbreviation that is its own. */
async function readHistory(
  repository: Repository,
  { from, to }: { from: string | null; to: string },
): Promise<(Step & { short: string })[]> {
  const args = ["log", "--first-parent", "--boundary", "--abbrev=12", "--format=%m %H %h %T %P", to, ...(from === null ? [] : [`^${from}`])];
  const { stdout } = await factsGit(repository, args);
  const lines = stdout.toString("latin1").trim().split("\n").map((line) => line.split(" "));
  const trees = new Map(lines.map(([, sha = "", , tree = ""]) => [sha, tree]));
  return lines.filter(([mark]) => mark !== "-").map(([, sha = "", short = "", tree = "", parent]) => ({
    sha,
    short,
    tree,
    parent: parent === undefined || parent === "" ? null : parent,
    parentTree: parent ? (trees.get(parent) ?? "") : emptyTree(repository),
  }));
}

/** Whether any of the ship's commits touches files that are not its component's. */
async function leavesComponent(repository: Repository, { range: { from, to }, commits, component, notes }: ShippedTree): Promise<boolean> {
  if (component === null) return false;
  if (!component.every((path) => path.startsWith(":(top,glob)"))) return true;
  const outside = component.map((path) => path.replace(":(top,glob)", ":(top,exclude,glob)"));
  const args = ["rev-list", "--full-history", to, ...(from === null ? [] : [`^${from}`]), "--", ":(top)", ...outside, ...notes.exclude];
  const { stdout } = await factsGit(repository, args, { pathspecMagic: true });
  const touching = new Set(stdout.toString("latin1").split("\n"));
  return commits.some(({ sha }) => touching.has(sha));
}

/** The net difference from the ship's end to its beginning; null where there is none. */
async function deriveNet(repository: Repository, { range, direction, notes, component }: ShippedTree): Promise<NetPatch | null> {
  const restored = range.from ?? emptyTree(repository);
  const base = component ?? ["."];
  const changes = Promise.all([
    readChanges(repository, range.to, restored, [...(component ?? [":(top)"]), ...notes.exclude]),
    readChanges(repository, range.to, restored, notes.include),
  ]);
  // Awaited below; until then its failure is nobody's.
  changes.catch(() => undefined);
  const [live = range.to, from = restored] = await abbreviate(repository, [range.to, ...(range.from === null ? [] : [range.from])]);
  const net: NetPatch = { form: "net", live, restored: from, paths: [...base, ...notes.exclude], again: direction === "rollback" };
  try {
    const [own, ofNotes] = await changes;
    if (own.length === 0) return null;
    // Only what would take a note along needs to be left out: a line that is read before it is pasted.
    const paths = ofNotes.map(({ path }) => Buffer.from(path, "latin1").toString("utf8"));
    return { ...net, paths: [...base, ...notes.exclude.filter((exclusion) => matchesAny(exclusion, paths))] };
  } catch (error) {
    unknownWhereMissing(error);
    return net;
  }
}

function matchesAny(exclusion: string, paths: readonly string[]): boolean {
  const pattern = new RegExp(`^${globSource(exclusion.replace(/^:\([^)]*\)/, ""), { braces: false })}$`, "su");
  return paths.some((path) => pattern.test(path));
}

async function abbreviate(repository: Repository, commits: readonly string[]): Promise<string[]> {
  const { stdout } = await factsGit(repository, ["log", "--no-walk=unsorted", "--abbrev=12", "--format=%h", ...commits]);
  return stdout.toString("latin1").trim().split("\n");
}
