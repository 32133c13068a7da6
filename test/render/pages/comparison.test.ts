import { describe, expect, it } from "vitest";
import type { MeasuredMetric, Metric } from "../../../src/record/schema.ts";
import { asMeasured, type Yielded, yielded } from "../../../src/record/yielded.ts";
import { comparisonText } from "../../../src/render/pages/comparison.ts";

const ten = (value: number): Partial<Yielded> => ({ samples: Array.from({ length: 10 }, () => value), rounds: [] });

function metric(check: string, name: string, unit: string, before: Partial<Yielded> | null, after: Partial<Yielded> | null, comparison: Partial<Metric["comparison"]> | null): Metric {
  const side = (known: Partial<Yielded> | null): MeasuredMetric["measurement"] | null =>
    known === null ? null : asMeasured(check, yielded(name, unit, known), { takenAt: null, commit: null, machine: null, checkDigest: null }).measurement;
  return {
    source: "before-after", check, metric: name, stratum: null, unit, better: "lower", tolerance: null, before: side(before), after: side(after),
    comparison: comparison === null ? null : { verdict: "unclear", change: null, shift: null, interval: null, pValue: null, pAdjusted: null, method: "values", notes: [], ...comparison },
  };
}

describe("comparisonText", () => {
  it("answers four questions first, then shows the table", () => {
    const failing = (names: string[]): Partial<Yielded> => ({ value: names.length, details: { failing: names } });
    const text = comparisonText([
      metric("slow-query", "duration", "ms", ten(412), ten(95), { change: -0.77, shift: -317, notes: ["medians only"] }),
      metric("slow-query", "error-rate", "ratio", { rate: { events: 0, count: 10 } }, { rate: { events: 1, count: 10 } }, { shift: 0.1 }),
      metric("tests", "failed", "", failing([]), failing(["cart > adds"]), { verdict: "regressed", shift: 1, notes: ["1 newly fails"] }),
      metric("tests", "passed", "", null, { value: 218 }, null),
    ]);
    expect(text).toBe(`Is it up? Not always: 1 of 10 runs failed.
Is it slower? Nobody can tell yet: medians only.
Are tests failing? Yes: 1 fails, newly cart > adds.
Did anything change? Yes: tests failed regressed.

Metric                      Before       After      Change  Verdict
slow-query duration    412 ms (10)  95 ms (10)       −77 %  unclear (medians only)
slow-query error-rate      0 of 10     1 of 10  +10 points  unclear
tests failed                     0           1          +1  regressed (1 newly fails)
tests passed                     -         218              not measured before`);
  });

  it("says it where nothing was measured", () => {
    expect(comparisonText([])).toBe("Nothing was measured.");
  });

  it.each([
    ["all is well", [metric("a", "error-rate", "ratio", { rate: { events: 0, count: 3 } }, { rate: { events: 0, count: 3 } }, {})], "Is it up? Yes: none of 3 runs failed."],
    ["all is down", [metric("a", "error-rate", "ratio", null, { rate: { events: 3, count: 3 } }, null)], "Is it up? No: each of 3 runs failed."],
    ["it is slower", [metric("a", "p95", "ms", { value: 1 }, { value: 2 }, { verdict: "regressed" })], "Is it slower? Yes: a p95 regressed."],
    ["it is faster", [metric("a", "p95", "ms", { value: 2 }, { value: 1 }, { verdict: "improved" })], "Is it slower? No, faster: a p95 improved."],
    ["nothing changed", [metric("a", "p95", "ms", { value: 2 }, { value: 2 }, { verdict: "unchanged" })], "Did anything change? No."],
    ["many changed", Array.from({ length: 7 }, (_, n) => metric("a", `m${n}`, "", { value: 1 }, { value: 2 }, { verdict: "changed" })),
      "Did anything change? Yes: a m0 changed, a m1 changed, a m2 changed, a m3 changed, a m4 changed and 2 more."],
  ])("says so where %s", (_, metrics, sentence) => {
    expect(comparisonText(metrics).split("\n")).toContain(sentence);
  });
});
