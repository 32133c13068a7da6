import { XMLParser, XMLValidator } from "fast-xml-parser";
import { Failure } from "../failure.ts";
import { yielded } from "../record/yielded.ts";
import type { ReportFormat, ReportText } from "./format.ts";

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  seconds: number;
  failing: Set<string>;
}

type Element = Record<string, unknown>;

/** A test's name is kept up to this length. */
const longestName = 500;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseAttributeValue: false,
  parseTagValue: false,
  htmlEntities: true,
  isArray: (name) => ["testsuite", "testcase", "failure", "error", "skipped"].includes(name),
  // What tests printed is large and of no use here.
  stopNodes: ["*.system-out", "*.system-err", "*.properties"],
});

/** JUnit's XML, as most test runners write it. Several files are summed. */
export const junit: ReportFormat = {
  name: "junit",
  recognizes: (text) => /^\s*(?:<\?xml[^>]*\?>)?(?:\s|<!--[\s\S]*?-->)*<testsuites?[\s/>]/.test(text.slice(0, 4096)),
  read(files) {
    const tally: Tally = { passed: 0, failed: 0, skipped: 0, seconds: 0, failing: new Set() };
    for (const file of files) tallyFile(file, tally);
    const failing = [...tally.failing].sort();
    const exact = { value: 0, percent: false };
    const milliseconds = Math.round(tally.seconds * 1e6) / 1e3;
    return [
      yielded("passed", "", { value: tally.passed, tolerance: exact }),
      yielded("failed", "", { value: tally.failed, better: "lower", tolerance: exact, details: { failing } }),
      yielded("skipped", "", { value: tally.skipped, tolerance: exact }),
      // One run of a suite is one sample of its duration, not a value that the next run would give again.
      yielded("duration", "ms", { better: "lower", samples: [milliseconds], rounds: [1] }),
    ];
  },
};

function tallyFile({ path, text }: ReportText, tally: Tally): void {
  refuseDoctype(path, text);
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw invalid(path, problemOf(text, valid.err));
  const root = element(parser.parse(text));
  const suites = [...elements(root?.["testsuites"]), ...elements(root?.["testsuite"])];
  if (suites.length === 0) throw invalid(path, "no testsuite is in it");
  for (const suite of suites) tally.seconds += tallySuite(suite, [], tally);
}

/** @returns the seconds that the suite took: as it says, else those of its parts */
function tallySuite(suite: Element, path: readonly string[], tally: Tally): number {
  const cases = elements(suite["testcase"]);
  const suites = elements(suite["testsuite"]);
  let inside = 0;
  for (const part of suites) {
    const name = part["@name"];
    inside += tallySuite(part, typeof name === "string" ? [...path, name] : path, tally);
  }
  for (const test of cases) {
    inside += seconds(test) ?? 0;
    if ("failure" in test || "error" in test) {
      tally.failed += 1;
      tally.failing.add(nameOf(test, path));
    } else if ("skipped" in test) tally.skipped += 1;
    else tally.passed += 1;
  }
  if (cases.length === 0 && suites.length === 0) tallyCounts(suite, tally);
  return seconds(suite) ?? inside;
}

/** A suite that only counts, without naming its tests. */
function tallyCounts(suite: Element, tally: Tally): void {
  const counted = (name: string): number => {
    const value = Number(suite[`@${name}`] ?? 0);
    return Number.isSafeInteger(value) && value >= 0 ? value : 0;
  };
  const failed = counted("failures") + counted("errors");
  const skipped = counted("skipped") + counted("disabled");
  tally.failed += failed;
  tally.skipped += skipped;
  tally.passed += Math.max(0, counted("tests") - failed - skipped);
}

/** A test by its class and name; by its suites where the class says nothing, as with node's own runner. */
function nameOf(test: Element, suites: readonly string[]): string {
  const name = typeof test["@name"] === "string" ? test["@name"] : "";
  const given = typeof test["@classname"] === "string" ? test["@classname"] : "";
  const parents = given === "" || given === "test" ? suites.join(" > ") : given;
  // Some runners repeat the class in the name.
  const whole = parents === "" || name.startsWith(parents) ? name : name === "" ? parents : `${parents} > ${name}`;
  return whole.slice(0, longestName) || "a test without a name";
}

function seconds(of: Element | null): number | null {
  const written = of?.["@time"];
  if (typeof written !== "string" || written.trim() === "") return null;
  // Some runners group thousands.
  const value = Number(written.replaceAll(",", ""));
  return Number.isFinite(value) && value >= 0 ? value : null;
}

function element(value: unknown): Element | null {
  return typeof value === "object" && value !== null ? (value as Element) : null;
}

function elements(value: unknown): Element[] {
  const list: unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  // An element without attributes and content is read as an empty text.
  return list.map((entry) => element(entry) ?? {});
}

function refuseDoctype(path: string, text: string): void {
  const prolog = /^(?:\s|<\?[\s\S]*?\?>|<!--[\s\S]*?-->)*/.exec(text)?.[0] ?? "";
  if (!/^<!DOCTYPE/i.test(text.slice(prolog.length, prolog.length + 9))) return;
  throw invalid(path, `line ${prolog.split("\n").length}: it declares a document type, whose entities are not read`);
}

/** Where a file breaks off, the parser only lists the elements that are still open. */
function problemOf(text: string, { line, msg }: { line: number; msg: string }): string {
  if (msg.startsWith("Invalid '[")) return `it breaks off in line ${text.trimEnd().split("\n").length}`;
  return `line ${line}: ${msg.replace(/\.$/, "")}`;
}

function invalid(path: string, what: string): Failure {
  return new Failure("report-invalid", `${path} is not a readable JUnit report: ${what}.`, {
    expected: "whole JUnit XML, as the test runner wrote it",
    retry: true,
  });
}
