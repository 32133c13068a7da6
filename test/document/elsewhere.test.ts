import { describe, expect, it } from "vitest";
import { closed, cutsOf } from "../../src/document/closed.ts";
import { movedElsewhere } from "../../src/document/elsewhere.ts";
import { leavingOut, readExcerpt } from "../../src/document/excerpt.ts";
import { plainTexts } from "../../src/document/plain-text.ts";

const nowhere = () => null;
const at = (target: string): string => `https://git.example.org/notes/${target}`;
const moved = (source: string, addressOf: (target: string) => string | null = nowhere): string => movedElsewhere([source], addressOf)[0] ?? "";
const plainText = (source: string, chat = false): string => plainTexts([source], { chat }).flat().join("\n\n");

describe("markdown moved elsewhere", () => {
  it.each([
    ["a name", "Ask @ada first.", "Ask `@ada` first."],
    ["a team, at a sentence's end", "Ask @web/team.", "Ask `@web/team`."],
    ["an escaped name, which forges mention all the same", "Ask \\@ada.", "Ask `@ada`."],
    ["behind a sign that is no letter", "cc/@bob, -@carl, ...@dora, é@fay", "cc/`@bob`, -`@carl`, ...`@dora`, é<code>@fay</code>"],
    ["written as a reference", "&#64;erin, &#x40;fay, &commat;gil, @b&#111;b", "<code>&#64;erin</code>, <code>&#x40;fay</code>, <code>&commat;gil</code>, <code>@b&#111;b</code>"],
    ["a name of GitLab, Gitea or Bitbucket", "@_ada, @.ada, @-ada, @{557058:0a-1b}", "`@_ada`, `@.ada`, `@-ada`, `@{557058:0a-1b}`"],
    ["two names in one word", "@ada@bob/@carl", "`@ada@bob/@carl`"],
    ["a name in code is none", "Ask `@ada`, or\n\n```sh\nping @ada\n```", "Ask `@ada`, or\n\n```sh\nping @ada\n```"],
    ["beside code, where a page has a text of its own", "`a`@zed`b`", "`a`<code>@zed</code>`b`"],
    ["behind emphasis", "**cc**@zed", "**cc**<code>@zed</code>"],
    ["where a backtick stands alone", "a ` b @zed", "a ` b <code>@zed</code>"],
    ["behind a tag that a page drops", "@<x>zed", "<code>@</code><x>zed\n\n</x>"],
    ["an address of mail is none", "Write to ada@example.org, or a_b@example.org.", "Write to ada@example.org, or a_b@example.org."],
    ["an address of a page stays", "See https://example.org/@ada and <https://example.org/@bob>.", "See https://example.org/@ada and <https://example.org/@bob>."],
    ["in a heading, a table and emphasis", "# @a\n\n| @b |\n| --- |\n| *@c* |", "# `@a`\n\n| `@b` |\n| --- |\n| *`@c`* |"],
    ["in a link's words", "[@ada's page](https://example.org)", "[`@ada`'s page](https://example.org)"],
    ["in raw html", "<details><summary>@ada</summary>\n</details>", "<details><summary><code>@ada</code></summary>\n</details>"],
    ["in an attribute it is none, and a comment is nobody's business", "<b title='@ada'>x</b><!-- @bob -->", "<b title='@ada'>x</b><!-- -->"],
    ["an issue stays alive", "Closes #12.", "Closes #12."],
  ])("%s", (_case, source, expected) => {
    expect(moved(source)).toBe(expected);
  });

  it.each([
    ["a file", "[plan](2026/x.md#rollback)", "[plan](https://git.example.org/notes/2026/x.md#rollback)", "plan"],
    ["a plot", "![412 ms before, 95 ms after](x/a.svg)", "[412 ms before, 95 ms after](https://git.example.org/notes/x/a.svg)", "412 ms before, 95 ms after"],
    ["a plot in a link", "[![a plot](x/a.svg)](x.md)", "[a plot](https://git.example.org/notes/x.md)", "\\[a plot\\]"],
    ["an address stays", "[run](https://ci.example.org/1)", "[run](https://ci.example.org/1)", "[run](https://ci.example.org/1)"],
    ["a reference", "[plan][p], [p] and ![a plot][p]\n\n[p]: ../x.md 'P'", "[plan](https://git.example.org/notes/../x.md), [p](https://git.example.org/notes/../x.md) and [a plot](https://git.example.org/notes/../x.md)\n\n[p]: https://git.example.org/notes/../x.md", "plan, p and a plot\n\n[p]: #"],
    ["a reference to an address", "[run][r]\n\n[r]: https://ci.example.org/1", "[run](https://ci.example.org/1)\n\n[r]: https://ci.example.org/1", "[run](https://ci.example.org/1)\n\n[r]: https://ci.example.org/1"],
    ["a picture in html", "<p>\n<img src=\"../x.svg\" alt=\"a &lt; b\">\n</p>", "<p>\n<a href=\"https://git.example.org/notes/../x.svg\">a &lt; b</a>\n</p>", "<p>\na &lt; b\n</p>"],
    ["a link in html", "<p><a id=x href='x.md'>x</a></p>", "<p><a id=x href=\"https://git.example.org/notes/x.md\">x</a></p>", "<p><a id=x >x</a></p>"],
    ["words that would be a heading", "[# one](x.md)", "[# one](https://git.example.org/notes/x.md)", "\\[# one\\]"],
    ["words that would be a name", "@[ada](x.md)", "@[ada](https://git.example.org/notes/x.md)", "@\\[ada\\]"],
  ])("links of %s", (_case, source, somewhere, without) => {
    expect(moved(source, at)).toBe(somewhere);
    expect(moved(source)).toBe(without);
  });

  it("a reference to what another part defines, shown or not", () => {
    expect(movedElsewhere(["[a] and [b]", "[a]: https://example.org/a"], nowhere, ["[B]: https://example.org/b"])).toEqual([
      "[a](https://example.org/a) and [b](https://example.org/b)",
      "[a]: https://example.org/a",
    ]);
  });
});

