import { chmodSync, existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import { type Desk, makeDesk, run, said, words } from "./hook-rig.ts";
import { makeFolder, removeAll } from "./life.ts";

/* What the hook remembers of pushes whose ships shipnote did not get to keep. */

afterAll(removeAll);

/** Lets the hooks call another tool. */
function replaceTool(desk: Desk, tool: string): void {
  for (const name of ["reference-transaction", "pre-push", "post-merge"]) {
    const path = join(desk.directory, ".git", "hooks", name);
    writeFileSync(path, readFileSync(path, "utf8").replace(/^tool=.*$/m, () => `tool=${tool}`));
    chmodSync(path, 0o755);
  }
}

/** A tool that does what a line of Node says. */
function madeTool(line: string): string {
  const tool = join(makeFolder(), "main.cjs");
  writeFileSync(tool, `const fs = require("node:fs");\n${line}\n`);
  return tool;
}

/** Commits and pushes. @returns the commit, and what shipnote said */
function ship(desk: Desk, message: string): { to: string; said: string[] } {
  const to = desk.commit(message, { "a.txt": `${message}\n` });
  const answer = desk.pushing(["push", "-q", "origin", "main"]);
  expect(answer.status).toBe(0);
  return { to, said: said(answer) };
}

describe("pushes that shipnote did not get to keep", () => {
  it.each([["is gone", "/nowhere/main.js"], ["breaks down", madeTool("throw new Error('broken')")], ["is killed", madeTool("process.kill(process.pid, 'SIGKILL')")]])("where it %s, are offered with the next as one ship", (_name, tool) => {
    const desk = makeDesk();
    const from = desk.git("rev-parse", "HEAD");
    replaceTool(desk, tool);
    for (const message of ["Cache article lookups", "Warm the cache"]) expect(ship(desk, message).said.filter((line) => !line.includes("is not at"))).toEqual([]);
    expect(desk.postponed()).toEqual([]);
    desk.call(["hook", "install"]);
    const { to, said: lines } = ship(desk, "Evict the cache");
    expect(lines).toEqual([expect.stringMatching(/^shipnote: 3 commits reached production and are not recorded yet/)]);
    expect(desk.postponed()).toMatchObject([{ from, to }]);
    expect(ship(desk, "Fill the cache").said).toEqual([expect.stringContaining("4 commits reached production (with what was postponed)")]);
  });

  it("are offered with one that brings nothing new, and not twice", () => {
    const desk = makeDesk();
    replaceTool(desk, madeTool("process.exitCode = 1"));
    ship(desk, "Cache article lookups");
    replaceTool(desk, inject("tool"));
    expect(said(desk.pushing(["push"]))).toEqual([expect.stringContaining("1 commit reached production")]);
    expect(said(desk.pushing(["push"]))).toEqual([]);
  });

  it("of a new branch still begin where that began", () => {
    const desk = makeDesk({ config: { branches: ["release/*"] } });
    desk.git("tag", "v1");
    replaceTool(desk, "/nowhere/main.js");
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    desk.pushing(["push", "-q", "origin", "main:release/1"]);
    replaceTool(desk, inject("tool"));
    desk.commit("Warm the cache", { "a.txt": "3\n" });
    expect(said(desk.pushing(["push", "-q", "origin", "main:release/1"]))).toEqual([expect.stringContaining("2 commits reached production")]);
  });

  it("are no matter of what was pushed while git ran no hooks", () => {
    const desk = makeDesk();
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    desk.git("-c", "core.hooksPath=/dev/null", "push", "-q");
    expect(ship(desk, "Warm the cache").said).toEqual([expect.stringContaining("1 commit reached production")]);
  });
});

describe("a push of several branches", () => {
  const pushes = (desk: Desk): string => join(desk.directory, ".git", "shipnote", "pushes");
  const lists = (desk: Desk): string[] => readdirSync(pushes(desk)).filter((name) => name.startsWith("announced."));

  /** A desk whose tool writes down what it is told, and ends with a status. */
  function watched(status: number): { desk: Desk; told: () => { args: string[]; list: string | null }[] } {
    const log = join(makeFolder(), "log");
    const desk = makeDesk();
    replaceTool(desk, madeTool(`const list = process.env.SHIPNOTE_ANNOUNCED; fs.appendFileSync(${JSON.stringify(log)}, JSON.stringify({ args: process.argv.slice(3, 5), list: list === undefined ? null : fs.readFileSync(list, "utf8") }) + "\\n"); process.exitCode = ${status};`));
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    return { desk, told: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n").map((line) => JSON.parse(line) as { args: string[]; list: string | null }) : []) };
  }

  it("tells of all of them at the first, once", () => {
    const { desk, told } = watched(0);
    const to = desk.git("rev-parse", "HEAD");
    const from = desk.git("rev-parse", "HEAD~1");
    desk.git("tag", "v1");
    desk.pushing(["push", "origin", "main", "HEAD:refs/heads/release/1", "v1"]);
    // The mark of main stands beside it, and nothing else.
    expect(readdirSync(pushes(desk)).filter((name) => name.startsWith("~"))).toEqual([]);
    const [first, second] = told().filter(({ args }) => args[0] === "pushed");
    expect(first).toEqual({
      args: ["pushed", "refs/remotes/origin/main"],
      list: expect.stringMatching(new RegExp(`^(?=[^]*refs/heads/main ${to} refs/heads/main ${from}\\n)(?=[^]*HEAD ${to} refs/heads/release/1 0+\\n)(?=[^]*refs/tags/v1 ${to} refs/tags/v1 0+\\n)`)) as string,
    });
    expect(second).toEqual({ args: ["pushed", "refs/remotes/origin/release/1"], list: null });
    expect(lists(desk)).toEqual([]);
  });

  it("tells of all of them again where the first time came to nothing", () => {
    const { desk, told } = watched(1);
    desk.pushing(["push", "origin", "main", "HEAD:refs/heads/release/1"]);
    expect(told().map(({ args, list }) => [args[1], list === null])).toEqual([["refs/remotes/origin/main", false], ["refs/remotes/origin/release/1", false]]);
  });

  it("leaves what was refused for a day, and is not taken for another push", () => {
    const { desk, told } = watched(0);
    const hook = join(desk.remote, "hooks", "pre-receive");
    writeFileSync(hook, "#!/bin/sh\nexit 1\n");
    chmodSync(hook, 0o755);
    const push = ["push", "origin", "main", "HEAD:refs/heads/release/1"];
    expect(desk.pushing(push).status).toBe(1);
    const [left = ""] = lists(desk);
    expect([left, told()]).toEqual([expect.stringMatching(/^announced\.\d+$/), []]);
    writeFileSync(hook, "#!/bin/sh\nexit 0\n");
    // Of a process that has the same number, and pushes something else.
    const text = readFileSync(join(pushes(desk), left), "utf8");
    const other = desk.commit("Warm the cache", { "a.txt": "3\n" });
    run(desk.directory, ["sh", "-c", `printf '%s\\n' '${text.trim()}' > .git/shipnote/pushes/announced.$$; exec git push --no-verify origin main`]);
    expect(told().map(({ list }) => list)).toEqual([null]);
    const long = new Date(Date.now() - 49 * 3600 * 1000);
    for (const name of lists(desk)) utimesSync(join(pushes(desk), name), long, long);
    desk.pushing(["push", "origin", `${other}:refs/heads/a`, `${other}:refs/heads/b`]);
    expect(lists(desk)).toEqual([]);
  });

  it("keeps no list where nothing else is on its way", () => {
    const { desk, told } = watched(1);
    desk.git("tag", "v1");
    desk.git("tag", "v2");
    desk.pushing(["push", "origin", "main", "v1", "v2"]);
    desk.pushing(["push", "origin", ":refs/heads/nothing", "HEAD:refs/heads/release/1"]);
    expect([told().filter(({ list }) => list !== null), lists(desk)]).toEqual([[], []]);
  });
});

describe("a push that is killed at a question", () => {
  it("takes the question with it, leaves the terminal as it was, and its ship is offered with the next", async () => {
    const desk = makeDesk();
    // A commit that no other test's process knows.
    desk.commit(`Cache article lookups, by ${process.pid}`, { "a.txt": "2\n" });
    const seat = desk.sit("stty -a > ../before; sh -c 'echo $$ > ../pid; exec git push'; echo over; until stty -a > ../after; cmp ../before ../after; do sleep 0.1; done; echo alike");
    await seat.shows("Record it now?");
    process.kill(Number(readFileSync(join(desk.directory, "..", "pid"), "utf8")), "SIGTERM");
    await seat.shows("over");
    await seat.shows("alike");
    await seat.ended;
    expect(run("/", ["ps", "-eo", "args"]).stdout.split("\n").filter((line) => line.includes("hook pushed") && line.includes(desk.git("rev-parse", "HEAD")))).toEqual([]);
    expect(words(seat.shown())).not.toContain("wrote notes/");
    expect(ship(desk, "Warm the cache").said).toEqual([expect.stringContaining("2 commits reached production (with what was postponed)")]);
  });
});
