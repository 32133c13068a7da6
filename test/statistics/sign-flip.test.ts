import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { selected } from "../../src/statistics/selection.ts";
import { pairedShift, signFlipTest, smallestPValue } from "../../src/statistics/sign-flip.ts";

const of = (values: readonly number[]): Float64Array => Float64Array.from(values);
const differences = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 14 });

describe("signFlipTest", () => {
  // By hand: of the 8 sums of ±1 ±2 ±3, two are as far as 6; four are 4 or more from 0; all are no closer than 0.
  it.each<[string, number[], number]>([
    ["all one way", [1, 2, 3], 2 / 8],
    ["all but the smallest", [-1, 2, 3], 4 / 8],
    ["even", [1, 2, -3], 1],
    ["nothing", [0, 0, 0], 1],
    ["one pair", [5], 1],
    ["decimals that sum up unevenly", [0.1, 0.2, -0.3], 1],
    ["fifteen equal ones", Array(15).fill(0.1), 2 / 32_768],
    ["denormals", Array(8).fill(5e-324), 2 / 256],
    ["as large as numbers are", Array(8).fill(Number.MAX_VALUE), 2 / 256],
  ])("%s", (_, given, expected) => {
    expect(signFlipTest(of(given))).toBeCloseTo(expected, 12);
  });

  it("is the same upside down, in any order and at any scale", () => {
    fc.assert(fc.property(differences, (given) => {
      const p = signFlipTest(of(given));
      expect(p).toBeGreaterThanOrEqual(smallestPValue(given.length));
      expect(p).toBeLessThanOrEqual(1);
      expect(signFlipTest(of(given.map((value) => -value)))).toBe(p);
      expect(signFlipTest(of(given).toSorted())).toBe(p);
      expect(signFlipTest(of(given.map((value) => value * 2)))).toBe(p);
    }));
  });
});

describe("pairedShift", () => {
  it("is the middle of the means of all subsets", () => {
    // 1, 2, 6, 1.5, 3.5, 4, 3: in order 1, 1.5, 2, 3, 3.5, 4, 6.
    expect(pairedShift(of([1, 2, 6]), [0.05, 0.5])).toEqual({ shift: 3, intervals: [null, [expect.closeTo(1.5, 12), expect.closeTo(4, 12)]] });
  });

  it("has no width where all differences are equal", () => {
    expect(pairedShift(of(Array(15).fill(0.1)), [0.05, 0.01])).toEqual({ shift: 0.1, intervals: [[0.1, 0.1], [0.1, 0.1]] });
    expect(pairedShift(of(Array(30).fill(0)), [0.05])).toEqual({ shift: 0, intervals: [[0, 0]] });
  });

  it("leaves 0 out of its interval just where the test is as sure", () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 9, maxLength: 12 }), (given) => {
      const p = signFlipTest(of(given));
      const [interval] = pairedShift(of(given), [0.05]).intervals;
      if (!interval || Math.abs(p - 0.05) < 0.002) return;
      expect(interval[0] > 0 || interval[1] < 0).toBe(p < 0.05);
    }));
  });
});

describe("selected", () => {
  it("is what stands there in order", () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 60 }), fc.nat(), (values, at) => {
      const place = at % values.length;
      expect(selected(of(values), place)).toBe(of(values).sort()[place]);
    }));
  });
});
