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
    expect(text).toBe(`Did the checks run? Not always: 1 of 10 runs failed.
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
    ["all is well", [metric("a", "error-rate", "ratio", { rate: { events: 0, count: 3 } }, { rate: { events: 0, count: 3 } }, {})], "Did the checks run? Yes: none of 3 runs failed."],
    ["all is down", [metric("a", "error-rate", "ratio", null, { rate: { events: 3, count: 3 } }, null)], "Did the checks run? No: each of 3 runs failed."],
    ["one run is all", [metric("a", "error-rate", "ratio", null, { rate: { events: 1, count: 1 } }, null)], "Did the checks run? No: each of 1 run failed."],
    ["all was down before", [metric("a", "error-rate", "ratio", { rate: { events: 3, count: 3 } }, { rate: { events: 3, count: 3 } }, null)],
      "Did the checks run? No: each of 3 runs failed; before as well: a (3 of 3)."],
    ["one of two failed before", [
      metric("a", "error-rate", "ratio", { rate: { events: 0, count: 4 } }, { rate: { events: 1, count: 4 } }, {}),
      metric("b", "error-rate", "ratio", { rate: { events: 2, count: 4 } }, { rate: { events: 1, count: 4 } }, {}),
    ], "Did the checks run? Not always: 2 of 8 runs failed; before as well: b (2 of 4)."],
    ["no command was run", [metric("a", "size", "bytes", { value: 1 }, { value: 1 }, { verdict: "unchanged" })], "Is it up? Not measured."],
    ["a rate that differs cannot be told from noise", [metric("a", "error-rate", "ratio", { rate: { events: 0, count: 3 } }, { rate: { events: 3, count: 3 } }, { verdict: "not-enough-data" })],
      "Did anything change? Perhaps: a error-rate from 0 of 3 to 3 of 3; that could be noise."],
    ["a rate that cannot be told is the same", [metric("a", "error-rate", "ratio", { rate: { events: 1, count: 3 } }, { rate: { events: 1, count: 3 } }, {})], "Did anything change? Nothing that could be told from noise."],
    ["every run fails that did not", [metric("a", "error-rate", "ratio", { rate: { events: 0, count: 10 } }, { rate: { events: 10, count: 10 } }, { verdict: "regressed" })], "Did anything change? Yes: a error-rate regressed."],
    ["it is slower", [metric("a", "p95", "ms", { value: 1 }, { value: 2 }, { verdict: "regressed" })], "Is it slower? Yes: a p95 regressed."],
    ["it is faster", [metric("a", "p95", "ms", { value: 2 }, { value: 1 }, { verdict: "improved" })], "Is it slower? No, faster: a p95 improved."],
    ["nothing changed", [metric("a", "p95", "ms", { value: 2 }, { value: 2 }, { verdict: "unchanged" })], "Did anything change? No."],
    ["many changed", Array.from({ length: 7 }, (_, n) => metric("a", `m${n}`, "", { value: 1 }, { value: 2 }, { verdict: "changed" })),
      "Did anything change? Yes: a m0 changed, a m1 changed, a m2 changed, a m3 changed, a m4 changed and 2 more."],
  ])("says so where %s", (_, metrics, sentence) => {
    expect(comparisonText(metrics).split("\n")).toContain(sentence);
  });
});
