import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type Desk, deskAt, enterThrough, makeDesk, run, said, words } from "./hook-rig.ts";
import { makeFolder, removeAll } from "./life.ts";
import type { Answer } from "./tool.ts";

/* What a push may carry, and how it may end: which of it is a ship. */

afterAll(removeAll);

const environments = { staging: { branches: ["main"] }, production: { branches: ["release/*"], tags: ["v*"] } };

/** The lines that tell of a ship, shortened: `1 commit reached production`. */
function told(answer: { stderr: string }): string[] {
  return said(answer).map((line) => line.replace(/^shipnote: /, "").replace(/ (?:and (?:is|are) not recorded|\. Once it is there).*$|\. Once it is there.*$/, ""));
}

/** The exit status of what says nothing of a ship. */
function silent(answer: Answer): number | null {
  expect(said(answer)).toEqual([]);
  return answer.status;
}

/** Lets the remote refuse a branch. */
function refuse({ remote }: Desk, branch: string): void {
  writeFileSync(join(remote, "hooks", "update"), `#!/bin/sh\n[ "$1" != refs/heads/${branch} ]\n`);
  chmodSync(join(remote, "hooks", "update"), 0o755);
}

/** A desk with commits on main and on release/1 that are not pushed yet. */
function withRelease(): Desk {
  const desk = makeDesk({ config: { environments }, install: null });
  desk.git("push", "-q", "origin", "main:release/1");
  desk.call(["hook", "install"]);
  desk.git("branch", "release/1");
  desk.commit("Cache article lookups", { "a.txt": "2\n" });
  desk.git("checkout", "-q", "release/1");
  desk.commit("Fix the release", { "b.txt": "1\n" });
  return desk;
}

/** Another clone, which pushes a commit of its own to main. */
function colleague(desk: Desk): Desk {
  const folder = join(makeFolder(), "clone");
  run("/", ["git", "clone", "-q", desk.remote, folder]);
  return deskAt(folder, desk.remote);
}

describe("branches", () => {
  it("that do not ship are silent", () => {
    const desk = makeDesk();
    desk.git("checkout", "-q", "-b", "feature/cache");
    desk.commit("Try it", { "a.txt": "2\n" });
    expect(silent(desk.pushing(["push", "-u", "origin", "feature/cache"]))).toBe(0);
  });

  it("that ship to the same or to other environments at once are told apart", () => {
    const desk = withRelease();
    expect(told(desk.pushing(["push", "origin", "main", "release/1"]))).toEqual(["1 commit reached staging", "1 commit reached production"]);
    expect(desk.postponed().map(({ environment }) => environment)).toEqual(["staging", "production"]);
  });

  it("that ship to one environment at once are asked for once each", () => {
    const desk = makeDesk({ config: { branches: ["main", "hotfix/*"] } });
    const refs = ["main", "hotfix/1", "hotfix/2"];
    for (const [place, ref] of refs.entries()) {
      if (place > 0) desk.git("checkout", "-q", "-b", ref, "origin/main");
      desk.commit(`On ${ref}`, { [`${place}.txt`]: "1\n" });
    }
    refuse(desk, "hotfix/2");
    const pushed = said(desk.pushing(["push", "origin", ...refs]));
    expect(pushed.map((line) => / --to (\w+)$/.exec(line)?.[1])).toEqual(["main", "hotfix/1"].map((ref) => desk.git("rev-parse", "--short=12", ref)));
    // What was put off is offered with the next push, which is the one that was refused.
    writeFileSync(join(desk.remote, "hooks", "update"), "#!/bin/sh\n");
    expect(told(desk.pushing(["push", "origin", ...refs]))).toEqual(Array(3).fill("1 commit reached production"));
  });

  it("that are new begin where a record or a tag of their line ends", () => {
    const desk = makeDesk({ config: { environments } });
    desk.git("tag", "v1");
    desk.git("checkout", "-q", "-b", "release/1");
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    desk.commit("Warm the cache", { "a.txt": "3\n" });
    expect(told(desk.pushing(["push", "origin", "release/1"]))).toEqual(["2 commits reached production"]);
    const begun = desk.git("rev-parse", "v1");
    expect(desk.postponed()).toMatchObject([{ environment: "production", from: begun }]);
  });

  it("that are deleted are silent", () => {
    const desk = withRelease();
    expect(silent(desk.pushing(["push", "origin", "--delete", "release/1"]))).toBe(0);
  });

  it("may go by another name here: HEAD:main, push.default, a refspec", () => {
    const desk = makeDesk();
    desk.git("checkout", "-q", "-b", "mine", "--track", "origin/main");
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    expect(told(desk.pushing(["push", "origin", "HEAD:main"]))).toEqual(["1 commit reached production"]);
    desk.commit("Warm the cache", { "a.txt": "3\n" });
    expect(told(desk.pushing(["-c", "push.default=upstream", "push"]))).toEqual(["2 commits reached production (with what was postponed)"]);
    desk.commit("Evict the cache", { "a.txt": "4\n" });
    expect(told(desk.pushing(["-c", "remote.origin.push=refs/heads/mine:refs/heads/main", "push", "origin"]))).toEqual(["3 commits reached production (with what was postponed)"]);
  });

  it("may lie at a remote whose name has a slash, or be tracked elsewhere than usual", () => {
    const desk = makeDesk({ origin: "hub/eu" });
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    expect(told(desk.pushing(["push"]))).toEqual(["1 commit reached production"]);
    desk.git("config", "remote.hub/eu.fetch", "+refs/heads/*:refs/remotes/elsewhere/*");
    desk.git("fetch", "-q", "hub/eu");
    desk.commit("Warm the cache", { "a.txt": "3\n" });
    expect(told(desk.pushing(["push", "hub/eu", "main"]))).toEqual(["2 commits reached production (with what was postponed)"]);
  });

  it("in the configuration are globs, the default branch counts without one", () => {
    const desk = makeDesk({ config: { branches: ["live/*"] } });
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    expect(told(desk.pushing(["push"]))).toEqual([]);
    expect(told(desk.pushing(["push", "origin", "main:live/eu"]))).toEqual(["1 commit reached production"]);
    const other = makeDesk({ config: {} });
    other.git("push", "-q", "origin", "main:trunk");
    other.git("fetch", "-q");
    other.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk");
    other.commit("Cache article lookups", { "a.txt": "2\n" });
    expect(told(other.pushing(["push", "origin", "main"]))).toEqual([]);
    expect(told(other.pushing(["push", "origin", "main:trunk"]))).toEqual(["1 commit reached production"]);
  });
});

