import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { difference, middle, pairwiseDifferences } from "../../src/statistics/hodges-lehmann.ts";

const sorted = (values: readonly number[]): Float64Array => Float64Array.from(values).sort();

describe("pairwiseDifferences", () => {
  it("have the middle that is worked out by hand", () => {
    // 5-1, 5-2, 5-4, 9-1, 9-2, 9-4: 1, 3, 4, 5, 7, 8.
    const differences = pairwiseDifferences(sorted([1, 2, 4]), sorted([5, 9]));
    expect(Array.from({ length: differences.count }, (_, place) => differences.at(place))).toEqual([1, 3, 4, 5, 7, 8]);
    expect(middle(differences)).toBe(4.5);
    expect(middle(pairwiseDifferences(sorted([1]), sorted([5])))).toBe(4);
  });

  it("are found without being held, and are the same", () => {
    const number = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(5e-324, -1.7e308, 1.7e308, -0));
    const many = fc.array(number, { minLength: 142, maxLength: 170 });
    fc.assert(fc.property(many, many, fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 3, maxLength: 3 }), (one, two, shares) => {
      const [before, after] = [sorted(one), sorted(two)];
      const all = Array.from(after, (value) => Array.from(before, (base) => difference(value, base))).flat().sort((a, b) => a - b);
      const found = pairwiseDifferences(before, after);
      expect(found.count).toBeGreaterThan(20_000);
      const places = [0, found.count - 1, ...shares.map((share) => Math.floor(share * found.count))];
      expect(places.map(found.at)).toEqual(places.map((place) => all[place]));
    }), { numRuns: 40 });
  });

  it("have a middle beyond what 32 bits count", () => {
    const side = (at: number): Float64Array => Float64Array.from({ length: 70_000 }, (_, place) => at + place);
    expect(middle(pairwiseDifferences(side(0), side(11)))).toBe(11);
  });
});

describe("difference", () => {
  it.each([[1.7e308, -1.7e308, Number.MAX_VALUE], [-1.7e308, 1.7e308, -Number.MAX_VALUE], [0, 0, 0], [-0, 0, 0], [5e-324, 0, 5e-324]])("of %f and %f", (one, two, expected) => {
    expect(difference(one, two)).toBe(expected);
  });
});
