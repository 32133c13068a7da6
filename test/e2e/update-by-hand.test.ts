import { afterAll, describe, expect, it } from "vitest";
import { type Life, makeLife, removeAll, type Written } from "./life.ts";

/* What people do to the markdown of a record, and what the next run makes of it. */

afterAll(removeAll);

interface Ship extends Life {
  first: Written;
  markdown: () => string;
}

function ship(args: readonly string[] = []): Ship {
  const life = makeLife();
  life.commit("Base", { "a.txt": "1\n" });
  life.commit("Cache article lookups", { "a.txt": "2\n", "db/migrations/0001_init.sql": "create table a (b int);\n" });
  const first = life.record(args);
  return { ...life, first, markdown: () => life.read(first.path) };
}

describe("the heading", () => {
  it("that people changed stays, and becomes the title; not the id", () => {
    const life = ship();
    life.edit(life.first.path, "# Cache article lookups", "# Cache *all* `lookups`");
    const again = life.record();
    expect(again).toMatchObject({ status: "written", id: life.first.id, record: { title: "Cache all lookups" } });
    expect(life.markdown()).toContain("\n# Cache *all* `lookups`\n");
    expect(life.record().status).toBe("unchanged");
    expect(life.record(["--title", "Lookups"]).record.title).toBe("Lookups");
    expect(life.markdown()).toContain("\n# Lookups\n");
  });

  it("that people removed stays away, and the title as it was", () => {
    const life = ship();
    life.edit(life.first.path, "# Cache article lookups\n\n", "");
    expect(life.record(["--owner", "@ops"]).record.title).toBe("Cache article lookups");
    expect(life.markdown()).not.toMatch(/^# /m);
  });
});

describe("the checklist", () => {
  it("keeps ticks that people set and took away, notes and items of theirs", () => {
    const life = ship(["--reason", "R.", "--expected", "E.", "--rollback", "B."]);
    const at = (text: string): boolean => life.markdown().includes(text);
    expect(at("- [x] write the final note: why, expected result and rollback note are there\n")).toBe(true);
    life.edit(life.first.path, "- [x] write the final note: why, expected result and rollback note are there", "- [ ] write the final note: why, expected result and rollback note are there; Lin reads it first");
    life.edit(life.first.path, "- [ ] watch logs after release\n", "- [x] watch logs after release (two hours, quiet)\n- [ ] tell the readers\n- [x] tell @everyone\n  by mail\n");
    const again = life.record();
    expect(again.status).toBe("written");
    expect(again.record.checklist.map(({ item, done, by, note }) => [item, done, by, note])).toEqual([
      ["capture the current behaviour", false, "evidence", null],
      ["create a safe backup", false, "evidence", null],
      ["test the smallest change", false, "evidence", null],
      ["watch logs after release", true, "hand", "(two hours, quiet)"],
      ["write the final note", false, "hand", "; Lin reads it first"],
      ["tell the readers", false, "person-item", null],
      ["tell @everyone\n  by mail", true, "person-item", null],
    ]);
    expect(life.record().status).toBe("unchanged");
    // Evidence ticks what nobody touched, beside all that.
    life.call(["run", "--as", "backup", "--", "true"]);
    life.record();
    expect(at("- [x] create a safe backup: `true`, exit 0\n") || at("- [x] create a safe backup: true, exit 0\n")).toBe(true);
    for (const line of ["- [x] watch logs after release (two hours, quiet)\n", "; Lin reads it first\n", "- [ ] tell the readers\n", "- [x] tell @everyone\n  by mail\n"]) expect(at(line)).toBe(true);
    expect(life.record().status).toBe("unchanged");
  });
});

describe("everything else", () => {
  it("stays byte for byte: front matter keys, comments, sections, their order, odd spacing", () => {
    const life = ship();
    life.edit(life.first.path, "environment: production\n", "environment: production\nreviewers: [lin, 'ada']   # both of them\ntags:\n  - cache\n");
    life.edit(life.first.path, "## Expected result\n", "## Who was called\n\n*  Lin,   at 09:00\n\n\n<!-- ours -->\n## Expected result\n");
    life.edit(life.first.path, "## Notes\n\n*Not written down.*\n", "## Notes\n\nThe first deploy timed out.   \n\n| a|b |\n|-|-|\n\n\n");
    const hands = life.markdown();
    expect(life.record().status).toBe("unchanged");
    expect(life.markdown()).toBe(hands);
    life.record(["--owner", "@ops", "--at", "2024-03-06T08:00:00Z"]);
    const now = life.markdown();
    for (const part of [
      "\nreviewers: [lin, 'ada']   # both of them\ntags:\n  - cache\n", "\n## Who was called\n\n*  Lin,   at 09:00\n\n\n<!-- ours -->\n## Expected result\n",
      "## Notes\n\nThe first deploy timed out.   \n\n| a|b |\n|-|-|\n\n\n",
    ]) expect(now).toContain(part);
    expect(now).toContain('owner: "@ops"');
    expect(now).toContain("date: 2024-03-06");
    expect(now.replace(/^owner: .*\n/m, "").replace(/^date: .*\n/m, "").replace(/<!-- shipnote:summary -->[^]*?<!-- \/shipnote:summary -->/, ""))
      .toBe(hands.replace(/^owner: .*\n/m, "").replace(/^date: .*\n/m, "").replace(/<!-- shipnote:summary -->[^]*?<!-- \/shipnote:summary -->/, ""));
  });

  it.each<[string, (text: string) => string, (text: string) => boolean]>([
    ["CRLF", (text) => text.replaceAll("\n", "\r\n"), (text) => !/[^\r]\n/.test(text)],
    ["a BOM", (text) => `\ufeff${text}`, (text) => text.startsWith("\ufeff---\n")],
    ["a BOM and CRLF", (text) => `\ufeff${text.replaceAll("\n", "\r\n")}`, (text) => text.startsWith("\ufeff---\r\n") && !/[^\r]\n/.test(text)],
  ])("%s is no edit, and stays when something is written", (_what, change, holds) => {
    const life = ship();
    life.write(life.first.path, change(life.markdown()));
    expect(life.record().status).toBe("unchanged");
    expect(holds(life.markdown())).toBe(true);
    expect(life.record(["--reason", "It was slow.", "--owner", "@ops"]).status).toBe("written");
    expect(holds(life.markdown())).toBe(true);
    expect(life.markdown()).toContain("It was slow.");
    expect(life.record().status).toBe("unchanged");
  });

  it("what a formatter does to tables, lists, emphasis and blank lines is no edit", () => {
    const life = ship(["--command", "make deploy"]);
    const formatted = life.markdown()
      .replace(/^\| (Commit|File|Where|Started).*\n(?:\|.*\n)*/gm, padded)
      .replaceAll(/^- \[/gm, "* [")
      .replaceAll("*Not written down.*", "_Not written down._")
      .replaceAll("**production**", "__production__")
      .replaceAll("\n\n", "\n\n\n");
    expect(formatted).not.toBe(life.markdown());
    life.write(life.first.path, formatted);
    expect(life.record().status).toBe("unchanged");
    expect(life.markdown()).toBe(formatted);
    expect(life.record(["--reason", "It was slow."]).status).toBe("written");
    expect(life.markdown()).toContain("It was slow.");
    expect(life.markdown()).toContain("* [ ] watch logs after release");
    expect(life.record().status).toBe("unchanged");
  });
});

describe("regions", () => {
  it("one that was deleted with its markers stays deleted", () => {
    const life = ship();
    life.edit(life.first.path, /<!-- shipnote:commands -->[^]*?<!-- \/shipnote:commands -->\n/, "We ran nothing.\n");
    life.record();
    life.call(["run", "--as", "deploy", "--", "true"]);
    const again = life.record();
    expect(again).toMatchObject({ status: "written", record: { commands: [{ command: "true" }] } });
    expect(life.markdown()).not.toContain("shipnote:commands");
    expect(life.markdown()).toContain("## Commands\n\nWe ran nothing.\n");
    expect(life.record().status).toBe("unchanged");
  });

  it.each<[string, (life: Ship) => void, string]>([
    ["a sentence inside a region", (life) => life.edit(life.first.path, "No commands were captured.", "No commands were captured, honestly."), "commands"],
    ["a cell", (life) => life.edit(life.first.path, "| modified |", "| touched |"), "changes"],
    ["a value of ours in the front matter", (life) => life.edit(life.first.path, "environment: production", "environment: staging"), "front matter environment"],
    ["a rendered checklist item", (life) => life.edit(life.first.path, "- [ ] create a safe backup", "- [ ] make a backup"), "checklist"],
  ])("%s is an edit: refused by name, nothing written, --force writes over it", (_what, edit, name) => {
    const life = ship();
    edit(life);
    const hands = [life.markdown(), life.read(life.first.data)];
    expect(life.refused(["record", "--yes", "--reason", "R."])).toMatchObject({ status: 1, code: "region-edited", message: expect.stringContaining(name) });
    expect(life.refused(["record", "--yes"])).toMatchObject({ status: 1, code: "region-edited" });
    expect([life.markdown(), life.read(life.first.data)]).toEqual(hands);
    expect(life.record(["--force", "--reason", "R."]).status).toBe("written");
    expect(life.record().status).toBe("unchanged");
  });

  it("a marker in a fence is text, one without its partner is damage with its line", () => {
    const life = ship();
    life.edit(life.first.path, "## Notes\n\n*Not written down.*", "## Notes\n\n```md\n<!-- shipnote:commands -->\n```");
    expect(life.record().status).toBe("unchanged");
    life.edit(life.first.path, "<!-- /shipnote:summary -->\n", "");
    expect(life.refused(["record", "--yes"])).toMatchObject({ status: 1, code: "regions-damaged", message: expect.stringMatching(/line \d+/) });
  });
});

describe("files that are lost", () => {
  it("markdown that was deleted is written again from its facts", () => {
    const life = ship();
    const text = life.markdown();
    life.git("add", "notes");
    life.git("rm", "-q", "-f", "--cached", life.first.path);
    life.write("keep", "");
    life.commit("Lose it", { [life.first.path]: null });
    expect(life.has(life.first.path)).toBe(false);
    expect(life.record(["--id", life.first.id])).toMatchObject({ status: "written", id: life.first.id });
    expect(life.markdown()).toBe(text);
  });
});

/** A table as prettier pads it. */
function padded(table: string): string {
  const rows = table.trimEnd().split("\n").map((line) => line.slice(2, -2).split(" | "));
  const widths = rows[0]?.map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => `| ${row.map((cell, column) => /^-+:?$/.test(cell) ? cell.replace("-", "-".repeat((widths[column] ?? 0) - cell.length + 1)) : cell.padEnd(widths[column] ?? 0)).join(" | ")} |\n`).join("");
}
