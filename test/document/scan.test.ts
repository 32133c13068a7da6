import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Structure } from "../../src/document/blocks.ts";
import { scanBlocks } from "../../src/document/scan.ts";
import { sectionOrder } from "../../src/document/section-names.ts";
import { parseStructure } from "../../src/document/tree.ts";

/** Lines that are, or look like, structure; put together at random. */
const pieces = [
  "", "", "", "text", "## Why", "## Notes ##", "# Title", "### deep", "##", "#", "#5", "##\tNotes", " ## Why", "## **Why**",
  "<!-- shipnote:summary -->", "<!-- /shipnote:summary -->", "<!-- shipnote:a -->", "<!-- /shipnote:a -->",
  "  <!-- shipnote:a -->", "    <!-- shipnote:a -->", "\t<!-- shipnote:a -->", "<!-- shipnote:a --> ", "> <!-- shipnote:a -->",
  "- <!-- shipnote:a -->", "<!-- shipnote:a --> text", "text <!-- shipnote:a -->", "<!-- a comment -->", "<!--", "-->", "<!-->",
  "<!-- one --> <!-- two -->", "<!-- a -- b -->", "<!-- open",
  "```", "````", "```text", "``` a`b", "~~~", "~~~ x ~~~", "  ```", "    ```", "- ```", "> ```", "`inline`", "```` ",
  "<details>", "</details>", "<details><summary>x</summary>", "<script>", "</script>", "<pre>", "<b>bold</b> x", "<https://a.example>", "<?php", "<!DOCTYPE x>", "<![CDATA[",
  "- item", "* item", "1. item", "  continued", "    code", "\tcode", "> quote", ">", "---", "===", "----", "- - -", "***", "-", "=",
  "| a | b |", "| --- | --- |", "a | b", "--- | ---", "[a]: https://a.example", "[a]:", "[^1]: note", "'title", "\\# no", "\\<!-- shipnote:a -->",
  "&#35; x", "## &#87;hy", "a  ", "a\\", "  ", "\t", " \t ", "\u00A0", "\u000B", "x\u2028y", "$$", "+++", "id: x",
];

const document = fc.tuple(
  fc.constantFrom("", "", "\uFEFF", "---\n", "---\nid: x\n---\n", "\uFEFF---\nid: x\n---\n\n"),
  fc.array(fc.tuple(fc.constantFrom(...pieces), fc.constantFrom("\n", "\n", "\n\n", "\r\n", "\r\n\r\n", "\r")), { maxLength: 9 }),
).map(([front, lines]) => front + lines.map(([line, ending]) => line + ending).join(""));

/** What must agree: where the front matter, the markers, the titles and the known sections stand. */
function essence(structure: Structure): unknown {
  return {
    frontMatter: structure.frontMatter,
    blocks: structure.blocks.map((block) => {
      if (block.kind === "marker") return block;
      const known = sectionOrder.some((name) => name.toLowerCase() === block.text.toLowerCase());
      return { kind: block.kind, depth: block.depth, start: block.start, text: known ? block.text : "other" };
    }),
  };
}

describe("scanBlocks", () => {
  it("says what the parser says, or nothing", () => {
    let answered = 0;
    fc.assert(fc.property(document, (source) => {
      const scanned = scanBlocks(source);
      if (scanned === null) return;
      if (scanned.blocks.length > 0) answered += 1;
      expect(essence(scanned)).toEqual(essence(parseStructure(source)));
    }), { numRuns: 6000 });
    expect(answered).toBeGreaterThan(400);
  });

  it.each([
    ["a record", "---\nid: x\n---\n\n# T\n\n<!-- shipnote:summary -->\n\nx\n\n<!-- /shipnote:summary -->\n\n## Why\n\n<details><summary>a</summary>\n\n```text\n<!-- shipnote:b -->\n```\n\n</details>\n", 4],
    ["lists and tables", "## Why\n\n- a\n  - b\n\n| a |\n| --- |\n| b |\n\n## Notes\n", 2],
  ])("answers for %s", (_, source, blocks) => {
    expect(scanBlocks(source)?.blocks).toHaveLength(blocks);
  });

  it.each([
    ["a comment left open", "<!-- open\n\n## Why\n"],
    ["a marker without a blank line before it", "text\n<!-- shipnote:a -->\n"],
    ["an underlined heading", "Why\n---\n"],
    ["an indented fence", "- a\n\n  ```\n"],
    ["a heading within html", "<details>\n## Why\n"],
    ["a section's name in bold", "## **Why**\n"],
    ["front matter left open", "---\nid: x\n\n## Why\n"],
  ])("leaves %s to the parser", (_, source) => {
    expect(scanBlocks(source)).toBeNull();
  });
});
