import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Failure } from "../../src/failure.ts";
import { junit } from "../../src/formats/junit.ts";
import type { Yielded } from "../../src/record/yielded.ts";

const written = (tool: string): string => readFileSync(new URL(`../reports/${tool}/junit.xml`, import.meta.url), "utf8");

function read(...texts: string[]): Record<string, Yielded> {
  const files = texts.map((text, place) => ({ path: `report-${place}.xml`, text }));
  return Object.fromEntries(junit.read(files, {}).map((metric) => [metric.metric, metric]));
}

function counts(of: Record<string, Yielded>): (number | null | undefined)[] {
  return [of["passed"]?.value, of["failed"]?.value, of["skipped"]?.value];
}

function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("junit, as tools write it", () => {
  // What the runner itself said on its last line.
  it.each([
    {
      tool: "pytest-7.2.1", // 2 failed, 4 passed, 1 skipped, 1 xfailed, 1 error
      expected: [4, 3, 2],
      failing: ["test_sample > test_each[3]", "test_sample > test_setup", "test_sample.TestOrders > test_discount_is_broken"],
    },
    {
      tool: "vitest-4.1.12", // one file that could not be loaded, one failing test, one skipped, one todo
      expected: [2, 2, 2],
      failing: ["test/broken.test.ts", "test/cart.test.ts > cart > subtracts"],
    },
    { tool: "node-20.20.2", expected: [2, 1, 2], failing: ["cart > breaks"] },
  ])("$tool", ({ tool, expected, failing }) => {
    const found = read(written(tool));
    expect(counts(found)).toEqual(expected);
    expect(found["failed"]?.details.failing).toEqual(failing);
    expect(found["duration"]?.samples).toHaveLength(1);
    expect(junit.recognizes(written(tool))).toBe(true);
  });

  it("sums several files", () => {
    const found = read(written("pytest-7.2.1"), written("vitest-4.1.12"));
    expect(counts(found)).toEqual([6, 5, 4]);
    expect(found["failed"]?.details.failing).toHaveLength(5);
  });

  it("takes the seconds that the run says, else those of its suites, else those of its tests", () => {
    const test = '<testcase name="a" time="1.5"/><testcase name="b" time="2"/>';
    expect(read(`<testsuites time="9"><testsuite time="3">${test}</testsuite></testsuites>`)["duration"]?.samples).toEqual([9000]);
    expect(read(`<testsuites><testsuite time="3">${test}</testsuite></testsuites>`)["duration"]?.samples).toEqual([3000]);
    expect(read(`<testsuite>${test}</testsuite>`)["duration"]?.samples).toEqual([3500]);
    expect(read('<testsuite time="1,234.5"/>')["duration"]?.samples).toEqual([1_234_500]);
  });

  it("believes a suite's counts where it names no test", () => {
    expect(counts(read('<testsuite tests="10" failures="2" errors="1" skipped="3"/>'))).toEqual([4, 3, 3]);
  });

  it("takes a run without tests for one of zero tests", () => {
    expect(counts(read("<testsuites></testsuites>"))).toEqual([0, 0, 0]);
  });

  it("keeps names as they are, and not too much of them", () => {
    const found = read(`<testsuite><testcase classname="a&lt;b&gt;" name="c &amp; &quot;d&quot;&#10;__proto__"><failure/></testcase>
      <testcase name="${"x".repeat(2000)}"><error/></testcase></testsuite>`);
    expect(found["failed"]?.details.failing).toEqual(['a<b> > c & "d"\n__proto__', "x".repeat(500)]);
  });
});

describe("junit, refused", () => {
  const whole = written("vitest-4.1.12");
  it.each([
    ["cut off", whole.slice(0, whole.indexOf("AssertionError: expected")), /report-0\.xml .*: it breaks off in line 15\.$/],
    ["an element that is not closed", "<testsuite>\n<testcase>\n</testsuite>", /line 3/],
    ["no suite", "<html></html>", /no testsuite/],
    ["an entity bomb", '<?xml version="1.0"?>\n<!-- a -->\n<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n<testsuite name="&b;"/>', /line 3: .*document type/],
  ])("%s", (_, text, message) => {
    const failure = failureOf(() => read(text));
    expect(failure.code).toBe("report-invalid");
    expect(failure.message).toMatch(message);
  });

  it("reads a document type that a test printed", () => {
    expect(counts(read('<testsuite><testcase name="a"><system-out><![CDATA[<!DOCTYPE html>]]></system-out></testcase></testsuite>'))).toEqual([1, 0, 0]);
  });
});
