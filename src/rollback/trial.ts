import { Failure } from "../failure.ts";
import { type Repository, emptyTree, factsGit } from "../git/repository.ts";
import { type Change, readChanges } from "./changes.ts";
import { type Scratch, withScratch } from "./scratch.ts";
import type { NetPatch, Reverts, Undo } from "./undo.ts";

/** What a trial found; `conflicts` holds the paths in the way. `undone`: git would stop, as all of them are undone already. */
export interface Trial { status: "clean" | "conflicts" | "undone" | "unknown"; conflicts: string[] }

/** A commit to be reverted: its tree, and the one that a revert goes back to. */
export interface Step { sha: string; tree: string; parent: string | null; parentTree: string }

export const clean: Trial = { status: "clean", conflicts: [] };
export const unknown: Trial = { status: "unknown", conflicts: [] };

/** As git's own defaults have it, whatever the user set: the answer is to be the same on every machine. */
const mergeSettings = [
  "-c", "merge.renames=true", "-c", "merge.directoryRenames=conflict", "-c", "merge.renameLimit=7000", "-c", "merge.renormalize=false",
];

/** Whether git can merge trees without a work tree. */
export function canTry({ version: [major, minor] }: Repository): boolean {
  return major > 2 || (major === 2 && minor >= 38);
}

/** Would this apply to a commit? Nothing is written into the repository, and the work tree is not looked at. */
export async function tryUndo(repository: Repository, undo: Undo, head: string): Promise<Trial> {
  try {
    if (undo.form === "net") return await tryNet(repository, undo, head);
    const steps = await readSteps(repository, undo);
    return steps === null ? unknown : await trySteps(repository, steps, head);
  } catch (error) {
    return unknownWhereMissing(error);
  }
}

/** Objects may be missing (a partial or a shallow clone) and are not fetched in order to answer. */
export function unknownWhereMissing(error: unknown): Trial {
  if (error instanceof Failure && error.code === "git-failed") return unknown;
  throw error;
}

async function readSteps(repository: Repository, { commits }: Reverts): Promise<Step[] | null> {
  const input = commits.flatMap((sha) => [sha, `${sha}^{tree}`, `${sha}^1`, `${sha}^1^{tree}`]).map((line) => `${line}\n`).join("");
  const { stdout } = await factsGit(repository, ["cat-file", "--batch-check=%(objectname)"], { input });
  const lines = stdout.toString("latin1").split("\n").map((line) => /^[0-9a-f]+$/.test(line) ? line : null);
  const steps = commits.map((_, at): Step | null => {
    const [sha, tree, parent, parentTree] = lines.slice(at * 4, at * 4 + 4);
    return sha && tree ? { sha, tree, parent: parent ?? null, parentTree: parentTree ?? emptyTree(repository) } : null;
  });
  return steps.some((step) => step === null) ? null : steps.filter((step) => step !== null);
}

/**
 * Reverts one by one, as `git revert` does: with the commit as the base, the tree so far on one side and the
 * commit's parent on the other.
 */
export async function trySteps(repository: Repository, steps: readonly Step[], head: string): Promise<Trial> {
  const empty = steps.find(({ tree, parentTree }) => tree === parentTree);
  // git stops at a revert that changes nothing.
  if (empty !== undefined) return { status: "conflicts", conflicts: [] };
  // On top of exactly what it reverts, each base is the tree so far: nothing can be in the way.
  const chained = steps.every(({ parentTree }, at) => at === steps.length - 1 || parentTree === steps[at + 1]?.tree);
  if (chained && steps[0]?.sha === head) return clean;
  const headTree = await treeOf(repository, head);
  if (chained && steps[0]?.tree === headTree) return clean;
  return withScratch(repository, async (scratch) => {
    let tree = headTree;
    for (const step of steps) {
      const [ours, theirs] = [await scratch.commit(tree, step.sha), await scratch.commit(step.parentTree, step.sha)];
      const merged = await merge(repository, scratch, ours, theirs);
      if (merged.conflicts.length > 0 || merged.tree === tree) {
        const left = await stillThere(repository, steps, headTree);
        const stepped = merged.conflicts.length > 0 ? [] : await readChanges(repository, step.tree, step.parentTree, []);
        const conflicts = [...merged.conflicts, ...stepped.map(({ path }) => readablePath(path))];
        return { status: left ? "conflicts" : "undone", conflicts };
      }
      tree = merged.tree;
    }
    return clean;
  });
}

/** Whether any path that the steps touch is not as it was before the oldest of them. */
async function stillThere(repository: Repository, steps: readonly Step[], headTree: string): Promise<boolean> {
  const before = steps.at(-1)?.parentTree ?? headTree;
  const [since, ...touched] = await Promise.all([
    readChanges(repository, before, headTree, []),
    ...steps.map(async ({ tree, parentTree }) => readChanges(repository, tree, parentTree, [])),
  ]);
  const changed = new Set(since.map(({ path }) => path));
  return touched.flat().some(({ path }) => changed.has(path));
}

