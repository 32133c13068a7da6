import { describe, expect, it } from "vitest";
import { cell, code, codeCell, codeLink, codeLinkCell, fence, link, linkCell, quotation, summaryHtml, text } from "../../src/render/text.ts";
import { cut, plain, plainLines } from "../../src/render/visible.ts";

describe("text", () => {
  it.each([
    ["plain words stay as they are", "Serve article lookups from the cache (2nd try): it's faster!", "Serve article lookups from the cache (2nd try): it's faster!"],
    ["a name in another script, too", "Añade búsquedas: 日本語, ذاكرة", "Añade búsquedas: 日本語, ذاكرة"],
    ["names of things", "Add updated_at to x-y.z", "Add updated_at to x-y.z"],
    ["code between backticks stays code", "Add `articles.updated_at` (new)", "Add `articles.updated_at` (new)"],
    ["an open backtick is none", "it`s", "it\\`s"],
    ["a mention", "thanks @bob, all", "thanks `@bob,` all"],
    ["an issue", "Fix (#12)", "Fix `(#12)`"],
    ["a merge request, but no exclamation", "See !45 now!", "See `!45` now!"],
    ["a label, a milestone, an epic, a wiki link", "~bug %5 &9 [[Home]]", "`~bug` `%5` `&9` `[[Home]]`"],
    ["percent and ampersand alone", "5 % and 100% & more", "5 % and 100% & more"],
    ["addresses", "https://e.org www.e.org a@e.org", "`https://e.org` `www.e.org` `a@e.org`"],
    ["an emoji, but no time of day", "ship :tada: at 09:04:12", "ship `:tada:` at 09:04:12"],
    ["what would be an emoji before a colon", "what: :x", "what: `:x`"],
    ["math", "costs $5 or $x$", "costs `$5` or `$x$`"],
    ["a commit, but no short number", "Reverts 8b7e410, 123456 of them", "Reverts `8b7e410,` 123456 of them"],
    ["a word of hex letters", "an effaced facade", "an `effaced` facade"],
    ["side by side with code", "`a`#1 x", "`a#1` x"],
    ["markup", "*a* <b> [c](d) ![e](f) ~~g~~", "\\*a\\* \\<b> \\[c]\\(d) !\\[e]\\(f) `~~g~~`"],
    ["the beginning of a list", "- a", "\\- a"],
    ["the beginning of a numbered list", "1. a", "1\\. a"],
    ["a heading", "# a", "`#` a"],
    ["line breaks and tabs", " a\r\n\tb\u2028c ", "a b c"],
    ["what turns the reading direction", "a\u202Eb", "`a\\u{202e}b`"],
    ["a terminal escape", "\u001B[31mred", "`\\u{1b}[31mred`"],
    ["a joiner at home", "👩\u200D💻 می\u200Cخواهم", "👩\u200D💻 می\u200Cخواهم"],
    ["a joiner that hides", "a\u200Db", "`a\\u{200d}b`"],
    ["nothing", "  ", ""],
  ])("%s", (_, given, expected) => {
    expect(text(given)).toBe(expected);
  });
});

describe("the other places", () => {
  it("a cell keeps its table", () => {
    expect(cell("a|b #1|2")).toBe("a\\|b `#1\\|2`");
    expect(codeCell("a | `b`")).toBe("`` a \\| `b` ``");
    expect(linkCell("a|b", "https://e.org/x")).toBe("[a\\|b](https://e.org/x)");
  });

  it("code is whole", () => {
    expect(code("a `b` c")).toBe("``a `b` c``");
    expect(code("")).toBe("");
  });

  it("a link goes to http(s) or within the notes, else is none", () => {
    expect(link("a", "https://e.org/b?c=1#d")).toBe("[a](https://e.org/b?c=1#d)");
    expect(link("a", "../2025/2025-01-02-x.md")).toBe("[a](../2025/2025-01-02-x.md)");
    expect(codeLink("8b7e410", "http://localhost:3000/x")).toBe("[`8b7e410`](http://localhost:3000/x)");
    expect(codeLinkCell("8b7e410", null)).toBe("`8b7e410`");
    for (const address of ["javascript:alert(1)", "data:text/html,x", "//e.org", "/etc", "https://e.org/a b", "https://e.org/a)b", "https://u:p@e.org/", "../../x.md", ""]) {
      expect([address, link("a", address)]).toEqual([address, "a"]);
    }
  });

  it("a fence is longer than what it holds, and keeps lines and tabs", () => {
    expect(fence("a\tb\r\n````\rc\u0000\n\n", "text")).toBe("`````text\na\tb\n````\nc\\u{0}\n`````");
  });

  it("a summary holds no tag", () => {
    expect(summaryHtml("a <b> & \"c\"\n</summary>")).toBe("a &#60;b&#62; &#38; &#34;c&#34; &#60;/summary&#62;");
  });

  it("a quotation flows, and keeps lists apart", () => {
    expect(quotation("Two lines\nof one sentence:\n- a\n- b\n\n\n# next @x\n")).toBe("> Two lines\n> of one sentence:\\\n> \\- a\\\n> \\- b\n>\n> `#` next `@x`");
  });

  it.each([
    ["fenced code stays code", "So:\n```sql\nSELECT *\n\n  FROM x\n```\nand on", "> So:\n>\n> ```text\n> SELECT *\n>\n>   FROM x\n> ```\n>\n> and on"],
    ["a fence that is never closed ends with the text", "~~~\n@x\n> y", "> ```text\n> @x\n> > y\n> ```"],
    ["a fence inside a longer one is code", "````\n```\nx\n````", "> ````text\n> ```\n> x\n> ````"],
    ["indented lines are code, their depth kept", "It prints\n\n    a\n\n      b #1\n\nhere.", "> It prints\n>\n> ```text\n> a\n>\n>   b #1\n> ```\n>\n> here."],
    ["but not where they go on with a sentence", "- one that is\n    wrapped", "> \\- one that is\n> wrapped"],
    ["a list of a merge stays a list", "* topic:\n  doc: a\n  doc: b\n\nEnd", "> \\* topic:\\\n> doc: a\\\n> doc: b\n>\n> End"],
    ["an empty fence is nothing", "a\n```\n```", "> a"],
  ])("%s in a quotation", (_, value, markdown) => {
    expect(quotation(value)).toBe(markdown);
  });
});

describe("what is seen", () => {
  it("plain text folds blanks and shows what acts unseen", () => {
    expect(plain("a\u00A0\u3000b\u200B\u009Bc\uD800")).toBe("a b\\u{200b}\\u{9b}c\\u{d800}");
    expect(plainLines("a\r\nb\rc\u0007")).toBe("a\nb\nc\\u{7}");
  });

  it("a cut never halves a character", () => {
    expect(cut("abcdef", 6)).toBe("abcdef");
    expect(cut("abcdefg", 6)).toBe("abcde…");
    expect(cut("👍👍👍👍", 4)).toBe("👍👍👍👍");
    expect(cut("👍👍👍👍👍", 4)).toBe("👍👍👍…");
    expect(cut("ab cdef", 4)).toBe("ab…");
  });
});
