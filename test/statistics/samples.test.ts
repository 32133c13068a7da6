import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Comparison, MeasuredMetric, Measurement, Metric } from "../../src/record/schema.ts";
import { asMeasured, type Yielded, yielded } from "../../src/record/yielded.ts";
import { type Judgement, compareMetric, judgeTogether, outOfReach, toleranceOf } from "../../src/statistics/comparison.ts";

const judgement: Judgement = { alpha: 0.01, tolerance: { value: 2, percent: true } };

function metric(samples: readonly number[], known: Partial<Yielded> = {}, circumstances: Partial<Measurement> = {}): MeasuredMetric {
  const rounds = known.rounds ?? samples.map((_, place) => place + 1);
  const made = asMeasured("check", yielded(known.metric ?? "m", "ms", { better: "lower", ...known, samples: [...samples], rounds }), { takenAt: null, commit: null, machine: null, checkDigest: "a".repeat(64) });
  return { ...made, measurement: { ...made.measurement, ...circumstances } };
}

/** Ten rounds of a command around 100 that no drift shows in; a step apart, a tenth of `spread` each. */
const around = (middle: number, spread: number, count = 10): number[] => {
  const order = [5, 8, 3, 2, 9, 10, 1, 4, 7, 6];
  return Array.from({ length: count }, (_, place) => middle + (((order[place % 10] ?? 0) - 5.5) / 10) * spread);
};
const compare = (before: number[], after: number[], design: "apart" | "paired" = "apart"): Comparison => compareMetric(metric(before), metric(after), judgement, design);

describe("rounds that were measured one side after the other", () => {
  it.each<[string, number[], number[], string]>([
    ["slower", around(100, 4), around(110, 4), "regressed"],
    ["faster", around(100, 4), around(90, 4), "improved"],
    ["past 2 %, but not wholly", around(100, 10), around(103, 10), "unclear"],
    ["sure, but within 2 %", around(100, 1), around(101, 1), "unchanged"],
    ["the same", around(100, 1), around(100, 1), "unchanged"],
    ["too wide for anything", around(100, 30), around(100, 30), "unclear"],
    ["the same constant", Array(10).fill(11), Array(10).fill(11), "unchanged"],
    ["two constants", Array(10).fill(11), Array(10).fill(2), "improved"],
    ["constants that a bit was lost of", Array(10).fill(0.1 + 0.2), Array(10).fill(0.3), "unchanged"],
    ["nothing on both sides", Array(10).fill(0), Array(10).fill(0), "unchanged"],
    ["something from nothing", Array(10).fill(0), Array(10).fill(3), "regressed"],
  ])("%s", (_, before, after, verdict) => {
    expect(compare(before, after)).toMatchObject({ verdict, method: "mann-whitney-exact" });
  });

  it("have an exact p-value, a shift and an interval", () => {
    // Apart as can be: 2 / C(20, 10). The differences are 10 and a step of 0.4 between -9 and 9; 23 are left out at each end.
    const { pValue, pAdjusted, shift, interval, change } = compare(around(100, 4), around(110, 4));
    expect([pValue, pAdjusted, shift, change]).toEqual([2 / 184_756, 2 / 184_756, expect.closeTo(10, 9), expect.closeTo(0.1, 9)]);
    expect(interval).toEqual([expect.closeTo(8.8, 9), expect.closeTo(11.2, 9)]);
  });

  it("have an interval without width where nothing varies", () => {
    expect(compare(Array(10).fill(11), Array(10).fill(11))).toMatchObject({ pValue: 1, interval: [0, 0], shift: 0 });
    expect(compare(Array(10).fill(11), Array(10).fill(2))).toMatchObject({ interval: [-9, -9], shift: -9, pValue: expect.closeTo(2 / 184_756, 12) });
  });

  it("are changed where neither way is better, and improved where more is", () => {
    const sides = (better: Yielded["better"]): [MeasuredMetric, MeasuredMetric] => [metric(around(100, 4), { better }), metric(around(110, 4), { better })];
    expect(compareMetric(...sides("none"), judgement).verdict).toBe("changed");
    expect(compareMetric(...sides("higher"), judgement).verdict).toBe("improved");
  });

  it("count by their medians where a round has several samples", () => {
    // Three samples a round, one of them far off: the medians are those of `around`.
    const wild = (values: number[]): [number[], Partial<Yielded>] => [values.flatMap((value) => [value, value * 9, value / 9]), { rounds: values.flatMap((_, place) => [place + 1, place + 1, place + 1]) }];
    const found = compareMetric(metric(...wild(around(100, 4))), metric(...wild(around(110, 4))), judgement);
    expect(found).toMatchObject({ verdict: "regressed", pValue: 2 / 184_756, shift: expect.closeTo(10, 9) });
  });

  it("are one round where a burst of samples is one", () => {
    const burst = { rounds: Array(40).fill(1) };
    expect(compareMetric(metric(around(100, 4, 40), burst), metric(around(110, 4, 40), burst), judgement)).toMatchObject({
      verdict: "not-enough-data", pValue: null, interval: null, shift: expect.closeTo(10, 9), notes: ["one run a side; rounds: 10 in its configuration would do"],
    });
  });

  it("go over to the normal approximation beyond fifty", () => {
    expect(compare(around(100, 4, 51), around(110, 4, 51)).method).toBe("mann-whitney-normal");
    expect(compare(around(100, 4, 50), around(110, 4, 50)).method).toBe("mann-whitney-exact");
  });
});

