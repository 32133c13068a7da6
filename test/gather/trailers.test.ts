import { describe, expect, it } from "vitest";
import { bodyWithoutTrailers, parseTrailers, trailerValues } from "../../src/gather/trailers.ts";

describe("parseTrailers", () => {
  const rows: [lines: string[], trailers: Record<string, string[]>][] = [
    [[], {}],
    [["Reviewed-by: Lin", "Reviewed-by: Ada"], { "Reviewed-by": ["Lin", "Ada"] }],
    [["Reviewed-by: Lin", "reviewed-BY: Ada"], { "Reviewed-by": ["Lin", "Ada"] }],
    [["See: https://example.org/a: b"], { See: ["https://example.org/a: b"] }],
    [["Change-Id:", "Closes: #3"], { Closes: ["#3"] }],
    [["constructor: a", "toString: b"], { constructor: ["a"], toString: ["b"] }],
  ];
  it.each(rows)("%j", (lines, trailers) => {
    expect(JSON.stringify(parseTrailers(lines))).toBe(JSON.stringify(trailers));
  });
});

it("finds values whatever the case of the key", () => {
  const trailers = { "Co-Authored-By": ["a"], "Co-authored": ["b"] };
  expect(trailerValues(trailers, "co-authored-by")).toEqual(["a"]);
  expect(trailerValues(trailers, "toString")).toEqual([]);
});

describe("bodyWithoutTrailers", () => {
  const rows: [body: string, trailers: Record<string, string[]>, rest: string][] = [
    ["Why.\n\nCloses: #3\n", { Closes: ["#3"] }, "Why."],
    ["Why.\n\nMore.\n  \nA: b\nC: d", { A: ["b"], C: ["d"] }, "Why.\n\nMore."],
    ["Closes: #3", { Closes: ["#3"] }, ""],
    ["Note: this is no trailer, says git.\nSecond line.\n", {}, "Note: this is no trailer, says git.\nSecond line."],
  ];
  it.each(rows)("%j", (body, trailers, rest) => {
    expect(bodyWithoutTrailers(body, trailers)).toBe(rest);
  });
});
