import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MeasuredMetric, Measurement } from "../../src/record/schema.ts";
import { type Judgement, compareMetric, newlyFailing, smallestPValue, toleranceOf } from "../../src/statistics/comparison.ts";
import { asMeasured, type Yielded, yielded } from "../../src/record/yielded.ts";

const judgement: Judgement = { alpha: 0.01, tolerance: { value: 2, percent: true } };
const digest = "a".repeat(64);
const machine = { os: "linux", arch: "x64", cpu: "c", cores: 2, memoryGiB: 8, fingerprint: "one" };

function metric(known: Partial<Yielded>, circumstances: Partial<Measurement> = {}, name = "m"): MeasuredMetric {
  const made = asMeasured("check", yielded(name, "", known), { takenAt: null, commit: null, machine: null, checkDigest: null });
  return { ...made, measurement: { ...made.measurement, ...circumstances } };
}

const near = (value: number | null): unknown => (value === null ? null : expect.closeTo(value, 12));

const ten = (value: number): Partial<Yielded> => ({ samples: Array.from({ length: 10 }, () => value), rounds: Array.from({ length: 10 }, (_, n) => n + 1) });

describe("plain values", () => {
  const exact = { value: 0, percent: false };
  it.each<[string, Partial<Yielded>, Partial<Yielded>, string, number | null, number | null]>([
    ["past the tolerance, lower is better", { value: 100, better: "lower" }, { value: 103, better: "lower" }, "regressed", 0.03, 3],
    ["past it the other way", { value: 100, better: "lower" }, { value: 97, better: "lower" }, "improved", -0.03, -3],
    ["higher is better", { value: 80, better: "higher" }, { value: 90, better: "higher" }, "improved", 0.125, 10],
    ["no better direction", { value: 218 }, { value: 224, tolerance: exact }, "changed", 6 / 218, 6],
    ["inside the default 2 %", { value: 100, better: "lower" }, { value: 102, better: "lower" }, "unchanged", 0.02, 2],
    ["inside a tolerance in the unit", { value: 11 }, { value: 12, tolerance: { value: 1, percent: false } }, "unchanged", 1 / 11, 1],
    ["decimals that lose a bit", { value: 0.3 }, { value: 0.4, tolerance: { value: 0.1, percent: false } }, "unchanged", 1 / 3, 0.1],
    ["nothing on both sides", { value: 0 }, { value: 0 }, "unchanged", null, 0],
    ["a zero before has no percentage", { value: 0, better: "lower" }, { value: 1, better: "lower" }, "regressed", null, 1],
    ["a zero after", { value: 4, better: "lower" }, { value: 0, better: "lower" }, "improved", -1, -4],
    ["a minus zero", { value: 0 }, { value: -0 }, "unchanged", null, 0],
    ["a negative before", { value: -10, better: "higher" }, { value: -5, better: "higher" }, "improved", 0.5, 5],
    ["more than numbers hold", { value: -1e308 }, { value: 1e308 }, "changed", null, null],
  ])("%s", (_, before, after, verdict, change, shift) => {
    const found = compareMetric(metric(before), metric(after), judgement);
    expect(found).toMatchObject({ verdict, method: "values", interval: null, pValue: null, pAdjusted: null });
    expect([found.change, found.shift]).toEqual([near(change), near(shift)]);
    expect(Object.is(found.shift, -0)).toBe(false);
  });
});

describe("tests by name", () => {
  const failed = (failing: string[]): Partial<Yielded> => ({ value: failing.length, better: "lower", tolerance: { value: 0, percent: false }, details: { failing } });
  it.each([
    ["one more", ["a"], ["a", "b"], "regressed", ["1 newly fails"]],
    ["another one, fewer in all", ["a", "b"], ["c"], "regressed", ["1 newly fails"]],
    ["two others", [], ["c", "d"], "regressed", ["2 newly fail"]],
    ["one fewer", ["a", "b"], ["b"], "improved", []],
    ["the same", ["a"], ["a"], "unchanged", []],
    ["none", [], [], "unchanged", []],
  ])("%s", (_, before, after, verdict, notes) => {
    expect(compareMetric(metric(failed(before)), metric(failed(after)), judgement)).toMatchObject({ verdict, notes });
  });

  it("is regressed where more fail, whoever they are", () => {
    const counted = (value: number): Partial<Yielded> => ({ value, better: "lower", tolerance: { value: 0, percent: false } });
    expect(compareMetric(metric(counted(100)), metric(counted(101)), judgement).verdict).toBe("regressed");
  });

  it("counts names once", () => {
    expect(newlyFailing(["a"], ["a", "b"])).toBe(1);
  });
});

