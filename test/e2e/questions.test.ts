import { afterAll, describe, expect, it } from "vitest";
import { type Life, removeAll } from "./life.ts";
import { ctrl, down, draftOf, paste, questions, section, ship, sit, written } from "./questions-rig.ts";

/* The questions of `record`, in a terminal: what is known is proposed, and can be edited; Enter takes it. */

afterAll(removeAll);

const [title, why, expected, owner, undoing, look] = [
  ["Title?", ""], ["Why?", ""], ["Expected result?", ""], ["Who answers for it?", ""], ["What to know when undoing it?", ""], ["Write it?", ""],
] as const;
const skip = [title, why, expected, owner, undoing, look];

describe("Enter alone", () => {
  it("is enough, six times at most, and writes what is proposed", async () => {
    const life = ship();
    const seat = sit(life);
    await seat.answer(...skip);
    expect((await seat.ended).exitCode).toBe(0);
    const stops = questions.map((question) => seat.screen().lines.filter((line) => line === question).length);
    expect(stops).toEqual([1, 1, 1, 1, 1, 1]);
    expect(seat.screen().lines.filter((line) => line.endsWith("?"))).toEqual([...questions]);
    const again = life.record();
    expect(again).toMatchObject({ status: "unchanged", record: { title: "Cache article lookups", owner: { name: "@web-team", source: "codeowners" } } });
    expect(section(life.read(again.path), "Why")).toMatch(/^Nobody wrote down why; the commits say:\n\n> Readers waited for each article\.\n>\n> \(`[0-9a-f]{7}`\)$/);
    expect(section(life.read(again.path), "Expected result")).toBe("*Not written down.*");
    expect(draftOf(life)).toBeNull();
  });

  it("asks for nothing that is known: a flag's answer, and an owner that the configuration or nobody else names", async () => {
    const life = ship();
    life.write("shipnote.config.yaml", 'owner: "@ops"\n');
    const seat = sit(life, ["--title", "T", "--reason", "R", "--rollback", "U"]);
    await seat.answer(expected, look);
    expect((await seat.ended).exitCode).toBe(0);
    expect(seat.screen().lines.filter((line) => line.endsWith("?"))).toEqual(["Expected result?", "Write it?"]);
    expect(written(life).record).toMatchObject({ title: "T", owner: { name: "@ops", source: "config" } });
  });

  it("is not even needed with --yes, for a ship that stands, or where flags say all", async () => {
    const life = ship();
    const all = ["--title", "T", "--reason", "R", "--expected", "E", "--rollback", "U"];
    for (const args of [all, [], ["--yes"]]) {
      const seat = sit(life, args);
      expect((await seat.ended).exitCode).toBe(0);
      expect(seat.shown()).not.toContain("?");
    }
    const fresh = ship();
    const seat = sit(fresh, ["--yes"]);
    expect((await seat.ended).exitCode).toBe(0);
    expect(seat.shown()).not.toContain("?");
  });
});

/** Flags that hand over what was measured of `page`. */
function measured(life: Life): string[] {
  life.write("../page.json", JSON.stringify({ results: [{ command: "./page", mean: 0.1, times: [0.1] }] }));
  return ["--after", "page=../page.json"];
}

describe("what is proposed", () => {
  it("is edited in place: the title, the expectations of the record before", async () => {
    const life = ship();
    life.write("shipnote.config.yaml", "checks:\n  page: { http: 'http://127.0.0.1:9/' }\n");
    life.record(["--expected", "Faster:\n\n- `page response-time < 150 ms`\n- `gone-check rows = 3`\n"]);
    life.commit("Drop the old cache", { "a.txt": "3\n" });
    const seat = sit(life, measured(life));
    await seat.answer(["Title?", `${ctrl("a")}Again: ${ctrl("e")}!`], why);
    await seat.answer(["Expected result?", "\u007f\u007f\u007f\u007f\u007f\u007f90 ms"], owner, undoing, look);
    expect((await seat.ended).exitCode).toBe(0);
    expect(seat.screen().lines).toContain("> Again: Drop the old cache!");
    const { markdown, record } = written(life);
    expect(record.title).toBe("Again: Drop the old cache!");
    expect(section(markdown, "Expected result")).toBe("page response-time < 90 ms");
  });

  it("holds no expectation of what was not measured for this ship: nobody would have had it", async () => {
    const life = ship();
    life.write("shipnote.config.yaml", "checks:\n  page: { http: 'http://127.0.0.1:9/' }\n");
    life.record(["--expected", "page response-time < 150 ms"]);
    life.commit("Drop the old cache", { "a.txt": "3\n" });
    const seat = sit(life);
    await seat.answer(...skip);
    expect((await seat.ended).exitCode).toBe(0);
    expect(section(written(life).markdown, "Expected result")).toBe("*Not written down.*");
  });

  it("emptied stays empty, but for the title", async () => {
    const life = ship();
    life.write("shipnote.config.yaml", "checks:\n  page: { http: 'http://127.0.0.1:9/' }\n");
    life.record(["--expected", "page response-time < 150 ms"]);
    life.commit("Drop the old cache", { "a.txt": "3\n" });
    const seat = sit(life, measured(life));
    await seat.answer(["Title?", ctrl("u")], why, ["Expected result?", ctrl("u")], owner, undoing, look);
    expect((await seat.ended).exitCode).toBe(0);
    const { markdown, record } = written(life);
    expect(record.title).toBe("Drop the old cache");
    expect(section(markdown, "Expected result")).toBe("*Not written down.*");
  });

  it("is an owner among those known, or somebody else", async () => {
    const life = ship();
    const seat = sit(life);
    await seat.answer(title, why, expected);
    await seat.shows("Who answers for it?");
    await seat.shows("a letter)");
    expect(seat.screen().lines.slice(-5)).toEqual(["Who answers for it?", "> @web-team (CODEOWNERS)", "  Ada Osei (1 commit)", "  somebody else…", "(arrows and Enter, or a letter)"]);
    seat.type(`${down}\r`);
    await seat.answer(undoing, look);
    expect((await seat.ended).exitCode).toBe(0);
    expect(written(life).record.owner).toEqual({ name: "Ada Osei", source: "flag" });

    const other = ship();
    const second = sit(other);
    await second.answer(title, why, expected, ["Who answers for it?", down + down], ["Who?", "José Ñíguez"], undoing, look);
    expect((await second.ended).exitCode).toBe(0);
    expect(written(other).record.owner).toEqual({ name: "José Ñíguez", source: "flag" });
  });

  it("is what undoes the ship and what that does not undo, above the note about it; harmless to the terminal", async () => {
    const life = ship("Split\n\nWhy.", { "db/migrations/\u001b]0;x\u0007\u202e1.sql": "DROP TABLE x;\n", "a.txt": "2\n" });
    const seat = sit(life);
    await seat.answer(title, why, expected, owner, ["What to know when undoing it?", "Restore the dump first."], look);
    expect((await seat.ended).exitCode).toBe(0);
    const lines = seat.screen().lines;
    const plan = lines.slice(lines.indexOf("Undoing it:"), lines.indexOf("What to know when undoing it?"));
    expect(plan.join("\n")).toMatch(/^Undoing it:\n {2}git revert --no-edit [0-9a-f]{12}\nIt does not undo:\n {2}migration db\/migrations\/<U\+202E>1\.sql: Drops the table/s);
    expect(seat.shown()).not.toContain("\u001b]0;");
    expect(seat.shown()).not.toContain("\u202e");
    expect(section(written(life).markdown, "Rollback")).toContain("\n\nRestore the dump first.");
  });
});

