import type { ReportFormat, ReportText } from "./format.ts";
import { addTimes, emptyRun, testMetrics, testName, type TestRun } from "./test-run.ts";
import { unreadable } from "./unreadable.ts";
import { attribute, attributePlace, type Element, elements, xmlReader } from "./xml.ts";

const kind = "a readable JUnit report";
const expected = "whole JUnit XML, as the test runner wrote it";

/** What tests printed is large and of no use here. */
const read = xmlReader({ kind, expected, skipped: ["system-out", "system-err", "properties", "failure", "error"] });

/** How some runners mark a test that did not run: GoogleTest, CTest. */
const notRun = new Set(["notrun", "disabled", "skipped", "ignored"]);

/**
 * JUnit's XML, as most test runners write it; several files are summed. A test that failed and then passed when it
 * was run again (`flakyFailure`) passed; one that is known to fail (node's `todo`, pytest's xfail) is skipped.
 */
export const junit: ReportFormat = {
  name: "junit",
  recognizes: (text) => /^\s*(?:<\?xml[^>]*\?>)?(?:\s|<!--[\s\S]*?-->)*<testsuites?[\s/>]/.test(text.slice(0, 4096)),
  read(files) {
    const run = emptyRun();
    for (const file of files) {
      const root = read(file);
      const suites = [...elements(root["testsuites"]), ...elements(root["testsuite"])];
      if (suites.length === 0) throw unreadable(file.path, kind, "no testsuite is in it", expected);
      for (const suite of suites) run.milliseconds = addTimes(run.milliseconds, tallySuite(suite, [], { file, run }));
    }
    return testMetrics(run);
  },
};

interface Reading { file: ReportText; run: TestRun }

/** @returns the milliseconds that the suite took: as it says, else those of its parts; null where nothing says */
function tallySuite(suite: Element, path: readonly string[], { file, run }: Reading): number | null {
  const cases = elements(suite["testcase"]);
  const suites = elements(suite["testsuite"]);
  let inside: number | null = null;
  for (const part of suites) {
    const name = attribute(part, "name");
    inside = addTimes(inside, tallySuite(part, name === null ? path : [...path, name], { file, run }));
  }
  for (const test of cases) {
    inside = addTimes(inside, milliseconds(test));
    tallyTest(test, path, run);
  }
  if ("failure" in suite || "error" in suite) {
    run.failed += 1;
    run.failing.push(testName(path.length > 0 ? path : [attribute(suite, "name") ?? ""]));
  } else if (cases.length === 0 && suites.length === 0) tallyCounts(suite, { file, run });
  return milliseconds(suite) ?? inside;
}

function tallyTest(test: Element, path: readonly string[], run: TestRun): void {
  const skipped = elements(test["skipped"]);
  const failed = "failure" in test || "error" in test;
  if (failed && !skipped.some((each) => attribute(each, "type") === "todo")) {
    run.failed += 1;
    run.failing.push(nameOf(test, path));
  } else if (skipped.length > 0 || notRun.has(attribute(test, "status") ?? "")) run.skipped += 1;
  else run.passed += 1;
}

/** A suite that only counts, without naming its tests. */
function tallyCounts(suite: Element, { file, run }: Reading): void {
  const counted = (name: string): number => {
    const written = attribute(suite, name) ?? "0";
    const value = Number(written || "0");
    if (Number.isSafeInteger(value) && value >= 0) return value;
    const place = attributePlace(file.text, name, written);
    throw unreadable(file.path, kind, `${place}a suite's ${name} is no count: ${JSON.stringify(written.slice(0, 40))}`, expected);
  };
  const failed = counted("failures") + counted("errors");
  const skipped = counted("skipped") + counted("disabled");
  run.failed += failed;
  run.skipped += skipped;
  run.passed += Math.max(0, counted("tests") - failed - skipped);
}

/** A test by its class and name; by its suites where the class says nothing, as with node's own runner. */
function nameOf(test: Element, suites: readonly string[]): string {
  const name = attribute(test, "name") ?? "";
  const given = attribute(test, "classname") ?? "";
  const parents = given === "" || given === "test" ? suites : [given];
  // Some runners repeat the class in the name.
  return testName(name.startsWith(parents.join(" > ")) ? [name] : [...parents, name]);
}

function milliseconds(of: Element): number | null {
  const written = attribute(of, "time") ?? "";
  // Some runners group thousands.
  const value = Number(written.replaceAll(",", ""));
  return written.trim() !== "" && Number.isFinite(value) && value >= 0 ? value * 1e3 : null;
}
