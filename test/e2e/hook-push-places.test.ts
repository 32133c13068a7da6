import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Desk, deskAt, enterThrough, makeDesk, recordsIn, run, said } from "./hook-rig.ts";
import { makeFolder, removeAll } from "./life.ts";

/* From where a push is made, and to which lines of ships it goes. */

afterAll(removeAll);

const asked = [expect.stringContaining("1 commit reached production")];

function ready(options: Parameters<typeof makeDesk>[0] = {}): Desk {
  const desk = makeDesk(options);
  desk.commit("Cache article lookups", { "a.txt": "2\n", "deep/er/b.txt": "1\n" });
  return desk;
}

describe("a push", () => {
  it("from a linked worktree is recorded there", async () => {
    const desk = ready();
    const folder = join(makeFolder(), "a linked tree");
    desk.git("worktree", "add", "-q", "-b", "mine", folder, "origin/main");
    const linked = deskAt(folder, desk.remote);
    const to = linked.commit("From the linked tree", { "c.txt": "1\n" });
    const seat = linked.sit("git push origin mine:main");
    await seat.shows("1 commit reached production");
    expect(await enterThrough(seat)).toBe(0);
    expect(recordsIn(folder)).toMatchObject([{ range: { to, source: "push" } }]);
    expect(desk.records()).toEqual([]);
  });

  it("from a subfolder, by -C, by an alias, from elsewhere with GIT_DIR and a work tree", () => {
    const ways: ((desk: Desk) => ReturnType<Desk["pushing"]>)[] = [
      (desk) => desk.pushing(["push"], { cwd: join(desk.directory, "deep", "er") }),
      (desk) => run("/", ["git", "-C", desk.directory, "push"]),
      (desk) => desk.pushing(["-c", "alias.ship=!git push", "ship"], { cwd: join(desk.directory, "deep") }),
      (desk) => desk.pushing(["-c", "alias.ship=push origin", "ship", "main"], { cwd: join(desk.directory, "deep") }),
      (desk) => run("/", ["git", "push"], { GIT_DIR: join(desk.directory, ".git"), GIT_WORK_TREE: desk.directory }),
      (desk) => run("/", ["git", "--git-dir", join(desk.directory, ".git"), "--work-tree", desk.directory, "push"]),
    ];
    for (const way of ways) {
      const desk = ready();
      const answer = way(desk);
      expect({ way: String(way), status: answer.status, said: said(answer) }).toEqual({ way: String(way), status: 0, said: asked });
      expect(desk.postponed()).toMatchObject([{ to: desk.git("rev-parse", "HEAD") }]);
    }
  });

  it("with GIT_DIR alone, from a folder that is no work tree, is recorded beside that", async () => {
    const desk = ready();
    const folder = makeFolder();
    const seat = desk.sit("git push", { cwd: folder, env: { GIT_DIR: join(desk.directory, ".git") } });
    await seat.shows("1 commit reached production");
    expect(await enterThrough(seat)).toBe(0);
    expect(run(folder, ["ls", "-A"]).stdout).toBe("");
    expect(desk.records()).toHaveLength(1);
  });

  it("from a submodule is that repository's", () => {
    const inner = ready();
    const outer = makeDesk({ install: null });
    outer.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", inner.remote, "part");
    const part = deskAt(join(outer.directory, "part"), inner.remote);
    part.git("config", "user.name", "Ada Osei");
    expect(part.call(["hook", "install"]).status).toBe(0);
    part.commit("Within", { "d.txt": "1\n" });
    expect(said(part.pushing(["push"]))).toEqual(asked);
    expect(part.postponed()).toHaveLength(1);
  });
});

