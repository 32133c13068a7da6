import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import { bare, contentsOf, ours, script, ship } from "./hook-place-rig.ts";
import { type Desk, deskAt, hooksIn, run, said } from "./hook-rig.ts";
import { makeFolder, removeAll } from "./life.ts";
import { failure, node } from "./tool.ts";

/* Folders of hooks that are not as they might be, and installs that come to nothing. */

afterAll(removeAll);

const asked = [expect.stringContaining("1 commit reached production")];

describe("an install that cannot write", () => {
  it("leaves the hook that was there on, and nothing behind", () => {
    const desk = bare();
    script(join(desk.hooks, "pre-push"), "#!/bin/sh\nexit 1\n");
    const before = contentsOf(desk.hooks);
    // No file may become larger than two kilobytes.
    const answer = run(desk.directory, ["sh", "-c", `ulimit -f 4; '${node}' '${inject("tool")}' hook install --pre-push-only --json`]);
    expect([answer.status, failure(answer).code]).toEqual([3, "not-writable"]);
    expect(contentsOf(desk.hooks)).toEqual(before);
    expect(ship(desk).status).toBe(1);
    // Again, with room.
    expect(desk.call(["hook", "install", "--pre-push-only"]).status).toBe(0);
    expect(ship(desk).status).toBe(1);
    desk.call(["hook", "uninstall"]);
    expect(contentsOf(desk.hooks)).toEqual(before);
  });

  it("and was killed before it had put its own in place goes on from there", () => {
    const desk = bare();
    const gate = "#!/bin/sh\nexit 1\n";
    script(join(desk.hooks, "pre-push"), gate);
    const before = contentsOf(desk.hooks);
    script(join(desk.hooks, "pre-push.before-shipnote"), gate);
    script(join(desk.hooks, "pre-push.4711.shipnote"), "#!/bin/sh\n");
    desk.call(["hook", "install"]);
    expect(ship(desk).status).toBe(1);
    desk.call(["hook", "uninstall"]);
    expect(contentsOf(desk.hooks)).toEqual(before);
  });
});

