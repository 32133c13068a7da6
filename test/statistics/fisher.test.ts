import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Proportion, fisherExact } from "../../src/statistics/fisher.ts";
import { newcombeInterval } from "../../src/statistics/newcombe.ts";

/** See oracle.py, which makes it. */
const oracle: { tables: [number, number, number, number, number, number, number][] } =
  JSON.parse(readFileSync(join(import.meta.dirname, "oracle.json"), "utf8"));

const of = (events: number, count: number): Proportion => ({ events, count });
const proportion = fc.integer({ min: 1, max: 400 }).chain((count) => fc.record({ events: fc.integer({ min: 0, max: count }), count: fc.constant(count) }));

describe("fisherExact", () => {
  // By hand: 2 / C(6, 3); 2 / C(20, 10); and Fisher's tea, one cup of each kind taken for the other: (1 + 16 + 16 + 1) / C(8, 4).
  it.each<[Proportion, Proportion, number]>([
    [of(0, 3), of(3, 3), 2 / 20],
    [of(0, 10), of(10, 10), 2 / 184_756],
    [of(0, 10), of(0, 10), 1],
    [of(10, 10), of(5, 5), 1],
    [of(3, 4), of(1, 4), 34 / 70],
  ])("%o and %o", (one, two, p) => {
    expect(fisherExact(one, two)).toBeCloseTo(p, 14);
  });

  it("agrees with SciPy", () => {
    expect(oracle.tables.length).toBeGreaterThan(200);
    const off = oracle.tables.filter(([a, n, b, m, p]) => Math.abs(fisherExact(of(a, n), of(b, m)) - p) > 1e-8 * p);
    expect(off).toEqual([]);
  });

  it("is quick for a thousand million, and 0 where doubles end", () => {
    expect(fisherExact(of(0, 1e9), of(5e8, 1e9))).toBe(0);
    // The normal approximation of a difference of 1.265 standard errors: 0.206.
    expect(fisherExact(of(5e8, 1e9), of(5e8 + 28_284, 1e9))).toBeCloseTo(0.2059, 3);
  });

  it("is the same whichever comes first, and whatever is called an event", () => {
    fc.assert(fc.property(proportion, proportion, (one, two) => {
      const p = fisherExact(one, two);
      const turned = ({ events, count }: Proportion): Proportion => of(count - events, count);
      expect(p).toBeGreaterThan(0);
      expect(fisherExact(two, one) / p).toBeCloseTo(1, 9);
      expect(fisherExact(turned(one), turned(two)) / p).toBeCloseTo(1, 9);
    }));
  });
});

describe("newcombeInterval", () => {
  // Newcombe 1998, table II, method 10: of the first proportion minus the second.
  it.each<[Proportion, Proportion, number, number]>([
    [of(56, 70), of(48, 80), 0.0524, 0.3339],
    [of(9, 10), of(3, 10), 0.1705, 0.809],
    [of(6, 7), of(2, 7), 0.0582, 0.8062],
    [of(5, 56), of(0, 29), -0.0381, 0.1926],
    [of(0, 10), of(0, 20), -0.1611, 0.2775],
    [of(0, 10), of(0, 10), -0.2775, 0.2775],
    [of(10, 10), of(0, 20), 0.6791, 1],
    [of(10, 10), of(0, 10), 0.6075, 1],
  ])("%o less %o", (first, second, low, high) => {
    expect(newcombeInterval(second, first)).toEqual([expect.closeTo(low, 4), expect.closeTo(high, 4)]);
  });

  it("agrees with intervals found by bisection", () => {
    const off = oracle.tables.filter(([a, n, b, m, , low, high]) => {
      const found = newcombeInterval(of(a, n), of(b, m));
      return Math.abs(found[0] - low) > 1e-12 || Math.abs(found[1] - high) > 1e-12;
    });
    expect(off).toEqual([]);
  });

  it("holds the difference, and stays between -1 and 1", () => {
    fc.assert(fc.property(proportion, proportion, (before, after) => {
      const [low, high] = newcombeInterval(before, after);
      const difference = after.events / after.count - before.events / before.count;
      expect(low >= -1 - 1e-12 && low <= difference && difference <= high && high <= 1 + 1e-12).toBe(true);
      expect(newcombeInterval(after, before)).toEqual([expect.closeTo(-high, 12), expect.closeTo(-low, 12)]);
    }));
  });
});