describe("the last look", () => {
  it("shows the whole record, has an answer edited again, and writes it then", async () => {
    const life = ship();
    const seat = sit(life);
    await seat.answer(["Title?", " well"], why, ["Expected result?", "Less waiting."], owner, undoing);
    await seat.shows("  Title: Cache article lookups well");
    await seat.shows("  Why: as the commits say");
    await seat.shows("a letter)");
    seat.type("s");
    await seat.shows("## Why");
    await seat.shows("Less waiting.");
    await seat.shows("## Checklist");
    expect(life.has("notes")).toBe(false);
    await seat.shows("a letter)");
    seat.type("e");
    await seat.answer(["Which answer?", down], ["Why?", "Readers left."]);
    await seat.shows("  Why: Readers left.");
    await seat.shows("a letter)");
    seat.type("w");
    expect((await seat.ended).exitCode).toBe(0);
    expect(section(written(life).markdown, "Why")).toBe("Readers left.");
  });

  it("puts it off: nothing is written, and the answers are proposed again", async () => {
    const life = ship();
    const first = sit(life);
    await first.answer(title, ["Why?", "Readers waited."], expected, ["Who answers for it?", down], undoing, ["Write it?", `${down}${down}${down}`]);
    expect((await first.ended).exitCode).toBe(130);
    expect(first.screen().lines).toContain("shipnote: Put off; nothing was written.");
    expect(life.has("notes")).toBe(false);
    expect(draftOf(life)).toEqual({ why: "Readers waited.", owner: "Ada Osei" });
    const second = sit(life);
    await second.answer(...skip);
    expect((await second.ended).exitCode).toBe(0);
    const { markdown, record } = written(life);
    expect(section(markdown, "Why")).toBe("Readers waited.");
    expect(record.owner.name).toBe("Ada Osei");
  });

  it("sends an answer back that would cut the record in two", async () => {
    const life = ship();
    const seat = sit(life);
    await seat.answer(title, ["Why?", paste("Words.\n\n## Rollback\n\nMine.")], expected, owner, undoing);
    await seat.shows("The text for Why would cut off or swallow what follows it.");
    await seat.answer(["What now?", ""], ["Which answer?", down], ["Why?", `${ctrl("u")}${"\u007f".repeat(15)} Better.`], look);
    expect((await seat.ended).exitCode).toBe(0);
    expect(section(written(life).markdown, "Why")).toBe("Words. Better.");
  });
});

describe("a draft", () => {
  it("is not in the way of a ship that was recorded meanwhile", async () => {
    const life = ship();
    const first = sit(life);
    await first.answer(title, ["Why?", "An old thought."]);
    await first.shows("Expected result?");
    await first.shows("your editor)");
    first.type(ctrl("c"));
    expect((await first.ended).exitCode).toBe(130);
    const { path } = life.record(["--reason", "Readers waited."]);
    const second = sit(life);
    expect((await second.ended).exitCode).toBe(0);
    expect(section(life.read(path), "Why")).toBe("Readers waited.");
  });

  it("and the record hold no secret that was typed", async () => {
    const secret = `ghp_${"k7Qz".repeat(9)}`;
    const life = ship();
    const seat = sit(life);
    await seat.answer(["Title?", ` ${secret}`], ["Why?", `The token ${secret} leaked.`]);
    await seat.shows("Expected result?");
    await seat.shows("your editor)");
    expect(draftOf(life)).toEqual({ title: "Cache article lookups [masked]", why: "The token [masked] leaked." });
    seat.type("\r");
    await seat.answer(owner, ["What to know when undoing it?", `Not with ${secret}.`], look);
    expect((await seat.ended).exitCode).toBe(0);
    const { markdown, record } = written(life);
    expect(`${markdown}${JSON.stringify(record)}`).not.toContain(secret);
    expect(section(markdown, "Why")).toBe("The token [masked] leaked.");
  });
});