describe("tags", () => {
  it("that ship are told of before they leave, for git shows nowhere that they have arrived", () => {
    const desk = makeDesk({ config: { environments, components: { api: { paths: ["api/**"], tags: "vapi-*" } } } });
    for (const tag of ["v1.0", "nightly", "vapi-2"]) desk.git("tag", tag);
    expect(said(desk.pushing(["push", "origin", "v1.0", "nightly"]))).toEqual(["shipnote: v1.0 ships to production. Once it is there: shipnote record --to v1.0"]);
    expect(said(desk.pushing(["push", "origin", "vapi-2"]))).toEqual(["shipnote: vapi-2 ships to production (api). Once it is there: shipnote record --to vapi-2 --component api"]);
    expect(said(desk.pushing(["push", "origin", ":v1.0"]))).toEqual([]);
    expect(desk.postponed()).toEqual([]);
  });

  it("beside a branch are told of, and the branch asks", () => {
    const desk = makeDesk({ config: { environments } });
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    desk.git("tag", "-a", "v2.0", "-m", "Two");
    expect(told(desk.pushing(["push", "--follow-tags"]))).toEqual(["v2.0 ships to production", "1 commit reached staging"]);
  });

  it("are told of as CI's where CI records", () => {
    const desk = makeDesk({ config: { environments, record: { by: "ci" } } });
    desk.git("tag", "v1.0");
    expect(said(desk.pushing(["push", "--tags"]))).toEqual(["shipnote: v1.0 ships to production; CI records it."]);
  });
});

describe("a push by force", () => {
  it("is what both branches do not have in common", () => {
    const desk = makeDesk();
    const fork = desk.git("rev-parse", "HEAD");
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    desk.git("push", "-q", "--no-verify");
    desk.git("reset", "-q", "--hard", fork);
    desk.git("clean", "-qfd");
    const first = desk.commit("Cache articles", { "a.txt": "3\n" });
    const answer = desk.pushing(["push", "--force"]);
    expect(answer.status).toBe(0);
    expect(desk.postponed().at(-1)).toMatchObject({ from: fork, to: first });
    expect(told(answer).at(-1)).toBe("1 commit reached production");
  });

  it("to an older commit takes back what was live", async () => {
    const desk = makeDesk();
    const from = desk.git("rev-parse", "HEAD");
    const to = desk.commit("Cache article lookups", { "a.txt": "2\n" });
    const seat = desk.sit("git push");
    await seat.shows("reached production");
    expect(await enterThrough(seat)).toBe(0);
    const back = desk.sit(`git push --force origin ${from}:main`);
    await back.shows("1 commit was taken back from production");
    expect(await enterThrough(back)).toBe(0);
    expect(desk.records().map(({ direction, range }) => [direction, range?.from, range?.to]).sort()).toEqual([["forward", from, to], ["rollback", to, from]]);
  });
});

describe("a branch that was taken back and shipped again", () => {
  it("is offered for what it is each time", () => {
    const desk = makeDesk();
    const from = desk.git("rev-parse", "HEAD");
    const to = desk.commit("Cache article lookups", { "a.txt": "2\n" });
    expect(told(desk.pushing(["push"]))).toEqual(["1 commit reached production"]);
    expect(told(desk.pushing(["push", "--force", "origin", `${from}:main`]))).toEqual(["1 commit reached production (no longer on a branch of a remote)", `1 commit was taken back from production, to ${from.slice(0, 7)}`]);
    expect(told(desk.pushing(["push", "origin", `${to}:main`]))).toEqual([`1 commit was taken back from production, to ${from.slice(0, 7)}`, "1 commit reached production"]);
  });
});

