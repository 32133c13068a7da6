import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { intervalDepths, rankSumTest, smallestPValue } from "../../src/statistics/rank-sum.ts";

const sorted = (values: readonly number[]): Float64Array => Float64Array.from(values).sort();
const p = (one: readonly number[], two: readonly number[]): number => rankSumTest(sorted(one), sorted(two));
const side = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 14 });

describe("rankSumTest", () => {
  // By hand: 2 of C(6, 3) deals; all values equal; 2 (1 + 1) / C(4, 2) capped; {1, 2} against {2, 3} reaches at most 2 of 6 deals a tail.
  it.each<[string, number[], number[], number]>([
    ["as far apart as can be", [1, 2, 3], [4, 5, 6], 2 / 20],
    ["all the same", [7, 7, 7], [7, 7], 1],
    ["one against one", [1], [2], 1],
    ["interleaved", [1, 4], [2, 3], 1],
    ["ties across", [1, 2], [2, 3], 4 / 6],
    ["two constants", Array(10).fill(11), Array(10).fill(2), 2 / 184_756],
    ["no rarer than the rarest deal, beyond 50", [1], Array(60).fill(0), 2 / 61],
    ["all the same, beyond 50", Array(51).fill(3), Array(51).fill(3), 1],
  ])("%s", (_, one, two, expected) => {
    expect(p(one, two)).toBeCloseTo(expected, 12);
  });

  it("is the same whichever comes first, wherever they stand, and upside down", () => {
    fc.assert(fc.property(side, side, (one, two) => {
      const found = p(one, two);
      expect(found).toBeGreaterThan(0);
      expect(found).toBeLessThanOrEqual(1);
      expect(p(two, one) / found).toBeCloseTo(1, 9);
      expect(p(one.map((value) => value + 1000), two.map((value) => value + 1000))).toBe(found);
      expect(p(one.map((value) => -value), two.map((value) => -value)) / found).toBeCloseTo(1, 9);
    }));
  });

  it("goes over from the exact distribution to the normal one without a step", () => {
    const made = (count: number, at: number): number[] => Array.from({ length: count }, (_, place) => ((place * 7919) % 1009) + at);
    const [exact, normal] = [p(made(50, 0), made(50, 150)), p(made(51, 0), made(51, 150))];
    expect(normal / exact).toBeGreaterThan(0.8);
    expect(normal / exact).toBeLessThan(1.25);
  });
});

describe("smallestPValue", () => {
  // 2 / (n + m choose n): 2/252, 2/70, 2/184756, by hand.
  it.each([[5, 5, 2 / 252], [4, 4, 2 / 70], [10, 10, 2 / 184_756], [1, 1, 1], [0, 5, 1]])("of %i against %i", (n, m, expected) => {
    expect(smallestPValue(n, m)).toBeCloseTo(expected, 12);
  });

  it("is a number for any two sides", () => {
    expect(smallestPValue(100_000, 100_000)).toBeGreaterThan(0);
  });
});

describe("intervalDepths", () => {
  // Tables of the Mann-Whitney test: U <= 23 at 5 % for 10 and 10, <= 16 at 1 %; 2 for 5 and 5; none for 3 and 3.
  it.each([[10, 10, 23, 16], [5, 5, 2, 0], [3, 3, null, null], [8, 12, 22, 15]])("of %i against %i", (n, m, five, one) => {
    expect(intervalDepths(n, m, [0.05, 0.01])).toEqual([five, one]);
  });

  it("leave nothing out where one value stands against many", () => {
    expect(intervalDepths(1, 60, [0.05])).toEqual([null]);
  });
});