describe("what may follow a text", () => {
  it.each([
    ["nothing is open", "a\n\n```sh\nb\n```", "a\n\n```sh\nb\n```"],
    ["a fence", "````sh\n```\na", "````sh\n```\na\n````"],
    ["a fence in a list ends with it", "- ~~~\n  a", "- ~~~\n  a"],
    ["a comment", "<!-- a\n\nb", "<!-- a\n\nb-->"],
    ["a tag", "<div title='a\n> b", "<div title='a\n> b'>\n\n</div>"],
    ["an element over empty lines", "<details>\n\n<b>a</b>\n\n```sh\nx", "<details>\n\n<b>a</b>\n\n```sh\nx\n```\n\n</details>"],
    ["an element that takes all that follows", "<pre>\n\na", "<pre>\n\na\n</pre>"],
    ["elements whose end may be left out", "<p>a<br>\n<img src=x>", "<p>a<br>\n<img src=x>"],
  ])("%s", (_case, source, expected) => {
    expect(closed(source).source).toBe(expected);
  });

  it("is cut behind blocks that leave nothing open", () => {
    const source = "One.\n\n<details><summary>two</summary>\n\n```text\ntwo\n\ntwo\n```\n\n</details>\n\nThree.";
    expect(cutsOf(source).map((end) => source.slice(0, end).split("\n").at(-1))).toEqual(["One.", "</details>", "Three."]);
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
    expect(plainText(source)).toBe(`What changed
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
    expect(plainText("[see][r] and [there][s], ada@example.org, https://example.org\n\n[r]: https://example.org/1\n[s]: x.md")).toBe("see (https://example.org/1) and there, ada@example.org, https://example.org");
    expect(plainText("<p>a > b &amp; &#99;<!-- d --></p>")).toBe("a > b & c");
  });
});

describe("plain text for a chat", () => {
  it.each([
    ["names, whatever stands before them", "cc/@bob, a@everyone and ada@example.org", "cc/`@bob`, a`@everyone` and ada@example.org"],
    ["a name in pieces", "@**every**one", "`@everyone`"],
    ["references and escapes", "&#64;here \\\\@ada", "`@here` `\\@ada`"],
    ["code", "by `@ada`", "by `@ada`"],
    ["a backtick in code, and beside it", "`` a`b `` \\` `@ada`", "`a\u02CBb` \u02CB `@ada`"],
    ["what a chat takes for an escape", "a\\\\`@ada`", "a\\ `@ada`"],
    ["a fence", "````sh\nping @everyone\n\n```\n````", "```\nping @everyone\n\n\u02CB\u02CB\u02CB\n```"],
    ["an address", "[a](https://example.org/@bob) https://example.org/@ada", "a (https://example.org/%40bob) https://example.org/%40ada"],
    ["raw html", "<p>&commat;everyone</p>", "`@everyone`"],
  ])("%s", (_case, source, expected) => {
    expect(plainText(source, true)).toBe(expected);
  });
});

describe("an excerpt", () => {
  it("has what is written, without front matter, title and markers", async () => {
    const source = `---\r\nid: x\r\n---\r\n\r\n# Title\r\n\r\n<!-- shipnote:summary -->\r\n\r\nShipped.\r\n\r\n<!-- /shipnote:summary -->\r\n\r\nMine.\r\n\r\n## Why\r\n\r\n*Not written down.*\r\n\r\n## Rollback\r\n\r\n<!-- shipnote:rollback -->\r\n\r\n\`\`\`sh\r\na\r\n\r\n\r\nb\r\n\`\`\`\r\n\r\n<!-- /shipnote:rollback -->\r\n\r\n*Not written down.*\r\n\r\n## *Steps* \\<x>\r\n\r\n_Not written down._\r\n\r\nCall Lin.\r\n\r\n## Checklist\r\n\r\n- [ ] x\r\n`;
    const excerpt = await readExcerpt(source);
    expect(excerpt).toEqual({
      lead: "Shipped.\n\nMine.",
      sections: [
        { title: "Rollback", heading: "## Rollback", body: "```sh\na\n\n\nb\n```" },
        { title: "Steps <x>", heading: "## *Steps* \\<x>", body: "Call Lin." },
        { title: "Checklist", heading: "## Checklist", body: "- [ ] x" },
      ],
    });
    expect(leavingOut(excerpt, ["checklist"]).sections.map(({ title }) => title)).toEqual(["Rollback", "Steps <x>"]);
  });
});
