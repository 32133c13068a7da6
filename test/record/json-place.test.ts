import { array, assert, jsonValue, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { lineInJson } from "../../src/record/json-place.ts";

const text = JSON.stringify({ a: 1, b: { c: [true, { "d\"}": "x,]" }, "last"], e: [] }, f: null }, null, 2);

describe("the line of a value", () => {
  it.each([
    [["a"], 2], [["b"], 3], [["b", "c"], 4], [["b", "c", 0], 5], [["b", "c", 1], 6], [["b", "c", 1, "d\"}"], 7], [["b", "c", 2], 9], [["b", "e"], 11], [["f"], 13],
    // Ways that lead nowhere end where they still led somewhere.
    [[], 1], [["g"], 1], [["b", "c", 3], 4], [["b", "e", 0], 11], [["a", "x"], 2],
  ] as const)("%j is %i", (way, line) => {
    expect(lineInJson(text, way)).toBe(line);
  });

  it("is where the value stands, whatever stands before it", () => {
    assert(property(array(jsonValue(), { maxLength: 5 }), (values) => {
      const whole = JSON.stringify([...values, "needle"], null, 2);
      expect(whole.split("\n")[lineInJson(whole, [values.length]) - 1]?.trim()).toBe('"needle"');
    }));
  });
});
