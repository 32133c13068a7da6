import { describe, expect, it } from "vitest";
import type { Yielded } from "../../src/record/yielded.ts";
import { read, refusal, written } from "./reading.ts";

const counts = (of: Record<string, Yielded>): unknown[] => [of["passed"]?.value, of["failed"]?.value, of["skipped"]?.value];
const failing = (of: Record<string, Yielded>): unknown => of["failed"]?.details.failing;

describe("junit, as tools write it", () => {
  // What the runner itself said on its last line; where it counts otherwise, why.
  it.each<[file: string, counted: number[], names: string[], duration: number[] | undefined]>([
    // 2 failed, 4 passed, 1 skipped, 1 xfailed, 1 error
    ["pytest-7.2.1/junit.xml", [4, 3, 2], ["test_sample > test_each[3]", "test_sample > test_setup", "test_sample.TestOrders > test_discount_is_broken"], [43]],
    // 2 failed, 3 passed, 1 skipped, 1 xfailed, 1 error: what passed and then could not be closed is one test here.
    ["pytest-7.2.1/names.xml", [2, 3, 2], ["test_cart > test_closing", "test_cart > test_discount[\\u65e5\\u672c <&>]", "test_cart > test_zählt_körbe"], [186]],
    // One file that could not be loaded, one failing test, one skipped, one todo.
    ["vitest-4.1.12/junit.xml", [2, 2, 2], ["test/broken.test.ts", "test/cart.test.ts > cart > subtracts"], [9.809]],
    // pass 2, fail 1, skipped 1, todo 1
    ["node-20.20.2/junit.xml", [2, 1, 2], ["cart > breaks"], [3.21]],
    // pass 4, fail 3, skipped 1, todo 1: the third that fails is the test around the second step. The todo fails.
    ["node-20.20.2/nested.xml", [4, 2, 2], ["cart > zählt Körbe für 日本 # 1", "whole run > second \\ step"], [5.613]],
    // 2 passing, 2 pending, 2 failing
    ["mocha-12.0.3/xunit.xml", [2, 2, 2], ["cart > zählt Körbe für 日本 # 1", "cart discount > refuses <all> & more"], [3]],
    // 1 failed, 1 skipped, 1 todo, 2 passed, and a file that could not be parsed: the reporter writes the todo as if
    // it had passed, and the file twice.
    ["jest-junit-17.0.0/junit.xml", [3, 3, 1], ["Test suite failed to run > test/broken.test.js", "cart zählt Körbe für 日本 # 1"], [579]],
    // Found 6 errors; no time.
    ["ruff-0.16.9/junit.xml", [0, 6, 0], [
      "/repository/src/cart > org.ruff.F401", "/repository/src/cart > org.ruff.F841", "/repository/src/zählt > org.ruff.invalid-syntax",
    ], undefined],
  ])("%s", (file, counted, names, duration) => {
    const found = read(written(file));
    expect(counts(found)).toEqual(counted);
    expect(failing(found)).toEqual(names);
    expect(found["duration"]?.samples).toEqual(duration);
    expect(found["failed"]).toMatchObject({ better: "lower", tolerance: { value: 0, percent: false } });
  });

  it("sums several files", () => {
    const found = read([written("pytest-7.2.1/junit.xml"), written("vitest-4.1.12/junit.xml")]);
    expect(counts(found)).toEqual([6, 5, 4]);
    expect(failing(found)).toHaveLength(5);
    expect(found["duration"]).toMatchObject({ samples: [52.809], rounds: [1], value: null, better: "lower" });
  });

  it("takes the seconds that the run says, else those of its suites, else those of its tests", () => {
    const test = '<testcase name="a" time="1.5"/><testcase name="b" time="2"/>';
    expect(read(`<testsuites time="9"><testsuite time="3">${test}</testsuite></testsuites>`)["duration"]?.samples).toEqual([9000]);
    expect(read(`<testsuites><testsuite time="3">${test}</testsuite></testsuites>`)["duration"]?.samples).toEqual([3000]);
    expect(read(`<testsuite>${test}</testsuite>`)["duration"]?.samples).toEqual([3500]);
    expect(read('<testsuite time="1,234.5"/>')["duration"]?.samples).toEqual([1_234_500]);
  });

  it.each(["", 'time=""', 'time="-1"', 'time="NaN"', 'time="1e300"'])("has no duration where none is said that can be: %s", (time) => {
    expect(Object.keys(read(`<testsuite ${time}><testcase name="a"/></testsuite>`))).toEqual(["passed", "failed", "skipped"]);
  });

  it.each<[string, string, number[], string[]]>([
    ["failed, then passed when it was run again", '<testcase name="a"><flakyFailure message="no"/></testcase>', [1, 0, 0], []],
    ["failed each time", '<testcase name="a"><failure/><rerunFailure/><rerunFailure/></testcase>', [0, 1, 0], ["a"]],
    ["failed and could not be closed", '<testcase name="a"><failure/><error/></testcase>', [0, 1, 0], ["a"]],
    ["failed, and is still to do", '<testcase name="a"><skipped type="todo"/><failure/></testcase>', [0, 0, 1], []],
    ["failed, and says that it was skipped", '<testcase name="a"><skipped/><failure/></testcase>', [0, 1, 0], ["a"]],
    ["was switched off (GoogleTest)", '<testcase name="a" status="notrun" result="suppressed"/>', [0, 0, 1], []],
    ["was switched off (CTest)", '<testcase name="a" status="disabled"/>', [0, 0, 1], []],
    ["ran (GoogleTest)", '<testcase name="a" status="run" result="completed"/>', [1, 0, 0], []],
    ["has the name of one that passed", '<testcase name="a"/><testcase name="a"><failure/></testcase>', [1, 1, 0], ["a"]],
    ["is told of before its suite's own failure", '<testcase name="a"/><error message="no database"/>', [1, 1, 0], ["s"]],
    ["printed what ends its own report", '<testcase name="a"><failure><![CDATA[</failure></testcase>]]></failure><system-out>&lt;/system-out></system-out></testcase>', [0, 1, 0], ["a"]],
    ["printed very many references", `<testcase name="a"><failure message="${"&lt;".repeat(200_000)}">${"&amp;".repeat(200_000)}</failure></testcase>`, [0, 1, 0], ["a"]],
  ])("takes a test that %s", (_, inside, counted, names) => {
    const found = read(`<testsuite name="s">${inside}</testsuite>`);
    expect(counts(found)).toEqual(counted);
    expect(failing(found)).toEqual(names);
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
    expect(failing(found)).toEqual(['a<b> > c & "d"\n__proto__', "x".repeat(500)]);
  });
});

