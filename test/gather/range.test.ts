import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openRepository } from "../../src/git/repository.ts";
import { completeRange, findRange } from "../../src/gather/range.ts";
import { notesPaths } from "../../src/record/notes-paths.ts";
import { makeWorld, nothingAsked, recordOf, type World } from "./range-fixture.ts";

const notes = notesPaths("notes");
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

/** Commits that each change a file of their own, from `a` on. */
const commits = (...names: string[]): string[] => names.map((name) => world.commit(`Add ${name}`, { [`${name}.js`]: `${name}\n` }));

describe("where a range begins", () => {
  test("a root commit: at nothing", async () => {
    const [a] = commits("a");
    expect(await world.find()).toMatchObject({ status: "new", span: { from: null, to: a, source: "first" }, direction: "forward", previous: null, caveats: [] });
  });

  test("at the first parent, with a caveat, where nothing else says it", async () => {
    const [a, b] = commits("a", "b");
    const found = await world.find();
    expect(found.span).toEqual({ from: a, to: b, source: "first" });
    expect(found.caveats).toEqual([{ code: "only-newest-commit", text: expect.stringContaining("`--from` takes more") }]);
  });

  test("at the nearest tag below `to`, annotated or not; one at `to` itself is none", async () => {
    const [, b, c, d] = commits("a", "b", "c", "d");
    world.git("tag", "v1", b ?? "");
    world.git("tag", "-a", "-m", "2", "v2", c ?? "");
    world.git("tag", "here", d ?? "");
    world.git("tag", "here-too", d ?? "");
    expect((await world.find()).span).toEqual({ from: c, to: d, source: "tag" });
    expect((await world.find({ to: "v2" })).span).toEqual({ from: b, to: c, source: "tag" });
    expect((await world.find({ tags: ["v1*"] })).span).toEqual({ from: b, to: d, source: "tag" });
    expect((await world.find({ tags: ["api-*", "v1*"] })).span).toEqual({ from: b, to: d, source: "tag" });
    expect((await world.find({ tags: ["api-*"] })).span).toMatchObject({ source: "first" });
  });

  test.each([[100, "tag"], [101, "first"]])("a tag that is %i commits away: %s", async (distance, source) => {
    const [a] = commits("a");
    world.git("tag", "v1");
    for (let count = 0; count < distance; count += 1) world.git("commit", "-q", "--allow-empty", "-m", `${count}`);
    const { span } = await world.find();
    expect(span?.source).toBe(source);
    expect(span?.from === a).toBe(source === "tag");
  });

  describe("at the upstream branch, where `to` is ahead of it", () => {
    let clone: string;
    const git = (...args: string[]) => execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@b", ...args], { cwd: clone, encoding: "utf8" }).trim();
    const find = async (to: string | null = null) =>
      (await findRange(await openRepository(clone, { named: true }), [], { ...nothingAsked, to }, notes)).span;
    beforeEach(() => {
      commits("a", "b");
      clone = join(elsewhere, "clone");
      execFileSync("git", ["clone", "-q", world.directory, clone]);
    });

    test("of HEAD, or of the branch that was named", async () => {
      const upstream = git("rev-parse", "origin/main");
      git("tag", "v1");
      git("commit", "-q", "--allow-empty", "-m", "One");
      git("commit", "-q", "--allow-empty", "-m", "Two");
      expect(await find()).toEqual({ from: upstream, to: git("rev-parse", "HEAD"), source: "upstream" });
      git("checkout", "-q", "-b", "side", "--no-track", "v1");
      expect((await find())?.source).toBe("first");
      expect(await find("main")).toMatchObject({ from: upstream, source: "upstream" });
    });

    test("a local branch as upstream, and a refspec that maps elsewhere", async () => {
      const main = git("rev-parse", "main");
      git("checkout", "-q", "-b", "side", "--track", "main");
      git("commit", "-q", "--allow-empty", "-m", "One");
      expect(await find()).toMatchObject({ from: main, source: "upstream" });
      git("config", "remote.origin.fetch", "+refs/heads/ma*n:refs/other/x-*-y");
      git("checkout", "-q", "main");
      git("commit", "-q", "--allow-empty", "-m", "Two");
      expect((await find())?.source).toBe("first");
      git("update-ref", "refs/other/x-i-y", main);
      expect(await find()).toMatchObject({ from: main, source: "upstream" });
    });

    test("not where both have gone on: then where it left the remote's default branch", async () => {
      git("commit", "-q", "--amend", "--allow-empty", "-m", "Other");
      git("commit", "-q", "--allow-empty", "-m", "More");
      expect(await find()).toEqual({ from: git("rev-parse", "origin/main~1"), to: git("rev-parse", "HEAD"), source: "upstream", forked: true });
    });

    test("another branch: where it left the remote's default branch, unless a tag is nearer, or tags are ships", async () => {
      const [older, fork] = [git("rev-parse", "main~1"), git("rev-parse", "main")];
      git("tag", "v1", older);
      git("checkout", "-q", "-b", "side", "--no-track");
      for (const word of ["One", "Two"]) git("commit", "-q", "--allow-empty", "-m", word);
      const to = git("rev-parse", "HEAD");
      expect(await find()).toEqual({ from: fork, to, source: "upstream", forked: true });
      expect(await find(to)).toEqual({ from: fork, to, source: "upstream", forked: true });
      expect((await findRange(await openRepository(clone, { named: true }), [], { ...nothingAsked, tags: ["v*"] }, notes)).span).toEqual({ from: older, to, source: "tag" });
      git("tag", "v2", "HEAD~1");
      expect(await find()).toEqual({ from: git("rev-parse", "HEAD~1"), to, source: "tag" });
      git("tag", "-d", "v2");
      git("remote", "set-head", "origin", "-d");
      expect(await find()).toMatchObject({ from: fork, forked: true });
      // What the default branch has tells nothing of where it began to ship elsewhere.
      git("update-ref", "refs/remotes/origin/main", to);
      expect(await find()).toEqual({ from: older, to, source: "tag" });
    });

    test("not where it is gone, or HEAD is detached", async () => {
      git("commit", "-q", "--amend", "--allow-empty", "-m", "Other");
      git("update-ref", "-d", "refs/remotes/origin/main");
      expect((await find())?.source).toBe("first");
      git("checkout", "-q", "--detach");
      expect((await find())?.source).toBe("first");
    });
  });

  test("at the line's previous record, before upstream and tags; notes on top are no part of it", async () => {
    const [, b] = commits("a", "b");
    const first = await world.ship("one");
    world.commitNote("one");
    const [c, d] = commits("c", "d");
    world.git("tag", "v1", c ?? "");
    world.commitNote("guess");
    expect(await world.find()).toMatchObject({ status: "new", span: { from: b, to: d, source: "previous-record" }, previous: first, history: "same" });
  });

  test("a ship without commits begins no range, and is a previous record all the same", async () => {
    const [, b] = commits("a", "b");
    await world.ship("one");
    const flag = await world.ship("flag", { noRange: true, title: "Turn it on" });
    expect(await world.find()).toMatchObject({ status: "recorded", record: { id: "one" } });
    const [c] = commits("c");
    expect(await world.find()).toMatchObject({ span: { from: b, to: c, source: "previous-record" }, previous: flag });
  });

  test("at the record of the line that is an ancestor, where the newest was shipped from another branch", async () => {
    const [, b] = commits("a", "b");
    await world.ship("one");
    world.git("checkout", "-q", "-b", "hotfix");
    commits("fix");
    await world.ship("fix");
    world.git("checkout", "-q", "main");
    const [c] = commits("c");
    expect(await world.find()).toMatchObject({ status: "new", span: { from: b, to: c, source: "previous-record" }, previous: { id: "fix" }, history: "same" });
  });

  test("each environment and component has a line of its own", async () => {
    const [a, b] = commits("a", "b");
    await world.ship("one");
    const api = { name: "api", paths: ["api/**"] };
    expect(await world.find({ component: api })).toMatchObject({ status: "new", span: { from: a, to: b, source: "first" }, previous: null });
    expect(await world.find({ environment: "staging" })).toMatchObject({ status: "new", previous: null });
  });

  test("where a push says; not where it names another line of history", async () => {
    const [a, b, c] = commits("a", "b", "c");
    expect((await world.find({}, { from: a ?? "", to: "main", source: "push" })).span).toEqual({ from: a, to: c, source: "push" });
    await world.ship("one", { to: b ?? "" });
    expect((await world.find({}, { from: null, to: "main", source: "push" })).span).toEqual({ from: b, to: c, source: "previous-record" });
    world.git("checkout", "-q", "-b", "other", a ?? "");
    const [x] = commits("x");
    expect((await world.find({}, { from: x ?? "", to: "main", source: "push" })).span).toEqual({ from: b, to: c, source: "previous-record" });
  });
});

