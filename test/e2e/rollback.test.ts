import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { fixtureEnvironment } from "../git-fixture.ts";
import { type Life, makeLife, removeAll, type Written } from "./life.ts";

afterAll(removeAll);

interface Now { status: string; against: string; conflicts: string[]; why: string | null }

/** One ship, its record committed. */
function ship(args: readonly string[] = [], title = "Cache article lookups"): Life & { one: Written } {
  const life = makeLife();
  life.commit("Base", { "a.txt": "1\n", "b.txt": "1\n" });
  life.commit(title, { "a.txt": "2\n", "db/migrations/1.sql": "create table a (b int);\n" });
  const one = life.record(args);
  life.commitNotes();
  return { ...life, one };
}

const sh = (life: Life, script: string, folder = ".") =>
  spawnSync("sh", ["-c", script], { cwd: join(life.directory, folder), encoding: "utf8", env: fixtureEnvironment(1_800_000_000) });

describe("rollback", () => {
  it("is tried where the ship is, also where another branch is checked out", () => {
    const life = makeLife();
    life.commit("Base", { "a.txt": "1\n" });
    life.git("switch", "-q", "-c", "hotfix");
    life.commit("Mend the page", { "a.txt": "2\n", "hot.js": "hot\n" });
    const to = life.git("rev-parse", "HEAD");
    life.git("switch", "-q", "main");
    life.commit("Go on elsewhere", { "a.txt": "3\n" });
    const { record } = life.record(["--from", "HEAD~1", "--to", "hotfix"]);
    expect(record.rollback.applies).toEqual({ status: "clean", against: to, conflicts: [] });
  });

  it("takes no ship for undone that HEAD never had", () => {
    const life = makeLife();
    life.commit("Base", { "a.txt": "1\n" });
    life.git("switch", "-q", "-c", "hotfix");
    life.commit("Mend the page", { "hot.js": "hot\n" });
    life.git("switch", "-q", "main");
    life.commit("Go on elsewhere", { "a.txt": "3\n" });
    const { record } = life.record(["--from", "HEAD~1", "--to", "hotfix"]);
    expect(life.call(["rollback", "--check"]).stdout).toBe(`unknown    ${record.id}\n`);
    expect(life.call(["rollback"]).stdout).toContain("it is not known whether it would apply: HEAD does not have this ship\n");
  });

  it("asks again against HEAD, and keeps the answer that was recorded beside it", () => {
    const life = ship();
    const now = (): Now => JSON.parse(life.call(["rollback", "--json"]).stdout).now as Now;
    const says = (): string => life.call(["rollback"]).stdout.split("\n").find((line) => line.startsWith("# at HEAD")) ?? "";
    const head = (): string => life.git("rev-parse", "HEAD");
    const before = life.git("count-objects", "-v");
    expect(now()).toEqual({ status: "clean", against: head(), conflicts: [], why: null });
    expect(says()).toBe(`# at HEAD (${head().slice(0, 7)}) it would apply cleanly`);
    expect(life.git("count-objects", "-v")).toBe(before);

    life.commit("In the way", { "a.txt": "3\n" });
    expect(now()).toEqual({ status: "conflicts", against: head(), conflicts: ["a.txt"], why: null });
    const { status, stdout } = life.call(["rollback"]);
    expect(status).toBe(0);
    expect(stdout).toContain(`\n# not rehearsed\n# at HEAD (${head().slice(0, 7)}) it would conflict in a.txt\n`);
    expect(JSON.parse(life.call(["rollback", "--json"]).stdout).rollback).toEqual(life.one.record.rollback);

    life.git("revert", "--no-edit", "HEAD");
    expect(sh(life, life.call(["rollback"]).stdout)).toMatchObject({ status: 0 });
    expect(now()).toEqual({ status: "undone", against: head(), conflicts: [], why: null });
    expect(says()).toBe(`# at HEAD (${head().slice(0, 7)}) it is undone already`);
    expect(life.call(["rollback", "--check"])).toMatchObject({ status: 0, stdout: `undone     ${life.one.id}\n` });
  });

  it("says why it is not known whether a plan of somebody's own would apply", () => {
    const life = makeLife();
    life.commit("Base", { "a.txt": "1\n", "shipnote.config.yaml": "rollback: { strategy: flag, commands: ['flag off search'] }\n" });
    life.commit("Search", { "a.txt": "2\n" });
    life.record();
    const { stdout } = life.call(["rollback"]);
    expect(stdout).toContain("it is not known whether it would apply: its commands are none that can be tried in memory\nflag off search\n");
  });

  it("prints what people wrote under Rollback", () => {
    const note = "Tell the search team first: it's theirs; see `docs/undo`.\n\n- then wait";
    const life = ship(["--rollback", note]);
    expect(JSON.parse(life.call(["rollback", "--json"]).stdout)).toMatchObject({ id: life.one.id, note });
    expect(life.call(["rollback"]).stdout).toContain("\n# note: 'Tell the search team first: it’s theirs; see `docs/undo`.'\n# note: - then wait\n");
    expect(JSON.parse(ship().call(["rollback", "--json"]).stdout)).toMatchObject({ note: null });
  });

  it("prints the commands of a record whose page is damaged, and says what it cannot read", () => {
    const life = ship();
    life.edit(life.one.path, "<!-- /shipnote:rollback -->", "");
    const { status, stdout, stderr } = life.call(["rollback"]);
    expect(status).toBe(0);
    expect(stdout).toContain("\ngit revert --no-edit ");
    expect(stderr).toContain("what stands under Rollback cannot be read");
  });

  it("runs nothing but its commands where # is a command like any other, as in zsh", () => {
    const hostile = "x; touch ran1 `touch ran2` $(touch ran3) 'touch ran4' | touch ran5 & touch ran6 > ran7";
    const life = ship(["--rollback", hostile, "--title", hostile], hostile);
    life.call(["run", "--as", "deploy", "--", "sh", "-c", ": ; touch ran8"]);
    life.git("clean", "-fdq");
    life.record(["--id", life.one.id]);
    const comments = life.call(["rollback"]).stdout.split("\n").filter((line) => line.startsWith("#"));
    expect(comments.length).toBeGreaterThan(5);
    expect(sh(life, comments.map((line) => line.replace("#", ":").replace(/ at HEAD \(\w+\)/, "")).join("\n"))).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(life.git("ls-files", "--others")).not.toContain("ran");
  });

  it("undoes from any folder what is printed, the notes as they were, and deploys nothing", () => {
    const life = makeLife();
    life.commit("Base", { "a.txt": "1\n", "web/b.txt": "1\n" });
    life.commit("Notes and code", { "a.txt": "2\n", "web/b.txt": "2\n", "notes/2024/2024-03-04-by-hand.md": "# By hand\n" });
    life.call(["run", "--as", "deploy", "--", "touch", "deployed"]);
    life.git("clean", "-fdq");
    life.record();
    const records = life.commitNotes();
    mkdirSync(join(life.directory, "web/deep"), { recursive: true });
    const { stdout } = life.call(["rollback"]);
    expect(stdout).toMatch(/\n# then deploy again\. This ship was deployed by: touch deployed\n$/);
    expect(sh(life, stdout, "web/deep")).toMatchObject({ status: 0 });
    expect([life.read("a.txt"), life.read("web/b.txt"), life.has("deployed")]).toEqual(["1\n", "1\n", false]);
    expect(life.git("diff", records, "HEAD", "--", "notes")).toBe("");
    expect(life.git("status", "--porcelain")).toBe("");
  });
});
