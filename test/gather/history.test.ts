import { execFileSync, execSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert as assertProperty, asyncProperty, constantFrom, uniqueArray } from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRepository } from "../../src/git/repository.ts";
import { findByPatch, findByTree, patchIdOf, toTreeOf } from "../../src/gather/history.ts";
import { notesPaths } from "../../src/record/notes-paths.ts";
import { fixtureEnvironment } from "../git-fixture.ts";
import { makeWorld, type World } from "./range-fixture.ts";

const notes = notesPaths("notes");
let world: World;
let elsewhere: string;
beforeEach(() => {
  world = makeWorld();
  elsewhere = realpathSync(mkdtempSync(join(tmpdir(), "shipnote-test-")));
});
afterEach(() => {
  world.remove();
  rmSync(elsewhere, { recursive: true, force: true });
});

/** The tree without some paths as git makes it: read into an index of its own, removed there, written. */
function treeByIndex(of: World, commit: string, gone: string[]): string {
  const env = { ...fixtureEnvironment(0), GIT_INDEX_FILE: join(elsewhere, "index") };
  const git = (...args: string[]) => execFileSync("git", args, { cwd: of.directory, env, encoding: "utf8" }).trim();
  git("read-tree", commit);
  if (gone.length > 0) git("rm", "-r", "-q", "--cached", "--", ...gone);
  return git("write-tree");
}