async function treeOf(repository: Repository, commit: string): Promise<string> {
  const { stdout } = await factsGit(repository, ["rev-parse", "--verify", `${commit}^{tree}`]);
  return stdout.toString("latin1").trim();
}

/** Merges two commits, whose parents say what their base is. */
async function merge(
  repository: Repository,
  scratch: Scratch,
  ours: string,
  theirs: string,
): Promise<{ tree: string; conflicts: string[] }> {
  const args = [...mergeSettings, "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, theirs];
  const { stdout } = await factsGit(repository, args, { allow: [1], env: scratch.env });
  const [tree = "", ...conflicts] = stdout.toString("latin1").split("\0").filter((part) => part !== "");
  return { tree, conflicts: [...new Set(conflicts)].map(readablePath) };
}

/**
 * The net patch, as `git apply --3way` does it: file by file and without looking for renames. Only files that
 * changed since are looked at, and only their contents are merged.
 */
async function tryNet(repository: Repository, undo: NetPatch, head: string): Promise<Trial> {
  if (undo.again && await isAncestor(repository, undo.restored, head)) return clean;
  const [wanted, since] = await Promise.all([
    readChanges(repository, undo.live, undo.restored, undo.paths),
    readChanges(repository, undo.live, head, []),
  ]);
  if (wanted.length === 0) return { status: "conflicts", conflicts: [] };
  const now = new Map(since.map((change) => [change.path, change]));
  const folders = new Set(since.filter(({ after }) => after !== null).flatMap(({ path }) => foldersAbove(path)));
  // git would find nothing to commit.
  if (wanted.every(({ path, after }) => now.has(path) && sameEntry(now.get(path)?.after ?? null, after))) {
    return { status: "undone", conflicts: wanted.map(({ path }) => readablePath(path)) };
  }
  const inTheWay: string[] = [];
  const contents: { path: string; base: string; ours: string; theirs: string }[] = [];
  for (const { path, before, after } of wanted) {
    const here = now.get(path);
    const placed = before === null && (folders.has(path) || foldersAbove(path).some((folder) => now.get(folder)?.after));
    if (placed) inTheWay.push(path);
    if (placed || here === undefined) continue;
    const outcome = compare(before, after, here.after);
    if (outcome === "conflict") inTheWay.push(path);
    if (outcome === "contents" && before !== null && after !== null && here.after !== null) {
      contents.push({ path, base: before.id, ours: here.after.id, theirs: after.id });
    }
  }
  const conflicts = [...inTheWay, ...await mergeContents(repository, contents)];
  return conflicts.length === 0 ? clean : { status: "conflicts", conflicts: conflicts.sort().map(readablePath) };
}

/** What `git apply --3way` makes of a file that is not as the patch has it before. */
function compare(before: Change["before"], after: Change["after"], here: Change["after"]): "clean" | "conflict" | "contents" {
  // Deletions and submodules are applied as they are, or not at all.
  if (after === null || here === null || isLink(after) || (before !== null && isLink(before))) return "conflict";
  if (sameEntry(here, after)) return "clean";
  if (before === null || kindOf(here.mode) !== kindOf(before.mode) || kindOf(here.mode) !== kindOf(after.mode)) return "conflict";
  return here.id === after.id || here.id === before.id ? "clean" : "contents";
}

function sameEntry(one: Change["after"], other: Change["after"]): boolean {
  return one?.id === other?.id && one?.mode === other?.mode;
}

function isLink({ mode }: { mode: string }): boolean {
  return mode === "160000";
}

function kindOf(mode: string): string {
  return mode.slice(0, 3);
}

/** Merges the contents of files, each by itself, in one process. @returns the paths that conflict */
async function mergeContents(
  repository: Repository,
  files: readonly { path: string; base: string; ours: string; theirs: string }[],
): Promise<string[]> {
  if (files.length === 0) return [];
  return withScratch(repository, async (scratch) => {
    const name = (at: number): string => String(at).padStart(9, "0");
    const tree = (side: "base" | "ours" | "theirs"): Promise<string> =>
      scratch.tree(files.map((file, at) => ({ mode: "100644", name: name(at), id: file[side] })));
    const base = await scratch.commit(await tree("base"), null);
    const ours = await scratch.commit(await tree("ours"), base);
    const theirs = await scratch.commit(await tree("theirs"), base);
    const { conflicts } = await merge(repository, scratch, ours, theirs);
    const names = new Set(conflicts);
    return files.filter((_, at) => names.has(name(at))).map(({ path }) => path);
  });
}

async function isAncestor(repository: Repository, ancestor: string, head: string): Promise<boolean> {
  return (await factsGit(repository, ["merge-base", "--is-ancestor", ancestor, head], { allow: [1] })).status === 0;
}

function foldersAbove(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join("/"));
}

/** Paths are bytes, kept one a letter while they are compared. */
function readablePath(path: string): string {
  return Buffer.from(path, "latin1").toString("utf8");
}
