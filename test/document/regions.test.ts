import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { markedRegion } from "../../src/document/markers.ts";
import { findRegions, spliceRegions } from "../../src/document/regions.ts";
import { recordSource, reformatted } from "./fixtures.ts";

const names = ["summary", "changes", "commands", "metrics", "rollback", "checklist"];
const region = (name: string, text: string): string => markedRegion(name, text);

describe("findRegions", () => {
  it.each([["as rendered", recordSource] as const, ...reformatted])("finds all of a record: %s", async (_, source) => {
    expect((await findRegions(source)).map((found) => found.name)).toEqual(names);
  });

  it("says where a region stands and what it holds", async () => {
    const [found] = await findRegions("# T\r\n\r\n<!-- shipnote:a -->\r\n\r\none\r\n\r\n two\r\n\r\n<!-- /shipnote:a -->\r\n");
    expect(found).toMatchObject({ name: "a", line: 3, text: "one\n\n two" });
  });

  it.each([
    ["in a fence", "```\n\n<!-- shipnote:a -->\n\n```\n"],
    ["in a fence of tildes that holds another", "~~~~\n```\n\n<!-- shipnote:a -->\n\n~~~\n"],
    ["in a list", "- x\n\n  <!-- shipnote:a -->\n"],
    ["in a quotation", "> <!-- shipnote:a -->\n"],
    ["as code", "    <!-- shipnote:a -->\n"],
    ["within a line", "see <!-- shipnote:a --> there\n"],
    ["within a comment", "<!--\n\n<!-- shipnote:a -->\n"],
    ["within html", "<pre>\n\n<!-- shipnote:a -->\n\n</pre>\n"],
    ["with another case", "<!-- Shipnote:a -->\n"],
    ["in the front matter", "---\n<!-- shipnote:a -->: x\n---\n"],
  ])("takes a marker %s for text", async (_, source) => {
    expect(await findRegions(source)).toEqual([]);
  });

  it.each([
    ["never closed", "# T\n\n<!-- shipnote:a -->\n\nx\n", 3],
    ["never opened", "# T\n\n\n<!-- /shipnote:a -->\n", 4],
    ["closed by another", "<!-- shipnote:a -->\n\n<!-- /shipnote:b -->\n", 3],
    ["there twice", `${region("a", "x")}\n\n${region("a", "y")}\n`, 7],
    ["nested", `<!-- shipnote:a -->\n\n${region("b", "x")}\n\n<!-- /shipnote:a -->\n`, 3],
    ["nested in itself", "<!-- shipnote:a -->\n\n<!-- shipnote:a -->\n\n<!-- /shipnote:a -->\n", 3],
    ["closed right behind html, which takes the marker along", "<!-- shipnote:a -->\n\n</details>\n<!-- /shipnote:a -->\n", 1],
  ])("refuses a region that is %s", async (_, source, line) => {
    for (const text of [source, source.replaceAll("\n", "\r\n"), source.replaceAll("\n", "\r")]) {
      await expect(findRegions(text)).rejects.toMatchObject({
        code: "regions-damaged", exitStatus: 1, message: expect.stringContaining(`line ${line}:`),
      });
    }
  });
});

describe("spliceRegions", () => {
  it("leaves what stands already, deleted regions and unknown ones as they are", async () => {
    const source = `${region("a", "same")}\n\n${region("mine", "people's")}\n`;
    expect(await spliceRegions(source, { a: "same", b: "new", constructor: "x" })).toBe(source);
    expect(await spliceRegions(source, { a: "\n\nsame\n" })).toBe(source);
  });

  it("ends lines as the lines around them do, in a file that mixes them", async () => {
    const source = "# T\n\n<!-- shipnote:a -->\r\n\r\nx\r\n\r\n<!-- /shipnote:a -->\r\n\r\n<!-- shipnote:b -->\n\n<!-- /shipnote:b -->";
    expect(await spliceRegions(source, { a: "1\n2", b: "3\n4" })).toBe(
      "# T\n\n<!-- shipnote:a -->\r\n\r\n1\r\n2\r\n\r\n<!-- /shipnote:a -->\r\n\r\n<!-- shipnote:b -->\n\n3\n4\n\n<!-- /shipnote:b -->",
    );
  });

  it("empties a region", async () => {
    expect(await spliceRegions(region("a", "x"), { a: "" })).toBe(region("a", ""));
  });

  it("gives back what was put in, and every other byte, for random documents", async () => {
    const prose = fc.array(
      fc.constantFrom("text", "- item", "> quote", "```\n<!-- shipnote:x -->\n```", "| a |\n| --- |", "<b>x</b>", "\u{1F600} é", "  code", "\ttab "),
      { maxLength: 4 },
    ).map((parts) => parts.join("\n\n"));
    // What we render: text, fences and tables, never a marker of its own.
    const rendered = fc.array(
      fc.constantFrom("text", "- [x] item", "```text\n<!-- /shipnote:a -->\n```", "| a |\n| --- |\n| $& $1 |", "<details><summary>x</summary>\n\ny\n\n</details>"),
      { maxLength: 4 },
    ).map((parts) => parts.join("\n\n"));
    const ending = fc.constantFrom("\n", "\r\n");
    await fc.assert(fc.asyncProperty(
      prose, prose, prose, rendered, rendered, rendered, ending, ending, fc.constantFrom("", "\uFEFF"), fc.constantFrom("", "\n", "\n\n\n"),
      async (before, between, after, old, a, b, ending1, ending2, mark, tail) => {
        const outside = [
          `${mark}${before}\n\n`.replaceAll("\n", ending1), `\n\n${between}\n\n`.replaceAll("\n", ending2), `\n\n${after}${tail}`,
        ] as const;
        const source = outside[0] + region("a", old).replaceAll("\n", ending1) + outside[1] +
          region("b", old).replaceAll("\n", ending2) + outside[2];
        const spliced = await spliceRegions(source, { a, b });
        const [first, second] = await findRegions(spliced);
        expect([first?.text, second?.text]).toEqual([a, b]);
        expect([
          spliced.slice(0, first?.outerStart), spliced.slice(first?.outerEnd, second?.outerStart), spliced.slice(second?.outerEnd),
        ]).toEqual(outside);
        expect(await spliceRegions(spliced, { a: old, b: old })).toBe(source);
      },
    ), { numRuns: 300 });
  });
});