describe("a relative core.hooksPath in linked worktrees", () => {
  it("is a folder in each: an install in one leaves the others' alone, and takes away what no worktree uses any more", () => {
    const desk = bare();
    desk.git("config", "core.hooksPath", ".own/hooks");
    const folder = join(makeFolder(), "linked");
    desk.git("worktree", "add", "-q", "-b", "mine", folder);
    const linked = deskAt(folder, desk.remote);
    const [here, there] = [desk, linked].map(({ directory }) => join(directory, ".own/hooks")) as [string, string];
    const statuses = [desk, linked, desk].flatMap((place) => [place.call(["hook", "install"]), place.call(["hook", "status"])]).map(({ status }) => status);
    expect([...statuses, ...[desk, linked].map((place) => place.call(["hook", "status"]).status)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect([hooksIn(here), hooksIn(there)]).toEqual([ours, ours]);
    expect(said(ship(linked))).toEqual(asked);
    desk.git("config", "core.hooksPath", ".other");
    desk.call(["hook", "install"]);
    expect([existsSync(here), existsSync(there)]).toEqual([false, false]);
    linked.call(["hook", "install"]);
    linked.call(["hook", "uninstall"]);
    expect([existsSync(join(desk.directory, ".other")), existsSync(join(folder, ".other"))]).toEqual([false, false]);
  });

  it("is forgotten with the worktree", () => {
    const desk = bare();
    desk.git("config", "core.hooksPath", ".own");
    const folder = join(makeFolder(), "linked");
    desk.git("worktree", "add", "-q", "-b", "mine", folder);
    deskAt(folder, desk.remote).call(["hook", "install"]);
    desk.git("worktree", "remove", "--force", folder);
    expect(desk.call(["hook", "install"]).status).toBe(0);
    expect(existsSync(folder)).toBe(false);
    expect(readFileSync(join(desk.directory, ".git/shipnote/hooks.json"), "utf8")).not.toContain(folder);
  });
});

describe("hooks that are switched off", () => {
  it.each([["by a file that is no folder", "/dev/null", "is /dev/null"], ["by an empty core.hooksPath", "", "is empty"]])("%s: status and doctor say so, install refuses, uninstall works", (_name, path, what) => {
    const desk = bare();
    desk.call(["hook", "install"]);
    desk.git("config", "core.hooksPath", path);
    expect(said(ship(desk))).toEqual([]);
    const mend = "git config --unset core.hooksPath";
    expect(desk.call(["hook", "status"])).toMatchObject({ status: 1, stderr: "", stdout: expect.stringContaining(`In the way: hooks are switched off (core.hooksPath ${what}): ${mend}\n`) as string });
    expect(desk.call(["doctor"]).stdout).toContain(`Hooks are switched off (core.hooksPath ${what}).\n  mend: ${mend}\n`);
    for (const flags of [[], ["--shared"]]) {
      const refused = desk.call(["hook", "install", "--json", ...flags]);
      expect([refused.status, failure(refused).code, failure(refused).expected]).toEqual([3, "hooks-off", expect.stringContaining(mend)]);
    }
    expect(desk.call(["hook", "uninstall"]).status).toBe(0);
    expect(hooksIn(desk.hooks)).toEqual([]);
  });

  it("in the user's own configuration are switched on there", () => {
    const desk = bare();
    const config = join(makeFolder(), "gitconfig");
    script(config, "[core]\n\thooksPath = /dev/null\n", 0o644);
    expect(desk.call(["hook", "status"], { env: { GIT_CONFIG_GLOBAL: config } }).stdout).toContain("git config --global --unset core.hooksPath");
  });
});

describe("a tool that pnpm keeps in a folder of its version", () => {
  /** The tool, laid out as pnpm does. @param link from where it is linked to; null: nowhere */
  function pnpm(link: string | null): { tool: string; upgrade: () => void } {
    const folder = makeFolder();
    const modules = join(folder, "node_modules");
    const place = (version: string): string => join(modules, ".pnpm", `shipnote@${version}`, "node_modules");
    mkdirSync(place("1.0.0"), { recursive: true });
    for (const part of ["dist", "templates", "package.json"]) cpSync(join(dirname(inject("tool")), "..", part), join(place("1.0.0"), "shipnote", part), { recursive: true });
    const relink = (version: string): void => {
      if (link === null) return;
      mkdirSync(dirname(join(modules, link)), { recursive: true });
      run("/", ["ln", "-sfn", join(place(version), "shipnote"), join(modules, link)]);
    };
    relink("1.0.0");
    return {
      tool: join(place("1.0.0"), "shipnote", "dist", "main.js"),
      upgrade: () => {
        mkdirSync(dirname(place("1.1.0")), { recursive: true });
        renameSync(place("1.0.0"), place("1.1.0"));
        relink("1.1.0");
      },
    };
  }

  it.each([["the project's node_modules", "shipnote"], ["pnpm's own, for a package of a workspace", ".pnpm/node_modules/shipnote"]])("is called by the link in %s, which leads to the next version as well", (_name, link) => {
    const desk: Desk = bare();
    const { tool, upgrade } = pnpm(link);
    expect(run(desk.directory, [node, tool, "hook", "install"]).status).toBe(0);
    upgrade();
    expect(said(ship(desk))).toEqual(asked);
  });

  it("is called where it lies, where nothing leads to it", () => {
    const desk = bare();
    const { tool } = pnpm(null);
    run(desk.directory, [node, tool, "hook", "install"]);
    expect(readFileSync(join(desk.hooks, "pre-push"), "utf8")).toContain(`\ntool=${tool}\n`);
    expect(said(ship(desk))).toEqual(asked);
  });

  it("is called by a link only where that leads to it", () => {
    const desk = bare();
    const { tool } = pnpm(null);
    const modules = join(dirname(dirname(tool)), "..", "..", "..", "..");
    symlinkSync(join(modules, ".pnpm"), join(modules, "shipnote"));
    run(desk.directory, [node, tool, "hook", "install"]);
    expect(readFileSync(join(desk.hooks, "pre-push"), "utf8")).toContain(`\ntool=${tool}\n`);
  });
});