describe("too few rounds", () => {
  it.each<[number, number, string]>([
    [1, 1, "one run a side; rounds: 10 in its configuration would do"],
    [1, 10, "1 round before, 10 after: too few for any answer; rounds: 10 would do"],
    [3, 3, "3 rounds a side are too few for any answer; rounds: 10 would do"],
    [4, 5, "4 rounds before, 5 after: too few for any answer; rounds: 10 would do"],
  ])("%i against %i", (n, m, note) => {
    expect(compare(around(100, 50, n), around(200, 50, m))).toMatchObject({ verdict: "not-enough-data", pValue: null, interval: null, notes: [note] });
  });

  it("of a report that no check took say runs", () => {
    const one = metric([3], {}, { checkDigest: null });
    expect(compareMetric(one, one, judgement).notes).toEqual(["one run a side; 10 runs a side would do"]);
  });

  it("show that nothing changed where the interval does", () => {
    expect(compare(around(100, 0.5, 4), around(100, 0.5, 4)).verdict).toBe("unchanged");
  });

  it("of a plain value against samples are one round", () => {
    const plain = asMeasured("check", yielded("m", "ms", { value: 3 }), { takenAt: null, commit: null, machine: null, checkDigest: null });
    expect(compareMetric(plain, metric(around(3, 1)), judgement)).toMatchObject({ verdict: "not-enough-data", notes: ["1 round before, 10 after: too few for any answer; 10 runs a side would do"] });
  });
});

describe("pairs of rounds", () => {
  const mood = [0, 30, 10, -20, 60, 5, -40, 15, 25, -10, 50, -30, 20, 35, -5];
  const before = mood.map((drift, place) => 200 + drift + (place % 3));
  const after = mood.map((drift, place) => 210 + drift + (place % 4));

  it("show what the machine's mood hides", () => {
    expect(compare(before, after).verdict).toBe("unclear");
    expect(compare(before, after, "paired")).toMatchObject({ verdict: "regressed", method: "sign-flip-exact", pValue: 2 / 32_768 });
  });

  it("leave out a round that one side lost", () => {
    const lost = metric(after.slice(1), { rounds: after.slice(1).map((_, place) => place + 2) });
    const whole = compare(before.slice(1), after.slice(1), "paired");
    expect(compareMetric(metric(before), lost, judgement, "paired")).toMatchObject({ shift: whole.shift, interval: whole.interval, pValue: whole.pValue });
  });

  it.each<[number, string]>([
    [1, "1 pair is too few for any answer; pairs: 10 would do"],
    [7, "7 pairs are too few for any answer; pairs: 10 would do"],
  ])("%i are too few", (count, note) => {
    expect(compare(before.slice(0, count), after.slice(0, count), "paired")).toMatchObject({ verdict: "not-enough-data", notes: [note] });
  });

  it("with no round in common are none", () => {
    const later = metric([1, 2], { rounds: [3, 4] });
    expect(compareMetric(metric([1, 2]), later, judgement, "paired")).toMatchObject({ verdict: "not-enough-data", shift: null, notes: ["0 pairs are too few for any answer; pairs: 10 would do"] });
  });

  it("go over to the normal approximation beyond twenty", () => {
    expect(compare(around(100, 4, 20), around(110, 4, 20), "paired").method).toBe("sign-flip-exact");
    expect(compare(around(100, 4, 21), around(110, 4, 21), "paired").method).toBe("sign-flip-normal");
  });
});

