import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MeasuredMetric, Measurement, Metric } from "../../src/record/schema.ts";
import { type Judgement, compareMetric, judgeTogether, toleranceOf } from "../../src/statistics/comparison.ts";
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

  it("are found, where a linter names them", () => {
    const found = (failing: string[]) => ({ ...metric(failed(failing)), metric: "warnings" });
    expect(compareMetric(found([]), found(["eqeqeq a.js", "eqeqeq b.js"]), judgement)).toMatchObject({ verdict: "regressed", notes: ["2 newly found"] });
  });
});

describe("rates", () => {
  const rate = (events: number, count: number, better: Yielded["better"] = "lower"): Partial<Yielded> => ({ rate: { events, count }, better });
  it.each<[string, Partial<Yielded>, Partial<Yielded>, string, number | null, number, string[]]>([
    ["all of them, and none before", rate(0, 10), rate(10, 10), "regressed", null, 1, []],
    ["none, and all of them before", rate(10, 10), rate(0, 10), "improved", -1, -1, []],
    ["more is better", rate(10, 100, "higher"), rate(60, 100, "higher"), "improved", 5, 0.5, []],
    ["no direction is better", rate(10, 100, "none"), rate(60, 100, "none"), "changed", 5, 0.5, []],
    // p = 0.0031 for 7 of 10, and 0.0108 for 6.
    ["none on both sides", rate(0, 10), rate(0, 10), "unclear", null, 0, ["it would take at least 7 of 10 to show a difference; about 300 a side would show 5 points"]],
    ["a few", rate(0, 10), rate(2, 10), "unclear", null, 0.2, ["it would take at least 7 of 10 to show a difference; about 300 a side would show 5 points"]],
    ["half", rate(5, 10), rate(6, 10), "unclear", 0.2, 0.1, ["too few to show any difference from 5 of 10; about 1,000 a side would show 10 points"]],
    ["all", rate(10, 10), rate(9, 10), "unclear", -0.1, -0.1, ["it would take at most 3 of 10 to show a difference; about 300 a side would show 5 points"]],
    // 2 / C(10, 5) = 0.0079 is the only one below 0.01.
    ["the fewest that can show anything", rate(0, 5), rate(4, 5), "unclear", null, 0.8, ["it would take 5 of 5 to show a difference; about 300 a side would show 5 points"]],
    ["too few from the start", rate(0, 4), rate(4, 4), "not-enough-data", null, 1, ["counts of 4 before, 4 after: too few for any answer; about 300 a side would show 5 points"]],
    ["enough to show that nothing changed", rate(0, 400), rate(0, 400), "unchanged", null, 0, []],
    ["significant, within the tolerance", rate(500_000, 1_000_000), rate(504_000, 1_000_000), "unchanged", 0.008, 0.004, []],
    ["significant, perhaps past the tolerance", rate(5000, 10_000), rate(5200, 10_000), "unclear", 0.04, 0.02, ["it would take at most 4761 or at least 5239 of 10000 to show a difference"]],
  ])("%s", (_, before, after, verdict, change, shift, notes) => {
    const found = compareMetric(metric(before), metric(after), judgement);
    expect(found).toMatchObject({ verdict, method: "fisher-exact", notes });
    expect([found.change, found.shift]).toEqual([near(change), near(shift)]);
    expect([found.pValue === null, found.interval === null]).toEqual(Array(2).fill(verdict === "not-enough-data"));
    expect(found.pAdjusted).toBe(found.pValue);
  });

  it("have a p-value and an interval of after less before", () => {
    const { pValue, interval } = compareMetric(metric(rate(48, 80)), metric(rate(56, 70)), judgement);
    // By SciPy.
    expect(pValue).toBeCloseTo(0.012521129749, 10);
    expect(interval).toEqual([expect.closeTo(0.0524, 4), expect.closeTo(0.3339, 4)]);
  });

  it("cannot hold more events than they are of", () => {
    const more = metric({}, { events: 3, count: 2, value: 1.5 });
    expect(compareMetric(more, metric(rate(1, 2)), judgement)).toMatchObject({ verdict: "not-enough-data", notes: ["more events than they are of"] });
  });

  it("say of the smallest effect what is true of every larger one", () => {
    const small = fc.integer({ min: 5, max: 25 }).chain((count) => fc.record({ events: fc.integer({ min: 0, max: count }), count: fc.constant(count) }));
    fc.assert(fc.property(small, small, (one, two) => {
      const after = (events: number): string => compareMetric(metric(rate(one.events, one.count)), metric(rate(events, two.count)), judgement).verdict;
      const [note] = compareMetric(metric(rate(one.events, one.count)), metric(rate(two.events, two.count)), judgement).notes;
      if (note?.startsWith("it would take") !== true) return;
      const most = Number(/at most (\d+)/.exec(note)?.[1] ?? (/take 0 /.test(note) ? 0 : -1));
      const least = Number(/at least (\d+)/.exec(note)?.[1] ?? (/(?:take|or) (\d+) of/.exec(note)?.[1] ?? two.count + 1)) || two.count + 1;
      for (let events = 0; events <= two.count; events += 1) {
        expect(after(events)).toBe(events <= most ? "improved" : events >= least && !note.includes(`at most ${events} of`) ? "regressed" : "unclear");
      }
    }));
  });

  it("have a tolerance in points", () => {
    const one = metric(rate(1, 10));
    expect(toleranceOf(one, one.measurement, judgement)).toBe(0.01);
  });
});

