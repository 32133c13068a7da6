import { describe, expect, it } from "vitest";
import { blocksWithin, movedElsewhere, plainTextOf } from "../../src/document/elsewhere.ts";
import { leavingOut, readExcerpt } from "../../src/document/excerpt.ts";

const nowhere = () => null;
const at = (target: string): string => `https://git.example.org/notes/${target}`;

describe("markdown moved elsewhere", () => {
  it.each([
    ["a name", "Ask @ada first.", "Ask `@ada` first."],
    ["a team, at a sentence's end", "Ask @web/team.", "Ask `@web/team`."],
    ["an escaped name, which forges mention all the same", "Ask \\@ada.", "Ask `@ada`."],
    ["a name in code is none", "Ask `@ada`, or\n\n```sh\nping @ada\n```", "Ask `@ada`, or\n\n```sh\nping @ada\n```"],
    ["an address of mail is none", "Write to ada@example.org.", "Write to ada@example.org."],
    ["in a heading, a table and emphasis", "# @a\n\n| @b |\n| --- |\n| *@c* |", "# `@a`\n\n| `@b` |\n| --- |\n| *`@c`* |"],
    ["in a link's words", "[@ada's page](https://example.org)", "[`@ada`'s page](https://example.org)"],
    ["in raw html", "<details><summary>@ada</summary>", "<details><summary>@<!-- -->ada</summary>"],
    ["an issue stays alive", "Closes #12.", "Closes #12."],
  ])("%s", (_case, source, expected) => {
    expect(movedElsewhere(source, nowhere)).toBe(expected);
  });

  it.each([
    ["a file", "[plan](2026/x.md#rollback)", "[plan](https://git.example.org/notes/2026/x.md#rollback)", "plan"],
    ["a plot", "![412 ms before, 95 ms after](x/a.svg)", "[412 ms before, 95 ms after](https://git.example.org/notes/x/a.svg)", "412 ms before, 95 ms after"],
    ["an address stays", "[run](https://ci.example.org/1)", "[run](https://ci.example.org/1)", "[run](https://ci.example.org/1)"],
  ])("links of %s", (_case, source, somewhere, without) => {
    expect(movedElsewhere(source, at)).toBe(somewhere);
    expect(movedElsewhere(source, nowhere)).toBe(without);
  });
});

describe("as many blocks as fit", () => {
  const source = "One.\n\n```text\ntwo\n\ntwo\n```\n\nThree.";
  it.each([[3, ""], [4, "One."], [25, "One."], [26, "One.\n\n```text\ntwo\n\ntwo\n```"], [100, source]])("%i bytes", (most, expected) => {
    expect(blocksWithin(source, most)).toBe(expected);
  });
});

describe("plain text", () => {
  it("has no markup", () => {
    const source = `## What *changed*

Shipped **now**, [see](https://example.org/1) \`code\`\\
and [there](x.md).

| Commit | By |
| --- | ---: |
| \`8b7e410\` | Ada |
| \`1\` | Lin \\| Berg |

- [x] done
- [ ] not
  two

1. one

> quoted
> twice

<details><summary>Output of &#60;x&#62;</summary>

\`\`\`text
a
  b
\`\`\`

</details>`;
    expect(plainTextOf(source, { ticks: false })).toBe(`What changed
------------

Shipped now, see (https://example.org/1) code
and there.

Commit   By
8b7e410  Ada
1        Lin | Berg

[x] done
[ ] not two

1. one

> quoted twice

Output of <x>

    a
      b`);
    expect(plainTextOf("by `@ada`", { ticks: true })).toBe("by `@ada`");
  });
});

describe("an excerpt", () => {
  it("has what is written, without front matter, title and markers", async () => {
    const source = `---\r\nid: x\r\n---\r\n\r\n# Title\r\n\r\n<!-- shipnote:summary -->\r\n\r\nShipped.\r\n\r\n<!-- /shipnote:summary -->\r\n\r\nMine.\r\n\r\n## Why\r\n\r\n*Not written down.*\r\n\r\n## Rollback\r\n\r\n<!-- shipnote:rollback -->\r\n\r\n\`\`\`sh\r\na\r\n\r\n\r\nb\r\n\`\`\`\r\n\r\n<!-- /shipnote:rollback -->\r\n\r\nCall Lin.\r\n\r\n## Checklist\r\n\r\n- [ ] x\r\n`;
    const excerpt = await readExcerpt(source);
    expect(excerpt).toEqual({
      lead: "Shipped.\n\nMine.",
      sections: [{ title: "Rollback", body: "```sh\na\n\n\nb\n```\n\nCall Lin." }, { title: "Checklist", body: "- [ ] x" }],
    });
    expect(leavingOut(excerpt, ["checklist"]).sections.map(({ title }) => title)).toEqual(["Rollback"]);
  });
});
