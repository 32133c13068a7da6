import { describe, expect, it } from "vitest";
import { findHeading, replaceHeading, standingTitle } from "../../src/document/heading.ts";

const atHand = { title: "Fix @bob", heading: "# Fix `@bob`" };

describe("standingTitle", () => {
  it.each([
    ["as rendered", "# Fix `@bob`\n", "Fix @bob"],
    ["with white space behind it", "---\nid: x\n---\n# Fix `@bob`  \r\n\r\nx\r\n", "Fix @bob"],
    ["changed", "# Mend *the* `@bob` &amp; \\# [more](x)\n", "Mend the @bob & # more"],
    ["underlined", "Mend\n====\n", "Mend"],
    ["behind other text", "> # no\n\ntext\n\n# Mend #\n", "Mend"],
    ["removed", "## Why\n", null],
    ["empty", "#\n", null],
    ["in a fence", "```\n# no\n```\n", null],
  ])("reads a heading %s", async (_, source, title) => {
    expect(await standingTitle(source, atHand)).toBe(title);
  });
});

describe("replaceHeading", () => {
  it("changes the heading and nothing else", async () => {
    expect(await replaceHeading("\uFEFF# Old\r\n\r\nx\r\n", atHand)).toBe("\uFEFF# Fix `@bob`\r\n\r\nx\r\n");
    expect(await replaceHeading("Old\n===\n\nx", atHand)).toBe("# Fix `@bob`\n\nx");
  });

  it("leaves a heading that says it already, and its absence, as they are", async () => {
    for (const source of ["# Fix **@bob** ##\n", "text\n"]) expect(await replaceHeading(source, atHand)).toBe(source);
    expect(await findHeading("text\n")).toBeNull();
  });
});
