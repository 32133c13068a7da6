import { describe, expect, it } from "vitest";
import { joinMetrics } from "../../src/gather/joined-metrics.ts";
import type { Metric } from "../../src/record/schema.ts";
import { measured, metric } from "../render/ships.ts";

const judgement = { alpha: 0.01, tolerance: { value: 2, percent: true } };
const at = (hour: number): string => `2026-03-04T${String(hour).padStart(2, "0")}:00:00Z`;
const side = (value: number, hour: number, carried = false) => measured({ value, takenAt: at(hour), carried });
const compared: Metric["comparison"] = { verdict: "unchanged", change: 0, shift: 0, interval: null, pValue: null, pAdjusted: null, method: "values", notes: [] };

describe("joinMetrics", () => {
  it("adds a check that only one of them has, as it stands", () => {
    const one = metric("page", "size", { before: side(1, 8), after: side(1, 9), comparison: compared });
    const two = metric("tests", "failed", { before: side(0, 8), after: side(0, 9), comparison: compared });
    expect(joinMetrics([one], [two], judgement)).toEqual([one, two]);
  });

  it("puts a before and an after together that stood in two records, and compares them", () => {
    const before = metric("page", "size", { before: side(100, 8) });
    const after = metric("page", "size", { after: side(50, 10) });
    for (const pair of [[before, after], [after, before]] as const) {
      const [joined, ...others] = joinMetrics([pair[0]], [pair[1]], judgement);
      expect(others).toEqual([]);
      expect(joined).toMatchObject({ before: { value: 100 }, after: { value: 50 }, tolerance: 2, comparison: { verdict: "improved", change: -0.5, shift: -50 } });
    }
  });

  it("takes the later after whole, and the before that was measured for this ship", () => {
    const one = metric("page", "size", { before: side(100, 7, true), after: side(90, 9), comparison: compared });
    const two = metric("page", "size", { before: side(80, 8), after: side(40, 10), comparison: compared });
    expect(joinMetrics([one], [two], judgement)).toEqual([two]);
    const [mixed] = joinMetrics([metric("page", "size", { ...one, after: side(90, 11) })], [two], judgement);
    expect(mixed).toMatchObject({ before: { value: 80 }, after: { value: 90 }, comparison: { verdict: "regressed" } });
  });

  it("adds what was measured side by side, and gives the same again", () => {
    const compare = metric("page", "time", { source: "compare", before: side(9, 8), after: side(9, 8), comparison: compared });
    const first = [metric("page", "size", { before: side(100, 8) })];
    const second = [compare, metric("page", "size", { after: side(50, 10) }), metric("tests", "failed", { after: side(0, 10) })];
    const joined = joinMetrics(first, second, judgement);
    expect(joined.map(({ source, check, metric: name }) => [source, check, name])).toEqual([["compare", "page", "time"], ["before-after", "page", "size"], ["before-after", "tests", "failed"]]);
    expect(joinMetrics(joined, second, judgement)).toEqual(joined);
  });
});
