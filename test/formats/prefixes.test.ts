import { assert, constantFrom, nat, oneof, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { Failure } from "../../src/failure.ts";
import type { Yielded } from "../../src/record/yielded.ts";
import { read, written } from "./reading.ts";

/** What a text yields as a format; null where it is refused, as it should be. */
function readOrRefused(text: string, format: string): Record<string, Yielded> | null {
  try {
    return read(text, { format });
  } catch (error) {
    if (error instanceof Failure && error.code === "report-invalid") return null;
    throw error;
  }
}

const whole: readonly (readonly [file: string, format: string])[] = [
  ["pytest-7.2.1/names.xml", "junit"], ["node-20.20.2/nested.xml", "junit"], ["vitest-4.1.12/junit.xml", "junit"],
  ["gcovr-5.2/cobertura.xml", "cobertura"], ["coverage-6.5.0/cobertura.xml", "cobertura"],
  ["eslint-9.39.5/eslint.json", "eslint"], ["ruff-0.16.9/ruff.json", "ruff"],
  ["eslint-9.39.5/report.sarif", "sarif"], ["ruff-0.16.9/report.sarif", "sarif"],
];

describe("a report that is cut off", () => {
  it.each(whole)("is refused wherever that was: %s", (file, format) => {
    const text = written(file).trimEnd();
    expect(readOrRefused(text, format)).not.toBeNull();
    assert(property(nat(text.length - 1), (length) => {
      expect(readOrRefused(text.slice(0, length), format)).toBeNull();
    }), { numRuns: 150 });
  });

  it.each(["c8-12.0.0/lcov.info", "lcov-1.16/lcov.info", "node-20.20.2/lcov.info"])("is refused inside a record of LCOV: %s", (file) => {
    const text = written(file);
    const ends = [...text.matchAll(/end_of_record$/gm)].map(({ index, 0: { length } }) => index + length);
    for (let length = 0; length < text.length; length += 1) {
      const isWhole = ends.some((end) => length >= end && /^(?:\s|TN:?)*$/.test(text.slice(end, length)));
      expect([length, readOrRefused(text.slice(0, length), "lcov") !== null]).toEqual([length, isWhole]);
    }
  });

  it.each([
    "node-20.20.2/report.tap", "vitest-4.1.12/report.tap", "vitest-4.1.12/flat.tap", "tap-21.8.0/report.tap", "mocha-12.0.3/report.tap",
    "tape-5.10.2/report.tap", "perl-test-more-1.302190/report.tap", "bats-1.8.2/report.tap",
  ])("of TAP never passes for a better one: %s", (file) => {
    const text = written(file);
    const better = read(text)["failed"];
    for (let length = 0; length < text.length; length += text.length > 1500 ? 5 : 1) {
      const failed = readOrRefused(text.slice(0, length), "tap")?.["failed"];
      if (failed === undefined || Number(failed.value) >= Number(better?.value)) continue;
      // Where fewer fail, one of them is new: a plan that was not kept, or a name that broke off.
      expect([length, failed.details.failing?.filter((name) => !better?.details.failing?.includes(name))]).not.toEqual([length, []]);
    }
  });
});

describe("a report that is damaged", () => {
  const all = [...whole, ["c8-12.0.0/lcov.info", "lcov"] as const, ["vitest-4.1.12/report.tap", "tap"] as const, ["tap-21.8.0/report.tap", "tap"] as const];
  it.each(all)("is read, or refused, and nothing else: %s", (file, format) => {
    const text = written(file);
    const piece = oneof(string({ maxLength: 8 }), constantFrom("<", "]]>", "-->", "<!--", "&x;", "\0", "\ud800", "{", "}", "[", "null", "-1", "1e999", "\n", "    ", "1..3\n"));
    assert(property(nat(text.length), nat(20), piece, (at, removed, put) => {
      const found = readOrRefused(text.slice(0, at) + put + text.slice(at + removed), format);
      for (const { value, samples } of Object.values(found ?? {})) {
        for (const number of [...samples, value ?? 0]) expect(number).toSatisfy((each: number) => Number.isFinite(each) && each >= 0);
      }
    }), { numRuns: 200 });
  });
});
