import { chmodSync, cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import { breakOffAfterWhy, type Desk, enterThrough, makeDesk, run, said, words } from "./hook-rig.ts";
import { makeFolder, removeAll } from "./life.ts";
import { node } from "./tool.ts";

/* The push's own exit status is git's, whatever becomes of the questions, of shipnote, or of the terminal. */

afterAll(removeAll);

/** A desk with a commit that is not pushed yet. */
function ready(options: Parameters<typeof makeDesk>[0] = {}): Desk {
  const desk = makeDesk(options);
  desk.commit("Cache article lookups", { "a.txt": "2\n" });
  return desk;
}

describe("Ctrl-C", () => {
  it.each([["Ctrl-C", "\u0003"], ["Ctrl-D", "\u0004"], ["Ctrl-\\ and Ctrl-C", "\u001c\u0003"], ["Ctrl-Z and Ctrl-C", "\u001a\u0003"]])("%s at the first question puts it off, and the push ends as it would", async (_name, keys) => {
    const desk = ready();
    const seat = desk.sit("git push; echo ended $?");
    await seat.shows("Record it now?");
    await new Promise((done) => setTimeout(done, 200));
    seat.type(keys);
    await seat.shows("ended 0");
    expect(desk.records()).toEqual([]);
    expect(desk.postponed()).toHaveLength(1);
    expect(desk.git("--git-dir", desk.remote, "rev-parse", "main")).toBe(desk.git("rev-parse", "HEAD"));
  });

  it("at a later question likewise, and what was answered is proposed again", async () => {
    const desk = ready();
    const seat = desk.sit("git push; echo ended $?");
    await seat.shows("Record it now?");
    await breakOffAfterWhy(seat);
    expect(desk.records()).toEqual([]);
    desk.commit("Warm the cache", { "a.txt": "3\n" });
    const again = desk.sit("git push");
    await again.shows("2 commits reached production (with what was postponed)");
    expect(await enterThrough(again)).toBe(0);
    expect(desk.records()).toHaveLength(1);
    expect(words(again.shown())).toContain("Why: Readers waited.");
  });

  it("before the first question is no signal to git, and puts it off unasked", async () => {
    const desk = ready();
    const slow = join(makeFolder(), "main.mjs");
    writeFileSync(slow, `process.stderr.write("begun");\nawait new Promise((done) => setTimeout(done, 1500));\nawait import(${JSON.stringify(inject("tool"))});\n`);
    replaceInHooks(desk, /^tool=.*$/m, `tool=${slow}`);
    const seat = desk.sit("git push; echo ended $?");
    await seat.shows("begun");
    seat.type("\u0003");
    await seat.shows("ended 0");
    expect(words(seat.shown())).not.toContain("Record it now?");
    expect(desk.postponed()).toHaveLength(1);
  });

  it("asks for no further ship of the same push", async () => {
    const desk = ready({ config: { environments: { staging: { branches: ["main"] }, production: { branches: ["main"] } } } });
    const seat = desk.sit("git push; echo ended $?");
    await seat.shows("reached staging");
    seat.type("\u0003");
    await seat.shows("ended 0");
    expect(words(seat.shown())).not.toContain("reached production");
    expect(desk.postponed().map(({ environment }) => environment)).toEqual(["staging", "production"]);
  });

  it("leaves the terminal as it was", async () => {
    const desk = ready();
    const seat = desk.sit("stty -a > before; git push; stty -a > after; cmp before after && echo alike");
    await seat.shows("Record it now?");
    seat.type("\u0003");
    await seat.ended;
    expect(words(seat.shown())).toContain("alike");
  });
});

describe("a terminal that goes away at a question", () => {
  it("ends shipnote, and the ship is offered with the next push", async () => {
    const desk = ready();
    const seat = desk.sit("git push");
    await seat.shows("Record it now?");
    seat.kill("SIGHUP");
    await seat.ended;
    await until(() => !run("/", ["ps", "-eo", "args"]).stdout.split("\n").some((line) => line.includes("hook pushed") && line.includes(desk.git("rev-parse", "HEAD"))));
    desk.commit("Warm the cache", { "a.txt": "3\n" });
    expect(said(desk.pushing(["push"]))).toEqual([expect.stringContaining("2 commits reached production (with what was postponed)")]);
  });
});

describe("what is wrong with shipnote", () => {
  it("is said in one line where its configuration is, with what to type later; the push is done", () => {
    const desk = ready();
    desk.write("shipnote.config.json", '{ "branche": ["main"] }');
    const answer = desk.pushing(["push"]);
    expect(answer.status).toBe(0);
    expect(said(answer)).toEqual([expect.stringMatching(/branche.*branches.*git's own work is done.*shipnote record --from [0-9a-f]{12} --to [0-9a-f]{12}$/)]);
    rmSync(join(desk.directory, "shipnote.config.json"));
    expect(desk.call(["hook", "uninstall"]).status).toBe(0);
  });

  it("does not touch the push where it cannot write", () => {
    const desk = ready();
    rmSync(join(desk.directory, ".git", "shipnote"), { recursive: true });
    writeFileSync(join(desk.directory, ".git", "shipnote"), "");
    const answer = desk.pushing(["push"]);
    expect(answer.status).toBe(0);
    expect(said(answer)).toEqual([expect.stringContaining("git's own work is done")]);
  });

  it("does not touch the push where it breaks down", () => {
    const folder = makeFolder();
    const broken = join(folder, "main.js");
    const desk = ready();
    replaceInHooks(desk, inject("tool"), broken);
    writeFileSync(broken, "process.kill(process.pid, 'SIGKILL')\n");
    expect(desk.pushing(["push"]).status).toBe(0);
    writeFileSync(broken, "throw new Error('broken')\n");
    desk.commit("Warm the cache", { "a.txt": "3\n" });
    expect(desk.pushing(["push"]).status).toBe(0);
  });

  it("is said once where it is gone, and git goes on", () => {
    const desk = ready();
    replaceInHooks(desk, inject("tool"), "/nowhere/shipnote/main.js");
    const first = desk.pushing(["push"]);
    expect(first.status).toBe(0);
    expect(said(first)).toEqual(["shipnote: the hook is here, but shipnote is not at /nowhere/shipnote/main.js any more, or Node is gone; this is said once."]);
    desk.commit("Warm the cache", { "a.txt": "3\n" });
    const second = desk.pushing(["push"]);
    expect([second.status, ...said(second)]).toEqual([0]);
    // Installed again, it asks again; and would say so again.
    desk.call(["hook", "install"]);
    expect(existsSync(join(desk.directory, ".git", "shipnote", "hook-without-tool"))).toBe(false);
  });

  it("is not that Node has moved, as long as there is one on the PATH", () => {
    const desk = ready();
    replaceInHooks(desk, node, "/nowhere/bin/node");
    expect(said(desk.pushing(["push"], { env: { PATH: `${dirname(node)}:${process.env["PATH"] ?? ""}` } }))).toEqual([expect.stringContaining("1 commit reached production")]);
  });
});

describe("paths with blanks and quotes", () => {
  it("are taken literally: the repository's, the tool's and Node's", async () => {
    const folder = join(makeFolder(), `it's a "place" $HOME \`x\` *`);
    cpSync(join(dirname(inject("tool")), "..", ".."), join(folder, "modules"), { recursive: true });
    renameSync(join(folder, "modules"), join(folder, "node_modules"));
    symlinkSync(node, join(folder, "no de"));
    const tool = join(folder, "node_modules", "shipnote", "dist", "main.js");
    const desk = ready({ at: folder, install: null });
    expect(run(desk.directory, [join(folder, "no de"), tool, "hook", "install"])).toMatchObject({ status: 0 });
    // A running Node knows itself by the path behind the link.
    replaceInHooks(desk, /^node=.*$/m, `node='${join(folder, "no de").replaceAll("'", String.raw`'\''`)}'`);
    expect(readFileSync(join(desk.directory, ".git", "hooks", "pre-push"), "utf8")).toContain(`tool='${tool.replaceAll("'", String.raw`'\''`)}'`);
    expect(said(desk.pushing(["push"]))).toEqual([expect.stringContaining("1 commit reached production")]);
    desk.commit("Warm the cache", { "a.txt": "3\n" });
    const seat = desk.sit("git push");
    await seat.shows("2 commits reached production");
    expect(await enterThrough(seat)).toBe(0);
    expect(desk.records()).toHaveLength(1);
    expect(desk.call(["hook", "uninstall"]).status).toBe(0);
  });
});

describe("how it looks", () => {
  it.each([["bold where it may be", "", true], ["plain with NO_COLOR", "1", false]])("is %s", async (_name, noColor, isBold) => {
    const desk = ready();
    const seat = desk.sit("git push", { env: { NO_COLOR: noColor } });
    await seat.shows("Record it now?");
    seat.type("\r");
    await seat.shows("Title?");
    seat.type("\u0003");
    await seat.ended;
    const paint = new RegExp(`${String.fromCharCode(27)}\\[(?:1|[349][0-9])m`);
    expect(paint.test(seat.shown())).toBe(isBold);
  });

  it("fits a narrow terminal", async () => {
    const desk = ready();
    const seat = desk.sit("stty cols 24; git push; echo ended $?");
    await seat.shows("reached");
    expect(await enterThrough(seat)).toBe(0);
    expect(words(seat.shown())).toContain("ended 0");
    expect(desk.records()).toHaveLength(1);
  });
});

async function until(holds: () => boolean): Promise<void> {
  for (let times = 0; times < 100 && !holds(); times += 1) await new Promise((done) => setTimeout(done, 100));
  expect(holds()).toBe(true);
}

/** Changes a path that the hooks were installed with. */
function replaceInHooks(desk: Desk, from: string | RegExp, to: string): void {
  for (const name of ["reference-transaction", "pre-push", "post-merge"]) {
    const path = join(desk.directory, ".git", "hooks", name);
    writeFileSync(path, readFileSync(path, "utf8").replace(from, () => to));
    chmodSync(path, 0o755);
  }
}