describe("is it recorded already", () => {
  test("the line's newest record with this `to` is this ship, from notes on top as well", async () => {
    commits("a", "b");
    const one = await world.ship("one");
    expect(await world.find()).toMatchObject({ status: "recorded", record: one, range: one.range, span: { source: "first" }, previous: null });
    world.commitNote("one");
    expect(await world.find()).toMatchObject({ status: "recorded", record: one, range: one.range });
    commits("c");
    const two = await world.ship("two");
    expect(await world.find()).toMatchObject({ status: "recorded", record: two, previous: one });
  });

  test("no git is asked where HEAD is what is live", async () => {
    commits("a", "b");
    await world.ship("one");
    const repository = await world.open();
    vi.stubEnv("PATH", elsewhere);
    const found = await findRange({ ...repository, env: { ...repository.env, PATH: elsewhere } }, world.records, nothingAsked, notes);
    expect(found.status).toBe("recorded");
  });

  test("newest is by shippedAt, then recordedAt, as instants", async () => {
    const [a = "", b = ""] = commits("a", "b");
    const range = (to: string) => ({ from: null, to, toTree: to, patchId: null, source: "flag" as const });
    world.records.push(
      recordOf("old", { range: range(a), shippedAt: "2026-11-24T10:00:00Z", recordedAt: "2026-11-24T10:00:00.500Z" }),
      recordOf("new", { range: range(b), shippedAt: "2026-11-24T10:00:00.250Z", recordedAt: "2026-11-24T09:00:00Z" }),
      recordOf("older", { range: range(a), shippedAt: "2026-11-24T10:00:00Z", recordedAt: "2026-11-24T10:00:00Z" }),
    );
    const found = await world.find();
    expect([found.record?.id, found.previous?.id]).toEqual(["new", "old"]);
  });

  test("another --from for it overlaps; the same one, or one among its notes, does not", async () => {
    const [, b] = commits("a", "b");
    await world.ship("zero");
    const note = world.commitNote("zero");
    const [c] = commits("c");
    const one = await world.ship("one");
    expect(one.range?.from).toBe(b);
    world.commitNote("one");
    expect(await world.find({ from: b ?? "" })).toMatchObject({ status: "recorded", record: one });
    expect(await world.find({ from: note })).toMatchObject({ status: "recorded", record: one });
    await expect(world.find({ from: `${b}^` })).rejects.toMatchObject({ code: "range-overlaps", message: expect.stringContaining("one"), exitStatus: 2 });
    expect(await world.find({ from: `${b}^`, force: true })).toMatchObject({ status: "new", span: { from: world.git("rev-parse", `${b}^`), to: c, source: "flag" }, previous: one });
  });

  test("a beginning in the notes on top leaves an empty range", async () => {
    commits("a");
    const [b] = commits("b");
    world.commitNote("x");
    expect((await world.find({ from: "HEAD" })).span).toEqual({ from: b, to: b, source: "flag" });
  });
});

