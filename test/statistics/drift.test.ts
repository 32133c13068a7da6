import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { autocorrelationTest } from "../../src/statistics/autocorrelation.ts";
import { driftOf } from "../../src/statistics/drift.ts";
import type { Oracle } from "./oracle.ts";

const oracle: Oracle = JSON.parse(readFileSync(join(import.meta.dirname, "oracle.json"), "utf8"));
const of = (...values: number[]): Float64Array => Float64Array.from(values);
const shuffled = of(5, 8, 3, 2, 9, 10, 1, 4, 7, 6);

describe("autocorrelationTest", () => {
  it("is near the share of all orders, of short series", () => {
    const short = oracle.order.filter(({ exact }) => exact !== null);
    expect(short.length).toBeGreaterThan(5);
    for (const { series, exact } of short) {
      const p = autocorrelationTest(series.map((values) => Float64Array.from(values)));
      expect(Math.abs(p - (exact ?? 0))).toBeLessThan(0.1);
    }
  });

  it.each<[string, Float64Array[]]>([["nothing", []], ["three values", [of(1, 2, 3)]], ["a constant", [of(4, 4, 4, 4, 4, 4)]]])("says nothing of %s", (_, series) => {
    expect(autocorrelationTest(series)).toBe(1);
  });

  it("takes no turning back and forth for drift", () => {
    expect(autocorrelationTest([of(1, 9, 2, 8, 3, 7, 4, 6)])).toBeGreaterThan(0.9);
  });
});

describe("driftOf", () => {
  it.each<[string, Float64Array[], string | null]>([
    ["a random order", [shuffled, shuffled], null],
    ["one that climbs", [of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), shuffled], "halves"],
    ["both that come and go slowly", [of(3, 5, 6, 8, 10, 9, 7, 4, 2, 1), of(9, 10, 8, 5, 2, 1, 3, 4, 6, 7)], "order"],
    ["halves that differ, in no order themselves", [shuffled, of(3, 1, 4, 2, 5, 10, 6, 9, 7, 8)], "halves"],
    ["constants", [of(1, 1, 1, 1, 1, 1), of(2, 2, 2, 2, 2, 2)], null],
    ["one round a side", [of(1), of(2)], null],
  ])("of %s", (_, sides, drift) => {
    expect(driftOf(sides)).toBe(drift);
  });

  it("shows in two sides together what one side is too short for", () => {
    const slow = of(3, 1, 4, 2, 6, 8, 5, 9, 10, 7);
    expect(driftOf([slow, shuffled])).toBe(null);
    expect(autocorrelationTest([slow, slow])).toBeLessThan(autocorrelationTest([slow]) / 2);
  });
});
