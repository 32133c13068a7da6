import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fixture, makeRepository } from "../git-fixture.ts";
import { refused } from "./refusal.ts";
import { shipnote } from "./tool.ts";

const made: string[] = [];
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function repository(): Fixture {
  const fixture = makeRepository();
  made.push(fixture.directory);
  return fixture;
}

describe("revisions that name no range", () => {
  let fixture: Fixture;
  beforeAll(() => {
    fixture = repository();
    fixture.commit("One", { "a.txt": "1\n" });
    fixture.git("checkout", "-q", "-b", "aside");
    fixture.commit("Aside", { "b.txt": "1\n" });
    fixture.git("checkout", "-q", "main");
    fixture.commit("Two", { "a.txt": "2\n" });
    fixture.commit("Three", { "a.txt": "3\n" });
  });

  it.each([
    [["--from", "nope"], "`nope` names nothing here."],
    [["--to", "HEAD~9"], "`HEAD~9` names nothing here."],
    [["--to=--help"], "`--help` names nothing here."],
    [["--to", ""], "`` names nothing here."],
    [["--to", "HEAD^{tree}"], "`HEAD^{tree}` is a tree, not a commit."],
    [["--from", "HEAD:a.txt"], "`HEAD:a.txt` is a blob, not a commit."],
    [["--to", "main@{upstream}"], "`main@{upstream}` names nothing here."],
    [["--from", "\u001b[31mred\n\u202Eder"], "`\u001b[31mred\n\u202Eder` names nothing here."],
    [["--from", "a".repeat(5000)], `\`${"a".repeat(5000)}\` names nothing here.`],
  ])("%j: unknown", (flags, message) => {
    expect(refused(fixture.directory, ["record", "--yes", ...flags], [2, "revision-unknown"]).message).toBe(message);
  });

  it("--from on another branch", () => {
    const { message, expected } = refused(fixture.directory, ["record", "--yes", "--from", "aside"], [2, "range-diverged"]);
    expect(message).toBe("`aside` is neither an ancestor nor a descendant of `HEAD`.");
    expect(expected).toContain("git merge-base");
  });

  it("a range that overlaps a ship, which is named, and --force", () => {
    const { directory, git } = fixture;
    expect(shipnote(directory, ["record", "--yes", "--from", "HEAD~1"]).stdout).toBe("wrote notes/2026/2026-11-24-three.md\n");
    const again = refused(directory, ["record", "--yes", "--from", "HEAD~2"], [2, "range-overlaps"]);
    expect(again.message).toBe(`${git("rev-parse", "HEAD")} is recorded already, in 2026-11-24-three, with another beginning.`);
    expect(again.expected).toBe("a range of its own; `--id 2026-11-24-three` brings that record up to date, --force records the range all the same");
    const three = git("rev-parse", "HEAD");
    fixture.commit("Four", { "a.txt": "4\n" });
    const over = refused(directory, ["record", "--yes", "--from", "HEAD~2"], [2, "range-overlaps"]);
    expect(over.message).toBe(`${three}, in this range, was shipped in 2026-11-24-three.`);
    expect(shipnote(directory, ["record", "--yes", "--from", "HEAD~2", "--force"]).status).toBe(0);
  });
});

describe("a shallow clone", () => {
  it("whose history ends within the ship: the command that mends it, and that it does", () => {
    const origin = repository();
    const first = origin.commit("One", { "a.txt": "1\n" });
    origin.commit("Two", { "a.txt": "2\n" });
    origin.commit("Three", { "a.txt": "3\n" });
    const clone = `${origin.directory}-clone`;
    made.push(clone);
    execFileSync("git", ["clone", "-q", "--depth", "2", `file://${origin.directory}`, clone]);
    const flags = [["--from", first], ["--to", "HEAD~1"], []];
    for (const range of flags) {
      const { expected } = refused(clone, ["record", "--yes", ...range], [3, "history-missing"]);
      expect(expected).toBe("the history of the ship; `record --fetch` fetches what it needs of it, `git fetch --unshallow` all");
    }
    execFileSync("git", ["fetch", "-q", "--unshallow"], { cwd: clone });
    for (const range of flags) expect(shipnote(clone, ["record", "--yes", "--dry-run", ...range]).status).toBe(0);
  });
});
