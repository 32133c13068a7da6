import { describe, expect, it } from "vitest";
import { isSameText, isSameValue } from "../../src/record/masked.ts";

describe("texts that may have been masked", () => {
  it.each([
    ["same", "same", true],
    ["same", "other", false],
    ["", "", true],
    ["TOKEN=[masked]", "TOKEN=abc", true],
    ["TOKEN=[masked]", "TOKE=abc", false],
    ["[masked] end", "abc end", true],
    ["[masked] end", "abc ends", false],
    ["a [masked] b [masked] c", "a 1 b 2 c", true],
    ["a [masked] b [masked] c", "a 1 c", false],
    // What stands at the end must not be what stood for the middle.
    ["x[masked]ab[masked]b", "xab", false],
    ["x[masked]ab[masked]b", "xabb", true],
  ])("%s and %s: %s", (recorded, atHand, same) => {
    expect(isSameText(recorded, atHand)).toBe(same);
  });

  it("in plain data", () => {
    expect(isSameValue({ a: ["k=[masked]"] }, { a: ["k=v"] })).toBe(true);
    expect(isSameValue({ a: ["k=v"] }, { a: ["k=w"] })).toBe(false);
    expect(isSameValue(null, null)).toBe(true);
  });
});
