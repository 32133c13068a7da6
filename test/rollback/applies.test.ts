import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Repository, openRepository } from "../../src/git/repository.ts";
import { appliesNow, wouldApply } from "../../src/rollback/applies.ts";
import { printUndo } from "../../src/rollback/undo.ts";
import { type Fixture, makeRepository } from "../git-fixture.ts";
import { clone, notes, recordFiles, runCommands, shipCommits } from "./ship.ts";

let fixture: Fixture;
afterEach(() => fixture.remove());

/** Asks, does it in a clone, and compares. @returns the answer */
async function askAndDo(commands: readonly string[]): Promise<string> {
  const repository = await openRepository(fixture.directory, { named: true });
  const answer = await wouldApply(repository, commands);
  const copy = clone(fixture);
  const { ok, said } = runCommands(copy.directory, commands);
  expect(answer.status, `${commands.join("\n")}\n${JSON.stringify(answer)}\n${said}`).toBe(ok ? "clean" : "conflicts");
  expect(answer.against).toBe(fixture.git("rev-parse", "HEAD"));
  copy.remove();
  return `${answer.status} ${answer.conflicts.join(",")}`.trim();
}

const net = (live: string, restored: string): string[] =>
  printUndo({ form: "net", live, restored, paths: ["."], again: false }, "undo");
const reverts = (...commits: string[]): string[] => printUndo({ form: "reverts", commits, mainline: false }, "");
const text = (first: string, last = "z"): string => `${first}\n${Array.from({ length: 9 }, (_, at) => at).join("\n")}\n${last}\n`;

type Files = Record<string, string | Uint8Array | null>;

