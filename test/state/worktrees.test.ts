import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isSurely, markOf, processesWith } from "../../src/state/process.ts";
import { leftWorktrees, markWorktree, ownWorktrees } from "../../src/state/worktrees.ts";

let folder = "";
let child: ChildProcess;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "shipnote-state-"));
  child = spawn("sleep", ["100"], { env: { ...process.env, OF_TREE: folder } });
  await new Promise((resolve) => child.on("spawn", resolve));
});
afterEach(() => {
  child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** Rewrites what the only mark says. */
function rewrite(change: (mark: Record<string, unknown>) => void): void {
  const [name = ""] = readdirSync(join(folder, "worktrees"));
  const path = join(folder, "worktrees", name);
  const mark = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  change(mark);
  writeFileSync(path, JSON.stringify(mark));
}

const ended = { pid: 4_000_000, started: "of another boot" };

describe("markWorktree", () => {
  it("names a folder for temporary files in which nothing stands, each of one length", () => {
    const marks = [markWorktree(folder, "compare"), markWorktree(folder, "compare")];
    for (const { directory } of marks) expect(directory).toMatch(new RegExp(`^${realpathSync(tmpdir())}/shipnote-compare-[0-9a-f]{12}$`));
    expect(marks[0]?.directory).not.toBe(marks[1]?.directory);
    expect(ownWorktrees(folder).sort()).toEqual(marks.map(({ directory }) => directory).sort());
    for (const { remove } of marks) remove();
    expect(readdirSync(join(folder, "worktrees"))).toEqual([]);
  });
});

describe("leftWorktrees", () => {
  it("are those of runs that are no more, with the groups that they started", () => {
    const { directory, addGroup } = markWorktree(folder, "compare");
    addGroup(child.pid ?? 0);
    expect(leftWorktrees(folder)).toEqual([]);
    rewrite((mark) => {
      mark["owner"] = ended;
    });
    const [left] = leftWorktrees(folder);
    expect(left).toMatchObject({ directory, groups: [{ pid: child.pid }] });
    expect(left?.groups.map(isSurely)).toEqual([true]);
    left?.remove();
    expect(leftWorktrees(folder)).toEqual([]);
  });

  it.each<[string, (mark: Record<string, unknown>) => void]>([
    ["a folder that is not ours", (mark) => (mark["directory"] = "/home/ada")],
    ["a folder relative to wherever we are", (mark) => (mark["directory"] = "shipnote-compare-0123456789ab")],
    ["a group that is every process", (mark) => (mark["groups"] = [{ pid: 1, started: null }])],
    ["no owner", (mark) => (mark["owner"] = null)],
  ])("are not those that name %s", (_, change) => {
    markWorktree(folder, "compare");
    rewrite((mark) => {
      mark["owner"] = ended;
    });
    expect(leftWorktrees(folder)).toHaveLength(1);
    rewrite(change);
    expect(leftWorktrees(folder)).toEqual([]);
  });

  it("are none where nothing was marked", () => {
    expect(leftWorktrees(folder)).toEqual([]);
  });
});

describe("a process", () => {
  it("is surely the one of its mark, or one that got its id later", () => {
    const mark = markOf(child.pid ?? 0);
    expect([isSurely(mark), isSurely({ ...mark, started: "earlier" }), isSurely({ ...mark, started: null }), isSurely(ended)]).toEqual([true, false, false, false]);
  });

  it.runIf(process.platform === "linux")("is known by its environment", () => {
    expect(processesWith("OF_TREE", folder)).toEqual([child.pid]);
    expect(processesWith("OF_TREE", folder.slice(0, -1))).toEqual([]);
  });
});
