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
    expect(text).toBe(`Is it up? Not measured.
Is it slower? Nobody can tell yet of slow-query duration: medians only.
Are jobs or tests failing? Yes: 1 of 10 runs failed; 1 test fails, newly cart > adds.
Did anything change? Yes: tests failed regressed.

Metric                      Before       After      Change  Verdict
slow-query duration    412 ms (10)  95 ms (10)       −77 %  unclear
slow-query error-rate      0 of 10     1 of 10  +10 points  unclear
tests failed                     0           1          +1  regressed
tests passed                     -         218              not measured before

slow-query duration: medians only
tests failed: 1 newly fails`);
  });

  const wide = [
    metric("page", "response-time", "ms", ten(400), ten(100), { verdict: "improved", change: -0.75, shift: -300, interval: [-310, -290] }),
    metric("page", "error-rate", "ratio", { rate: { events: 0, count: 30 } }, { rate: { events: 1, count: 30 } }, {
      shift: 0.033, interval: [-0.08, 0.17], notes: ["one more in thirty is the smallest difference that so few requests can show; 300 a side would show 5 %"],
    }),
  ];

  it("draws a bar for each side where the terminal is wide enough for them", () => {
    expect(comparisonText(wide, 110).split("\n").slice(5)).toEqual([
      "Metric                   Before                  After                 Change     95 % interval  Verdict",
      "page response-time  400 ms (10)  ████████  100 ms (10)  ██              −75 %   −310 to −290 ms  improved",
      "page error-rate         0 of 30                1 of 30  ████████  +3.3 points  −8 to +17 points  unclear",
      "",
      "page error-rate: one more in thirty is the smallest difference that so few requests can show; 300 a side would",
      "  show 5 %",
    ]);
  });

  it("puts names on lines of their own where the terminal is narrow, and stays within it", () => {
    const long = wide.map((each) => ({ ...each, check: "the-archive's-longest-page" }));
    expect(comparisonText(long, 60).split("\n").slice(5)).toEqual([
      "Metric",
      "       Before        After       Change  Verdict",
      "the-archive's-longest-page response-time",
      "  400 ms (10)  100 ms (10)        −75 %  improved",
      "the-archive's-longest-page error-rate",
      "      0 of 30      1 of 30  +3.3 points  unclear",
      "",
      "the-archive's-longest-page error-rate: one more in thirty is",
      "  the smallest difference that so few requests can show; 300",
      "  a side would show 5 %",
    ]);
    for (const width of [52, 60, 80, 100, 200]) {
      const table = comparisonText(long, width).split("\n").slice(5);
      expect(table.filter((each) => each.length > width)).toEqual([]);
    }
  });

  it("says why samples failed, how the mix shifted, and what the plans are", () => {
    const failed = metric("page", "error-rate", "ratio", { rate: { events: 0, count: 30 } }, {
      rate: { events: 4, count: 30 }, details: { errors: [{ reason: "status 503", count: 3 }, { reason: "no whole answer within 10 s", count: 1 }] },
    }, {});
    const mix = metric("page", "cache-hit-rate", "ratio", { rate: { events: 3, count: 30 } }, { rate: { events: 26, count: 30 } }, { verdict: "improved" });
    const plan = metric("query", "plan", "", { details: { shape: "Seq Scan on articles" } }, { details: { shape: "Index Scan using by_id on articles" } }, { verdict: "changed" });
    const lines = comparisonText([failed, mix, plan], 200).split("\n");
    expect(lines).toContain("Is it up? Not always: 4 of 30 requests failed, status 503.");
    expect(lines).toContain("Did anything change? Yes: page cache-hit-rate changed and query plan changed.");
    expect(lines.slice(-4)).toEqual([
      "page, after: 3 × status 503, 1 × no whole answer within 10 s",
      "page: the mix shifted: 26 of 30 were hits, before 3 of 30; times are compared hit with hit and miss with miss",
      "query plan, before: Seq Scan on articles",
      "query plan, after: Index Scan using by_id on articles",
    ]);
    expect(lines.find((line) => line.startsWith("query plan"))).toMatch(/see below +see below/);
  });

  it("says it where nothing was measured", () => {
    expect(comparisonText([])).toBe("Nothing was measured.");
  });

  it.each([
    ["all is well", [metric("a", "error-rate", "ratio", { rate: { events: 0, count: 3 } }, { rate: { events: 0, count: 3 } }, {})], "Is it up? Yes: 3 of 3 requests answered."],
    ["all is down", [metric("a", "error-rate", "ratio", null, { rate: { events: 3, count: 3 } }, null)], "Is it up? No: each of 3 requests failed."],
    ["one run is all", [metric("a", "error-rate", "ratio", null, { rate: { events: 1, count: 1 } }, null)], "Is it up? No: each of 1 request failed."],
    ["all was down before", [metric("a", "error-rate", "ratio", { rate: { events: 3, count: 3 } }, { rate: { events: 3, count: 3 } }, null)],
      "Is it up? No: each of 3 requests failed; before as well: a (3 of 3)."],
    ["one of two failed before", [
      metric("a", "error-rate", "ratio", { rate: { events: 0, count: 4 } }, { rate: { events: 1, count: 4 } }, {}),
      metric("b", "error-rate", "ratio", { rate: { events: 2, count: 4 } }, { rate: { events: 1, count: 4 } }, {}),
    ], "Is it up? Not always: 2 of 8 requests failed; before as well: b (2 of 4)."],
    ["a command ran well", [metric("a", "duration", "ms", ten(1), ten(1), { verdict: "unchanged" }), metric("a", "error-rate", "ratio", null, { rate: { events: 0, count: 10 } }, null)],
      "Are jobs or tests failing? No: none of 10 runs failed."],
    ["no test fails", [metric("t", "failed", "", { value: 0 }, { value: 0 }, { verdict: "unchanged" })], "Are jobs or tests failing? No: no test fails."],
    ["no request was sent", [metric("a", "size", "bytes", { value: 1 }, { value: 1 }, { verdict: "unchanged" })], "Is it up? Not measured."],
    ["a rate that differs cannot be told from noise", [metric("a", "error-rate", "ratio", { rate: { events: 0, count: 3 } }, { rate: { events: 3, count: 3 } }, { verdict: "not-enough-data" })],
      "Did anything change? Perhaps: a error-rate from 0 of 3 to 3 of 3; that could be noise."],
    ["a rate that cannot be told is the same", [metric("a", "error-rate", "ratio", { rate: { events: 1, count: 3 } }, { rate: { events: 1, count: 3 } }, {})], "Did anything change? Nothing that could be told from noise."],
    ["every run fails that did not", [metric("a", "error-rate", "ratio", { rate: { events: 0, count: 10 } }, { rate: { events: 10, count: 10 } }, { verdict: "regressed" })], "Did anything change? Yes: a error-rate regressed."],
    ["several times cannot be told", ["duration", "user-time", "system-time"].map((name) => metric("job", name, "ms", ten(1), ten(2), { notes: [`note of ${name}`] })),
      "Is it slower? Nobody can tell yet of job duration, nor of 2 other times: note of duration."],
    ["it is slower", [metric("a", "p95", "ms", { value: 1 }, { value: 2 }, { verdict: "regressed" })], "Is it slower? Yes: a p95 regressed."],
    ["it is faster", [metric("a", "p95", "ms", { value: 2 }, { value: 1 }, { verdict: "improved" })], "Is it slower? No, faster: a p95 improved."],
    ["nothing changed", [metric("a", "p95", "ms", { value: 2 }, { value: 2 }, { verdict: "unchanged" })], "Did anything change? No."],
    ["many changed", Array.from({ length: 7 }, (_, n) => metric("a", `m${n}`, "", { value: 1 }, { value: 2 }, { verdict: "changed" })),
      "Did anything change? Yes: a m0 changed, a m1 changed, a m2 changed, a m3 changed, a m4 changed and 2 more."],
  ])("says so where %s", (_, metrics, sentence) => {
    expect(comparisonText(metrics).split("\n")).toContain(sentence);
  });
});
