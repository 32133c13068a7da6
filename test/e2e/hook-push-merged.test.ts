import { afterAll, describe, expect, it } from "vitest";
import { type Desk, makeDesk, recordsIn, said } from "./hook-rig.ts";
import { removeAll } from "./life.ts";
import { verify, whole } from "./verify-life.ts";

/* Branches that were recorded before they were merged. */

afterAll(removeAll);

function branched(desk: Desk, ...names: string[]): void {
  for (const name of names) {
    desk.git("checkout", "-q", "-b", name, "origin/main");
    desk.commit(`On ${name}`, { [`${name}.txt`]: "1\n" });
    desk.record();
    desk.commitNotes();
  }
  desk.git("checkout", "-q", "main");
}

function merged(desk: Desk, name: string): string[] {
  return said(desk.pushing(["merge", "-q", "--no-ff", "-m", `Merge ${name}`, name]));
}

function subjects(desk: Desk): string[][] {
  return recordsIn(desk.directory).map(({ commits }) => commits.map(({ subject }) => subject)).sort();
}

describe("merges of recorded branches", () => {
  it.each([[["one"]], [["one", "two"]], [["one", "two", "three"]]])("are silent, and leave nothing to record: %j", (names) => {
    const desk = makeDesk();
    branched(desk, ...names);
    for (const name of names) expect(merged(desk, name)).toEqual([]);
    expect(said(desk.pushing(["push", "origin", "main"]))).toEqual([]);
    expect(desk.postponed()).toEqual([]);
    expect(JSON.parse(desk.call(["record", "--yes", "--json"]).stdout)).toMatchObject({ status: "nothing" });
    expect(verify(desk)).toMatchObject(whole);
    // What comes next is a ship of its own.
    desk.commit("Next", { "next.txt": "1\n" });
    expect(desk.record().record.commits.map(({ subject }) => subject)).toEqual(["Next"]);
    expect(verify(desk)).toMatchObject(whole);
  });

  it("are asked for where main has something that has no record", () => {
    const desk = makeDesk();
    branched(desk, "one");
    desk.commit("Meanwhile", { "main.txt": "1\n" });
    expect(merged(desk, "one")).toEqual([]);
    expect(said(desk.pushing(["push", "origin", "main"]))).toHaveLength(1);
    desk.record();
    expect(subjects(desk).flat()).toContain("Meanwhile");
  });

  it("are asked for where they resolve a conflict", () => {
    const desk = makeDesk();
    branched(desk, "one", "two");
    merged(desk, "one");
    desk.git("merge", "-q", "--no-ff", "--no-commit", "two");
    desk.commit("Merge two, with a hand", { "one.txt": "1 of two\n" });
    expect(said(desk.pushing(["push", "origin", "main"]))).toHaveLength(1);
  });
});
