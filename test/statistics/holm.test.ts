import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holm } from "../../src/statistics/holm.ts";

const near = (values: number[]): unknown => values.map((value) => expect.closeTo(value, 12));

describe("holm", () => {
  it.each<[string, number[], number[]]>([
    ["nothing", [], []],
    ["one stays", [0.03], [0.03]],
    ["in the order given", [0.03, 0.01], [0.03, 0.02]],
    // 3 x 0.01; then 2 x 0.012 = 0.024, which is no less than the one before it; then 0.04.
    ["never less than a smaller one", [0.04, 0.012, 0.01], [0.04, 0.03, 0.03]],
    ["equal ones alike", [0.01, 0.01, 0.5], [0.03, 0.03, 0.5]],
    ["at most 1", [0.6, 0.9], [1, 1]],
  ])("%s", (_, given, adjusted) => {
    expect(holm(given)).toEqual(near(adjusted));
  });

  it("lies between the p-value and Bonferroni's", () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (given) => {
      expect(holm(given).every((p, at) => p >= (given[at] ?? 2) && p <= Math.min(1, (given[at] ?? 0) * given.length))).toBe(true);
    }));
  });
});