describe("environments and components", () => {
  const config = {
    environments: { staging: { branches: ["main"] }, eu: { branches: ["main"] } },
    components: { api: { paths: ["api/**"] }, web: { paths: ["web/**"] }, docs: { paths: ["docs/**"] } },
  };

  it("get one record for each that the push touches", async () => {
    const desk = makeDesk({ config });
    desk.commit("Answer faster", { "api/a.txt": "1\n" });
    desk.commit("Show it", { "web/a.txt": "1\n" });
    const seat = desk.sit("git push");
    await seat.shows("1 commit reached staging (api)");
    expect(await enterThrough(seat)).toBe(0);
    expect(desk.records().map(({ environment, component, commits }) => [environment, component, commits.map(({ subject }) => subject).join()].join(": ")).sort()).toEqual([
      "eu: api: Answer faster", "eu: web: Show it", "staging: api: Answer faster", "staging: web: Show it",
    ]);
  });

  it("are put off each on its own line", async () => {
    const desk = makeDesk({ config });
    desk.commit("Answer faster", { "api/a.txt": "1\n" });
    expect(said(desk.pushing(["push"])).map((line) => line.slice(0, 46))).toEqual(["shipnote: 1 commit reached staging (api) and i", "shipnote: 1 commit reached eu (api) and is not"]);
    desk.commit("Show it", { "web/a.txt": "1\n" });
    desk.commit("Answer faster still", { "api/a.txt": "2\n" });
    const lines = said(desk.pushing(["push"]));
    expect(lines.map((line) => line.replace(/ and (?:is|are) .*/, ""))).toEqual([
      "shipnote: 2 commits reached staging (api) (with what was postponed)", "shipnote: 2 commits reached eu (api) (with what was postponed)",
      "shipnote: 1 commit reached staging (web)", "shipnote: 1 commit reached eu (web)",
    ]);
    expect(lines[0]).toMatch(/shipnote record --from [0-9a-f]{12} --to [0-9a-f]{12} --env staging --component api$/);
  });

  it("leave a push that touches none to the repository as a whole", () => {
    const desk = makeDesk({ config: { components: config.components } });
    desk.commit("Say more", { "README.md": "1\n" });
    expect(said(desk.pushing(["push"]))).toEqual(asked);
    expect(desk.postponed()).toMatchObject([{ component: null }]);
  });
});

describe("a clone that fetches one branch alone", () => {
  const config = { environments: { staging: { branches: ["main"] }, production: { branches: ["release/*", "live"] } } };

  /** @param flags of `git clone` */
  function clone(...flags: string[]): Desk {
    const desk = makeDesk({ config });
    const folder = join(makeFolder(), "clone");
    run("/", ["git", "clone", "-q", ...flags, `file://${desk.remote}`, folder]);
    const other = deskAt(folder, desk.remote);
    expect(other.call(["hook", "install"]).status).toBe(0);
    return other;
  }

  it.each([[["--single-branch"]], [["--depth", "1"]]])("%s: says before a push to another what to type, and status says why", (flags) => {
    const desk = clone(...flags);
    const to = desk.commit("Fix the release", { "b.txt": "1\n" });
    const typed = `shipnote: release/1 ships to production. Once it is there: shipnote record --to ${to.slice(0, 12)}`;
    expect(said(desk.pushing(["push", "origin", "HEAD:refs/heads/release/1"]))).toEqual([typed]);
    expect(said(desk.pushing(["push", "origin", "main"]))).toEqual([expect.stringContaining("1 commit reached staging")]);
    const mend = "git remote set-branches --add origin 'release/*' live && git fetch origin";
    const status = desk.call(["hook", "status"]);
    expect([status.status, status.stdout]).toEqual([1, expect.stringContaining(`In the way: release/*, live of origin is not fetched here (remote.origin.fetch), so that a push to it moves nothing that could be seen; what to type is said before it: ${mend}\n`)]);
    run(desk.directory, ["sh", "-c", mend]);
    expect(desk.call(["hook", "status"]).status).toBe(0);
    desk.commit("Fix it again", { "b.txt": "2\n" });
    expect(said(desk.pushing(["push", "origin", "HEAD:refs/heads/release/1"]))).toEqual([expect.not.stringContaining("Once it is there")]);
  });
});

