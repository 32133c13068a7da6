import { afterAll, describe, expect, it } from "vitest";
import { type Desk, makeDesk } from "./hook-rig.ts";
import { recordSays, removeAll } from "./life.ts";

afterAll(removeAll);

/** Two branches ship, and main is there. */
const makeHotfixes = (): Desk => makeDesk({ config: { branches: ["main", "hotfix/*"] } });

/** A branch with so many commits. @returns their ids */
const branchOff = (desk: Desk, name: string, from: string, count: number): string[] => {
  desk.git("switch", "-q", "-c", name, from);
  return Array.from({ length: count }, (_, at) => desk.commit(`${name} ${at + 1}`, { [`${name.replace("/", "-")}-${at + 1}.txt`]: "1\n" }));
};

describe("the first push of a branch that ships", () => {
  it("brings what the branch has since it left the remote's default branch, by the hook and by record", () => {
    const desk = makeHotfixes();
    const fork = desk.git("rev-parse", "main");
    const own = branchOff(desk, "hotfix/2", "main", 3);
    expect(desk.pushing(["push", "-q", "origin", "hotfix/2"]).stderr).toContain("3 commits reached production");
    expect(desk.postponed()).toMatchObject([{ from: fork, to: own.at(-1) }]);
    const written = desk.record();
    expect(written.record.range).toMatchObject({ from: fork, to: own.at(-1) });
    expect(recordSays(written).commits).toEqual([...own].sort());
    expect(desk.record()).toMatchObject({ status: "unchanged", id: written.id });
  });

  it("says so in the record where nobody saw the push", () => {
    const desk = makeDesk({ install: null });
    const fork = desk.git("rev-parse", "main");
    const own = branchOff(desk, "hotfix/2", "main", 3);
    desk.git("push", "-q", "origin", "hotfix/2");
    const named = desk.record(["--dry-run", "--to", own.at(-1) ?? ""]);
    const written = desk.record();
    for (const { record } of [named, written]) {
      expect(record.range).toMatchObject({ from: fork, to: own.at(-1), source: "upstream" });
      expect(record.notes).toEqual([{ code: "since-fork", text: expect.stringContaining("no earlier record leads up to it") }]);
    }
    expect(desk.record(["--reason", "It was slow."])).toMatchObject({ status: "written", record: { notes: written.record.notes } });
  });

  it("knows of earlier records that lead elsewhere", () => {
    const desk = makeDesk({ install: null });
    desk.record();
    desk.git("switch", "-q", "--orphan", "apart");
    desk.commit("Apart", { "b.txt": "1\n" });
    desk.commit("Apart, 2", { "b.txt": "2\n" });
    desk.git("checkout", "-q", "main", "--", ".");
    expect(desk.record().record.notes).toEqual([{ code: "only-newest-commit", text: expect.stringContaining("no earlier record leads up to it, and") }]);
  });

  it("brings what is not live by a record of another branch, and says nothing that is untrue of it", () => {
    const desk = makeHotfixes();
    const [, one = ""] = branchOff(desk, "hotfix/1", "main", 2);
    desk.pushing(["push", "-q", "origin", "hotfix/1"]);
    desk.record();
    // From the middle of the one before, whose first commit is live.
    const shared = desk.git("rev-parse", `${one}~1`);
    const own = branchOff(desk, "hotfix/2", shared, 2);
    expect(desk.pushing(["push", "-q", "origin", "hotfix/2"]).stderr).toContain("2 commits reached production");
    const written = desk.record();
    expect(written.record.range).toMatchObject({ from: shared, to: own.at(-1) });
    expect(written.record.notes).toEqual([]);
  });
});
