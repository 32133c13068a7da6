import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { renderFrontMatter } from "../../src/document/front-matter.ts";
import { cell, code, codeCell, codeLink, codeLinkCell, fence, link, linkCell, quotation, summaryHtml, text } from "../../src/render/text.ts";
import { plain, plainLines } from "../../src/render/visible.ts";
import { alive, decoded, rendered, tags } from "./rendered.ts";
import { hostileStrings } from "./strings.ts";

const amount = 20_000;
/** For places that an escaper serves beside its first one. */
const fewer = 4000;
const timeout = 240_000;

/** Strings that a place does not hold; the first few of them, to be read. */
function broken(seed: number, holds: (value: string, at: number) => boolean, many = amount): string[] {
  const found: string[] = [];
  for (const [at, value] of hostileStrings(many, seed).entries()) {
    if (!holds(value, at)) found.push(JSON.stringify(value));
    if (found.length === 5) break;
  }
  return found;
}

/** Whether rendered HTML has just these tags around inline code and words, and nothing alive. */
function only(html: string, frame: readonly string[]): boolean {
  const others = tags(html).filter((tag) => tag !== "<code>" && tag !== "</code>");
  return others.join() === frame.join() && alive(html).length === 0;
}

describe("what strangers write stays words", () => {
  it("in a sentence", () => {
    expect(broken(1, (value) => {
      const html = rendered(`x ${text(value)} y`);
      return only(html, ["<p>", "</p>"]);
    })).toEqual([]);
  }, timeout);

  it("at the beginning of a block", () => {
    expect(broken(2, (value) => {
      const markdown = text(value);
      return markdown === "" || (only(rendered(markdown), ["<p>", "</p>"]) && !markdown.includes("\n"));
    })).toEqual([]);
  }, timeout);

  it("in a heading, bold and in a list", () => {
    expect(broken(3, (value) => {
      const words = text(value);
      const html = rendered(`# ${words}\n\n- [x] ${words === "" ? "x" : words}: e\n\n**a ${words} b**\n`);
      const item = ["<input type=\"checkbox\" disabled=\"\" checked=\"\" />"];
      return only(html, [
        "<h1>", "</h1>", "<ul>", "<li>", ...item, "</li>", "</ul>", "<p>", "<strong>", "</strong>", "</p>",
      ]);
    }, fewer)).toEqual([]);
  }, timeout);

  it("in the cell of a table", () => {
    const row = ["<tr>", "<td>", "</td>", "<td>", "</td>", "</tr>"];
    const head = ["<table>", "<thead>", "<tr>", "<th>", "</th>", "<th>", "</th>", "</tr>", "</thead>", "<tbody>"];
    expect(broken(4, (value, at) => {
      const words = cell(value);
      const html = rendered(`| A | B |\n| --- | --- |\n| ${at % 2 === 0 ? `${words} | x` : `y | ${words}`} |\n`);
      return only(html, [...head, ...row, "</tbody>", "</table>"]);
    })).toEqual([]);
  }, timeout);

  it("in inline code, in a sentence and in a table", () => {
    const row = ["<tr>", "<td>", "</td>", "<td>", "</td>", "</tr>"];
    const head = ["<table>", "<thead>", "<tr>", "<th>", "</th>", "<th>", "</th>", "</tr>", "</thead>", "<tbody>"];
    expect(broken(5, (value, at) => {
      const shown = plain(value);
      if (at % 2 === 0) return only(rendered(`| A | B |\n| --- | --- |\n| ${codeCell(value)} | y |\n`), [...head, ...row, "</tbody>", "</table>"]);
      const html = rendered(`x ${code(value)} y`);
      const inside = /^<p>x <code>(.*)<\/code> y<\/p>/.exec(html)?.[1];
      return only(html, ["<p>", "</p>"]) && (shown === "" || decoded(inside ?? "") === shown);
    })).toEqual([]);
  }, timeout);

  it("in the text of a link, in a sentence and in a table", () => {
    const url = "https://git.example.org/a/-/commit/12?x=1&y=2";
    const row = ["<tr>", "<td>", `<a href="${url.replace("&", "&amp;")}">`, "</a>", "</td>", "<td>", "</td>", "</tr>"];
    const head = ["<table>", "<thead>", "<tr>", "<th>", "</th>", "<th>", "</th>", "</tr>", "</thead>", "<tbody>"];
    const anchor = [`<a href="${url.replace("&", "&amp;")}">`, "</a>"];
    expect(broken(6, (value, at) => {
      if (plain(value) === "") return true;
      const inSentence = at % 2 === 0;
      const written = [link, codeLink, linkCell, codeLinkCell][(inSentence ? 0 : 2) + (at % 4 < 2 ? 0 : 1)];
      const words = written?.(value, url) ?? "";
      return inSentence
        ? only(rendered(`x ${words} y`), ["<p>", ...anchor, "</p>"])
        : only(rendered(`| A | B |\n| --- | --- |\n| ${words} | y |\n`), [...head, ...row, "</tbody>", "</table>"]);
    })).toEqual([]);
  }, timeout);

  it("as the address of a link, which then is none", () => {
    expect(broken(7, (value) => {
      const html = rendered(`x ${link("label", value)} ${codeLink("label", `https://e.org/${value}`)} y`);
      const links = tags(html).filter((tag) => tag.startsWith("<a"));
      return links.every((tag) => /^<a href="https?:\/\/[^"<>\s]*">$/.test(tag)) && html.startsWith("<p>") && html.endsWith("</p>");
    })).toEqual([]);
  }, timeout);

  it("in a fence, where it keeps its lines", () => {
    expect(broken(8, (value) => {
      const html = rendered(`a\n\n${fence(value, "text")}\n\nb`);
      const inside = /^<p>a<\/p>\n<pre><code class="language-text">(.*)<\/code><\/pre>\n<p>b<\/p>$/s.exec(html)?.[1];
      return inside !== undefined && decoded(inside).replace(/\n+$/, "") === plainLines(value).replace(/\n+$/, "") && alive(html).length === 0;
    })).toEqual([]);
  }, timeout);

  it("in a summary of raw HTML", () => {
    expect(broken(9, (value) => {
      const html = rendered(`<details><summary>Output of <code>${summaryHtml(value)}</code> (3 lines)</summary>\n\nx\n\n</details>\n\ny`);
      return only(html, ["<details>", "<summary>", "</summary>", "<p>", "</p>", "</details>", "<p>", "</p>"]);
    })).toEqual([]);
  }, timeout);

  it("in a quotation of many lines", () => {
    expect(broken(10, (value) => {
      const html = rendered(`a\n\n${quotation(`x ${value}\n${value}\n\n${value} y`)}\n\nb`);
      const inside = ["<p>", "</p>", "<code>", "</code>", "<br />", "<pre>", "</pre>", "<code class=\"language-text\">"];
      const others = tags(html).filter((tag) => !inside.includes(tag));
      return others.join() === "<blockquote>,</blockquote>" && alive(html).length === 0;
    }, fewer)).toEqual([]);
  }, timeout);

  it("in the code of a quotation, open or closed", () => {
    expect(broken(12, (value) => {
      const html = rendered(`a\n\n${quotation(`x\n\`\`\`\n${value}\n\`\`\`\n\n    ${value}\n\n~~~ ${value}`)}\n\nb`);
      const inside = ["<p>", "</p>", "<code>", "</code>", "<br />", "<pre>", "</pre>", "<code class=\"language-text\">"];
      return tags(html).filter((tag) => !inside.includes(tag)).join() === "<blockquote>,</blockquote>" && alive(html).length === 0;
    }, fewer)).toEqual([]);
  }, timeout);

  it("in the front matter, which reads back as the string", () => {
    expect(broken(11, (value) => {
      const owner = plain(value);
      const yaml = renderFrontMatter({ id: "2026-03-04-x", owner, verdict: "improved" });
      const inside = /^---\n(.*)\n---\n$/s.exec(yaml)?.[1] ?? "";
      const read: unknown = parse(inside);
      return JSON.stringify(read) === JSON.stringify({ id: "2026-03-04-x", owner, verdict: "improved" }) && !/^---/m.test(inside);
    })).toEqual([]);
  }, timeout);
});