describe("--from", () => {
  test("takes what is named, down to a tag, and has no caveat", async () => {
    const [a, b, , d] = commits("a", "b", "c", "d");
    world.git("tag", "-a", "-m", "1", "v1", b ?? "");
    expect(await world.find({ from: "v1" })).toMatchObject({ span: { from: b, to: d, source: "flag" }, caveats: [], direction: "forward" });
    expect((await world.find({ from: a ?? "", to: "HEAD~1" })).span).toEqual({ from: a, to: world.git("rev-parse", "HEAD~1"), source: "flag" });
    expect((await world.find({ from: ":/Add b" })).span?.from).toBe(b);
  });

  test("a range that holds commits of a ship overlaps it, unless forced; one beside them does not", async () => {
    const [a = "", b = "", c = ""] = commits("a", "b", "c", "d", "e");
    await world.ship("one", { from: a, to: c });
    await expect(world.find({ from: b })).rejects.toMatchObject({ code: "range-overlaps", message: expect.stringContaining("shipped in one") });
    expect(await world.find({ from: b, force: true })).toMatchObject({ status: "new", span: { from: b } });
    expect(await world.find({ from: c })).toMatchObject({ status: "new", span: { from: c, source: "flag" } });
    expect(await world.find({ from: b, environment: "staging" })).toMatchObject({ status: "new" });
  });

  test("a ship that a later rollback took away is overlapped by nothing", async () => {
    const [a = "", b = "", c = ""] = commits("a", "b", "c");
    await world.ship("one", { from: a, to: b });
    await world.ship("two", { from: b, to: c });
    await world.ship("undo", { to: b });
    expect(await world.find({ from: b })).toMatchObject({ status: "new", span: { from: b, to: c }, direction: "forward" });
    // What is still live stands in the way.
    await expect(world.find({ from: a })).rejects.toMatchObject({ code: "range-overlaps", message: expect.stringContaining("one") });
  });

  test("just the range of an older ship that is live is that ship", async () => {
    const [a = "", b = "", c = ""] = commits("a", "b", "c");
    await world.ship("one", { from: a, to: b });
    await world.ship("two", { from: b, to: c });
    expect(await world.find({ from: a, to: b })).toMatchObject({ status: "recorded", record: { id: "one" } });
  });

  test("on another branch is neither before nor after", async () => {
    const [a = ""] = commits("a", "b");
    world.git("checkout", "-q", "-b", "side", a);
    commits("c");
    await expect(world.find({ from: "main" })).rejects.toMatchObject({ code: "range-diverged", exitStatus: 2 });
  });
});

