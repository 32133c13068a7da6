import { describe, expect, it } from "vitest";
import { parseJson } from "../../src/formats/json-text.ts";

const deep = (depth: number): string => `${"[".repeat(depth)}1${"]".repeat(depth)}`;

describe("a text as JSON", () => {
  it.each<[string, string, unknown]>([
    ["as it is", ' {"a": [1]}\n', { a: [1] }],
    ["behind a command's chatter, the last line", "[info] warm\n{\"a\": 1}\n", { a: 1 }],
    ["behind chatter that opens without end", `${"[=> ".repeat(2000)}\n[1]`, [1]],
    ["with brackets in strings, which nest nothing", JSON.stringify({ a: "[".repeat(5000), b: '\\"[['.repeat(2000) }), { a: "[".repeat(5000), b: '\\"[['.repeat(2000) }],
    ["side by side, which are not deep", JSON.stringify(Array.from({ length: 5000 }, () => [{}])), Array.from({ length: 5000 }, () => [{}])],
  ])("%s", (_, text, value) => {
    expect(parseJson(text, "out.json")).toEqual(value);
  });

  it("may be nested, but not without measure", () => {
    expect(JSON.stringify(parseJson(deep(1000), "out.json"))).toBe(deep(1000));
    expect(() => parseJson(deep(1001), "out.json")).toThrow("out.json is not JSON: it is nested more than 1000 deep.");
    expect(() => parseJson('{"a":'.repeat(2_000_000), "out.json")).toThrow("nested more than 1000 deep");
    expect(() => parseJson(`warm\n${deep(1001)}`, "out.json")).toThrow("nested more than 1000 deep");
  });

  it.each([
    ["", "out.json is not JSON: it is empty."],
    ['{"a":1,\n"b":', "out.json is not JSON: it ends too early, in line 2."],
    ['{"a":1,\n b}\n', "out.json is not JSON: line 2 is wrong."],
  ])("refuses %j", (text, message) => {
    expect(() => parseJson(text, "out.json")).toThrow(message);
  });
});
