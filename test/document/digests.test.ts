import { describe, expect, it } from "vitest";
import { isUnedited, regionDigests } from "../../src/document/digests.ts";
import { findRegions } from "../../src/document/regions.ts";
import { recordSource, reformatted } from "./fixtures.ts";

const never = (): string => {
  throw new Error("the record at hand was rendered");
};

describe("regionDigests", () => {
  it("is SHA-256 over LF, without the blank lines around the text", async () => {
    // printf x | sha256sum
    const x = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
    expect((await regionDigests("summary", "x")).text).toBe(x);
    expect((await regionDigests("summary", "\r\n\r\nx\r\n")).text).toBe(x);
  });

  it.each([
    ["a word", "a *b*", "a *c*"],
    ["emphasis", "a *b*", "a b"],
    ["an entry of a table", "| a |\n| --- |\n| b |", "| a |\n| --- |\n| c |"],
    ["the alignment of a column", "| a |\n| --- |", "| a |\n| ---: |"],
    ["a line of code", "```text\na\n```", "```text\na \n```"],
    ["a link's target", "[a](b)", "[a](c)"],
    ["a list's order", "1. a\n2. b", "1. b\n2. a"],
  ])("tells %s", async (_, one, other) => {
    const [a, b] = await Promise.all([regionDigests("summary", one), regionDigests("summary", other)]);
    expect(a.text).not.toBe(b.text);
    expect(a.tree).not.toBe(b.tree);
  });

  it("leaves the ticks of the checklist out, and of nothing else", async () => {
    expect(await regionDigests("checklist", "- [x] a")).toEqual(await regionDigests("checklist", "- [ ] a"));
    expect((await regionDigests("summary", "- [x] a")).tree).not.toBe((await regionDigests("summary", "- [ ] a")).tree);
  });
});

describe("isUnedited", () => {
  const rendered = async (): Promise<Map<string, string>> =>
    new Map((await findRegions(recordSource)).map((region) => [region.name, region.text]));

  it.each(reformatted)("counts all regions as unedited after %s", async (_, source) => {
    const texts = await rendered();
    for (const region of await findRegions(source)) {
      const text = texts.get(region.name) ?? "";
      const stored = await regionDigests(region.name, text);
      expect([region.name, await isUnedited(region.name, region.text, stored, () => text)]).toEqual([region.name, true]);
    }
  });

  it("needs neither a parser nor a rendering where the text fits", async () => {
    const { text } = await regionDigests("summary", "x\ny");
    expect(await isUnedited("summary", "\r\nx\r\ny\r\n", { text, tree: "none" }, never)).toBe(true);
  });

  it("takes the rendering of the record at hand where digests are lost or older", async () => {
    expect(await isUnedited("summary", "a  _b_", null, () => "a *b*")).toBe(true);
    expect(await isUnedited("summary", "a", { text: "", tree: "" }, () => "b")).toBe(false);
  });

  it.each(["summary", "changes", "commands", "metrics", "rollback", "checklist"])("tells an edit of %s", async (name) => {
    const text = (await rendered()).get(name) ?? "";
    const stored = await regionDigests(name, text);
    const edited = [`People were here.\n\n${text}`, `${text}\n\nPeople were here.`, text.replace(/[a-z]{4}/, "XXXX")];
    for (const standing of edited) expect(await isUnedited(name, standing, stored, () => text)).toBe(false);
  });
});
