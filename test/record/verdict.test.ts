import { describe, expect, it } from "vitest";
import type { Comparison, Metric } from "../../src/record/schema.ts";
import { countedMetrics, overallVerdict, toldVerdict } from "../../src/record/verdict.ts";
import { asMeasured, yielded } from "../../src/record/yielded.ts";

type Verdict = Comparison["verdict"];

function metric(verdict: Verdict | null, known: Partial<Metric> = {}): Metric {
  return {
    source: "before-after", check: "c", metric: `m-${verdict}`, stratum: null, unit: "", better: "none", tolerance: null, before: null, after: null,
    comparison: verdict === null ? null : { verdict, change: null, shift: null, interval: null, pValue: null, pAdjusted: null, method: "values", notes: [] },
    ...known,
  };
}

function rate(events: number): Metric["before"] {
  return asMeasured("c", yielded("m", "", { rate: { events, count: 10 } }), { takenAt: null, commit: null, machine: null, checkDigest: null }).measurement;
}

describe("overallVerdict", () => {
  it.each<[Verdict[], string]>([
    [[], "not-measured"],
    [["improved", "regressed"], "mixed"],
    [["improved", "regressed", "gone", "changed"], "mixed"],
    [["regressed", "gone", "changed"], "regressed"],
    [["gone", "improved"], "gone"],
    [["improved", "changed", "unclear"], "improved"],
    [["changed", "unclear", "unchanged"], "changed"],
    [["unclear", "unchanged"], "unclear"],
    [["unchanged", "new"], "unchanged"],
    [["new", "not-enough-data"], "not-measured"],
  ])("%j is %s", (verdicts, expected) => {
    expect(overallVerdict(verdicts.map((verdict) => metric(verdict)))).toBe(expected);
    expect(overallVerdict(verdicts.toReversed().map((verdict) => metric(verdict)))).toBe(expected);
  });

  it("does not count a metric that was measured on one side only", () => {
    expect(overallVerdict([metric(null)])).toBe("not-measured");
  });

  it("does not count a rate that cannot be told, with no event on either side", () => {
    expect(overallVerdict([metric("unclear", { before: rate(0), after: rate(0) }), metric("unchanged")])).toBe("unchanged");
    expect(overallVerdict([metric("unclear", { before: rate(0), after: rate(1) }), metric("unchanged")])).toBe("unclear");
    expect(countedMetrics([metric("not-enough-data", { before: rate(0), after: rate(0) }), metric("regressed", { before: rate(0), after: rate(0) })])).toMatchObject([{ comparison: { verdict: "regressed" } }]);
  });

  it("takes a cache that answered more often for a change, never for a result", () => {
    const mix = (verdict: Verdict) => metric(verdict, { metric: "cache-hit-rate", before: rate(1), after: rate(9) });
    expect(overallVerdict([mix("improved"), metric("unclear")])).toBe("changed");
    expect(overallVerdict([mix("regressed"), metric("improved")])).toBe("improved");
    expect(overallVerdict([mix("unclear")])).toBe("unclear");
    expect([toldVerdict(mix("regressed")), toldVerdict(mix("gone")), toldVerdict(metric("regressed")), toldVerdict(metric(null))]).toEqual(["changed", "gone", "regressed", null]);
  });

  it("counts compare's verdict alone where a metric has both", () => {
    const same = { check: "page", metric: "time" };
    expect(overallVerdict([metric("regressed", same), metric("unchanged", { ...same, source: "compare" })])).toBe("unchanged");
    const errors = { check: "page", metric: "error-rate" };
    // Faster side by side, and down once it was deployed.
    expect(overallVerdict([
      metric("improved", { ...same, source: "compare" }), metric("gone", same),
      metric("unclear", { ...errors, source: "compare", before: rate(0), after: rate(0) }), metric("regressed", { ...errors, before: rate(0), after: rate(10) }),
    ])).toBe("regressed");
    expect(overallVerdict([metric("regressed", { ...same, stratum: "hit" }), metric("unchanged", { ...same, source: "compare" })])).toBe("regressed");
  });
});