describe("wouldApply", () => {
  beforeEach(() => {
    fixture = makeRepository();
  });

  it.each<[what: string, before: Files, ship: Files, since: Files, answers: { reverts: string; net: string }]>([
    ["other files", { a: "1\n" }, { a: "2\n" }, { b: "b\n" }, { reverts: "clean", net: "clean" }],
    ["other lines", { a: text("1") }, { a: text("2") }, { a: text("2", "since") }, { reverts: "clean", net: "clean" }],
    ["the same lines", { a: text("1") }, { a: text("2") }, { a: text("3") }, { reverts: "conflicts a", net: "conflicts a" }],
    ["a file that is gone", { a: "1\n" }, { a: "2\n" }, { a: null, b: "b\n" }, { reverts: "conflicts a", net: "conflicts a" }],
    ["an added file that changed", { x: "x\n" }, { a: text("2") }, { a: text("3") }, { reverts: "conflicts a", net: "conflicts a" }],
    ["an added file that is gone", { x: "x\n" }, { a: "2\n" }, { a: null }, { reverts: "conflicts a", net: "conflicts a" }],
    ["a deleted file that is back", { a: "1\n", x: "x\n" }, { a: null }, { a: "other\n" }, { reverts: "conflicts a", net: "conflicts a" }],
    ["an undo that was done in part", { a: "1\n", b: "1\n" }, { a: "2\n", b: "2\n" }, { a: "1\n" }, { reverts: "clean", net: "clean" }],
    ["a folder in place of a file", { a: "1\n", x: "x\n" }, { a: null }, { "a/b": "b\n" }, { reverts: "conflicts", net: "conflicts a" }],
    ["a binary", { a: Buffer.from([0, 1]) }, { a: Buffer.from([0, 2]) }, { a: Buffer.from([0, 3]) }, { reverts: "conflicts a", net: "conflicts a" }],
    ["a rename since", { a: text("1") }, { a: text("2") }, { a: null, b: text("2") }, { reverts: "clean", net: "conflicts a" }],
    ["names that need quoting", { "ü \"q\"": text("1") }, { "ü \"q\"": text("2") }, { "ü \"q\"": text("3") }, { reverts: "conflicts ü \"q\"", net: "conflicts ü \"q\"" }],
  ])("with %s", async (_, before, ship, since, answers) => {
    const from = fixture.commit("before", before);
    const to = fixture.commit("ship", ship);
    fixture.commit("since", since);
    expect(await askAndDo(reverts(to))).toContain(answers.reverts);
    expect(await askAndDo(net(to, from))).toBe(answers.net);
  });

  it("says that nothing would be undone where it was undone already", async () => {
    const from = fixture.commit("before", { a: "1\n" });
    const to = fixture.commit("ship", { a: "2\n" });
    fixture.git("revert", "--no-edit", to);
    expect(await askAndDo(reverts(to))).toBe("conflicts a");
    expect(await askAndDo(net(to, from))).toBe("conflicts a");
  });

  it.each<[what: string, since: Files[], status: string, conflicts: string[]]>([
    ["by other commits", [{ a: "1\n" }, { b: null }, { c: "c\n" }], "undone", []],
    ["in part, the rest in the way", [{ a: "1\n", b: "other\n" }], "conflicts", ["b"]],
    ["not at all, all in the way", [{ a: "3\n" }, { b: "other\n" }], "conflicts", ["a", "b"]],
    ["not at all", [{ c: "c\n" }], "clean", []],
  ])("tells now what was undone %s", async (_, since, status, conflicts) => {
    const from = fixture.commit("before", { a: "1\n" });
    const one = fixture.commit("ship", { a: "2\n" });
    fixture.commit("Record", recordFiles(1));
    const to = fixture.commit("ship", { b: "b\n" });
    for (const files of since) fixture.commit("since", files);
    const repository = await openRepository(fixture.directory, { named: true });
    const against = fixture.git("rev-parse", "HEAD");
    const patch = printUndo({ form: "net", live: to, restored: from, paths: [".", ...notes.exclude], again: false }, "undo");
    expect(await appliesNow(repository, patch)).toEqual({ status, against, conflicts, why: null });
    // One by one, git stops at the first.
    const [first = ""] = conflicts.toReversed();
    expect(await appliesNow(repository, reverts(to, one))).toEqual({ status, against, conflicts: first === "" ? [] : [first], why: null });
  });

  it("says why it does not know", async () => {
    const why = async (repository: Repository, commands: readonly string[]): Promise<string | null> => (await appliesNow(repository, commands)).why;
    expect(await why(await openRepository(fixture.directory, { named: true }), reverts("a".repeat(40)))).toBe("HEAD has no commit yet");
    fixture.commit("ship", { a: "2\n" });
    const repository = await openRepository(fixture.directory, { named: true });
    expect(await why({ ...repository, version: [2, 37] }, reverts("a".repeat(40)))).toBe("git is older than 2.38");
    expect(await why(repository, ["helm rollback app 7"])).toBe("its commands are none that can be tried in memory");
    expect(await why(repository, reverts("a".repeat(40)))).toBe("objects that it takes are not here, as in a shallow or partial clone");
  });

  it("gives what git does for random histories", async () => {
    let seed = 20_261_124;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    const answers = new Set<string>();
    for (let round = 0; round < Number(process.env["ROUNDS"] ?? 8); round += 1) {
      fixture.remove();
      fixture = makeRepository();
      const contents = new Map<string, string[]>();
      const change = (): Files => {
        const path = ["a", "b", "d/c", "d/e"][random(4)] ?? "a";
        const before = contents.get(path);
        if (before !== undefined && random(6) === 0) {
          contents.delete(path);
          return { [path]: null };
        }
        const lines = before ?? Array.from({ length: 30 }, (_, at) => `${path} ${at}`);
        const after = lines.map((line, at) => at === random(6) * 5 ? `changed ${random(1000)}` : line);
        contents.set(path, after);
        return { [path]: `${after.join("\n")}\n` };
      };
      const start = Object.assign({ fixed: "x\n" }, ...[1, 2, 3, 4, 5, 6].map(change)) as Files;
      const from = fixture.commit("start", start);
      for (let at = 0; at <= random(3); at += 1) fixture.commit("ship", change());
      const to = fixture.git("rev-parse", "HEAD");
      for (let at = 0; at < random(3); at += 1) fixture.commit("since", change());
      const commits = shipCommits(fixture, from, to).map(({ sha }) => sha)
        .filter((sha) => fixture.git("rev-parse", `${sha}^{tree}`) !== fixture.git("rev-parse", `${sha}^^{tree}`));
      if (commits.length > 0) answers.add(await askAndDo(reverts(...commits)));
      if (fixture.git("diff", "--name-only", from, to) !== "") answers.add(await askAndDo(net(to, from)));
    }
    expect(answers.has("clean")).toBe(true);
    expect(answers.size).toBeGreaterThan(1);
  }, 600_000);

  it("writes nothing into the repository, not even where that is not allowed", async () => {
    fixture.commit("before", { a: text("1") });
    const to = fixture.commit("ship", { a: text("2") });
    fixture.commit("since", { a: text("2", "since") });
    const objects = join(fixture.directory, ".git/objects");
    const listing = (): string[] => readdirSync(objects, { recursive: true, encoding: "utf8" }).sort();
    const before = listing();
    chmodSync(objects, 0o555);
    const scratch = mkdtempSync(join(tmpdir(), "shipnote-scratch-"));
    vi.stubEnv("TMPDIR", scratch);
    const repository = await openRepository(fixture.directory, { named: true });
    expect((await wouldApply(repository, reverts(to))).status).toBe("clean");
    expect((await wouldApply(repository, net(to, `${to}`))).status).toBe("conflicts");
    chmodSync(objects, 0o755);
    expect(listing()).toEqual(before);
    expect(readdirSync(scratch)).toEqual([]);
    vi.unstubAllEnvs();
    rmSync(scratch, { recursive: true });
  });

  it("answers the same whatever the user configured", async () => {
    const from = fixture.commit("before", { a: text("1") });
    const to = fixture.commit("ship", { a: null, b: text("1") });
    fixture.commit("since", { b: text("1", "since") });
    for (const setting of ["merge.renames", "diff.renames"]) fixture.git("config", setting, "false");
    const repository = await openRepository(fixture.directory, { named: true });
    expect((await wouldApply(repository, reverts(to))).status).toBe("clean");
    expect((await wouldApply(repository, net(to, from))).status).toBe("conflicts");
  });

  it("does not know where git is too old, HEAD unborn, or the commands are others", async () => {
    const unborn = await openRepository(fixture.directory, { named: true });
    expect(await wouldApply(unborn, reverts("a".repeat(40)))).toEqual({ status: "unknown", against: null, conflicts: [] });
    const to = fixture.commit("ship", { a: "2\n" });
    const repository = await openRepository(fixture.directory, { named: true });
    const unknown = { status: "unknown", against: to, conflicts: [] };
    expect(await wouldApply({ ...repository, version: [2, 37] }, reverts(to))).toEqual(unknown);
    expect(await wouldApply(repository, ["helm rollback app 7"])).toEqual(unknown);
    expect(await wouldApply(repository, [])).toEqual(unknown);
    expect(await wouldApply(repository, reverts("a".repeat(40)))).toEqual(unknown);
    expect(await wouldApply(repository, net("a".repeat(40), to))).toEqual(unknown);
  });

  it("does not know where blobs are missing, and fetches none", async () => {
    fixture.commit("before", { a: text("1") });
    const to = fixture.commit("ship", { a: text("2") });
    fixture.commit("since", { a: text("2", "since") });
    fixture.git("config", "uploadpack.allowFilter", "true");
    const partial = mkdtempSync(join(tmpdir(), "shipnote-partial-"));
    fixture.git("clone", "-q", "--no-checkout", "--filter=blob:none", `file://${fixture.directory}`, partial);
    const repository = await openRepository(partial, { named: true });
    expect((await wouldApply(repository, reverts(to))).status).toBe("unknown");
    rmSync(partial, { recursive: true });
  });

  it("follows submodules as git does", async () => {
    const moved = (sha: string): void => {
      fixture.git("update-index", "--add", "--cacheinfo", `160000,${sha.repeat(40)},sub`);
      fixture.git("commit", "-q", "-m", "move");
    };
    fixture.commit("before", { a: "1\n" });
    moved("1");
    const from = fixture.git("rev-parse", "HEAD");
    moved("2");
    const to = fixture.git("rev-parse", "HEAD");
    expect(await askAndDo(reverts(to))).toBe("clean");
    expect(await askAndDo(net(to, from))).toBe("clean");
    moved("3");
    expect(await askAndDo(net(to, from))).toBe("conflicts sub");
  });

  it("works in a sha256 repository", async () => {
    fixture.remove();
    fixture = makeRepository("--object-format=sha256");
    const from = fixture.commit("before", { a: text("1"), b: "b\n" });
    const to = fixture.commit("ship", { a: text("2") });
    fixture.commit("since", { a: text("2", "since") });
    expect(await askAndDo(reverts(to))).toBe("clean");
    expect(await askAndDo(net(to, from))).toBe("clean");
  });
});
