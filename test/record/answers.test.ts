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
    expect(measuredAnswers([])).toEqual({ up: null, slower: null, jobs: null, tests: null, changed: null });
    expect(measuredAnswers([metric("m", null, { before: side({ value: 1 }) })])).toEqual({ up: null, slower: null, jobs: null, tests: null, changed: null });
  });

  const rate = (check: string, before: number | null, after: number, known: Partial<Metric> = {}): Metric => metric("error-rate", "unclear", {
    check, before: before === null ? null : side({ rate: { events: before, count: 10 } }), after: side({ rate: { events: after, count: 10 } }), ...known,
  });
  const duration = (check: string): Metric => metric("duration", "unclear", { check, unit: "ms" });

  it("counts failed requests after the ship, over all checks that are no commands, and runs of those that are", () => {
    const answers = measuredAnswers([rate("a", null, 0), rate("b", null, 3), rate("job", null, 1), duration("job")]);
    expect(answers.up).toEqual({ failed: 3, of: 20, before: [] });
    expect(answers.jobs).toEqual({ failed: 1, of: 10, before: [] });
    expect(measuredAnswers([rate("job", null, 1), duration("job")]).up).toBeNull();
  });

  it("names the checks that failed before as well", () => {
    expect(measuredAnswers([rate("a", 1, 0), rate("b", 0, 1), rate("c", 2, 3)]).up).toMatchObject({ failed: 4, of: 30, before: [{ check: "c" }] });
  });

  it("takes failures as they were seen after the ship, whatever the throw-away servers of compare answered", () => {
    expect(measuredAnswers([rate("a", 0, 10), rate("a", 0, 0, { source: "compare" })]).up).toMatchObject({ failed: 10, of: 10 });
    expect(measuredAnswers([rate("a", 0, 1, { source: "compare" })]).up).toMatchObject({ failed: 1, of: 10 });
  });

  it("says that it is faster in one place only together with where that cannot be told", () => {
    const time = (name: string, verdict: Comparison["verdict"]): Metric => metric(name, verdict, { unit: "ms" });
    expect(measuredAnswers([time("a", "improved"), time("b", "unclear")]).slower).toMatchObject({ faster: [{ metric: "a" }], unclear: [{ metric: "b" }] });
  });

  it("looks at times stratum by stratum, for their mix is no answer", () => {
    const time = (stratum: string | null, verdict: Comparison["verdict"]): Metric => metric("response-time", verdict, { unit: "ms", stratum });
    const { slower } = measuredAnswers([time(null, "improved"), time("hit", "unchanged"), time("miss", "unclear")]);
    expect(slower).toMatchObject({ slower: [], faster: [], unclear: [{ stratum: "miss" }], same: [{ stratum: "hit" }] });
  });

  it("sorts the times by what they say", () => {
    const time = (name: string, verdict: Comparison["verdict"]): Metric => metric(name, verdict, { unit: "ms" });
    const all = [time("a", "regressed"), time("b", "improved"), time("c", "unclear"), time("d", "not-enough-data"), time("e", "unchanged"), metric("rows", "regressed", { unit: "rows" })];
    const { slower } = measuredAnswers(all);
    expect(Object.entries(slower ?? {}).map(([word, metrics]) => [word, metrics.map((each) => each.metric).join()])).toEqual([
      ["slower", "a"], ["faster", "b"], ["unclear", "c,d"], ["same", "e"],
    ]);
  });

  it("does not wait for times that no run had", () => {
    const time = (known: Partial<Metric>): Metric => metric("duration", "not-enough-data", { unit: "ms", ...known });
    const some = { before: side({ samples: [1], rounds: [1] }), after: side({ samples: [2], rounds: [1] }) };
    expect(measuredAnswers([time({ ...some, after: side({}) }), time({ ...some, before: side({}) })]).slower).toMatchObject({ unclear: [], same: [] });
    expect(measuredAnswers([time(some)]).slower).toMatchObject({ unclear: [{}] });
  });

  it("names the tests that did not fail before", () => {
    const failed = (before: string[] | null, after: string[]): Metric => metric("failed", "regressed", {
      before: before === null ? null : side({ value: before.length, details: { failing: before } }), after: side({ value: after.length, details: { failing: after } }),
    });
    expect(measuredAnswers([failed(["a"], ["a", "b"])]).tests).toEqual({ failing: 2, newly: ["b"] });
    expect(measuredAnswers([failed(null, ["a"])]).tests).toEqual({ failing: 1, newly: [] });
    expect(measuredAnswers([failed([], [])]).tests).toEqual({ failing: 0, newly: [] });
  });

  it("says what changed, and whether something could not be told", () => {
    expect(measuredAnswers([metric("a", "changed"), metric("b", "unchanged")]).changed).toMatchObject({ metrics: [{ metric: "a" }], unclear: false });
    expect(measuredAnswers([metric("cache-hit-rate", "improved")]).changed).toMatchObject({ metrics: [{ metric: "cache-hit-rate" }] });
    expect(measuredAnswers([metric("a", "unclear")]).changed).toEqual({ metrics: [], unclear: true, rates: [] });
    const few = (name: string, before: number, after: number): Metric =>
      metric(name, "not-enough-data", { before: side({ rate: { events: before, count: 3 } }), after: side({ rate: { events: after, count: 3 } }) });
    expect(measuredAnswers([few("a", 0, 3), few("b", 1, 1)]).changed).toMatchObject({ metrics: [], unclear: true, rates: [{ metric: "a" }] });
    expect(measuredAnswers([few("a", 0, 0)]).changed).toBeNull();
  });
});
