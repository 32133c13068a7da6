import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, parseDocument } from "yaml";
import {
  editedKeys, frontMatterScalar, readFrontMatter, renderFrontMatter, rewriteFrontMatter, type FrontMatter,
} from "../../src/document/front-matter.ts";

const ours: FrontMatter = {
  id: "2026-11-24-x", date: "2026-11-24", environment: "production", owner: "@web-team",
  range: "1f3a9c24d0e7..8b7e4105c3aa", verdict: "improved", rollback: "planned", outcome: null,
};
const rendered = '---\nid: 2026-11-24-x\ndate: 2026-11-24\nenvironment: production\nowner: "@web-team"\nrange: "1f3a9c24d0e7..8b7e4105c3aa"\nverdict: improved\nrollback: planned\n---\n';

describe("renderFrontMatter", () => {
  it("writes our keys in order", () => {
    expect(renderFrontMatter(ours)).toBe(rendered);
  });

  it("is what readFrontMatter reads back", async () => {
    const { outcome: _, ...set } = ours;
    expect(await readFrontMatter(rendered)).toEqual(set);
  });
});

describe("frontMatterScalar", () => {
  it.each([
    ["production", "production"], ["eu-west/blue_green", "eu-west/blue_green"], ["2026-11-24", "2026-11-24"], ["2026-11-24-1e5", "2026-11-24-1e5"],
    ["12e5", '"12e5"'], ["1.2.0", '"1.2.0"'], ["v1", '"v1"'], ["deadbee", '"deadbee"'], ["no", '"no"'], ["Y", '"Y"'], ["null", '"null"'],
    ["", '""'], ["a: b", '"a: b"'], ["a #b", '"a #b"'], ["# a", '"# a"'], ["a\nb", '"a\\nb"'], ["-", '"-"'], ["---", '"---"'],
    ["\u202Eabc", '"\\u202eabc"'], ["\u0085", '"\\u0085"'], ["\u001B[31m", '"\\u001b[31m"'], ['"', '"\\""'],
  ])("writes %j as %s", (value, scalar) => {
    expect(frontMatterScalar(value)).toBe(scalar);
  });

  it("is read back as the same string, by YAML 1.1 and 1.2, on one line", () => {
    const tricky = fc.constantFrom("yes", "0x1F", "1_000", "12:30:45", "2026-11-24T00:00:00Z", "~", "&a", "*a", "!!str a", "{a}", "[a]", "%a", "`a", "|", ">", "@a", "? a", "<<", ".inf", "0o7", "+1", "1e3");
    fc.assert(fc.property(fc.oneof(tricky, fc.string({ unit: "grapheme", maxLength: 12 }), fc.string({ maxLength: 12 })), (value) => {
      const source = `key: ${frontMatterScalar(value)}\n`;
      expect(source.trimEnd()).not.toMatch(/[\r\n\u0085\u2028\u2029]/);
      expect(parse(source, { version: "1.2" })).toEqual({ key: value });
      expect(parseDocument(source, { version: "1.1" }).toJS()).toEqual({ key: value });
    }), { numRuns: 1000 });
  });
});