describe("drift", () => {
  const slow = [3, 5, 6, 8, 10, 9, 7, 4, 2, 1];
  const drifting = (middle: number, spread: number): number[] => slow.map((step) => middle + ((step - 5.5) / 10) * spread);
  const note = "the rounds drift (each is like the one before it); `shipnote compare` measures both versions in turn";

  it("of both sides takes a difference back", () => {
    expect(compare(drifting(100, 8), drifting(108, 8))).toMatchObject({ verdict: "unclear", notes: [note] });
  });

  it("does not, where the difference is beyond what drift there is", () => {
    expect(compare(drifting(100, 8), drifting(130, 8)).verdict).toBe("regressed");
  });

  it("takes no difference back, but where all values lie as near as the tolerance", () => {
    expect(compare(drifting(100, 1.9), drifting(100, 1.9)).verdict).toBe("unchanged");
    const [one, two] = [drifting(100, 2.6), drifting(100, 2.6)];
    expect(compare(around(100, 2.6), around(100, 2.6)).verdict).toBe("unchanged");
    expect(compare(one, two)).toMatchObject({ verdict: "unclear", notes: [note] });
  });

  it("does not, where the factor between the sides is beyond what drift there is", () => {
    // A page as a loaded machine served it, before and after an index.
    const before = [26, 25, 28, 24, 22, 25, 23, 34, 32, 41, 36, 38, 39, 36, 32];
    const after = [4.9, 1.7, 2, 4.3, 3.8, 1.9, 2.2, 2.2, 1.8, 1.8, 2.4, 2.3, 2.3, 2.9, 2.2];
    expect(compare(before, after)).toMatchObject({ verdict: "improved", notes: [] });
    expect(compare(before, after.map((time) => time * 4)).verdict).toBe("unclear");
  });

  it("does not, where the difference is beyond what the halves tell of it", () => {
    // A server that was started anew and warms up, beside a busy one: each round's median, in ms.
    const before = [21.6, 58.1, 60.3, 51.6, 50.3, 53.4, 40.3, 56.5, 51, 49.4, 72, 59.1, 65.1, 52.1, 51.6];
    const after = [12.4, 7.4, 6, 3.2, 2.5, 1.6, 0.28, 0.31, 0.27, 0.33, 0.26, 0.29, 0.3, 0.25, 0.24];
    expect(compare(before, after)).toMatchObject({ verdict: "improved", notes: [] });
    // In its order alone: what goes down and up again shows nothing in its halves.
    const waves = [0, 3, 6, 8, 9, 9.5, 8.5, 6.5, 3.5, 0.5];
    expect(compare(waves.map((step) => 100 + step), waves.map((step) => 110 + step)).verdict).toBe("unclear");
  });

  it("of halves says so", () => {
    const halves = [3, 1, 4, 2, 5, 10, 6, 9, 7, 8].map((step) => 100 + step);
    expect(compare(halves, around(114, 8)).notes).toEqual(["the rounds drift (the second half is not like the first); `shipnote compare` measures both versions in turn"]);
  });

  it("does not touch pairs", () => {
    expect(compare(drifting(100, 8), drifting(112, 8), "paired").verdict).toBe("regressed");
  });
});

describe("what would have shown", () => {
  const words = /^a change of ([\d.,]+)( %)? or more would have shown(?:; (?:about ([\d,]+)|more than 1,000) (?:rounds a side|pairs) would show ([\d.]+)(?: %)?)?$/;

  it("is in percent of the value before", () => {
    // Differences go in steps of 3: the interval at 1 % reaches 12 from the shift; that at 5 %, 9, and 2 for the tolerance.
    // A standard error of 9 / 1.96: (1.96 + 1.28) of it are 3 percent beyond the tolerance at 246 rounds.
    expect(compare(around(100, 30), around(100, 30)).notes).toEqual(["a change of 12 % or more would have shown; about 300 rounds a side would show 5 %"]);
  });

  it("is in numbers where that was nothing", () => {
    expect(compare(around(0, 30), around(0, 30)).notes[0]).toMatch(/^a change of 12 ms or more would have shown/);
    const counted = metric(around(0, 30), { unit: "count" });
    expect(compareMetric(counted, counted, judgement).notes[0]).toMatch(/^a change of 12 or more would have shown/);
  });

  it.each<["apart" | "paired"]>([["apart"], ["paired"]])("would have: moved on by that, the same rounds show it (%s)", (design) => {
    const noise = fc.array(fc.integer({ min: -400, max: 400 }), { minLength: 10, maxLength: 14 });
    fc.assert(fc.property(noise, noise, fc.boolean(), (one, two, isSlower) => {
      const [before, after] = [one, two].map((side) => side.slice(0, Math.min(one.length, two.length)).map((value, place) => 10_000 + value * 7 + place / 1024)) as [number[], number[]];
      const found = compare(before, after, design);
      const percent = Number(words.exec(found.notes[0] ?? "")?.[1] ?? NaN);
      if (found.verdict !== "unclear" || Number.isNaN(percent)) return;
      const least = (percent / 100) * (metric(before).measurement.value ?? 0);
      const move = (isSlower ? 1 : -1) * least - (found.shift ?? 0);
      const moved = compare(before, after.map((value) => value + move * 1.0001), design);
      expect(["regressed", "improved"].includes(moved.verdict) || moved.notes[0]?.includes("drift")).toBe(true);
    }));
  });

  it("asks for more rounds the more the values vary", () => {
    const asked = [6, 10, 20, 60, 300].map((spread) => words.exec(compare(around(100, spread), around(102.5, spread)).notes[0] ?? "")?.[3] ?? "more");
    // The interval reaches 0.3 of the spread. Of the first, 3.8 % would have shown: more rounds are to show 3 %.
    expect(asked).toEqual(["100", "40", "300", "1,000", "more"]);
  });
});

