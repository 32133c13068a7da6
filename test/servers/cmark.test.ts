import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { cell, code, codeCell, fence, link, quotation, summaryHtml, text } from "../../src/render/text.ts";
import { plain } from "../../src/render/visible.ts";
import { alive, tags } from "../hostile/rendered.ts";
import { hostileStrings } from "../hostile/strings.ts";

/*
 * The renderer that GitHub runs, with every extension and raw HTML let through (tagfilter aside, which would hide
 * what came alive): 20,000 hostile strings in each place, in one document a place.
 */
const amount = 20_000;
const extensions = ["footnotes", "table", "strikethrough", "autolink", "tasklist"];

function cmark(markdown: string): string {
  return execFileSync("cmark-gfm", ["--unsafe", "--github-pre-lang", ...extensions.flatMap((name) => ["-e", name])], {
    input: markdown,
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
}

/** Every tag of a rendered document but those of inline code, by how often it occurs. */
function counted(html: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const tag of tags(html)) if (tag !== "<code>" && tag !== "</code>") counts[tag] = (counts[tag] ?? 0) + 1;
  return counts;
}

const address = "https://git.example.org/web/articles/-/commit/8b7e410";

describe("cmark-gfm finds nothing alive", () => {
  it.each<[string, (value: string) => string, Record<string, number>]>([
    ["in a sentence", (value) => `x ${text(value)} y\n`, { "<p>": 1, "</p>": 1 }],
    ["as inline code", (value) => `x ${code(value) || "`-`"} y\n`, { "<p>": 1, "</p>": 1 }],
    ["as the words of a link", (value) => `x ${plain(value) === "" ? "[a](<>)" : link(value, address)} y\n`, { "<p>": 1, "</p>": 1 }],
    ["in a fence", (value) => `${fence(value, "text")}\n`, { "<pre>": 1, "</pre>": 1 }],
    ["in a summary", (value) => `<details><summary><code>${summaryHtml(value)}</code></summary>\n\nx\n\n</details>\n`, {
      "<details>": 1, "</details>": 1, "<summary>": 1, "</summary>": 1, "<p>": 1, "</p>": 1,
    }],
  ])("%s", (_place, write, each) => {
    const strings = hostileStrings(amount, 31);
    const html = cmark(strings.map(write).join("\n"));
    const found = counted(html.replaceAll(/<a href="https:\/\/git\.example\.org[^"]*">|<a href="">|<\/a>/g, "").replaceAll('<code class="language-text">', "<code>").replaceAll('<pre lang="text">', "<pre>"));
    expect(found).toEqual(Object.fromEntries(Object.entries(each).map(([tag, count]) => [tag, count * strings.length])));
    expect(alive(html.replaceAll(/<a href="https:\/\/git\.example\.org[^"]*">/g, ""))).toEqual([]);
  }, 240_000);

  it("in the cells of a table", () => {
    const strings = hostileStrings(amount, 32);
    const rows = strings.map((value) => `| ${cell(value)} | ${codeCell(value)} |`);
    const html = cmark(`| a | b |\n| --- | --- |\n${rows.join("\n")}\n`);
    expect(counted(html)).toEqual({
      "<table>": 1, "</table>": 1, "<thead>": 1, "</thead>": 1, "<tbody>": 1, "</tbody>": 1,
      "<th>": 2, "</th>": 2, "<tr>": strings.length + 1, "</tr>": strings.length + 1, "<td>": 2 * strings.length, "</td>": 2 * strings.length,
    });
    expect(alive(html)).toEqual([]);
  }, 240_000);

  it("in a quotation", () => {
    // A line that only opens a fence quotes nothing.
    const quoted = hostileStrings(amount, 33).map((value) => quotation(plain(value))).filter((markdown) => markdown !== "");
    expect(quoted.length).toBeGreaterThan(amount * 0.9);
    const html = cmark(quoted.map((markdown) => `${markdown}\n\n<!-- -->\n`).join("\n"));
    expect(counted(html.replaceAll("<!-- -->", ""))).toEqual({
      "<blockquote>": quoted.length, "</blockquote>": quoted.length, "<p>": quoted.length, "</p>": quoted.length,
    });
    expect(alive(html)).toEqual([]);
  }, 240_000);
});
