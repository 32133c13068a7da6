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

  test("a CI run goes on speaking of what it has checked out once it has committed records on top", async () => {
    const [a, , c] = [add("a"), add("b"), add("c")];
    world.commitNote("api");
    world.commitNote("web");
    expect((await world.find({}, { from: a, to: c, source: "ci" })).span).toEqual({ from: a, to: c, source: "ci" });
    add("d");
    expect((await world.find({}, { from: a, to: c, source: "ci" })).span).toMatchObject({ source: "first" });
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
    const again = world.commitNote("two");
    expect((await world.find({}, { from: note, to: again, source: "ci" })).span).toEqual({ from: c, to: c, source: "ci" });
    expect((await world.find({ environment: "staging" }, { from: note, to: again, source: "ci" }))).toMatchObject({ direction: "forward", span: { from: c, to: c } });
  });

  test("after a force push it begins where the two lines part; where its beginning is gone, as without it", async () => {
    const a = add("a");
    const b = add("b");
    world.git("reset", "-q", "--hard", a);
    const [c, d] = [add("c"), add("d")];
    for (const source of ["ci", "push"] as const) {
      expect(await world.find({}, { from: b, to: d, source })).toMatchObject({ span: { from: a, to: d, source }, caveats: [] });
      expect((await world.find({}, { from: "9".repeat(40), to: d, source })).span).toEqual({ from: c, to: d, source: "first" });
    }
    world.git("checkout", "-q", "--orphan", "apart");
    const [, f] = [add("e"), add("f")];
    expect((await world.find({}, { from: d, to: f, source: "ci" })).span).toMatchObject({ to: f, source: "first" });
  });

  test("after a force push of a ship that is recorded, what is recorded of it under other ids is not shipped again", async () => {
    const a = add("a");
    const b = add("b");
    await world.ship("one", { from: a });
    world.git("commit", "-q", "--amend", "-m", "Add b, in other words");
    const [again, c] = [world.git("rev-parse", "HEAD"), add("c")];
    expect((await world.find({}, { from: b, to: c, source: "ci" })).span).toEqual({ from: again, to: c, source: "previous-record" });
  });

  test("a merge that tries a pull request begins at what it was merged onto, and no other merge does", async () => {
    const a = add("a");
    world.git("checkout", "-q", "-b", "topic");
    const topic = add("topic");
    world.git("checkout", "-q", "main");
    const onto = add("b");
    world.git("merge", "-q", "--no-ff", "-m", "Try it", "topic");
    const to = world.git("rev-parse", "HEAD");
    expect((await world.find({}, { from: a, to, source: "ci", merged: topic })).span).toEqual({ from: onto, to, source: "ci" });
    expect((await world.find({}, { from: a, to, source: "ci", merged: to })).span).toEqual({ from: a, to, source: "ci" });
  });

  test("a shallow clone in which it may be an ancestor is told of as well", async () => {
    const a = add("a");
    const [, c = ""] = [add("b"), add("c")];
    const clone = join(elsewhere, "clone");
    execFileSync("git", ["clone", "-q", "--depth=1", `file://${world.directory}`, clone]);
    execFileSync("git", ["fetch", "-q", "--depth=1", "origin", a], { cwd: clone, stdio: "ignore" });
    const find = async () => findRange(await openRepository(clone, { named: true }), [], nothingAsked, notesPaths("notes"), { from: a, to: c, source: "ci" });
    await expect(find()).rejects.toMatchObject({ code: "history-missing", message: expect.stringContaining(a) });
    execFileSync("git", ["fetch", "-q", "--depth=2", "origin", c], { cwd: clone, stdio: "ignore" });
    await expect(find()).rejects.toMatchObject({ code: "history-missing" });
    execFileSync("git", ["fetch", "-q", "--unshallow", "origin", c], { cwd: clone, stdio: "ignore" });
    expect((await find()).span).toEqual({ from: a, to: c, source: "ci" });
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

describe("several branches that ship to one environment", () => {
  /** `main` at a, and `next` from there with a ship that is recorded. */
  async function shippedFromNext(): Promise<{ a: string }> {
    const a = add("a");
    world.git("checkout", "-q", "-b", "next");
    add("n");
    await world.ship("next", { from: a });
    world.git("checkout", "-q", "main");
    return { a };
  }

  test("what came to one is the ship, whatever the other shipped", async () => {
    const { a } = await shippedFromNext();
    const [b, , d] = [add("b"), add("c"), add("d")];
    expect(await world.find({}, { from: a, to: b, source: "push" })).toMatchObject({ status: "new", direction: "forward", span: { from: a, to: b, source: "push" } });
    expect((await world.find({}, { from: b, to: d, source: "ci" })).span).toEqual({ from: b, to: d, source: "ci" });
  });

  test("its record is found again, with the event and without", async () => {
    const { a } = await shippedFromNext();
    const [, b] = [add("between"), add("b")];
    await world.ship("main", { from: a });
    world.git("checkout", "-q", "next");
    add("o");
    await world.ship("next again");
    world.git("checkout", "-q", "main");
    expect(await world.find({}, { from: a, to: b, source: "ci" })).toMatchObject({ status: "recorded", record: { id: "main" } });
    expect(await world.find()).toMatchObject({ status: "recorded", record: { id: "main" } });
    const d = add("d");
    expect((await world.find()).span).toEqual({ from: b, to: d, source: "previous-record" });
  });

  test("a merge of one into the other is what it brought that has no record, in either order of their ships", async () => {
    const { a } = await shippedFromNext();
    const b = add("b");
    world.git("merge", "-q", "--no-ff", "-m", "Merge next", "next");
    const merge = world.git("rev-parse", "HEAD");
    expect((await world.find({}, { from: b, to: merge, source: "ci" })).span).toEqual({ from: merge, to: merge, source: "ci" });
    await world.ship("main", { from: a, to: b });
    expect((await world.find({}, { from: b, to: merge, source: "ci" })).span).toEqual({ from: merge, to: merge, source: "ci" });
    world.git("checkout", "-q", "next");
    add("o");
    world.git("checkout", "-q", "main");
    world.git("merge", "-q", "--no-ff", "-m", "Merge next again", "next");
    const again = world.git("rev-parse", "HEAD");
    expect((await world.find({}, { from: b, to: again, source: "ci" })).span).toEqual({ from: merge, to: again, source: "ci" });
  });

  test("what one has of the other's ships is not shipped twice", async () => {
    const a = add("a");
    const b = add("b");
    await world.ship("both", { from: a });
    world.git("checkout", "-q", "-b", "next");
    add("n");
    await world.ship("next");
    world.git("checkout", "-q", "main");
    const c = add("c");
    expect((await world.find({}, { from: a, to: c, source: "ci" })).span).toEqual({ from: b, to: c, source: "previous-record" });
  });

  test("a ship that came under other commits is the same one", async () => {
    const a = add("a");
    world.git("checkout", "-q", "-b", "topic");
    add("one");
    add("two");
    await world.ship("topic", { from: a });
    world.git("checkout", "-q", "main");
    const squash = (): string => {
      world.git("merge", "-q", "--squash", "topic");
      return world.commit("Squashed");
    };
    expect(await world.find({}, { from: a, to: squash(), source: "ci" })).toMatchObject({ status: "recorded", record: { id: "topic" }, history: "rewritten" });
    world.git("reset", "-q", "--hard", a);
    const b = add("b");
    expect(await world.find({}, { from: b, to: squash(), source: "ci" })).toMatchObject({ status: "recorded", record: { id: "topic" }, history: "rewritten" });
    expect(await world.find({ relink: true }, { from: b, to: world.git("rev-parse", "HEAD"), source: "ci" })).toMatchObject({ status: "recorded", span: { from: b } });
  });
});
