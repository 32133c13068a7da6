import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Failure } from "../../src/failure.ts";
import { readReport } from "../../src/formats/report.ts";
import { written } from "./reading.ts";

const reports: readonly (readonly [format: string, path: string])[] = [
  ["hyperfine", "hyperfine-1.15.0/several.json"],
  ["pytest-benchmark", "pytest-benchmark-3.2.2/benchmark.json"],
  ["vitest-bench", "vitest-4.1.12/bench.json"],
  ["go-bench", "go-1.19.8/failing.txt"],
  ["go-bench", "go-1.19.8/events.json"],
  ["k6", "k6/summary-export.json"],
  ["k6", "k6/machine-readable.json"],
  ["postgres-explain", "postgresql-15.18/complex.json"],
  ["postgres-explain", "postgresql-15.18/aligned.txt"],
  ["openmetrics", "prom-client-15.1.3/openmetrics.txt"],
];

/** What is wrong with how a text is read: nothing where it is read whole, or refused with a reason. */
function faults(text: string, format: string | null): string[] {
  try {
    return readReport([{ path: "report", text }], { format, metrics: {} }).filter(({ metric, samples, rounds, value, rate }) =>
      metric === "" || metric.length > 220 || rounds.length !== samples.length ||
      ![...samples, value ?? 0].every(Number.isFinite) || (rate !== null && rate.events > rate.count)).map(({ metric }) => metric);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.code === "report-invalid" && error.message.length < 2000 ? [] : [error.message];
  }
}

/** Every value of a JSON document, one at a time, in place of which another could stand. */
function places(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  const inside = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return [path, ...inside.flatMap(([key, inner]) => places(inner, [...path, key]))];
}

function replaced(value: unknown, path: readonly string[], by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((inner: unknown, index) => (String(index) === key ? replaced(inner, rest, by) : inner));
  return Object.fromEntries(Object.entries(value ?? {}).map(([name, inner]) => [name, name === key ? replaced(inner, rest, by) : inner]));
}

const other = fc.oneof(
  fc.constantFrom<unknown>(null, true, "", "x", [], {}, [[]], -1, 0, 1e308, -1e308, 0.5, 2 ** 60, { constructor: 1 }, ["a"], { __proto__: null }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: "binary" }),
);

describe.each(reports)("a damaged report of %s: %s", (format, path) => {
  const whole = written(path);

  it("is read or refused, wherever it is cut off or overwritten", () => {
    fc.assert(fc.property(fc.nat(whole.length), fc.nat(30), fc.string({ unit: "binary", maxLength: 30 }), (at, gone, put) => {
      const cut = whole.slice(0, at);
      expect([...faults(cut, null), ...faults(cut, format), ...faults(cut + put + whole.slice(at + gone), format)]).toEqual([]);
    }), { numRuns: 150 });
  });
});

describe.each(reports.filter(([format, path]) => path.endsWith(".json") && format !== "go-bench"))("a damaged report of %s: %s", (format, path) => {
  it("is read or refused, whatever stands in place of one of its values", () => {
    const parsed: unknown = JSON.parse(written(path));
    fc.assert(fc.property(fc.constantFrom(...places(parsed)), other, (place, by) => {
      expect(faults(JSON.stringify(replaced(parsed, place, by)), format)).toEqual([]);
    }), { numRuns: 400 });
  });
});
