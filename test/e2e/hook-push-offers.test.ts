import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import { breakOffAfterWhy, type Desk, enterThrough, makeDesk, said, words } from "./hook-rig.ts";
import { removeAll } from "./life.ts";
import { node } from "./tool.ts";
import type { Seat } from "../run-rig.ts";

/* What becomes of a ship that was put off: whatever else is pushed or recorded, it is recorded once, as what it was. */

afterAll(removeAll);

/** Commits, and pushes from a terminal up to the first question. */
async function pushed(desk: Desk, message: string, what = "reached production"): Promise<Seat> {
  desk.commit(message, { "a.txt": `${message}\n` });
  const seat = desk.sit("git push; echo ended $?");
  await seat.shows(what);
  await seat.shows("a letter)");
  return seat;
}

/** Presses Enter at each question up to the last look. */
async function toLastLook(seat: Seat): Promise<void> {
  for (const question of ["Title?", "Why?", "Expected result?", "undoing it?", "Write it?"]) {
    seat.type("\r");
    await seat.shows(question);
    await seat.shows(question === "Write it?" ? "a letter)" : "editor)");
  }
}

/** The drafts that are kept. */
function drafts({ directory }: Desk): string[] {
  const folder = join(directory, ".git", "shipnote", "drafts");
  return existsSync(folder) ? readdirSync(folder) : [];
}

describe("two pushes of one line at once", () => {
  it("are one record: what the second took along is not written by the first as well", async () => {
    const desk = makeDesk();
    const from = desk.git("rev-parse", "HEAD");
    const first = await pushed(desk, "one");
    await toLastLook(first);
    const second = await pushed(desk, "two", "2 commits reached production (with what was postponed)");
    const to = desk.git("rev-parse", "HEAD");
    expect(await enterThrough(second)).toBe(0);
    first.type("\r");
    await first.shows("ended 0");
    expect(words(first.shown())).not.toContain("wrote notes/");
    expect(words(first.shown())).toContain("nothing was written: another push took it along, and it has its record");
    expect(desk.records()).toMatchObject([{ direction: "forward", range: { from, to } }]);
    expect(desk.postponed()).toEqual([]);
  });

  it("are one offer: the first is not asked on about what the second put off", async () => {
    const desk = makeDesk();
    const from = desk.git("rev-parse", "HEAD");
    const first = await pushed(desk, "one");
    const second = await pushed(desk, "two", "2 commits reached production (with what was postponed)");
    second.type("n");
    await second.shows("ended 0");
    first.type("\r");
    await first.shows("ended 0");
    expect(words(first.shown())).not.toContain("Title?");
    const to = desk.git("rev-parse", "HEAD");
    expect(words(first.shown())).toContain(`another push took it along. To record both: shipnote record --from ${from.slice(0, 12)} --to ${to.slice(0, 12)}`);
    expect(desk.records()).toEqual([]);
    expect(desk.postponed()).toMatchObject([{ from, to }]);
  });

  it("are two records where the first is written first: the second is asked anew, about what is left", async () => {
    const desk = makeDesk();
    const from = desk.git("rev-parse", "HEAD");
    const middle = desk.commit("one", { "a.txt": "one\n" });
    desk.pushing(["push"]);
    const seat = await pushed(desk, "two", "2 commits reached production (with what was postponed)");
    await toLastLook(seat);
    desk.record(["--from", from, "--to", middle, "--title", "one"]);
    seat.type("\r");
    await seat.shows("1 commit reached production");
    expect(desk.records()).toHaveLength(1);
    expect(await enterThrough(seat)).toBe(0);
    expect(desk.records()).toMatchObject([{ range: { from, to: middle } }, { direction: "forward", range: { from: middle, to: desk.git("rev-parse", "HEAD") } }]);
    expect(desk.postponed()).toEqual([]);
  });
});

