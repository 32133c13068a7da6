import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { bare, script, ship } from "./hook-place-rig.ts";
import { hooksIn, said } from "./hook-rig.ts";
import { removeAll } from "./life.ts";
import { document } from "./tool.ts";

/* What `hook install`, `uninstall` and `status` answer. */

afterAll(removeAll);

describe("hook install --pre-push-only", () => {
  it("says before a push what to type, asks nothing, and takes the others away", () => {
    const desk = bare();
    desk.call(["hook", "install"]);
    expect(desk.call(["hook", "install", "--pre-push-only"]).stdout).toBe("installed pre-push: says before a push how to record it\ntook away reference-transaction\ntook away post-merge\n");
    expect(hooksIn(desk.hooks)).toEqual(["pre-push"]);
    const answer = ship(desk);
    expect(said(answer)).toEqual([`shipnote: main ships to production. Once it is there: shipnote record --to ${desk.git("rev-parse", "--short=12", "HEAD")}`]);
    expect(desk.call(["hook", "status"])).toMatchObject({ status: 0, stdout: expect.stringContaining("pre-push: ours, says before a push how to record it") as string });
    expect(desk.call(["hook", "install"]).stdout).toContain("installed reference-transaction");
    expect(desk.call(["hook", "status"]).status).toBe(0);
  });
});

describe("what the commands answer", () => {
  it("as JSON, each with what changed", () => {
    const desk = bare();
    const directory = desk.hooks;
    const call = (...args: string[]): { status: number | null; document: Record<string, unknown> } => {
      const answer = desk.call(["hook", ...args, "--json"]);
      return { status: answer.status, document: document(answer) };
    };
    const names = ["reference-transaction", "pre-push", "post-merge"];
    expect(call("install", "--dry-run")).toEqual({ status: 0, document: { status: "dry-run", directory, manager: null, hooks: names, left: [] } });
    expect(hooksIn(directory)).toEqual([]);
    expect(call("status")).toMatchObject({ status: 1, document: { directory, manager: null, recordBy: "hook", obstacles: ["no hook of ours is installed: shipnote hook install"] } });
    expect(call("install")).toEqual({ status: 0, document: { status: "installed", directory, manager: null, hooks: names, removed: [], left: [] } });
    expect(call("status")).toMatchObject({ status: 0, document: { obstacles: [], hooks: names.map((name) => ({ name, state: "ours", executable: true, keeps: false, current: true })) } });
    expect(call("install")).toMatchObject({ document: { status: "unchanged", hooks: [] } });
    expect(call("uninstall", "--dry-run")).toEqual({ status: 0, document: { status: "dry-run", directory, hooks: names } });
    expect(call("uninstall")).toEqual({ status: 0, document: { status: "removed", directory, hooks: names } });
    expect(call("uninstall")).toMatchObject({ document: { status: "unchanged", hooks: [] } });
  });

  it("to what does not make sense", () => {
    const desk = bare();
    expect(desk.refused(["hook"])).toMatchObject({ status: 2, code: "usage" });
    expect(desk.refused(["hook", "instal"])).toMatchObject({ status: 2, code: "usage" });
    expect(desk.refused(["hook", "install", "now"])).toMatchObject({ status: 2, code: "usage" });
  });

  it("about what is in the way", () => {
    const obstacles: [prepare: (desk: ReturnType<typeof bare>) => unknown, line: RegExp][] = [
      [({ hooks }) => script(join(hooks, "pre-push"), readFileSync(join(hooks, "pre-push"), "utf8"), 0o644), /pre-push may not be executed: chmod \+x .*pre-push/],
      [({ hooks }) => script(join(hooks, "post-merge"), `${readFileSync(join(hooks, "post-merge"), "utf8")}\n`), /post-merge is of another version/],
      [({ hooks }) => rmSync(join(hooks, "reference-transaction")), /reference-transaction is gone: shipnote hook install/],
      [({ hooks }) => rmSync(hooks, { recursive: true }), /the hooks that were installed are gone: shipnote hook install/],
      [({ git }) => git("config", "core.logAllRefUpdates", "false"), /core.logAllRefUpdates is off/],
    ];
    for (const [prepare, line] of obstacles) {
      const desk = bare();
      desk.call(["hook", "install"]);
      prepare(desk);
      const answer = desk.call(["hook", "status"]);
      expect(answer).toMatchObject({ status: 1, stdout: expect.stringMatching(line) as string });
    }
  });
});