describe("toTreeOf", () => {
  test("is the tree itself where there are no notes", async () => {
    const commit = world.commit("First", { a: "1", "notes/guides/how.md": "1", "docs/notes/2026/2026-11-24-a.md": "1" });
    expect(await toTreeOf(await world.open(), commit, notes)).toBe(world.git("rev-parse", `${commit}^{tree}`));
  });

  const files = {
    "a.js": "1", "notes.md": "1", "notes-old/x": "1", "zebra/é.txt": "1",
    "notes/guides/how.md": "1", "notes/2026/plan.md": "kept: its name is no record's", "notes/2025/README.md": "1",
    "notes/2026/2026-11-24-a.md": "1", "notes/2026/2026-11-24-a/record.json": "1", "notes/2026/2026-11-24-a/deep/plot.svg": "1",
    "notes/README.md": "1", "notes/2026/README.md": "1", "notes/runbooks/deploy.md": "1", "notes/runbooks/run.sh": "kept", "notes/templates/changes.hbs": "1",
  };
  const kept = ["a.js", "notes.md", "notes-old/x", "zebra/é.txt", "notes/guides/how.md", "notes/2026/plan.md", "notes/runbooks/run.sh"];

  test.each([["sha1"], ["sha256"]])("is what git writes without the notes, in a %s repository", async (format) => {
    const other = makeWorld(`--object-format=${format}`);
    const commit = other.commit("First", files);
    const gone = Object.keys(files).filter((path) => !kept.includes(path));
    const expected = treeByIndex(other, commit, gone);
    expect(expected).not.toBe(other.git("rev-parse", `${commit}^{tree}`));
    const before = other.git("count-objects");
    expect(await toTreeOf(await other.open(), commit, notes)).toBe(expected);
    expect(other.git("count-objects")).toBe(before);
    other.remove();
  });

  test("leaves out folders that held nothing else, up to the whole tree", async () => {
    const mixed = world.commit("First", { a: "1", "notes/2026/2026-11-24-a.md": "1" });
    expect(await toTreeOf(await world.open(), mixed, notes)).toBe(treeByIndex(world, mixed, ["notes"]));
    const alone = world.commit("Notes alone", { a: null });
    expect(await toTreeOf(await world.open(), alone, notes)).toBe("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
  });

  test("knows a notes folder that lies deeper", async () => {
    const commit = world.commit("First", { "docs/a.md": "1", "docs/ships/2026/2026-11-24-a.md": "1", "docs/ships/guide.md": "1", "notes/2026/2026-11-24-a.md": "1" });
    const expected = treeByIndex(world, commit, ["docs/ships/2026/2026-11-24-a.md"]);
    expect(await toTreeOf(await world.open(), commit, notesPaths("docs/ships"))).toBe(expected);
  });

  test("equals git's for any choice of paths", async () => {
    const pool = [...Object.keys(files), "notes/2026-11-24-x.md", "notes/20261/2026-11-24-a.md", "notes/2026/2026-11-2-a.md", "notes/runbooks/sub/a.md", "Notes/README.md"];
    const notPool = new Set(["notes/2026-11-24-x.md", "notes/20261/2026-11-24-a.md", "notes/2026/2026-11-2-a.md", "notes/runbooks/sub/a.md", "Notes/README.md", ...kept]);
    await assertProperty(
      asyncProperty(uniqueArray(constantFrom(...pool), { minLength: 1 }), async (paths) => {
        const commit = world.commit("Some", Object.fromEntries(pool.map((path) => [path, paths.includes(path) ? path : null])));
        const expected = treeByIndex(world, commit, paths.filter((path) => !notPool.has(path)));
        expect(await toTreeOf(await world.open(), commit, notes)).toBe(expected);
      }),
      { numRuns: 15 },
    );
  });

  test("says so where a partial clone has no trees", async () => {
    const commit = world.commit("First", files);
    world.git("config", "uploadpack.allowFilter", "true");
    execFileSync("git", ["clone", "-q", "--no-checkout", "--filter=tree:0", `file://${world.directory}`, join(elsewhere, "clone")]);
    const clone = await openRepository(join(elsewhere, "clone"), { named: true });
    await expect(toTreeOf(clone, commit, notes)).rejects.toMatchObject({ code: "history-missing" });
  });
});

describe("patchIdOf", () => {
  const byGit = (from: string, to: string) =>
    execSync(`git -c core.quotePath=false diff --no-renames --full-index --no-prefix ${from} ${to} -- . ':(exclude)notes/2026' | git patch-id --stable`, {
      cwd: world.directory, env: fixtureEnvironment(0), encoding: "utf8",
    }).split(" ")[0];

  test("is git's own of the net diff without the notes", async () => {
    const from = world.commit("First", { "a.txt": "1\n2\n3\n", "old name.txt": "x\ny\nz\n" });
    world.commit("Second", { "a.txt": "1\n2\n4\n", "notes/2026/2026-11-24-a.md": "1\n" });
    const to = world.commit("Third", { "old name.txt": null, "new é.txt": "x\ny\nz\n", "b.bin": new Uint8Array([0, 1, 255]) });
    const { patchId, caveats } = await patchIdOf(await world.open(), { from, to }, notes);
    expect(patchId).toBe(byGit(from, to));
    expect(patchId).toMatch(/^[0-9a-f]{40}$/);
    expect(caveats).toEqual([]);
  });

  test("of a root commit is that of all it holds", async () => {
    const to = world.commit("First", { "a.txt": "1\n" });
    const empty = world.git("hash-object", "-t", "tree", "-w", "/dev/null");
    expect((await patchIdOf(await world.open(), { from: null, to }, notes)).patchId).toBe(byGit(empty, to));
  });

  test("is null, without a caveat, where only notes differ", async () => {
    const from = world.commit("First", { "a.txt": "1\n" });
    const to = world.commitNote("a");
    expect(await patchIdOf(await world.open(), { from, to }, notes)).toEqual({ patchId: null, caveats: [] });
  });

  test.each([[2000, []], [2001, ["patch-id-left-out"]]])("of %i files", async (count, codes) => {
    const from = world.commit("First", { "a.txt": "1\n" });
    const to = world.commit("Many", Object.fromEntries(Array.from({ length: count }, (_, at) => [`many/${at}.txt`, "diff --git a b\n\ndiff --git\n"])));
    const { patchId, caveats } = await patchIdOf(await world.open(), { from, to }, notes);
    expect(caveats.map(({ code }) => code)).toEqual(codes);
    expect(patchId === null).toBe(codes.length > 0);
  });

  test("is null where a partial clone lacks blobs, until it may fetch them", async () => {
    const from = world.commit("First", { "a.txt": "1\n" });
    const to = world.commit("Second", { "a.txt": "2\n" });
    world.git("config", "uploadpack.allowFilter", "true");
    execFileSync("git", ["clone", "-q", "--no-checkout", "--filter=blob:none", `file://${world.directory}`, join(elsewhere, "clone")]);
    const clone = await openRepository(join(elsewhere, "clone"), { named: true });
    const lacking = await patchIdOf(clone, { from, to }, notes);
    expect(lacking.patchId).toBeNull();
    expect(lacking.caveats.map(({ code }) => code)).toEqual(["blobs-missing"]);
    expect(await toTreeOf(clone, to, notes)).toBe(world.git("rev-parse", `${to}^{tree}`));
    expect(await patchIdOf(clone, { from, to }, notes, true)).toEqual({ patchId: byGit(from, to), caveats: [] });
  });
});

describe("findByTree", () => {
  test("finds ships under other commits; on top of them what changed nothing is passed", async () => {
    const root = world.commit("First", { a: "1" });
    const one = world.commit("One", { a: "2" });
    const trees = [await toTreeOf(await world.open(), one, notes)];
    const two = world.commit("Two", { a: "3" });
    trees.push(await toTreeOf(await world.open(), two, notes));
    const empty = world.commit("Empty");
    world.commitNote("two");
    const back = world.commit("Back to two's second", { a: "2" });
    const find = async (tip: string, stops: string[] = [], from: string | null = null) =>
      findByTree(await world.open(), tip, trees.map((toTree) => ({ toTree, from })), notes, new Set(stops));
    // The newest place counts, its oldest commit.
    expect(await find(back)).toEqual([back, two]);
    expect(await find(`${back}^`)).toEqual([one, two]);
    expect(await find(`${back}^`, [two])).toEqual([null, empty]);
    // A ship lies above what it began at.
    expect(await find(`${back}^`, [], one)).toEqual([null, two]);
    expect(await find(root)).toEqual([null, null]);
  });
});

describe("findByPatch", () => {
  test("finds a branch that was squashed on top of something else", async () => {
    const root = world.commit("First", { "a.txt": "1\n" });
    world.git("checkout", "-qb", "side");
    world.commit("One", { "b.txt": "1\n" });
    const to = world.commit("Two", { "c.txt": "1\n" });
    const { patchId } = await patchIdOf(await world.open(), { from: root, to }, notes);
    world.git("checkout", "-q", "main");
    world.commit("Else", { "a.txt": "2\n" });
    world.git("merge", "-q", "--squash", "side");
    const squashed = world.commit("Squash", { "notes/2026/2026-11-24-a.md": "1\n" });
    const tip = world.commit("Later", { "a.txt": "3\n" });
    expect(await findByPatch(await world.open(), { from: root, to: tip }, patchId ?? "", notes)).toBe(squashed);
    expect(await findByPatch(await world.open(), { from: squashed, to: tip }, patchId ?? "", notes)).toBeNull();
  });
});
