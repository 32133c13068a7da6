import { describe, expect, it } from "vitest";
import { read, refusal, told, written } from "./reading.ts";

describe("go test -bench, as the tool prints it", () => {
  it("takes each line of -count for a round", () => {
    const found = read(written("go-1.19.8/count.txt"));
    const rounds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect(found["BenchmarkJoin"]).toMatchObject({ unit: "ns", better: "lower", samples: [1421, 1573, 1658, 1734, 1558, 1620, 1639, 1695, 1734, 1131], rounds });
    expect(found["BenchmarkJoin MB/s"]).toMatchObject({ unit: "MB/s", better: "higher", samples: [675.64, 610.4, 579.14, 553.6, 616.18, 592.42, 585.56, 566.38, 553.58, 849.16], rounds });
    expect(found["BenchmarkJoin B/op"]).toMatchObject({ unit: "bytes", better: "lower", samples: rounds.map(() => 896) });
    expect(found["BenchmarkJoin allocs/op"]).toMatchObject({ unit: "", better: "lower", samples: rounds.map(() => 1) });
    expect(found["BenchmarkFind/word=last"]?.samples).toEqual([7.387, 6.549, 6.095, 7.831, 9.783, 6.196, 6.152, 6.685, 8.299, 9.882]);
    expect(found["BenchmarkFind/word=last hits/op"]).toMatchObject({ unit: "hits/op", better: "none" });
    expect(found["BenchmarkLogs"]?.samples).toHaveLength(10);
    expect(found["failed"]).toMatchObject({ value: 0, details: { failing: [] } });
  });

  it("names what failed, and the processors where they differ", () => {
    const found = told(read(written("go-1.19.8/failing.txt")));
    expect(found).toMatchObject({ "BenchmarkJoin": [3797, 3067], "BenchmarkJoin-2": [980.1, 2070], "failed": 1 });
    expect(read(written("go-1.19.8/failing.txt"))["failed"]?.details.failing).toEqual(["BenchmarkBroken"]);
  });

  it("reads the events of -json, whose lines come in pieces", () => {
    expect(told(read(written("go-1.19.8/events.json")))).toEqual({
      "BenchmarkJoin": [1399, 3201], "BenchmarkJoin MB/s": [686.3, 299.87], "BenchmarkJoin B/op": [896, 896], "BenchmarkJoin allocs/op": [1, 1],
      "BenchmarkFind/word=first": [11.54, 8.634], "BenchmarkFind/word=first hits/op": [0, 0],
      "BenchmarkFind/word=last": [7.109, 9.506], "BenchmarkFind/word=last hits/op": [0, 0],
      "failed": 0,
    });
  });
});

describe("go test -bench", () => {
  it("takes what is counted once for a value, and what is timed once for a sample", () => {
    expect(told(read("BenchmarkA-8 100 12 ns/op 64 B/op 2 allocs/op\n"))).toEqual({ "BenchmarkA": [12], "BenchmarkA B/op": 64, "BenchmarkA allocs/op": 2, "failed": 0 });
  });

  it("names packages where there are several", () => {
    expect(Object.keys(read("pkg: a/b\nBenchmarkA-8 1 2 ns/op\npkg: a/c\nBenchmarkA-8 1 3 ns/op\n"))).toEqual(["a/b.BenchmarkA", "a/c.BenchmarkA", "failed"]);
  });

  it("counts rounds over several files", () => {
    expect(read(["BenchmarkA-8 1 2 ns/op\n", "BenchmarkA-8 1 3 ns/op\n"])["BenchmarkA"]).toMatchObject({ samples: [2, 3], rounds: [1, 2] });
  });

  it("keeps a package that could not be built for a failure", () => {
    expect(read("FAIL\ta/b [build failed]\nBenchmarkA-8 1 2 ns/op\n")["failed"]).toMatchObject({ value: 1, details: { failing: ["a/b"] } });
  });

  it("takes units with the names of JavaScript's own members for units", () => {
    expect(read("BenchmarkA-8 1 2 constructor\n")["BenchmarkA constructor"]).toMatchObject({ unit: "constructor", better: "none", samples: [2] });
  });

  it.each([
    ["cut off in a line", "BenchmarkA-8 1 2 ns/op\nBenchmarkA-8 1 2 ns", /breaks off in line 2/],
    ["a value without a unit", "BenchmarkA-8 1 2 ns/op 3\n", /line 1: a benchmark's values are no pairs/],
    ["a value that is none", "BenchmarkB-8 1 2 ns/op\nBenchmarkA-8 1 NaN ns/op\n", /line 2/],
    ["a value beyond numbers", "BenchmarkA-8 1 9e999 ns/op\n", /line 1/],
  ])("refuses %s", (_, text, message) => {
    const failure = refusal(text, "go-bench");
    expect(failure.code).toBe("report-invalid");
    expect(failure.message).toMatch(message);
  });

  it("refuses what holds no benchmark", () => {
    expect(refusal("PASS\nok a 0.1s\n", "go-bench").message).toMatch(/no benchmark's result is in it/);
  });
});
