import { afterAll, describe, expect, it } from "vitest";
import { type Life, makeLife, removeAll } from "./life.ts";
import { branched, codes, merged, pushed, verify, whole } from "./verify-life.ts";

/* Merges of branches that carry their own records. */

afterAll(removeAll);

describe("a branch that carries its own record", () => {
  it("is recorded where a merge brings it, whatever main did meanwhile", () => {
    const { life } = pushed();
    branched(life, "feat", { "f.ts": "1\n" }, { "f.ts": "2\n" });
    life.git("checkout", "-q", "main");
    life.commit("Meanwhile", { "b.ts": "2\n" });
    life.record();
    life.commitNotes();
    // The branch takes main in before it goes there.
    life.git("checkout", "-q", "feat");
    life.git("merge", "-q", "-m", "Merge main", "main");
    merged(life, "feat");
    life.git("push", "-q");
    life.git("branch", "-q", "-D", "feat");
    expect(verify(life)).toMatchObject({ ...whole, records: 3 });
    life.commit("Unrecorded", { "b.ts": "3\n" });
    life.git("push", "-q");
    expect(codes(verify(life))).toEqual(["missing"]);
  });

  it("is recorded where main took the branch's place", () => {
    const { life } = pushed();
    life.git("checkout", "-q", "-b", "other");
    life.commit("Other", { "o.ts": "1\n" });
    life.record();
    life.commitNotes();
    life.git("checkout", "-q", "main");
    branched(life, "feat", { "f.ts": "1\n" });
    life.git("merge", "-q", "-m", "Merge other", "other");
    life.git("checkout", "-q", "main");
    life.git("merge", "-q", "--ff-only", "feat");
    life.git("push", "-q");
    expect(verify(life)).toMatchObject(whole);
  });

  it("begins the line where it is the first record", () => {
    const life = makeLife();
    life.commit("Base", { "a.ts": "1\n" });
    branched(life, "feat", { "f.ts": "1\n" });
    life.git("checkout", "-q", "main");
    life.commit("Before anybody asked", { "b.ts": "1\n" });
    merged(life, "feat");
    expect(verify(life)).toMatchObject(whole);
    life.git("checkout", "-q", "-b", "second");
    life.commit("Second", { "s.ts": "1\n" });
    merged(life, "second");
    const { findings } = verify(life);
    expect(findings.map(({ code, message }) => `${code}: ${message}`)).toEqual([expect.stringMatching(/^missing: .* 1 commit of main/)]);
  });

  it("is recorded where two records of the same name met, and were told apart in the merge", () => {
    const { life } = pushed();
    life.git("checkout", "-q", "-b", "feat");
    life.commit("Be kind", { "f.ts": "1\n" });
    life.record();
    life.commitNotes();
    life.git("checkout", "-q", "main");
    life.commit("Be kind", { "b.ts": "2\n" });
    life.record();
    life.commitNotes();
    expect(() => life.git("merge", "-q", "--no-ff", "-m", "Merge feat", "feat")).toThrow("Command failed");
    life.call(["doctor", "--fix"]);
    life.commit("Merge feat");
    life.git("push", "-q");
    expect(verify(life)).toMatchObject({ ...whole, records: 3 });
  });

  it.each([
    ["what was added behind its record", (life: Life) => {
      life.commit("Behind", { "f.ts": "3\n" });
      merged(life, "feat");
    }, ""],
    ["what main meanwhile recorded, and something behind its record", (life: Life) => {
      life.commit("Behind", { "f.ts": "3\n" });
      life.git("checkout", "-q", "main");
      life.commit("Meanwhile", { "b.ts": "2\n" });
      life.record();
      life.commitNotes();
      merged(life, "feat");
    }, " --force"],
    ["the resolution of a conflict", (life: Life) => {
      life.git("checkout", "-q", "main");
      life.commit("Meanwhile", { "f.ts": "9\n" });
      life.record();
      life.commitNotes();
      try {
        life.git("merge", "-q", "--no-ff", "-m", "Merge feat", "feat");
      } catch {
        life.commit("Merge feat", { "f.ts": "1 and 9\n" });
      }
    }, " --force"],
  ] as const)("is not all of a merge that brings %s; the command that is offered mends it", (_name, merge, force) => {
    const { life } = pushed();
    branched(life, "feat", { "f.ts": "1\n" });
    merge(life);
    life.git("push", "-q");
    const { status, findings } = verify(life);
    expect({ status, codes: codes({ findings }) }).toEqual({ status: 1, codes: ["missing"] });
    const mend = findings[0]?.mend ?? "";
    expect(mend).toMatch(new RegExp(`--to [0-9a-f]{12}${force}$`));
    expect(life.call([...mend.split(" ").slice(1), "--yes"])).toMatchObject({ status: 0 });
    expect(verify(life)).toMatchObject(whole);
  });
});