describe("ships that others recorded in between", () => {
  it("end what was put off where they begin; what lies before is offered apart", () => {
    const desk = makeDesk();
    const base = desk.git("rev-parse", "HEAD");
    const first = desk.commit("Cache article lookups", { "a.txt": "2\n" });
    expect(said(desk.pushing(["push"]))).toEqual(asked);
    const folder = join(makeFolder(), "colleague");
    run("/", ["git", "clone", "-q", desk.remote, folder]);
    const colleague = deskAt(folder, desk.remote);
    colleague.commit("Warm the cache", { "a.txt": "3\n" });
    colleague.record(["--from", first]);
    colleague.commitNotes();
    colleague.git("push", "-q");
    expect(said(desk.pushing(["pull"]))).toEqual([]);
    const third = desk.commit("Evict the cache", { "a.txt": "4\n" });
    const lines = said(desk.pushing(["push"]));
    expect(lines).toEqual([expect.stringContaining(`--from ${base.slice(0, 12)} --to ${first.slice(0, 12)}`), expect.stringContaining(`--to ${third.slice(0, 12)}`)]);
  });
});

describe("a pull of what was merged elsewhere", () => {
  /** A clone of somebody else, with the hook. */
  function clone(desk: Desk, email: string): Desk {
    const folder = join(makeFolder(), "clone");
    mkdirSync(folder, { recursive: true });
    run("/", ["git", "clone", "-q", desk.remote, folder]);
    const other = deskAt(folder, desk.remote);
    other.git("config", "user.name", "Bo");
    other.git("config", "user.email", email);
    other.call(["hook", "install"]);
    return other;
  }
  const bo = { GIT_AUTHOR_EMAIL: "bo@example.org", GIT_COMMITTER_EMAIL: "bo@example.org" };

  it("asks whoever has commits in it, and not twice", async () => {
    const desk = makeDesk();
    const ada = clone(desk, "ada@example.org");
    const from = desk.git("rev-parse", "HEAD");
    const to = desk.commit("Cache article lookups", { "a.txt": "2\n" });
    desk.git("push", "-q", "--no-verify");
    const seat = ada.sit("git pull");
    await seat.shows("1 commit reached production");
    expect(await enterThrough(seat)).toBe(0);
    expect(ada.records()).toMatchObject([{ range: { from, to, source: "push" } }]);
    expect(said(ada.pushing(["pull"]))).toEqual([]);
    expect(said(ada.pushing(["fetch"]))).toEqual([]);
  });

  it("says in one line to everybody else that there is none, and keeps nothing", () => {
    const desk = makeDesk();
    const other = clone(desk, "bo@example.org");
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    desk.git("push", "-q", "--no-verify");
    expect(said(other.pushing(["pull"], { env: bo }))).toEqual([expect.stringMatching(/^shipnote: 1 commit reached production, without a record so far. To record it: shipnote record --from/)]);
    expect(other.postponed()).toEqual([]);
  });

  it("is silent where the record came along, on other branches, and after a merge of one's own", () => {
    const desk = makeDesk();
    const other = clone(desk, "ada@example.org");
    const from = desk.git("rev-parse", "HEAD");
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    desk.record(["--from", from]);
    desk.commitNotes();
    desk.git("push", "-q", "--no-verify");
    expect(said(other.pushing(["pull"]))).toEqual([]);
    other.git("checkout", "-q", "-b", "feature");
    other.commit("Try it", { "f.txt": "1\n" });
    other.git("checkout", "-q", "main");
    expect(said(other.pushing(["merge", "--no-ff", "feature"]))).toEqual([]);
    expect(said(other.pushing(["merge", "--squash", "feature"]))).toEqual([]);
  });

  it("takes what came from the remote, beside commits that were not pushed yet", () => {
    const desk = makeDesk();
    const other = clone(desk, "ada@example.org");
    other.commit("Not pushed", { "n.txt": "1\n" });
    const from = desk.git("rev-parse", "HEAD");
    const to = desk.commit("Cache article lookups", { "a.txt": "2\n" });
    desk.git("push", "-q", "--no-verify");
    expect(said(other.pushing(["pull", "--no-rebase", "--no-edit"]))).toEqual([expect.stringContaining(`shipnote record --from ${from.slice(0, 12)} --to ${to.slice(0, 12)}`)]);
  });
});
