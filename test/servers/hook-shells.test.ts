import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ours, script } from "../e2e/hook-place-rig.ts";
import { type Desk, enterThrough, makeDesk, said } from "../e2e/hook-rig.ts";
import { makeFolder, removeAll } from "../e2e/life.ts";

/* The hook's script under the shells that may be `sh`. */

afterAll(removeAll);

const zeros = "0".repeat(40);
const shells = ["/bin/dash", "/usr/bin/busybox sh", "/bin/bash", "/bin/bash --posix"];

/** A desk whose hooks run under a shell. */
function under(shell: string): Desk {
  const desk = makeDesk();
  for (const name of ours) rewrite(desk, name, (text) => text.replace(/^#!.*/, `#!${shell}`));
  return desk;
}

function rewrite(desk: Desk, name: string, change: (text: string) => string): string {
  const path = join(desk.directory, ".git", "hooks", name);
  script(path, change(readFileSync(path, "utf8")));
  return path;
}

/** Runs one hook by itself, with a tool that only says how it is called, and ends with a status. */
function called(shell: string, desk: Desk, name: string, args: readonly string[], input: string, status = 0): string {
  const tool = join(makeFolder(), "tool");
  script(tool, `#!/bin/sh\nshift\necho "$@"\nexit ${status}\n`);
  const path = rewrite(desk, name, (text) => text.replace(/^node=.*/m, `node='${tool}'`).replace(/^tool=.*/m, `tool='${tool}'`));
  const { stdout, stderr, ...hook } = spawnSync("setsid", ["-w", ...shell.split(" "), path, ...args], { cwd: desk.directory, input, encoding: "utf8" });
  expect({ status: hook.status, stdout }).toEqual({ status: 0, stdout: "" });
  return stderr;
}

describe.each(shells)("%s", (shell) => {
  it("asks in a terminal, and writes the record", async () => {
    const desk = under(shell);
    desk.commit("Cache article lookups", { "a.txt": "2\n" });
    const seat = desk.sit("stty -a > ../before; git push; stty -a > ../after");
    await seat.shows("1 commit reached production");
    expect(await enterThrough(seat)).toBe(0);
    expect(desk.records()).toHaveLength(1);
    expect(readFileSync(join(desk.directory, "../after"), "utf8")).toBe(readFileSync(join(desk.directory, "../before"), "utf8"));
  });

  it("says its line without one, and tells a fetch, a new push and one that brings nothing apart", () => {
    const desk = under(shell);
    const from = desk.git("rev-parse", "HEAD");
    const to = desk.commit("Cache article lookups", { "a.txt": "2\n" });
    expect(said(desk.pushing(["push"]))).toHaveLength(1);
    for (const args of [["push"], ["fetch"], ["push", "origin", "--delete", "nothing"]]) expect(said(desk.pushing(args))).toEqual([]);
    desk.git("push", "-q", "--force", "--no-verify", "origin", `${from}:main`);
    expect(said(desk.pushing(["push", "origin", `${to}:main`]))).not.toEqual([]);
  });

  it("finds its push in the log where another has come since", () => {
    const desk = makeDesk();
    const [a, b, c] = ["a", "b", "c"].map((digit) => digit.repeat(40)) as [string, string, string];
    const log = join(desk.directory, ".git/logs/refs/remotes/origin/main");
    const line = (from: string, to: string, how: string): string => `${from} ${to} Ada <ada@example.org> 1 +0000\t${how}\n`;
    const told = (input: string): string => called(shell, desk, "reference-transaction", ["committed"], input);
    script(log, line(a, b, "update by push") + line(b, c, "update by push"), 0o644);
    expect(told(`${zeros} ${b} refs/remotes/origin/main\n`)).toBe(`hook pushed refs/remotes/origin/main ${a} ${b}\n`);
    expect(told(`${zeros} ${c} refs/remotes/origin/main\n`)).toBe(`hook pushed refs/remotes/origin/main ${b} ${c}\n`);
    expect(told(`${zeros} ${c} refs/remotes/origin/main\n`)).toBe("");
    // The same commit, fetched after somebody else had moved the branch on and back.
    script(log, line(a, b, "update by push") + line(b, c, "fetch: fast-forward") + line(c, b, "fetch: forced-update"), 0o644);
    expect(told(`${zeros} ${b} refs/remotes/origin/main\n`)).toBe("");
    // One that names what was there before, as a fetch does.
    expect(told(`${a} ${c} refs/remotes/origin/main\n`)).toBe("");
    // Whoever calls himself so has fetched all the same.
    script(log, `${a} ${b} update by push <ada@example.org> 1 +0000\tfetch: fast-forward\n`, 0o644);
    expect(told(`${zeros} ${b} refs/remotes/origin/main\n`)).toBe("");
    // A long one.
    script(log, Array.from({ length: 40 }, () => line(a, c, "fetch: fast-forward")).join("") + line(c, b, "update by push"), 0o644);
    expect(told(`${zeros} ${b} refs/remotes/origin/main\n`)).toBe(`hook pushed refs/remotes/origin/main ${c} ${b}\n`);
    script(log, line(a, b, "update by push"), 0o644);
    for (const state of ["prepared", "aborted", "preparing", ""]) expect(called(shell, desk, "reference-transaction", [state], `${zeros} ${b} refs/remotes/origin/main\n`)).toBe("");
  });

  it("begins where what was pushed was not kept, until it is", () => {
    const desk = makeDesk();
    const [a, b, c, d] = ["a", "b", "c", "d"].map((digit) => digit.repeat(40)) as [string, string, string, string];
    const lines = [[a, b], [b, c], [c, d]].map(([from, to]) => `${from} ${to} Ada <ada@example.org> 1 +0000\tupdate by push\n`);
    const told = (count: number, to: string, status: number): string => {
      script(join(desk.directory, ".git/logs/refs/remotes/origin/main"), lines.slice(0, count).join(""), 0o644);
      return called(shell, desk, "reference-transaction", ["committed"], `${zeros} ${to} refs/remotes/origin/main\n`, status);
    };
    const handed = (from: string, to: string): string => `hook pushed refs/remotes/origin/main ${from} ${to}\n`;
    expect([told(1, b, 1), told(1, b, 137), told(2, c, 1), told(2, c, 0), told(2, c, 0), told(3, d, 0), told(3, d, 0)]).toEqual([handed(a, b), handed(a, b), handed(a, c), handed(a, c), "", handed(c, d), ""]);
  });

  it("hands over all that a push announced at its first branch", () => {
    const desk = under(shell);
    const tool = join(makeFolder(), "tool");
    script(tool, '#!/bin/sh\n[ "$3" = pushing ] || cat -- "${SHIPNOTE_ANNOUNCED:-/dev/null}"\n');
    for (const name of ours) rewrite(desk, name, (text) => text.replace(/^node=.*/m, `node='${tool}'`).replace(/^tool=.*/m, `tool='${tool}'`));
    const to = desk.commit("Next", { "a.txt": "2\n" });
    const announced = desk.pushing(["push", "origin", "main", "HEAD:refs/heads/other"]).stderr.split("\n").filter((line) => /^\S+ [0-9a-f]{40} /.test(line));
    expect(announced.map((line) => line.replace(/ [0-9a-f]+$/, "")).sort()).toEqual([`HEAD ${to} refs/heads/other`, `refs/heads/main ${to} refs/heads/main`]);
  });

  it("reads what git tells before a push from its end", () => {
    const desk = makeDesk();
    const [a, b] = ["a".repeat(40), "b".repeat(40)];
    const told = (input: string, url = "https://example.org/x"): string => called(shell, desk, "pre-push", ["origin", url], input);
    expect(told(`:/fix two  things ${b} refs/tags/v1 ${zeros}\n(delete) ${zeros} refs/tags/v0 ${a}\nmain ${b} refs/heads/main ${a}\n`)).toBe(`hook pushing origin refs/tags/v1 ${zeros} ${b}\n`);
    expect(told(`main ${b} refs/heads/main ${a}\n`, "origin")).toBe(`hook pushing origin refs/heads/main ${a} ${b}\n`);
    expect(told("")).toBe("");
  });

  it("runs a hook of the user before: of sh, of bash, of bash only where it is not read, of Python", () => {
    for (const [first, read] of [["#!/bin/sh", "cat >"], ["#!/bin/bash", "set -o pipefail; cat >"], ["#!/usr/bin/env bash", "cat >"]]) {
      const desk = makeDesk({ install: null });
      const log = join(makeFolder(), "log");
      script(join(desk.directory, ".git/hooks/pre-push"), `${first}\n[ "$(basename "$0") $1" = "pre-push origin" ] && ${read} '${log}'\n`);
      desk.call(["hook", "install"]);
      for (const name of ours) rewrite(desk, name, (text) => text.replace(/^#!.*/, `#!${shell}`));
      desk.commit("Next", { "a.txt": "2\n" });
      expect(said(desk.pushing(["push"]))).toHaveLength(1);
      expect(readFileSync(log, "utf8")).toMatch(/^refs\/heads\/main [0-9a-f]{40} refs\/heads\/main [0-9a-f]{40}\n$/);
    }
    for (const refusing of ["#!/usr/bin/python3\nimport sys\nsys.exit(3 if 'refs/heads/main' in sys.stdin.read() else 0)\n", '#!/bin/bash\n[ "${BASH_SOURCE[0]}" != "$0" ] || ! grep -q refs/heads/main\n']) {
      const desk = makeDesk({ install: null });
      script(join(desk.directory, ".git/hooks/pre-push"), refusing);
      desk.call(["hook", "install"]);
      for (const name of ours) rewrite(desk, name, (text) => text.replace(/^#!.*/, `#!${shell}`));
      desk.commit("Next", { "a.txt": "2\n" });
      expect(desk.pushing(["push"]).status).toBe(1);
      expect(desk.pushing(["push", "origin", "HEAD:refs/heads/other"]).status).toBe(0);
    }
  });
});