describe("rewriteFrontMatter", () => {
  it.each([
    ["what stands", rendered, {}, rendered],
    ["a value", rendered, { verdict: "mixed" }, rendered.replace("improved", "mixed")],
    ["an outcome, once there is one", rendered, { outcome: "rolled-back" }, rendered.replace("planned\n", "planned\noutcome: rolled-back\n")],
    ["an owner taken out", rendered, { owner: null }, rendered.replace('owner: "@web-team"\n', "")],
    ["people's quotes and comments on our line", "---\nverdict: 'improved'   # so far\n---\n", { verdict: "mixed" }, "---\nid: 2026-11-24-x\ndate: 2026-11-24\nenvironment: production\nowner: \"@web-team\"\nrange: \"1f3a9c24d0e7..8b7e4105c3aa\"\nverdict: mixed   # so far\nrollback: planned\n---\n"],
  ])("writes %s", async (_, source, changed, expected) => {
    expect(await rewriteFrontMatter(source, { ...ours, ...changed })).toBe(expected);
  });

  it("leaves people's keys, lists, comments, blank lines and line ends as they are", async () => {
    const source = "\uFEFF---\r\n# people's\r\ntags: [ a,  b ]\r\nverdict: improved # keep\r\n\r\nlinks:\r\n    - x   # y\r\n    - 'z'\r\nid: old\r\ntext: >\r\n  folded\r\n  verdict: no\r\n---\r\n\r\nverdict: no\r\n";
    expect(await rewriteFrontMatter(source, { id: "new", verdict: "mixed" })).toBe(
      source.replace("id: old", "id: new").replace("improved # keep", "mixed # keep"),
    );
  });

  it.each([
    ["a folded value of ours", "owner: >-\n  a\n  b\nmine: 1\n", "owner: c\nmine: 1\n"],
    ["a list in place of our value", "owner:\n  - a\n  - b\nmine: 1\n", "owner: c\nmine: 1\n"],
    ["an empty value of ours", "owner:\nmine: {a: 1}\n", "owner: c\nmine: {a: 1}\n"],
    ["an empty value with a comment", "owner: # who?\nmine: [1]\n", "owner: c # who?\nmine: [1]\n"],
    ["escapes", 'owner: "\\u0040a"\n', "owner: c\n"],
    ["a key in quotes", '"owner": a\n', '"owner": c\n'],
  ])("writes over %s", async (_, inside, expected) => {
    expect(await rewriteFrontMatter(`---\n${inside}---\n`, { owner: "c" })).toBe(`---\n${expected}---\n`);
  });

  it.each([["no front matter", "# T\n"], ["a rule", "---\n\n# T\n"], ["nothing", ""]])("adds none to %s", async (_, source) => {
    expect(await rewriteFrontMatter(source, ours)).toBe(source);
  });

  it.each([
    ["a quote left open", 'id: x\nowner: "a\nmine: 1\n', 5],
    ["a mapping left open", "id: x\nmine: {a: 1\n", 4],
    ["a key twice", "id: x\nid: y\n", 3],
    ["no mapping", "- a\n- b\n", 2],
    ["a tab for indentation", "id: x\nmine:\n\ta: 1\n", 4],
  ])("refuses %s, with its line", async (_, inside, line) => {
    await expect(rewriteFrontMatter(`---\n${inside}---\n`, ours)).rejects.toMatchObject({
      code: "front-matter-invalid", exitStatus: 1, message: expect.stringMatching(new RegExp(`line ${line}:`)),
    });
  });

  it("does not expand aliases", async () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghi".split("").map((key, at) => {
      const last = "abcdefgh".charAt(at);
      return `${key}: &${key} [${Array.from({ length: 9 }, () => `*${last}`).join(",")}]\n`;
    }).join("")}`;
    expect(await rewriteFrontMatter(`---\n${bomb}id: x\n---\n`, { id: "new" })).toBe(`---\n${bomb}id: new\n---\n`);
  });

  it("keeps every line of people's, and reads back what it wrote, for random front matters", async () => {
    const line = fc.constantFrom("mine: 1", "tags: [a, b]", "# note", "", "text: 'it''s'", "map:\n  a: 1\n  verdict: x", "list:\n- verdict: x\n- b", "verdict: old", "owner: 'x' # why", "range: \"a..b\"", "lit: |\n  id: 1\n  # no");
    await fc.assert(fc.asyncProperty(
      fc.uniqueArray(line, { maxLength: 8 }), fc.string({ maxLength: 8 }), fc.constantFrom("\n", "\r\n"), async (lines, owner, ending) => {
        const source = ["---", ...lines, "---", "", "text"].join("\n").replaceAll("\n", ending);
        const changed: FrontMatter = { ...ours, owner };
        const written = await rewriteFrontMatter(source, changed);
        const { outcome: _, ...set } = changed;
        expect(await readFrontMatter(written)).toEqual(set);
        expect(await rewriteFrontMatter(written, changed)).toBe(written);
        const people = (text: string) => text.split(ending).filter((part) => !/^(?:id|date|environment|owner|range|verdict|rollback):/.test(part));
        expect(people(written)).toEqual(people(source));
        expect(written.split(ending).filter((part) => part.endsWith("# why"))).toHaveLength(lines.includes("owner: 'x' # why") ? 1 : 0);
      },
    ), { numRuns: 400 });
  });
});

describe("editedKeys", () => {
  it("names our keys that say something else", async () => {
    expect(await editedKeys(rendered, ours)).toEqual([]);
    const source = rendered.replace("improved", "regressed").replace('"@web-team"', "'@web-team'").replace("rollback: planned\n", "outcome: ok\nmine: 1\n");
    expect(await editedKeys(source, ours)).toEqual(["verdict", "outcome"]);
    expect(await editedKeys("# T\n", ours)).toEqual([]);
  });
});