describe("rollbacks", () => {
  test("--to an older commit goes back from what was live", async () => {
    const [, b = ""] = commits("a", "b");
    const one = await world.ship("one");
    world.commitNote("one");
    const [c] = commits("c");
    const two = await world.ship("two");
    world.commitNote("two");
    expect(await world.find({ to: b })).toMatchObject({
      status: "new", direction: "rollback", span: { from: c, to: b, source: "previous-record" }, remediates: two.id, previous: two, promotionFrom: null,
    });
    // The notes that were committed on top of the older ship are no part of it.
    expect((await world.find({ to: "HEAD~2" })).span).toMatchObject({ from: c, to: b });
    expect(one.range?.to).toBe(b);
  });

  test("said again it is the same ship; said from further up it undoes what was live then", async () => {
    const [a = "", b = "", c = ""] = commits("a", "b", "c");
    await world.ship("one", { to: b });
    await world.ship("two", { to: c });
    const undo = await world.ship("undo", { to: b });
    expect(undo.remediates).toBe("two");
    expect(await world.find({ to: b })).toMatchObject({ status: "recorded", record: undo });
    expect(await world.find({ to: a })).toMatchObject({ direction: "rollback", span: { from: b, to: a }, remediates: "one" });
  });

  test("what was rolled back and ships again is a ship of its own", async () => {
    const [, b = "", c = ""] = commits("a", "b", "c");
    await world.ship("one", { to: b });
    await world.ship("two", { to: c });
    const undo = await world.ship("undo", { to: b });
    expect(await world.find()).toMatchObject({ status: "new", direction: "forward", span: { from: b, to: c, source: "previous-record" }, previous: undo });
  });

  test("--from a descendant says what was live; CI may say it, too", async () => {
    const [a = "", b = "", c = ""] = commits("a", "b", "c");
    expect(await world.find({ from: c, to: a })).toMatchObject({ direction: "rollback", span: { from: c, to: a, source: "flag" }, remediates: null });
    world.git("checkout", "-q", b);
    expect(await world.find({}, { from: c, to: b, source: "ci" })).toMatchObject({ direction: "rollback", span: { from: c, to: b, source: "ci" } });
  });

  test("is never guessed from a checkout", async () => {
    const [a = "", b = "", c = ""] = commits("a", "b", "c");
    await world.ship("one", { from: a, to: c });
    world.git("checkout", "-q", b);
    await expect(world.find()).rejects.toMatchObject({ code: "range-overlaps", message: expect.stringContaining("one"), expected: expect.stringContaining("--to REV") });
    expect(await world.find({ force: true })).toMatchObject({ direction: "forward", span: { from: a, to: b } });
  });
});

