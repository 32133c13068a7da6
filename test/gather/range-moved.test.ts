import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openRepository } from "../../src/git/repository.ts";
import { completeRange, findRange } from "../../src/gather/range.ts";
import { notesPaths } from "../../src/record/notes-paths.ts";
import { makeWorld, nothingAsked, type World } from "./range-fixture.ts";

const notes = notesPaths("notes");
let world: World;
beforeEach(() => {
  vi.stubEnv("GIT_CONFIG_GLOBAL", "/dev/null");
  world = makeWorld();
});
afterEach(() => {
  vi.unstubAllEnvs();
  world.remove();
});

const commits = (...names: string[]): string[] => names.map((name) => world.commit(`Add ${name}`, { [`${name}.js`]: `${name}\n` }));
const head = (): string => world.git("rev-parse", "HEAD");

/** Ships one (a, b) and two (c, d); each record is committed. */
async function twoShips(): Promise<{ b: string; noted: string; d: string }> {
  const [, b = ""] = commits("a", "b");
  await world.ship("one");
  const noted = world.commitNote("one");
  const [, d = ""] = commits("c", "d");
  await world.ship("two");
  world.commitNote("two");
  return { b, noted, d };
}

/** Makes the second ship's commits and all on top of them one. */
function squash(noted: string): string {
  world.git("reset", "-q", "--soft", noted);
  world.git("commit", "-q", "-m", "Squashed");
  return head();
}

describe("history that moved", () => {
  test("a squash is found by its tree, though it holds the notes as well", async () => {
    const { b, noted, d } = await twoShips();
    const squashed = squash(noted);
    const [one, two] = [world.records[1], world.records[0]];
    expect(await world.find()).toMatchObject({ status: "recorded", record: two, range: two?.range, history: "rewritten", previous: one });
    const relinked = await world.find({ relink: true });
    expect(relinked).toMatchObject({ status: "recorded", record: two, range: null, span: { from: b, to: squashed, source: "previous-record" }, history: "rewritten" });
    const { range } = await completeRange(await world.open(), relinked.span ?? { from: null, to: "", source: "flag" }, notes);
    expect(range).toEqual({ ...two?.range, to: squashed });
    expect(squashed).not.toBe(d);
  });

  test("the next ship begins where the squash ends", async () => {
    const { noted } = await twoShips();
    const squashed = squash(noted);
    world.commitNote("later");
    const [e] = commits("e");
    expect(await world.find()).toMatchObject({ status: "new", span: { from: squashed, to: e, source: "previous-record" }, history: "rewritten", previous: { id: "two" } });
  });

  test("a whole history under new ids", async () => {
    const { d } = await twoShips();
    const [one, two] = [world.records[1]?.range, world.records[0]?.range];
    world.git("filter-branch", "-f", "--msg-filter", "cat; echo again", "main");
    const moved = world.git("rev-parse", "HEAD^");
    expect(moved).not.toBe(d);
    expect(await world.find({ relink: true })).toMatchObject({
      status: "recorded", record: { id: "two" }, span: { from: world.git("rev-parse", "HEAD~4"), to: moved, source: two?.source },
    });
    expect(await world.find({ id: "one", relink: true })).toMatchObject({
      record: { id: "one" }, span: { from: world.git("rev-parse", "HEAD~5"), to: world.git("rev-parse", "HEAD~4"), source: one?.source },
    });
    const [e] = commits("e");
    expect(await world.find()).toMatchObject({ status: "new", span: { from: moved, to: e }, history: "rewritten" });
  });

  test("a rebase onto other work is found by its patch once that work is in no range of its own", async () => {
    const [a = ""] = commits("a");
    world.git("checkout", "-q", "-b", "side");
    commits("b", "c");
    await world.ship("side", { from: a });
    world.git("checkout", "-q", "main");
    const [x] = commits("x");
    world.git("tag", "v1");
    world.git("checkout", "-q", "side");
    world.git("rebase", "-q", "main");
    expect(await world.find()).toMatchObject({ status: "recorded", record: { id: "side" }, history: "rewritten", range: { from: a } });
    expect(await world.find({ relink: true })).toMatchObject({ status: "recorded", range: null, span: { from: x, to: head(), source: "flag" } });
  });

  test("another patch on another branch is a new ship", async () => {
    const [a = ""] = commits("a");
    world.git("checkout", "-q", "-b", "side");
    commits("b");
    await world.ship("side", { from: a });
    world.git("checkout", "-q", "main");
    const [x] = commits("x");
    expect(await world.find()).toMatchObject({ status: "new", span: { from: a, to: x, source: "previous-record" }, history: "same", previous: { id: "side" }, caveats: [] });
    const [y] = commits("y");
    expect(await world.find()).toMatchObject({ status: "new", span: { from: a, to: y, source: "previous-record" }, history: "same" });
  });

  test("a force push that drops a ship does not take an older equal tree for it", async () => {
    commits("z");
    const [a = ""] = commits("a");
    await world.ship("one");
    world.commit("Take a back", { "a.js": null });
    await world.ship("back");
    world.git("reset", "-q", "--hard", a);
    const [d] = commits("d");
    expect(await world.find()).toMatchObject({ status: "new", span: { from: a, to: d, source: "previous-record" }, history: "same" });
  });

  test("the same patch landed again later is a new ship", async () => {
    const { b } = await twoShips();
    await world.ship("undo", { to: b });
    world.git("reset", "-q", "--hard", b);
    commits("c", "d");
    expect(await world.find()).toMatchObject({ status: "new", direction: "forward", span: { from: b, to: head() }, history: "same" });
  });

  test("a rollback knows what was live under its new id", async () => {
    const { b, noted } = await twoShips();
    const squashed = squash(noted);
    world.git("reflog", "expire", "--expire=now", "--all");
    world.git("gc", "-q", "--prune=now");
    expect(await world.find({ to: b })).toMatchObject({ direction: "rollback", span: { from: squashed, to: b }, remediates: "two", history: "rewritten" });
  });

  test("commits that are gone for good: --relink is named", async () => {
    const { noted } = await twoShips();
    squash(noted);
    world.git("reflog", "expire", "--expire=now", "--all");
    world.git("gc", "-q", "--prune=now");
    const expected = { code: "history-missing", exitStatus: 3, expected: expect.stringContaining("record --id two --relink") };
    await expect(world.find()).rejects.toMatchObject(expected);
    await expect(world.find({ id: "two" })).rejects.toMatchObject(expected);
    expect(await world.find({ id: "two", relink: true })).toMatchObject({ record: { id: "two" }, span: { to: head() } });
  });
});