describe("shipnote record in a terminal", () => {
  it("writes nothing else than what was shown: what a record has taken meanwhile is another ship", async () => {
    const desk = makeDesk();
    const middle = desk.commit("one", { "a.txt": "one\n" });
    const to = desk.commit("two", { "a.txt": "two\n" });
    const command = `'${node}' '${inject("tool")}' record; echo ended $?`;
    const seat = desk.sit(command);
    for (const [question, answer] of [["Title?", ""], ["Why?", "Readers waited."], ["Expected result?", ""], ["undoing it?", ""]] as const) {
      await seat.shows(question);
      await seat.shows("editor)");
      seat.type(`${answer}\r`);
    }
    await seat.shows("2 commits since the upstream branch");
    await seat.shows("a letter)");
    desk.record(["--to", middle, "--from", `${middle}^`]);
    seat.type("\r");
    await seat.shows("ended 3");
    expect(words(seat.shown())).toContain("another ship than the one that was shown");
    expect(desk.records()).toHaveLength(1);
    const again = desk.sit(command);
    await again.shows("Title?");
    expect(await enterThrough(again)).toBe(0);
    expect(words(again.shown())).toContain("Why: Readers waited.");
    expect(desk.records()).toMatchObject([{ range: { to: middle } }, { range: { from: middle, to } }]);
    expect(drafts(desk)).toEqual([]);
  });
});

describe("answers to a ship that was put off", () => {
  it("are proposed for the ship that it becomes part of, and forgotten once that is recorded", async () => {
    const desk = makeDesk();
    const seat = await pushed(desk, "one");
    await breakOffAfterWhy(seat);
    expect(drafts(desk)).toHaveLength(1);
    desk.commit("two", { "a.txt": "two\n" });
    desk.pushing(["push"]);
    const again = await pushed(desk, "three", "3 commits reached production (with what was postponed)");
    expect(await enterThrough(again)).toBe(0);
    const [record] = desk.records();
    expect(readFileSync(join(desk.directory, "notes", (record?.id ?? "").slice(0, 4), `${record?.id ?? ""}.md`), "utf8")).toMatch(/^## Why\n\nReaders waited\.$/m);
    expect(drafts(desk)).toEqual([]);
  });
});

describe("a ship that was recorded by hand", () => {
  it("waits no longer, also as part of a larger one", () => {
    const desk = makeDesk();
    const from = desk.git("rev-parse", "HEAD");
    desk.commit("one", { "a.txt": "one\n" });
    desk.pushing(["push"]);
    expect(desk.postponed()).toHaveLength(1);
    desk.record();
    expect(desk.postponed()).toEqual([]);
    desk.commit("two", { "a.txt": "two\n" });
    desk.pushing(["push"]);
    desk.commit("three", { "a.txt": "three\n" });
    desk.record(["--from", from, "--force"]);
    expect(desk.postponed()).toEqual([]);
  });

  it("in part only, is offered for the rest", () => {
    const desk = makeDesk();
    const from = desk.git("rev-parse", "HEAD");
    const middle = desk.commit("one", { "a.txt": "one\n" });
    desk.commit("two", { "a.txt": "two\n" });
    desk.pushing(["push"]);
    desk.record(["--from", from, "--to", middle, "--title", "one"]);
    expect(desk.postponed()).toHaveLength(1);
    const to = desk.commit("three", { "a.txt": "three\n" });
    expect(said(desk.pushing(["push"]))).toEqual([`shipnote: 2 commits reached production (with what was postponed) and are not recorded yet. To record: shipnote record --from ${middle.slice(0, 12)} --to ${to.slice(0, 12)}`]);
    expect(desk.postponed()).toMatchObject([{ from: middle, to }]);
  });
});

describe("a ship that was amended and pushed by force", () => {
  it("is said to be no longer on the branch, and is offered no more once what came after it has its record", () => {
    const desk = makeDesk();
    const from = desk.git("rev-parse", "HEAD");
    const dead = desk.commit("one", { "a.txt": "one\n" });
    desk.pushing(["push"]);
    desk.git("commit", "-q", "--amend", "-m", "One, said better");
    const live = desk.git("rev-parse", "HEAD");
    const to = (commit: string): string => `To record: shipnote record --from ${from.slice(0, 12)} --to ${commit.slice(0, 12)}`;
    expect(said(desk.pushing(["push", "--force"]))).toEqual([
      `shipnote: 1 commit reached production (no longer on a branch of a remote) and is not recorded yet. ${to(dead)}`,
      `shipnote: 1 commit reached production and is not recorded yet. ${to(live)}`,
    ]);
    desk.record(["--to", live]);
    expect(desk.postponed()).toMatchObject([{ to: dead }]);
    desk.commit("two", { "a.txt": "two\n" });
    expect(said(desk.pushing(["push"]))).toEqual([expect.stringMatching(/^shipnote: 1 commit reached production and is not recorded yet/)]);
    expect(desk.postponed()).toHaveLength(1);
  });
});