describe("metrics that were measured together", () => {
  const joined = (name: string, before: number[], after: number[], source: Metric["source"] = "before-after"): Metric => {
    const [one, two] = [metric(before, { metric: name }), metric(after, { metric: name })];
    const { check, stratum, unit, better } = one;
    return {
      source, check, metric: name, stratum, unit, better, tolerance: toleranceOf(two, one.measurement, judgement), before: one.measurement, after: two.measurement,
      comparison: compareMetric(one, two, judgement, source === "compare" ? "paired" : "apart"),
    };
  };

  it("are adjusted to one another, and judged again", () => {
    const clear = joined("a", around(100, 4), around(110, 4));
    const others = Array.from({ length: 9 }, (_, place) => joined(`b${place}`, around(100, 30), around(100, 30)));
    const [alone] = judgeTogether([clear], judgement);
    expect(alone?.comparison).toEqual(clear.comparison);
    // Ten of the hundred pairs the other way round: p is 0.0015 by a table, and ten times that above 0.01.
    const near = joined("c", around(100, 10), around(105.5, 10));
    const [first, second] = judgeTogether([clear, near, ...others], judgement);
    expect(first?.comparison).toMatchObject({ verdict: "regressed", pAdjusted: expect.closeTo(11 * (2 / 184_756), 12) });
    expect(near.comparison?.verdict).toBe("regressed");
    expect(second?.comparison).toMatchObject({ verdict: "unclear", pValue: near.comparison?.pValue, pAdjusted: expect.closeTo(10 * (near.comparison?.pValue ?? 0), 12) });
    expect(second?.comparison?.notes[0]).toMatch(/^a change of/);
  });

  it("are not enough data where so many could show nothing", () => {
    const five = Array.from({ length: 3 }, (_, place) => joined(`m${place}`, around(100, 4, 5), around(130, 4, 5)));
    expect(five.map(({ comparison }) => comparison?.verdict)).toEqual(Array(3).fill("regressed"));
    expect(judgeTogether(five, judgement).map(({ comparison }) => `${comparison?.verdict}: ${comparison?.notes.join()}`)).toEqual(
      Array(3).fill("not-enough-data: 5 rounds a side are too few for any answer beside 2 other metrics; rounds: 10 would do"),
    );
  });

  it("of compare are judged as pairs", () => {
    const [found] = judgeTogether([joined("a", around(100, 4, 15), around(110, 4, 15), "compare")], judgement);
    expect(found?.comparison).toMatchObject({ verdict: "regressed", method: "sign-flip-exact" });
  });
});

describe("outOfReach", () => {
  const rate = (events: number, count: number): MeasuredMetric => asMeasured("check", yielded("error-rate", "ratio", { rate: { events, count } }), { takenAt: null, commit: null, machine: null, checkDigest: null });
  const notes = (...metrics: MeasuredMetric[]): string[] => outOfReach(metrics, judgement).map(({ note }) => note);

  it("names what no second run can show a change of", () => {
    expect(notes(metric([1]), metric(around(1, 1, 4)), metric(around(1, 1)), rate(0, 4), rate(0, 30))).toEqual([
      "one run a side; rounds: 10 in its configuration would do",
      "4 rounds a side are too few for any answer; rounds: 10 would do",
      "counts of 4 before, 4 after: too few for any answer; about 300 a side would show 5 points",
    ]);
  });

  it("takes a rate's tolerance in percent for a share of the rate, not for points", () => {
    const half = (tolerance: MeasuredMetric["tolerance"]): MeasuredMetric => ({ ...rate(2, 4), tolerance });
    // 10 % of a half are 5 points.
    expect(notes(half({ value: 10, percent: true }))).toEqual(notes(half({ value: 0.05, percent: false })));
    expect(notes(half({ value: 10, percent: true }))).not.toEqual(notes(half({ value: 10, percent: false })));
  });

  it("minds that several are adjusted to one another", () => {
    const five = metric(around(1, 1, 5));
    expect(notes(five)).toEqual([]);
    expect(notes(five, five)).toEqual(Array(2).fill("5 rounds a side are too few for any answer beside 1 other metric; rounds: 10 would do"));
    // The clearer one comes first, and leaves the other its own p-value.
    expect(notes(five, metric(around(1, 1, 10)))).toEqual([]);
  });

  it("has nothing to say of plain values", () => {
    expect(outOfReach([asMeasured("check", yielded("failed", "", { value: 3 }), { takenAt: null, commit: null, machine: null, checkDigest: null })], judgement)).toEqual([]);
  });
});