describe("--id --relink", () => {
  test("finds a branch that was squashed on top of other work, below others'", async () => {
    const [a = ""] = commits("a");
    world.git("checkout", "-q", "-b", "side");
    commits("b", "c");
    await world.ship("side", { from: a });
    world.git("checkout", "-q", "main");
    const [x] = commits("x");
    world.git("merge", "-q", "--squash", "side");
    world.git("commit", "-q", "-m", "Squash");
    const squashed = head();
    commits("y");
    expect(await world.find({ id: "side", relink: true })).toMatchObject({ status: "recorded", span: { from: x, to: squashed, source: "flag" }, history: "rewritten" });
  });

  test("changes nothing where nothing moved", async () => {
    await twoShips();
    expect(await world.find({ id: "one", relink: true })).toMatchObject({ record: world.records[1], range: world.records[1]?.range, history: "same" });
  });

  test("says so where the ship is not found, and takes --to for where to look", async () => {
    const { b, noted } = await twoShips();
    const squashed = squash(noted);
    world.git("branch", "kept");
    world.git("reset", "-q", "--hard", b);
    commits("other");
    await expect(world.find({ id: "two", relink: true })).rejects.toMatchObject({ code: "revision-unknown", expected: expect.stringContaining("--to") });
    expect(await world.find({ id: "two", relink: true, to: "kept" })).toMatchObject({ span: { to: squashed } });
  });
});

test("a partial clone: the patch id is left out, and computed once the blobs may be fetched", async () => {
  commits("a", "b");
  const clone = realpathSync(mkdtempSync(join(tmpdir(), "shipnote-test-")));
  world.git("config", "uploadpack.allowFilter", "true");
  execFileSync("git", ["clone", "-q", "--no-checkout", "--filter=blob:none", `file://${world.directory}`, clone]);
  const repository = await openRepository(clone, { named: true });
  const found = await findRange(repository, [], nothingAsked, notes);
  if (found.span === null) throw new Error("no span");
  const lacking = await completeRange(repository, found.span, notes);
  expect(lacking).toMatchObject({ range: { patchId: null }, caveats: [{ code: "blobs-missing" }] });
  const whole = await completeRange(repository, found.span, notes, true);
  expect(whole).toMatchObject({ range: { patchId: expect.any(String), toTree: lacking.range.toTree }, caveats: [] });
  rmSync(clone, { recursive: true, force: true });
});
