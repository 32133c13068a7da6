import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { findRange } from "../../src/gather/range.ts";
import { openRepository } from "../../src/git/repository.ts";
import { notesPaths } from "../../src/record/notes-paths.ts";
import { makeWorld, nothingAsked, type World } from "./range-fixture.ts";

let world: World;
let elsewhere: string;
beforeEach(() => {
  vi.stubEnv("GIT_CONFIG_GLOBAL", "/dev/null");
  world = makeWorld();
  elsewhere = realpathSync(mkdtempSync(join(tmpdir(), "shipnote-test-")));
});
afterEach(() => {
  vi.unstubAllEnvs();
  world.remove();
  rmSync(elsewhere, { recursive: true, force: true });
});

const add = (name: string): string => world.commit(`Add ${name}`, { [`${name}.js`]: `${name}\n` });

describe("what a CI run or a push says it ships", () => {
  test("begins where it says, although a tag is nearer", async () => {
    const a = add("a");
    add("b");
    world.git("tag", "v1");
    const c = add("c");
    expect((await world.find({}, { from: a, to: c, source: "ci" })).span).toEqual({ from: a, to: c, source: "ci" });
  });

  test("ends at what was pushed, whatever is checked out; a CI run speaks only of what it has checked out", async () => {
    const a = add("a");
    const b = add("b");
    const c = add("c");
    expect((await world.find({}, { from: a, to: b, source: "push" })).span).toEqual({ from: a, to: b, source: "push" });
    expect((await world.find({}, { from: a, to: b, source: "ci" })).span).toEqual({ from: b, to: c, source: "first" });
  });

  test("--from and --to go before it", async () => {
    const a = add("a");
    const b = add("b");
    const c = add("c");
    expect((await world.find({ from: b }, { from: a, to: c, source: "ci" })).span).toEqual({ from: b, to: c, source: "flag" });
    expect((await world.find({ to: b }, { from: a, to: c, source: "ci" })).span).toEqual({ from: a, to: b, source: "first" });
  });

  test("where some of it is live already, the ship begins behind that; a gap before it is not filled", async () => {
    const a = add("a");
    const b = add("b");
    await world.ship("one", { from: a });
    const c = add("c");
    expect((await world.find({}, { from: a, to: c, source: "ci" })).span).toEqual({ from: b, to: c, source: "previous-record" });
    const d = add("d");
    expect((await world.find({}, { from: c, to: d, source: "ci" })).span).toEqual({ from: c, to: d, source: "ci" });
  });

  test("a run that is started again finds its record", async () => {
    const a = add("a");
    const b = add("b");
    await world.ship("one", { from: a });
    expect(await world.find({}, { from: a, to: b, source: "ci" })).toMatchObject({ status: "recorded", record: { id: "one" } });
    const note = world.commitNote("one");
    expect(await world.find({}, { from: b, to: note, source: "ci" })).toMatchObject({ status: "recorded", record: { id: "one" } });
  });

  test("the run of an older push that is started again finds its record, or records what it shipped then", async () => {
    const [a, b, c, d] = [add("a"), add("b"), add("c"), add("d")];
    await world.ship("one", { from: a, to: b });
    await world.ship("three", { from: c, to: d });
    world.git("checkout", "-q", b);
    expect(await world.find({}, { from: a, to: b, source: "ci" })).toMatchObject({ status: "recorded", record: { id: "one" } });
    world.git("checkout", "-q", c);
    expect(await world.find({}, { from: b, to: c, source: "ci" })).toMatchObject({ status: "new", direction: "forward", span: { from: b, to: c, source: "ci" } });
  });

  test("a run that names an older commit alone takes what is live back", async () => {
    const [a, b, c] = [add("a"), add("b"), add("c")];
    await world.ship("one", { from: a });
    world.git("checkout", "-q", b);
    expect(await world.find({}, { from: null, to: b, source: "ci" })).toMatchObject({ status: "new", direction: "rollback", span: { from: c, to: b }, remediates: "one" });
  });

  test("a push of notes alone ships nothing, although the commit below is not recorded yet", async () => {
    const [a, b] = [add("a"), add("b")];
    await world.ship("one", { from: a });
    const c = add("c");
    const note = world.commitNote("one");
    expect((await world.find({}, { from: c, to: note, source: "ci" })).span).toEqual({ from: c, to: c, source: "ci" });
    expect(b).not.toBe(c);
  });

  test("after a force push, whose beginning is on another line or gone, it begins as without it", async () => {
    const a = add("a");
    const b = add("b");
    world.git("reset", "-q", "--hard", a);
    const c = add("c");
    expect((await world.find({}, { from: b, to: c, source: "ci" })).span).toEqual({ from: a, to: c, source: "first" });
    expect((await world.find({}, { from: "9".repeat(40), to: c, source: "ci" })).span).toEqual({ from: a, to: c, source: "first" });
  });

  test("a shallow clone that ends before its beginning is told of, not shortened", async () => {
    const a = add("a");
    add("b");
    const c = add("c");
    const clone = join(elsewhere, "clone");
    execFileSync("git", ["clone", "-q", "--depth=1", `file://${world.directory}`, clone]);
    await expect(findRange(await openRepository(clone, { named: true }), [], nothingAsked, notesPaths("notes"), { from: a, to: c, source: "ci" }))
      .rejects.toMatchObject({ code: "history-missing", message: expect.stringContaining(a) });
  });
});