describe("whatever the samples", () => {
  const numbers = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: -3, max: 3 }), fc.constantFrom(0, -0, 5e-324, -5e-324, 1e-310, -1.7e308, 1.7e308));
  const side = fc.record({
    samples: fc.array(numbers, { maxLength: 24 }), better: fc.constantFrom("lower" as const, "higher" as const, "none" as const),
    several: fc.boolean(),
  }).map(({ samples, better, several }) => metric(samples, { better, ...(several ? { rounds: samples.map((_, place) => (place >> 1) + 1) } : {}) }));
  const design = fc.constantFrom("apart" as const, "paired" as const);

  it("holds no NaN, no infinity, no minus zero", () => {
    fc.assert(fc.property(side, side, design, (before, after, how) => {
      const found = compareMetric(before, after, judgement, how);
      for (const value of [found.change, found.shift, ...(found.interval ?? []), found.pValue, found.pAdjusted]) {
        expect(value === null || (Number.isFinite(value) && !Object.is(value, -0))).toBe(true);
      }
      expect(found.notes.join(" ")).not.toMatch(/NaN|Infinity|-0\b|undefined|null/);
      expect(found.verdict === "unclear" || found.verdict === "not-enough-data").toBe(found.notes.length > 0);
      expect(found.interval === null).toBe(found.pValue === null);
    }), { numRuns: 500 });
  });

  const whole = fc.array(fc.integer({ min: -300, max: 300 }), { minLength: 1, maxLength: 16 });
  it("is mirrored where the sides are swapped, stays where both move, and grows with the scale", () => {
    fc.assert(fc.property(whole, whole, design, (one, two, how) => {
      const [before, after] = [one, two].map((values) => values.map((value) => value + 1000)) as [number[], number[]];
      const absolute: Judgement = { alpha: 0.05, tolerance: { value: 20, percent: false } };
      const judge = (was: number[], is: number[], times = 1): Comparison =>
        compareMetric(metric(was), metric(is), { ...absolute, tolerance: { value: 20 * times, percent: false } }, how);
      const found = judge(before, after);
      const swapped = judge(after, before);
      const mirrored = { improved: "regressed", regressed: "improved" }[found.verdict as string] ?? found.verdict;
      expect(swapped.verdict).toBe(mirrored);
      expect([swapped.shift === null, swapped.pValue === null]).toEqual([found.shift === null, found.pValue === null]);
      expect((swapped.shift ?? 0) + (found.shift ?? 0)).toBeCloseTo(0, 9);
      expect((swapped.pValue ?? 1) / (found.pValue ?? 1)).toBeCloseTo(1, 9);
      const moved = judge(before.map((value) => value + 4096), after.map((value) => value + 4096));
      expect([moved.pValue, moved.verdict]).toEqual([found.pValue, found.verdict]);
      const doubled = judge(before.map((value) => value * 2), after.map((value) => value * 2), 2);
      expect([doubled.pValue, doubled.verdict, doubled.shift, doubled.interval]).toEqual([
        found.pValue, found.verdict, found.shift === null ? null : found.shift * 2, found.interval?.map((end) => end * 2) ?? null,
      ]);
    }));
  });

  it("is unchanged by the interval alone, and never by a large p-value", () => {
    fc.assert(fc.property(whole, whole, design, (one, two, how) => {
      const [before, after] = [metric(one.map((value) => value + 1000)), metric(two.map((value) => value + 1000))];
      const { verdict, interval } = compareMetric(before, after, judgement, how);
      const isInside = Math.max(...(interval ?? [Infinity]).map(Math.abs)) <= (toleranceOf(after, before.measurement, judgement) ?? 0) * (1 + 1e-12);
      expect(verdict !== "unchanged" || isInside).toBe(true);
    }));
  });
});
