import { describe, expect, it } from "vitest";
import { read, refusal, rounded, written } from "./reading.ts";

describe("vitest bench, as the tool writes it", () => {
  // Its own table has 5.8 µs as 75th percentile of `reversed` in version 4, 5.9 µs in 3; `throws` threw, `skipped` was skipped.
  it.each([
    ["vitest-4.1.12", [0.00011], [0.00014], [0.00568]],
    ["vitest-3.2.7", [0.00011], [0.00014], [0.00573]],
  ])("%s", (tool, top, numbers, reversed) => {
    const found = read(written(`${tool}/bench.json`));
    expect(Object.keys(found)).toEqual([
      "bench/sort.bench.ts > top", "bench/sort.bench.ts > sorting > numbers", "bench/sort.bench.ts > sorting > long lists > reversed",
    ]);
    expect(Object.values(found).map((metric) => rounded(metric, 5))).toEqual([top, numbers, reversed]);
    expect(Object.values(found).map(({ unit, better, rounds }) => [unit, better, rounds])).toEqual(Array.from({ length: 3 }, () => ["ms", "lower", [1]]));
  });
});

const one = (benchmark: object): string =>
  JSON.stringify({ files: [{ filepath: "/a.bench.ts", groups: [{ fullName: "a.bench.ts", benchmarks: [benchmark] }] }] });

describe("vitest bench", () => {
  it.each([
    ["cut off", written("vitest-4.1.12/bench.json").slice(0, 900), /is not JSON: it ends too early/],
    ["no groups", '{"files": [{"filepath": "/a"}]}', /of vitest bench: \/files\/0 has no groups/],
    ["no name", one({ median: 1 }), /\/files\/0\/groups\/0\/benchmarks\/0 has no name/],
    ["a median below zero", one({ name: "a", median: -1 }), /benchmarks\/0\/median is below zero/],
    ["a median that is none", one({ name: "a", median: [] }), /benchmarks\/0\/median is no number/],
  ])("refuses %s", (_, text, message) => {
    const failure = refusal(text);
    expect(failure.code).toBe("report-invalid");
    expect(failure.message).toMatch(message);
  });

  it("takes benchmarks of one name for samples of one burst", () => {
    const twice = JSON.stringify({ files: [{ filepath: "/a", groups: [{ fullName: "a", benchmarks: [{ name: "x", median: 1 }, { name: "x", mean: 2 }] }] }] });
    expect(read(twice)["a > x"]).toMatchObject({ samples: [1, 2], rounds: [1, 1] });
  });
});
