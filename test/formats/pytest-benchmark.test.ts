import { describe, expect, it } from "vitest";
import { median } from "../../src/record/yielded.ts";
import { read, refusal, told, written } from "./reading.ts";

const whole = written("pytest-benchmark-3.2.2/benchmark.json");

describe("pytest-benchmark, as the tool writes it", () => {
  // What it printed, in nanoseconds: median and rounds.
  it.each([
    ["test_bench.py::test_join", 9454.0001, 6],
    ["test_bench.py::test_sort[10]", 139.0001, 12],
    ["test_bench.py::test_sort[1000]", 4467.8752, 12],
  ])("%s", (name, nanoseconds, rounds) => {
    const found = read(whole)[name];
    expect(found).toMatchObject({ unit: "ms", better: "lower", rounds: Array.from({ length: rounds }, () => 1) });
    expect((median(found?.samples ?? []) ?? 0) * 1e6).toBeCloseTo(nanoseconds, 4);
  });
});

const one = (stats: object, name: object = { fullname: "t.py::a" }): string =>
  JSON.stringify({ machine_info: {}, benchmarks: [{ ...name, stats }] });

describe("pytest-benchmark", () => {
  it("takes the median for one sample where it kept no data, or very much", () => {
    expect(told(read(one({ median: 0.002 })))).toEqual({ "t.py::a": [2] });
    expect(told(read(one({ median: 0.002, data: Array.from({ length: 1001 }, () => 0.001) })))).toEqual({ "t.py::a": [2] });
    expect(read(one({ median: 0.002, data: Array.from({ length: 1000 }, () => 0.001) }))["t.py::a"]?.samples).toHaveLength(1000);
  });

  it("takes several files for several runs", () => {
    expect(read([one({ median: 1, data: [1, 1] }), one({ median: 3, data: [3] })])["t.py::a"]).toMatchObject({ samples: [1000, 1000, 3000], rounds: [1, 1, 2] });
  });

  it("goes by the short name where there is no other", () => {
    expect(told(read(one({ median: 1 }, { name: "a" })))).toEqual({ a: [1000] });
  });

  it.each([
    ["cut off", whole.slice(0, 2000), /is not JSON: it ends too early/],
    ["no stats", '{"machine_info": {}, "benchmarks": [{"fullname": "a"}]}', /\/benchmarks\/0 has no stats/],
    ["no median", one({}), /\/benchmarks\/0\/stats has no median/],
    ["a median below zero", one({ median: -1 }), /\/benchmarks\/0\/stats\/median is below zero/],
    ["data that is none", one({ median: 1, data: { a: 1 } }), /\/benchmarks\/0\/stats\/data is no list/],
    ["benchmarks that are none", '{"machine_info": {}, "benchmarks": [3]}', /\/benchmarks\/0 is no object/],
    ["very many benchmarks", JSON.stringify({ machine_info: {}, benchmarks: Array.from({ length: 1001 }, (_, n) => ({ name: `b${n}`, stats: { median: 1 } })) }), /holds 1001 metrics/],
  ])("refuses %s", (_, text, message) => {
    const failure = refusal(text);
    expect(failure.code).toBe("report-invalid");
    expect(failure.message).toMatch(message);
  });
});
