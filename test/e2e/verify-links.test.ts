import { afterAll, describe, expect, it } from "vitest";
import type { Finding } from "../../src/record/finding.ts";
import { type Life, makeLife, removeAll, type Written } from "./life.ts";

/* Where links in notes lead, and in which line of a reformatted record somebody wrote. */

afterAll(removeAll);

function verify(life: Life, ...args: string[]): { status: number | null; findings: Finding[] } {
  const answer = life.call(["verify", "--json", ...args]);
  return { ...(JSON.parse(answer.stdout) as { findings: Finding[] }), status: answer.status };
}

function shipped(): { life: Life; ship: Written } {
  const life = makeLife();
  life.commit("Base", { "a.ts": "1\n", "db/0001.sql": "SELECT 1;\n" });
  life.commit("Sort names", { "a.ts": "2\n", "b.ts": "1\n", "c.ts": "1\n" });
  const ship = life.record(["--from", "HEAD~1", "--reason", "It was slow."]);
  life.commitNotes();
  return { life, ship };
}

describe("links", () => {
  const { life, ship } = shipped();
  const whole = life.read(ship.path);
  life.write("notes/2024/2024-01-01-retro.md", "# By hand\n");
  life.write("notes/2023/2023-12-31-x.txt", "");
  life.write(`notes/2024/${ship.id}/shot.png`, "");

  it.each([
    ["inline code", "See `[that](2024-01-01-that.md)`."],
    ["a fence", "```\n[that](2024-01-01-that.md)\n```"],
    ["a comment", "<!-- [that](2024-01-01-that.md) -->"],
    ["prose", "It was 2024-01-01-that.md, in 2024-01-01-that/record.json."],
    ["a note by hand", "See [that](2024-01-01-retro.md)."],
    ["itself", `See [this](${ship.id}.md#rollback), [its facts](./${ship.id}/record.json) and <img src="${ship.id}/shot.png">.`],
    ["another folder of the repository", "See [that](../../docs/2024-01-01-that.md)."],
    ["elsewhere", "See [that](https://example.org/notes/2024/2024-01-01-that.md)."],
    ["a file beside none", "See [that](../2023/2023-12-31-x.txt)."],
  ])("that lead nowhere wrong: %s", (_name, words) => {
    life.write(ship.path, whole.replace("It was slow.", words));
    expect(verify(life)).toMatchObject({ status: 0, findings: [] });
  });

  it.each([
    ["a link", "See [that](2024-01-01-that.md).", "2024-01-01-that"],
    ["a link with a title", 'See [that](2024-01-01-that.md "That one").', "2024-01-01-that"],
    ["another year", "See [that](../2023/2023-01-01-that.md#why).", "2023-01-01-that"],
    ["a definition", "See [that].\n\n[that]: <2024-01-01-that.md>", "2024-01-01-that"],
    ["HTML", 'See <a href="2024-01-01-that.md">that</a>.', "2024-01-01-that"],
    ["from the root", "See [that](/notes/2024/2024-01-01-that.md).", "2024-01-01-that"],
    ["a file beside a record", "See [that](2024-01-01-that/record.json).", "notes/2024/2024-01-01-that/record.json"],
    ["a picture of its own", `![that](${ship.id}/gone.png)`, `notes/2024/${ship.id}/gone.png`],
    ["a record in another year's folder", `See [this](../2023/${ship.id}.md).`, ship.id],
  ])("that lead nowhere: %s", (_name, words, nowhere) => {
    const text = whole.replace("It was slow.", words);
    life.write(ship.path, text);
    const { status, findings } = verify(life);
    expect({ status, findings }).toMatchObject({ status: 1, findings: [{ code: "incomplete", path: ship.path, message: `it links to ${nowhere}, and there is no such ${nowhere.includes("/") ? "file" : "record"}` }] });
    expect(text.split("\n")[(findings[0]?.line ?? 0) - 1]).toMatch(/that|gone|this/);
  });

  it("of runbooks, indexes and guides", () => {
    life.write(ship.path, whole);
    life.call(["index"]);
    expect(verify(life).status).toBe(0);
    life.git("add", ".");
    life.git("commit", "-qm", "Pages");
    life.write("notes/guides/caching.md", "# Caching\n\nSee [it](../2024/2024-01-01-that.md), and [this](../2024/2024-01-01-retro.md).\n");
    life.write("notes/README.md", `${life.read("notes/README.md")}\n[Old](2024/2024-01-02-old.md)\n`);
    for (const args of [[], ["--since", "HEAD"]]) {
      expect(verify(life, ...args).findings.map(({ code, record, path, line, message }) => ({ code, record, path, line, message }))).toEqual([
        { code: "incomplete", record: null, path: "notes/README.md", line: life.read("notes/README.md").split("\n").findIndex((each) => each.startsWith("[Old]")) + 1, message: "it links to 2024-01-02-old, and there is no such record" },
        { code: "incomplete", record: null, path: "notes/guides/caching.md", line: 3, message: "it links to 2024-01-01-that, and there is no such record" },
      ]);
    }
  });
});

describe("the line of an edit", () => {
  /** As a formatter leaves it: tables padded, blank lines more, lists with other marks. */
  function reformatted(text: string): string {
    return text.replaceAll(/^\| (.*) \|$/gm, (row) => row.replaceAll(" | ", "      |      ")).replaceAll("<!-- /shipnote", "\n\n<!-- /shipnote").replaceAll(/^- /gm, "* ").replaceAll(/^(\| ---)/gm, "$1---");
  }

  it.each([["as it was written", (text: string) => text], ["reformatted", reformatted], ["with CRLF", (text: string) => text.replaceAll("\n", "\r\n")]])("%s", (_name, format) => {
    const { life, ship } = shipped();
    life.write(ship.path, format(life.read(ship.path)));
    expect(verify(life)).toMatchObject({ status: 0, findings: [] });
    for (const [from, to] of [["`c.ts`", "`d.ts`"], ["Sort names |", "Sort games |"], ["Nothing was measured", "Everything was measured"]] as const) {
      const standing = life.read(ship.path);
      const text = standing.replace(new RegExp(from.replaceAll(/[.|]/g, String.raw`\s*\$&`)), to);
      expect(text).not.toBe(standing);
      life.write(ship.path, text);
      const { findings } = verify(life);
      expect(findings.map(({ code }) => code)).toEqual(["edited"]);
      expect(text.split("\n")[(findings[0]?.line ?? 0) - 1]).toContain(to);
      life.write(ship.path, standing);
    }
  });
});