describe("junit, refused", () => {
  const whole = written("vitest-4.1.12/junit.xml");
  it.each([
    ["cut off", whole.slice(0, whole.indexOf("AssertionError: expected")), /^report-0 is not a readable JUnit report: it breaks off in line 15\.$/],
    ["an element that is not closed", "<testsuite>\n<testcase>\n</testsuite>", /line 3/],
    ["no suite", "<html></html>", /no testsuite/],
    ["an entity bomb", '<?xml version="1.0"?>\n<!-- a -->\n<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n<testsuite name="&b;"/>', /line 3: its document type declares entities, which are not read/],
    ["entities declared further down", '<testsuite><!DOCTYPE t [<!ENTITY a "' + "a".repeat(100) + '">]><testcase name="' + "&a;".repeat(20_000) + '"/></testsuite>', /its XML is damaged/],
    ["tags without number", `<testsuite>${"<a/>".repeat(3_000_000)}</testsuite>`, /it holds more than 3000000 tags/],
    ["suites without end", "<testsuite>".repeat(200) + "</testsuite>".repeat(200), /more than 100 elements are inside one another/],
    ["a negative count", '<testsuites>\n<testsuite tests="3" failures="-1"/></testsuites>', /line 2: a suite's failures is no count: "-1"/],
    ["a count that is none", '<testsuite tests="many"/>', /line 1: a suite's tests is no count: "many"/],
    ["a count beyond counting", '<testsuite tests="1e300"/>', /a suite's tests is no count/],
  ])("%s", (_, text, message) => {
    const failure = refusal(text, "junit");
    expect(failure.code).toBe("report-invalid");
    expect(failure.message).toMatch(message);
  });

  it("reads a document type that a test printed", () => {
    expect(counts(read('<testsuite><testcase name="a"><system-out><![CDATA[<!DOCTYPE html>]]></system-out></testcase></testsuite>'))).toEqual([1, 0, 0]);
  });
});