describe("samples", () => {
  it("cannot be told from noise without a test", () => {
    expect(compareMetric(metric({ samples: [1, 2, 3, 4, 5, 6], better: "lower" }), metric({ samples: [11, 12, 13, 14, 15, 16], better: "lower" }), judgement))
      .toMatchObject({ verdict: "unclear", change: 10 / 3.5, shift: 10, notes: ["6 samples before, 6 after; medians only: no significance test"] });
  });

  it("are unchanged where nothing varied at all", () => {
    expect(compareMetric(metric(ten(11)), metric(ten(11)), judgement).verdict).toBe("unchanged");
  });

  it.each([[1, 1], [1, 10], [3, 3], [4, 5], [2, 13]])("%i against %i are not enough", (n, m) => {
    const side = (count: number): Partial<Yielded> => ({ samples: Array.from({ length: count }, (_, place) => place) });
    expect(compareMetric(metric(side(n)), metric(side(m)), judgement).verdict).toBe("not-enough-data");
  });

  it("on one side only are one value against many", () => {
    expect(compareMetric(metric({ value: 3 }), metric(ten(3)), judgement)).toMatchObject({ verdict: "not-enough-data", notes: ["1 sample before, 10 after: too few for any answer"] });
  });

  // 2 / (n + m choose n): 2/252, 2/70, 2/184756, by hand.
  it.each([[5, 5, 2 / 252], [4, 4, 2 / 70], [10, 10, 2 / 184_756], [1, 1, 1], [0, 5, 1]])("smallest p of %i against %i", (n, m, expected) => {
    expect(smallestPValue(n, m)).toBeCloseTo(expected, 12);
  });
});

describe("rates", () => {
  const rate = (events: number, count: number): Partial<Yielded> => ({ rate: { events, count }, better: "lower" });
  it.each([
    ["0 of n on both sides", rate(0, 10), rate(0, 10), null, 0],
    ["more errors", rate(1, 10), rate(4, 10), 3, 0.3],
    ["all of them", rate(0, 10), rate(10, 10), null, 1],
  ])("are unclear until they are tested: %s", (_, before, after, change, shift) => {
    const found = compareMetric(metric(before), metric(after), judgement);
    expect(found.verdict).toBe("unclear");
    expect([found.change, found.shift]).toEqual([near(change), near(shift)]);
  });

  it("have a tolerance in points", () => {
    const one = metric(rate(1, 10));
    expect(toleranceOf(one, one.measurement, judgement)).toBe(0.01);
  });
});

describe("what cannot be compared", () => {
  const value = { value: 1 };
  it.each<[string, MeasuredMetric, MeasuredMetric, string]>([
    ["a changed check", metric(value, { checkDigest: digest }), metric(value, { checkDigest: "b".repeat(64) }), "the check was changed in between"],
    ["two machines", metric(ten(1), { machine }, "duration"), metric(ten(9), { machine: { ...machine, fingerprint: "two" } }, "duration"), "measured on two machines"],
    ["a value that is missing before", metric({}), metric(value), "no value before"],
    ["a value that is missing after", metric(value), metric({}), "no value after"],
    ["a rate of nothing", metric({ rate: { events: 0, count: 0 } }), metric({ rate: { events: 0, count: 3 } }), "a rate of nothing"],
    ["a rate and a number", metric({ rate: { events: 0, count: 1 } }), metric(value), "a rate on one side only"],
    ["another unit", { ...metric(value), unit: "s" }, { ...metric(value), unit: "ms" }, "the unit was s and is ms"],
  ])("%s", (_, before, after, note) => {
    expect(compareMetric(before, after, judgement)).toMatchObject({ verdict: "not-enough-data", notes: [note] });
  });

  it("compares values and rates of two machines all the same", () => {
    const other = { machine: { ...machine, fingerprint: "two" } };
    expect(compareMetric(metric(value, { machine }), metric({ value: 2 }, other), judgement).verdict).toBe("changed");
  });

  it("says what is new and what is gone", () => {
    expect(compareMetric(null, metric(value), judgement).verdict).toBe("new");
    expect(compareMetric(metric(value), null, judgement).verdict).toBe("gone");
  });

  it("takes any difference of a shape for a change", () => {
    const plan = (shape: string): MeasuredMetric => metric({ details: { shape } });
    expect(compareMetric(plan("Seq Scan"), plan("Index Scan"), judgement).verdict).toBe("changed");
    expect(compareMetric(plan("Seq Scan"), plan("Seq Scan"), judgement).verdict).toBe("unchanged");
  });
});

describe("whatever the numbers", () => {
  it("holds no NaN, no infinity, no minus zero", () => {
    const numbers = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, -0, 5e-324, -1.7e308, 1.7e308));
    const side = fc.record({ samples: fc.array(numbers, { maxLength: 12 }), value: fc.option(numbers), better: fc.constantFrom("lower" as const, "higher" as const, "none" as const) });
    fc.assert(fc.property(side, side, (before, after) => {
      const [one, two] = [metric(before), metric(after)];
      const found = compareMetric(one, two, judgement);
      for (const value of [found.change, found.shift, one.measurement.value, toleranceOf(two, one.measurement, judgement)]) {
        expect(value === null || (Number.isFinite(value) && !Object.is(value, -0))).toBe(true);
      }
      expect(JSON.parse(JSON.stringify(found))).toEqual(found);
    }));
  });
});
