import { describe, expect, it } from "vitest";
import { measuredAnswers } from "../../src/record/answers.ts";
import type { Comparison, Metric } from "../../src/record/schema.ts";
import { asMeasured, type Yielded, yielded } from "../../src/record/yielded.ts";

function side(known: Partial<Yielded>): Metric["before"] {
  return asMeasured("c", yielded("m", "", known), { takenAt: null, commit: null, machine: null, checkDigest: null }).measurement;
}

function metric(name: string, verdict: Comparison["verdict"] | null, known: Partial<Metric> = {}): Metric {
  return {
    source: "before-after", check: "c", metric: name, stratum: null, unit: "", better: "lower", tolerance: null, before: null, after: null,
    comparison: verdict === null ? null : { verdict, change: null, shift: null, interval: null, pValue: null, pAdjusted: null, method: "values", notes: [] },
    ...known,
  };
}

describe("measuredAnswers", () => {
  it("has no answer where nothing was measured", () => {
    expect(measuredAnswers([])).toEqual({ ran: null, slower: null, failing: null, changed: null });
    expect(measuredAnswers([metric("m", null, { before: side({ value: 1 }) })])).toEqual({ ran: null, slower: null, failing: null, changed: null });
  });

  it("counts failed runs after the ship, over all checks", () => {
    const rate = (check: string, events: number): Metric => metric("error-rate", "unclear", { check, after: side({ rate: { events, count: 10 } }) });
    expect(measuredAnswers([rate("a", 0), rate("b", 3)]).ran).toEqual({ failed: 3, of: 20, before: [] });
  });

  it("names the checks that failed before as well", () => {
    const rate = (check: string, before: number, after: number): Metric =>
      metric("error-rate", "unclear", { check, before: side({ rate: { events: before, count: 10 } }), after: side({ rate: { events: after, count: 10 } }) });
    expect(measuredAnswers([rate("a", 1, 0), rate("b", 0, 1), rate("c", 2, 3)]).ran).toMatchObject({ failed: 4, of: 30, before: [{ check: "c" }] });
  });

  it("sorts the times by what they say", () => {
    const time = (name: string, verdict: Comparison["verdict"]): Metric => metric(name, verdict, { unit: "ms" });
    const all = [time("a", "regressed"), time("b", "improved"), time("c", "unclear"), time("d", "not-enough-data"), time("e", "unchanged"), metric("rows", "regressed", { unit: "rows" })];
    const { slower } = measuredAnswers(all);
    expect(Object.entries(slower ?? {}).map(([word, metrics]) => [word, metrics.map((each) => each.metric).join()])).toEqual([
      ["slower", "a"], ["faster", "b"], ["unclear", "c,d"], ["same", "e"],
    ]);
  });

  it("names the tests that did not fail before", () => {
    const failed = (before: string[] | null, after: string[]): Metric => metric("failed", "regressed", {
      before: before === null ? null : side({ value: before.length, details: { failing: before } }), after: side({ value: after.length, details: { failing: after } }),
    });
    expect(measuredAnswers([failed(["a"], ["a", "b"])]).failing).toEqual({ failing: 2, newly: ["b"] });
    expect(measuredAnswers([failed(null, ["a"])]).failing).toEqual({ failing: 1, newly: [] });
    expect(measuredAnswers([failed([], [])]).failing).toEqual({ failing: 0, newly: [] });
  });

  it("says what changed, and whether something could not be told", () => {
    expect(measuredAnswers([metric("a", "changed"), metric("b", "unchanged")]).changed).toMatchObject({ metrics: [{ metric: "a" }], unclear: false });
    expect(measuredAnswers([metric("a", "unclear")]).changed).toEqual({ metrics: [], unclear: true, rates: [] });
    const rate = (name: string, before: number, after: number): Metric =>
      metric(name, "not-enough-data", { before: side({ rate: { events: before, count: 3 } }), after: side({ rate: { events: after, count: 3 } }) });
    expect(measuredAnswers([rate("a", 0, 3), rate("b", 1, 1)]).changed).toMatchObject({ metrics: [], unclear: true, rates: [{ metric: "a" }] });
    expect(measuredAnswers([rate("a", 0, 0)]).changed).toBeNull();
  });
});