describe("a push that brings nothing", () => {
  it("is silent: up to date, a dry run, all refused", () => {
    const desk = makeDesk({ install: null });
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    desk.git("push", "-q");
    desk.call(["hook", "install"]);
    // The log of what was pushed before the hook was there ends as a push's does.
    expect(told(desk.pushing(["push"]))).toEqual([]);
    desk.commit("Warm the cache", { "a.txt": "3\n" });
    expect(told(desk.pushing(["push", "--dry-run"]))).toEqual([]);
    refuse(desk, "main");
    expect(silent(desk.pushing(["push"]))).toBe(1);
    refuse(desk, "nothing");
    expect(told(desk.pushing(["push"]))).toEqual(["1 commit reached production"]);
    expect(told(desk.pushing(["push"]))).toEqual([]);
  });

  it("is silent for the refs that were refused, and asks for the rest", () => {
    const desk = withRelease();
    refuse(desk, "main");
    const answer = desk.pushing(["push", "origin", "main", "release/1"]);
    expect(answer.status).toBe(1);
    expect(told(answer)).toEqual(["1 commit reached production"]);
  });

  it("is silent as a whole where it is atomic", () => {
    const desk = withRelease();
    refuse(desk, "main");
    expect(silent(desk.pushing(["push", "--atomic", "origin", "main", "release/1"]))).toBe(1);
  });

  it("is silent where it brings notes alone, or what is recorded already", () => {
    const desk = makeDesk();
    const from = desk.git("rev-parse", "HEAD");
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    desk.record(["--from", from, "--reason", "Readers waited."]);
    expect(told(desk.pushing(["push"]))).toEqual([]);
    desk.commitNotes();
    expect(told(desk.pushing(["push"]))).toEqual([]);
    expect(desk.postponed()).toEqual([]);
  });
});

describe("what git does at other times", () => {
  it("is silent: fetches, new refs, gc, rebase, a remote that is renamed", () => {
    const desk = makeDesk();
    const other = colleague(desk);
    other.commit("From elsewhere", { "c.txt": "1\n" });
    other.git("push", "-q", "origin", "main", "main:feature");
    const loud = [["fetch"], ["gc", "-q"], ["rebase", "-q", "origin/main"], ["pack-refs", "--all"], ["remote", "rename", "origin", "hub"], ["fetch", "hub"], ["remote", "prune", "hub"]]
      .map((args) => desk.pushing(args)).filter((answer) => answer.status !== 0 || said(answer).length > 0);
    expect(loud).toEqual([]);
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    expect(told(desk.pushing(["push", "hub", "main"]))).toEqual(["1 commit reached production"]);
  });

  it("a push to a bare URL says before what to type, and the fetch after it is silent", () => {
    const desk = makeDesk();
    const to = desk.commit("Cache article lookups", { "a.txt": "2\n" });
    expect(said(desk.pushing(["push", desk.remote, "main"]))).toEqual([`shipnote: main ships to production. Once it is there: shipnote record --to ${to.slice(0, 12)}`]);
    expect(said(desk.pushing(["fetch"]))).toEqual([]);
    expect(desk.git("rev-parse", "origin/main")).toBe(to);
  });

  it("--no-verify skips no question", () => {
    const desk = makeDesk();
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    expect(told(desk.pushing(["push", "--no-verify"]))).toEqual(["1 commit reached production"]);
  });

  it("gc, a fetch, and a second push while a question stands leave it as it is", async () => {
    const desk = withRelease();
    const seat = desk.sit("git push origin release/1");
    await seat.shows("reached production");
    const other = colleague(desk);
    other.commit("From elsewhere", { "c.txt": "1\n" });
    other.git("push", "-q", "origin", "main:elsewhere");
    expect(desk.pushing(["gc", "-q", "--prune=now"]).status).toBe(0);
    expect(desk.pushing(["fetch"]).status).toBe(0);
    expect(told(desk.pushing(["push", "origin", "main"]))).toEqual(["1 commit reached staging"]);
    expect(await enterThrough(seat)).toBe(0);
    expect(words(seat.shown())).toContain("wrote notes/");
    expect(desk.records()).toMatchObject([{ environment: "production", range: { source: "push" } }]);
    expect(desk.postponed()).toMatchObject([{ environment: "staging" }]);
  });

  it("two pushes at once are both seen, and both kept", async () => {
    const desk = withRelease();
    const seats = ["main", "release/1"].map((branch) => desk.sit(`git push origin ${branch} 2>&1 | cat`));
    await Promise.all(seats.map(({ ended }) => ended));
    const shown = seats.map((seat) => words(seat.shown())).join("\n");
    expect(shown).toContain("1 commit reached staging and");
    expect(shown).toContain("1 commit reached production and");
    expect(desk.postponed().map(({ environment }) => environment).sort()).toEqual(["production", "staging"]);
  });
});
