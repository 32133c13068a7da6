import { describe, expect, it } from "vitest";
import type { MetricSpec } from "../../src/formats/pick.ts";
import { decodeReport, largestReport, readReport, refuseLarge } from "../../src/formats/report.ts";

function read(text: string | string[], metrics: Record<string, MetricSpec> = {}, format: string | null = null): unknown {
  const files = [text].flat().map((each, place) => ({ path: `file-${place}`, text: each }));
  return readReport(files, { format, metrics }).map((metric) =>
    [metric.metric, metric.unit, metric.rate ?? metric.value ?? metric.samples]);
}

describe("readReport finds the format in the content", () => {
  it.each<[string, string, unknown]>([
    ["a flat object", '{"p95": 120.5, "rows": 3, "name": "x", "ok": true}', [["p95", "", 120.5], ["rows", "", 3]]],
    ["nested objects and lists", '{"db": {"queries": 11}, "ms": [1, 2], "of": [{"a": 1}]}', [["db.queries", "", 11], ["ms", "", [1, 2]]]],
    ["a single number", "42.5\n", [["value", "", 42.5]]],
    ["names and numbers", "rows 12\nsize=3.5\np95: 120 ms\nhello world\ncache hits: 3", [["rows", "", 12], ["size", "", 3.5], ["p95", "ms", 120], ["cache hits", "", 3]]],
    ["a name that comes again", "ms 1\nms 2\n", [["ms", "", [1, 2]]]],
    ["a log with brackets", "[info] started\nrows=3\n", [["rows", "", 3]]],
    ["negative and exponents", "a -1\nb=1.5e-3", [["a", "", -1], ["b", "", 0.0015]]],
    ["JUnit", '<?xml version="1.0"?>\n<testsuites tests="0"/>', [["passed", "", 0], ["failed", "", 0], ["skipped", "", 0]]],
  ])("%s", (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each([
    ["empty", " \n", /is empty/],
    ["prose", "Nothing to see here.", /no report format that is known/],
    ["JSON cut off", '{"p95": 12', /ends too early, in line 1/],
    ["JSON without a number", '{"a": "b"}', /no number/],
    ["JSON of very many numbers", JSON.stringify(Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`k${n}`, n]))), /more than 100/],
    ["JUnit cut off", "<testsuite><testcase", /not a readable JUnit report/],
  ])("refuses %s", (_, text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});

describe("readReport", () => {
  it("reads configured metrics only, from any text", () => {
    expect(read('{"a": 1, "b": 2}', { b: { json: "/b", unit: "queries" } })).toEqual([["b", "queries", 2]]);
    expect(read("Nothing but 3 rows.", { rows: { pattern: "(\\d+) rows" } })).toEqual([["rows", "", 3]]);
  });

  it("reads configured metrics only, from a format that has metrics of its own", () => {
    const bench = '{"results": [{"command": "make", "times": [1, 2], "exit_codes": [0, 0], "mean": 1.5}]}';
    expect(read(bench, { mean: { json: "/results/0/mean", unit: "s" } })).toEqual([["mean", "s", 1.5]]);
    expect(read(bench, { duration: { tolerance: { value: 5, percent: true } } })).toEqual([["duration", "ms", [1000, 2000]]]);
    expect(read('{"a": 1, "b": 2}', { b: { better: "lower" }, c: {} })).toEqual([["b", "", 2]]);
  });

  it("gives a format's own metric what is configured of it", () => {
    const files = [{ path: "size", text: "", bytes: 12 }];
    const tolerance = { value: 0, percent: false };
    expect(readReport(files, { format: "size", metrics: { size: { better: "none", tolerance } } })).toMatchObject([{ value: 12, better: "lower", tolerance }]);
    expect(readReport(files, { format: "size", metrics: { size: { better: "higher", unit: "B" } } })).toMatchObject([{ better: "higher", unit: "B", tolerance: null }]);
  });

  it("refuses more metrics or samples than a record should hold", () => {
    const lines = (count: number, name: (n: number) => string): string => Array.from({ length: count }, (_, n) => `${name(n)} 1 2 ns/op\n`).join("");
    expect(() => read(lines(1000, (n) => `BenchmarkA${n}`))).toThrow("file-0 holds 1001 metrics.");
    expect(() => read(lines(100_001, () => "BenchmarkA"))).toThrow("file-0 holds 100001 samples of BenchmarkA.");
  });

  it("takes each file's value for a sample, and sums rates", () => {
    expect(read(['{"a":1}', '{"a":2}', '{"a":4}'])).toEqual([["a", "", [1, 2, 4]]]);
    expect(read(['{"e":1,"n":10}', '{"e":2,"n":20}'], { errors: { json: "/e", of: "/n" } })).toEqual([["errors", "ratio", { events: 3, count: 30 }]]);
  });

  it("refuses a named format that the content is not, and one that it does not know", () => {
    expect(() => read("rows 3", {}, "json")).toThrow(/not JSON/);
    expect(() => read("rows 3", {}, "checkstyle")).toThrow(/cannot read the report format checkstyle/);
    expect(() => read("rows 3", {}, "constructor")).toThrow(/cannot read the report format/);
  });
});

describe("decodeReport", () => {
  it.each([
    ["UTF-8", Buffer.from("rows ü")],
    ["UTF-8 with a byte order mark", Buffer.from("\ufeffrows ü")],
    ["UTF-16", Buffer.from("\ufeffrows ü", "utf16le")],
    ["UTF-16, the other way round", Buffer.from("\ufeffrows ü", "utf16le").swap16()],
  ])("reads %s", (_, bytes) => {
    expect(decodeReport("x", bytes)).toBe("rows ü");
  });

  it("refuses what is too large before reading it", () => {
    expect(() => refuseLarge("big.xml", largestReport)).not.toThrow();
    expect(() => refuseLarge("big.xml", 500 * 1024 * 1024)).toThrow("big.xml is too large to be read as a report: 500 MiB.");
  });
});