describe("promotions", () => {
  test("the same `to` reached another environment before", async () => {
    const [a, b] = commits("a", "b");
    const staging = await world.ship("staging", { environment: "staging" });
    expect(await world.find()).toMatchObject({ direction: "promotion", promotionFrom: staging, span: { from: a, to: b } });
    expect((await world.find({ component: { name: "api", paths: [] } })).direction).toBe("forward");
    commits("c");
    expect(await world.find()).toMatchObject({ direction: "forward", promotionFrom: null });
  });

  test("stay what they are when found again", async () => {
    commits("a", "b");
    const staging = await world.ship("staging", { environment: "staging" });
    const production = await world.ship("production");
    production.promotion = { from: staging.id, missing: [], additional: [] };
    expect(await world.find()).toMatchObject({ status: "recorded", record: production, direction: "promotion", promotionFrom: staging });
  });
});

describe("ships without commits", () => {
  test("the same line, title and UTC day is the same ship", async () => {
    const asked = { noRange: true, title: "Turn the cache on", day: "2026-11-24" };
    expect(await world.find(asked)).toMatchObject({ status: "new", span: null, range: null, direction: "forward" });
    const flag = await world.ship("flag", asked);
    flag.shippedAt = "2026-11-24T23:59:59Z";
    expect(await world.find(asked)).toMatchObject({ status: "recorded", record: flag });
    expect((await world.find({ ...asked, day: "2026-11-25" })).status).toBe("new");
    expect((await world.find({ ...asked, title: "Turn it off" })).status).toBe("new");
    expect((await world.find({ ...asked, environment: "staging" })).status).toBe("new");
  });

  test.each([[{ title: null }, /--title/], [{ title: "T", from: "HEAD" }, /--from/], [{ title: "T", to: "HEAD" }, /--to/]])(
    "%j is a wrong call", async (asked, message) => {
      await expect(world.find({ noRange: true, ...asked })).rejects.toMatchObject({ code: "usage", message: expect.stringMatching(message) });
    });
});

describe("--id", () => {
  test("brings an older record up to date; its range stays", async () => {
    const [a = "", b = "", c = ""] = commits("a", "b", "c");
    const one = await world.ship("one", { from: a, to: b });
    await world.ship("two", { to: c });
    expect(await world.find({ id: "one" })).toMatchObject({ status: "recorded", record: one, range: one.range, previous: null });
    expect(await world.find({ id: "one", from: a, to: b })).toMatchObject({ record: one });
    expect(await world.find({ id: "one", environment: "staging" })).toMatchObject({ record: one });
    await expect(world.find({ id: "one", to: c })).rejects.toMatchObject({ code: "usage" });
    await expect(world.find({ id: "none" })).rejects.toMatchObject({ code: "record-unknown" });
  });
});