describe("metrics that were measured together", () => {
  const rate = (name: string, before: number, after: number, source: Metric["source"] = "before-after"): Metric => {
    const side = (events: number): MeasuredMetric => metric({ rate: { events, count: 10 }, better: "lower" }, {}, name);
    const { check, stratum, unit, better } = side(0);
    return {
      source, check, metric: name, stratum, unit, better, tolerance: 0.01, before: side(before).measurement, after: side(after).measurement,
      comparison: compareMetric(side(before), side(after), judgement),
    };
  };
  const shown = (metrics: Metric[]): unknown[] => metrics.map(({ comparison }) => [comparison?.verdict, comparison?.pAdjusted]);
  // 0 and 7 of 10: 0.003096; 0 and 10 of 10: 2 / C(20, 10).
  const [p, small] = [0.0030959752321981426, 2 / 184_756];

  it("are judged by p-values that are adjusted to one another", () => {
    expect(shown(judgeTogether([rate("a", 0, 7)], judgement))).toEqual([["regressed", near(p)]]);
    expect(shown(judgeTogether([rate("a", 0, 7), rate("b", 0, 10), rate("c", 0, 0), rate("d", 0, 0)], judgement)))
      .toEqual([["regressed", near(3 * p)], ["regressed", near(4 * small)], ["unclear", near(1)], ["unclear", near(1)]]);
    const five = judgeTogether([rate("a", 0, 7), rate("b", 0, 0), rate("c", 0, 0), rate("d", 0, 0)], judgement);
    expect(shown(five)[0]).toEqual(["unclear", near(4 * p)]);
    expect(five[0]?.comparison).toMatchObject({ pValue: near(p), notes: ["it would take at least 8 of 10 to show a difference; about 300 a side would show 5 points"] });
  });

  it("leave those of another run, and what has no p-value, as they are", () => {
    const others = [rate("a", 0, 7, "compare"), { ...rate("b", 0, 7), comparison: null }, { ...rate("c", 0, 7), comparison: compareMetric(metric({ value: 1 }), metric({ value: 2 }), judgement) }];
    const [a, b, c] = judgeTogether([...others, rate("d", 0, 10)], judgement);
    expect([a, b, c]).toEqual(others);
  });
});

describe("what cannot be compared", () => {
  const value = { value: 1 };
  it.each<[string, MeasuredMetric, MeasuredMetric, string]>([
    ["a changed check", metric(value, { checkDigest: digest }), metric(value, { checkDigest: "b".repeat(64) }), "the check was changed in between"],
    ["two machines", metric(ten(1), { machine }, "duration"), metric(ten(9), { machine: { ...machine, fingerprint: "two" } }, "duration"), "measured on two machines"],
    ["a server of its own before", metric(value, { checkDigest: digest, details: { ownServer: true } }), metric(value, { checkDigest: "b".repeat(64) }), "measured on a server of its own before, at its address after"],
    ["a server of its own after", metric(value, { checkDigest: digest }), metric(value, { checkDigest: "b".repeat(64), details: { ownServer: true } }), "measured at its address before, on a server of its own after"],
    ["a changed check, on servers of its own", metric(value, { checkDigest: digest, details: { ownServer: true } }), metric(value, { checkDigest: "b".repeat(64), details: { ownServer: true } }), "the check was changed in between"],
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

  it("compares what is called like a command's time and is none of two machines", () => {
    const other = { machine: { ...machine, fingerprint: "two" } };
    const free = { details: { machineBound: false } };
    const verdict = (before: object, after: object): string => compareMetric(metric(value, { machine, ...before }, "duration"), metric({ value: 2 }, { ...other, ...after }, "duration"), judgement).verdict;
    expect([verdict(free, free), verdict({}, free), verdict(free, {}), verdict({}, {})]).toEqual(["changed", "changed", "changed", "not-enough-data"]);
  });

  it("says what is new and what is gone", () => {
    expect(compareMetric(null, metric(value), judgement).verdict).toBe("new");
    expect(compareMetric(metric(value), null, judgement).verdict).toBe("gone");
    const misses = { ...metric(value), stratum: "miss" };
    expect(compareMetric(misses, null, judgement)).toMatchObject({ verdict: "not-enough-data", notes: ["no miss among the answers after"] });
    expect(compareMetric(null, misses, judgement)).toMatchObject({ verdict: "not-enough-data", notes: ["no miss among the answers before"] });
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
