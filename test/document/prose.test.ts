import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Failure } from "../../src/failure.ts";
import { fillProse, readProse, type ProseName } from "../../src/document/prose.ts";
import { recordSource, reformatted } from "./fixtures.ts";

const empty = "# T\n\n## Why\n\n*Not written down.*\n\n## Expected result\n\n*Not written down.*\n\n## Rollback\n\n<!-- shipnote:rollback -->\n\ngenerated\n\n<!-- /shipnote:rollback -->\n\n*Not written down.*\n\n## Notes\n\n*Not written down.*\n";
const nothing = { why: null, expected: null, assumptions: null, rollback: null, notes: null };

describe("readProse", () => {
  it.each([["as rendered", recordSource] as const, ...reformatted])("reads each section: %s", async (_, source) => {
    const prose = await readProse(source);
    expect(prose.why).toMatch(/^Readers waited [^]*with stars$/);
    expect(prose.expected).toMatch(/^`article-page [^]*<= 0\.01$/);
    expect(prose.assumptions?.replace(/\s+/g, " ")).toMatch(/^the cache server is .reachable. from every worker\.$/);
    expect(prose.rollback?.replace(/\s+/g, " ")).toBe("If pages turn stale: `redis-cli FLUSHDB` first, revert second.");
    expect(prose.notes).toBeNull();
  });

  it.each([
    ["empty sections", empty],
    ["sections after prettier", empty.replaceAll("*Not written down.*", "_Not written down._")],
    ["sections without a line", empty.replaceAll("*Not written down.*\n", "")],
    ["no sections at all", "# T\n"],
    ["nothing", ""],
    ["headings of another level", "### Why\n\ntext\n"],
    ["headings in a fence and in a quotation", "```\n## Why\n\ntext\n```\n\n> ## Notes\n> text\n"],
  ])("finds nothing in %s", async (_, source) => {
    expect(await readProse(source)).toEqual(nothing);
  });

  it.each([
    ["an underlined heading", "Why\n---\n\nx\n"],
    ["another case and closing marks", "## WHY ##\n\nx\n"],
    ["markup in the heading", "## **Why**\n\nx\n"],
    ["the next heading of level 1", "## Why\n\nx\n\n# Other\n\ny\n"],
  ])("reads a section by %s", async (_, source) => {
    expect((await readProse(source)).why).toBe("x");
  });

  it("keeps smaller headings and white space of the section", async () => {
    expect((await readProse("## Why\r\n\r\n    code\r\n\r\n### More\r\n\r\nx  \r\n## Notes\r\n")).why).toBe("    code\n\n### More\n\nx  ");
  });

  it("reads assumptions from their paragraph on, not from a fence", async () => {
    const prose = await readProse("## Expected result\n\na\n\n```\n\nAssumptions: x\n```\n\n**Assumptions:** b\n\n- c\n");
    expect(prose).toMatchObject({ expected: "a\n\n```\n\nAssumptions: x\n```", assumptions: "b\n\n- c" });
    expect((await readProse("## Expected result\n\nAssumptions: b\n")).expected).toBeNull();
  });

  it("takes a quotation that nobody touched for an empty section, formatted or not", async () => {
    const quotation = "From the commits:\n\n> a *b*\n>\n> - c\n";
    const read = async (why: string) => (await readProse(`## Why\n\n${why}`, { quotation })).why;
    expect(await read(quotation)).toBeNull();
    expect(await read(quotation.replace("*b*", "_b_"))).toBeNull();
    expect(await read(quotation.replace("- c", "- d"))).toContain("- d");
  });

  it("knows a quotation again whose commits were rewritten, or linked since", async () => {
    const quotation = "From the commits:\n\n> It was slow.\n>\n> (`6cb5b65`)\n";
    const read = async (why: string) => (await readProse(`## Why\n\n${why}`, { quotation })).why;
    expect(await read(quotation.replace("6cb5b65", "1f3a9c2"))).toBeNull();
    expect(await read(quotation.replace("`6cb5b65`", "[`6cb5b65`](https://git.example.org/web/articles/-/commit/6cb5b65)"))).toBeNull();
    expect(await read(quotation.replace("`6cb5b65`", "`6cb5b65`, says Lin"))).toContain("says Lin");
    expect(await read(quotation.replace("slow", "slow (`6cb5b65`)"))).toContain("slow (");
  });
});

describe("fillProse", () => {
  const names: ProseName[] = ["why", "expected", "assumptions", "rollback", "notes"];

  it.each(names)("fills an empty section, with the file's line ends: %s", async (name) => {
    for (const source of [empty, empty.replaceAll("\n", "\r\n"), `\uFEFF${empty.trimEnd()}`]) {
      const filled = await fillProse(source, name, "one\n\n- two", { force: false });
      expect(await readProse(filled)).toEqual({ ...nothing, [name]: "one\n\n- two" });
      expect(new Set(filled.match(/\r?\n/g))).toEqual(new Set(source.match(/\r?\n/g)));
      expect(await fillProse(filled, name, "one\n\n- two", { force: false })).toBe(filled);
    }
  });

  it("replaces just the line that says that nothing was written", async () => {
    expect(await fillProse(empty, "rollback", "first", { force: false })).toBe(empty.replace(
      "<!-- /shipnote:rollback -->\n\n*Not written down.*", "<!-- /shipnote:rollback -->\n\nfirst",
    ));
    expect(await fillProse(empty, "assumptions", "a", { force: false })).toBe(empty.replace(
      "## Expected result\n\n*Not written down.*", "## Expected result\n\n*Not written down.*\n\nAssumptions: a",
    ));
  });

  it("puts the expected result before assumptions that stand there", async () => {
    const source = "## Expected result\n\nAssumptions: a\n";
    expect(await fillProse(source, "expected", "b", { force: false })).toBe("## Expected result\n\nb\n\nAssumptions: a\n");
  });

  it.each(names)("refuses where other text stands, and adds a paragraph when forced: %s", async (name) => {
    const source = await fillProse(empty, name, "people's", { force: false });
    await expect(fillProse(source, name, "other", { force: false })).rejects.toMatchObject({ code: "prose-exists", exitStatus: 1 });
    const forced = await fillProse(source, name, "other", { force: true });
    expect(await readProse(forced)).toEqual({ ...nothing, [name]: "people's\n\nother" });
    expect(await fillProse(forced, name, "other", { force: false })).toBe(forced);
  });

  it("replaces an untouched quotation, and no other", async () => {
    const source = "## Why\n\n> quoted\n\n## Notes\n";
    expect(await fillProse(source, "why", "x", { force: false, quotation: "> quoted\n" })).toBe("## Why\n\nx\n\n## Notes\n");
    await expect(fillProse(source, "why", "x", { force: false, quotation: "> else" })).rejects.toMatchObject({ code: "prose-exists" });
  });

  it("brings a section back that people removed, at its place", async () => {
    expect(await fillProse("# T\n\n## Commands\n\nx\n", "why", "y", { force: false })).toBe("# T\n\n## Why\n\ny\n\n## Commands\n\nx\n");
    expect(await fillProse("# T", "notes", "y", { force: false })).toBe("# T\n\n## Notes\n\ny\n");
  });

  it.each([
    ["a fence left open", "```sh\nmake"],
    ["a comment left open", "<!-- later"],
    ["a marker", "a\n\n<!-- shipnote:rollback -->\n\nb"],
    ["a closing marker", "<!-- /shipnote:rollback -->"],
    ["a section of its own", "a\n\n## Notes\n\nb"],
    ["a title", "# a"],
    ["an underlined heading", "a\n\nb\n---"],
    ["a region of its own", "<!-- shipnote:x -->\n\n<!-- /shipnote:x -->"],
  ])("refuses text that would cut off or swallow what follows: %s", async (_, text) => {
    await expect(fillProse(empty, "why", text, { force: false })).rejects.toMatchObject({ code: "value-invalid", exitStatus: 2 });
  });

  it("refuses a fence left open in the last section before people's own", async () => {
    const source = `${empty}\n## Ours\n\nx\n`;
    await expect(fillProse(source, "notes", "~~~", { force: false })).rejects.toMatchObject({ code: "value-invalid" });
  });

  it("lets headings be that only a parser reads, whatever is put in", async () => {
    const source = "# Use `x` & *y*\n\n## Why\n\n## Of `z` ##  \n\n## [a](b)\n";
    const filled = await fillProse(source, "why", "- a\n\n  ```\n  b\n  ```", { force: false });
    expect(filled).toBe(source.replace("## Why\n", "## Why\n\n- a\n\n  ```\n  b\n  ```\n"));
  });

  it("takes the same text again, assumptions and all", async () => {
    const text = "fast\n\nAssumptions: a\n\n- b";
    const filled = await fillProse(empty, "expected", text, { force: false });
    expect(await readProse(filled)).toMatchObject({ expected: "fast", assumptions: "a\n\n- b" });
    expect(await fillProse(filled, "expected", text, { force: false })).toBe(filled);
  });

  it("puts in what is read back, or refuses, whatever the text", async () => {
    const piece = fc.constantFrom("a", "## Why", "### x", "```", "~~~~", "<!--", "-->", "<!-- shipnote:x -->", "<pre>", "</pre>", "- a", "  b", "    c", "> d", "---", "===", "| a |", "[a]: b", "<div>", "*Not", "\\");
    const text = fc.array(fc.tuple(piece, fc.constantFrom("\n", "\n\n")), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.flat().join("").trimEnd());
    await fc.assert(fc.asyncProperty(text, fc.constantFrom<ProseName>("why", "rollback", "notes"), async (wanted, name) => {
      const filled = await fillProse(empty, name, wanted, { force: false })
        .catch((error: unknown) => (error instanceof Failure ? null : Promise.reject(error)));
      const read = filled === null ? null : (await readProse(filled))[name];
      expect([null, wanted]).toContain(read);
    }), { numRuns: 800 });
  });

  it("takes text for text, whatever it looks like", async () => {
    const text = "{{> rollback}} {{{title}}} $& $1 \\1";
    expect((await readProse(await fillProse(empty, "why", text, { force: false }))).why).toBe(text);
  });

  it("changes no byte outside the section, for random people's text", async () => {
    const block = fc.constantFrom("text", "- a\n- b", "> q", "```\n## Why\n```", "| a |\n| --- |", "  x", "<b>x</b>", "é\u{1F600}");
    const prose = fc.array(block, { maxLength: 3 }).map((parts) => parts.join("\n\n"));
    await fc.assert(fc.asyncProperty(prose, prose, block, fc.constantFrom("\n", "\r\n"), async (before, after, text, ending) => {
      const head = `# T\n\n${before}\n\n`.replaceAll("\n", ending);
      const tail = `\n\n## Other\n\n${after}`.replaceAll("\n", ending);
      const filled = await fillProse(`${head}## Why${ending}${ending}*Not written down.*${tail}`, "why", text, { force: false });
      expect(filled).toBe(`${head}## Why${ending}${ending}${text.replaceAll("\n", ending)}${tail}`);
    }), { numRuns: 200 });
  });
});