describe("what is not there", () => {
  test("an unborn branch", async () => {
    await expect(world.find()).rejects.toMatchObject({ code: "no-commits", exitStatus: 3 });
    expect((await world.find({ noRange: true, title: "T" })).status).toBe("new");
  });

  test.each(["nope", "HEAD^{tree}", "main:a.js", "a..b", "-n", "@{upstream}", "", "x\nHEAD"])("--to %j", async (to) => {
    commits("a");
    await expect(world.find({ to })).rejects.toMatchObject({ code: "revision-unknown", exitStatus: 2 });
  });

  test("a tag of a tag is followed to its commit, a tag of a tree names none", async () => {
    const [a] = commits("a", "b");
    world.git("tag", "-a", "-m", "1", "one", a ?? "");
    world.git("tag", "-a", "-m", "2", "two", "one");
    world.git("tag", "tree", "HEAD^{tree}");
    world.git("tag", "-a", "-m", "3", "tag-of-tree", "HEAD^{tree}");
    expect((await world.find({ to: "two" })).span?.to).toBe(a);
    await expect(world.find({ to: "tree" })).rejects.toMatchObject({ code: "revision-unknown", message: expect.stringContaining("is a tree") });
    await expect(world.find({ to: "tag-of-tree" })).rejects.toMatchObject({ code: "revision-unknown" });
  });

  describe("in a shallow clone", () => {
    const shallow = async (depth: number, asked: Partial<typeof nothingAsked> = {}) => {
      const clone = mkdtempSync(join(elsewhere, "clone-"));
      execFileSync("git", ["clone", "-q", `--depth=${depth}`, `file://${world.directory}`, clone]);
      return findRange(await openRepository(clone, { named: true }), world.records, { ...nothingAsked, ...asked }, notes);
    };
    const missing = { code: "history-missing", exitStatus: 3, expected: expect.stringContaining("git fetch --unshallow") };

    test("a range that is there is found", async () => {
      const [, b, , d] = commits("a", "b", "c", "d");
      await world.ship("one", { to: b ?? "" });
      expect((await shallow(3)).span).toEqual({ from: b, to: d, source: "previous-record" });
    });

    test("a previous record before its end, an end that may hide a tag, a --from before it", async () => {
      const [a = "", b = ""] = commits("a", "b", "c", "d");
      await expect(shallow(1)).rejects.toMatchObject(missing);
      await expect(shallow(2, { from: a })).rejects.toMatchObject(missing);
      await world.ship("one", { to: b });
      await expect(shallow(2)).rejects.toMatchObject(missing);
    });

    test("notes on top of a ship before its end, though the trees without them are equal", async () => {
      const [a = ""] = commits("a", "b");
      await world.ship("one", { from: a });
      world.commitNote("one");
      await expect(shallow(1)).rejects.toMatchObject(missing);
      await expect(shallow(1, { id: "one" })).rejects.toMatchObject(missing);
      await expect(shallow(1, { relink: true, id: "one" })).rejects.toMatchObject(missing);
      expect((await shallow(2)).status).toBe("recorded");
    });

    test("a side branch that leaves it", async () => {
      const [a = ""] = commits("a");
      world.git("checkout", "-q", "-b", "side");
      commits("s1", "s2", "s3", "s4");
      world.git("checkout", "-q", "main");
      const [b = ""] = commits("b");
      world.git("merge", "-q", "--no-ff", "-m", "Merge", "side");
      await expect(shallow(2, { from: b })).rejects.toMatchObject(missing);
      expect((await world.find({ from: b })).span?.from).toBe(b);
      expect(a).not.toBe(b);
    });
  });
});

test("completeRange adds the tree and the patch to a span", async () => {
  const [a = "", b = ""] = commits("a", "b");
  const { range, caveats } = await completeRange(await world.open(), { from: a, to: b, source: "flag" }, notes);
  expect(range).toEqual({ from: a, to: b, toTree: world.git("rev-parse", `${b}^{tree}`), patchId: expect.stringMatching(/^[0-9a-f]{40}$/), source: "flag" });
  expect(caveats).toEqual([]);
});
