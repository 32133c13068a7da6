import { array, assert, boolean, constant, constantFrom, letrec, oneof, property, record, stringMatching } from "fast-check";
import { Parser, type Result } from "tap-parser";
import { describe, expect, it } from "vitest";
import type { Yielded } from "../../src/record/yielded.ts";
import { read, refusal, written } from "./reading.ts";

const counts = (of: Record<string, Yielded>): unknown[] => [of["passed"]?.value, of["failed"]?.value, of["skipped"]?.value];
const failing = (of: Record<string, Yielded>): unknown => of["failed"]?.details.failing;
const tap = (text: string): Record<string, Yielded> => read(text, { format: "tap" });

describe("tap, as tools write it", () => {
  // What the runner itself said at its end; where it counts otherwise, why.
  it.each<[file: string, counted: number[], names: string[], duration: number[] | undefined]>([
    // pass 4, fail 3, skipped 1, todo 1: the third that fails is the test around the second step.
    ["node-20.20.2/report.tap", [4, 2, 2], ["cart > zählt Körbe für 日本 # 1", "whole run > second \\ step"], [130.023]],
    // 2 passed, 2 failed, 1 skipped, 1 todo; two subtests in braces.
    ["vitest-4.1.12/report.tap", [2, 2, 2], ["test/cart.test.js > cart > discount > refuses <all> & more", "test/cart.test.js > cart > zählt Körbe für 日本 # 1"], [8.65]],
    // The same, flat: 1.42 + 5.02 + 0.21 + 0.53 ms.
    ["vitest-4.1.12/flat.tap", [2, 2, 2], ["test/cart.test.js > cart > discount > refuses <all> & more", "test/cart.test.js > cart > zählt Körbe für 日本 # 1"], [7.18]],
    // 2 pass, 1 fail, 1 skip, 1 todo.
    ["tap-21.8.0/report.tap", [2, 1, 2], ["test/cart.js > cart > zählt Körbe für 日本 # 1"], [1723.297]],
    // 1 pass, then 'Bail out! no database'.
    ["tap-21.8.0/bail.tap", [1, 1, 0], ["Bail out!"], undefined],
    // 2 passing, 2 pending, 2 failing. It takes the hash out of names itself.
    ["mocha-12.0.3/report.tap", [2, 2, 2], ["cart discount refuses <all> & more", "cart zählt Körbe für 日本  1"], undefined],
    // pass 4, fail 4: it counts one TODO and one SKIP among those that passed.
    ["tape-5.10.2/report.tap", [2, 4, 2], [
      "a remark > should be strictly equal", "takes a tenth > plan != count",
      "takes a tenth > test exited without ending: takes a tenth", "zählt Körbe für 日本 # 1 > none",
    ], undefined],
    // prove: failed 3 of 6 (one of them planned, but not run), less 1 skipped, 1 TODO; one of two in a subtest failed.
    ["perl-test-more-1.302190/report.tap", [2, 3, 2], ["discount > refuses all", "planned, not run", "zählt Körbe für 日本 # 1"], undefined],
    ["perl-test-more-1.302190/merged.tap", [2, 3, 2], ["discount > refuses all", "planned, not run", "zählt Körbe für 日本 # 1"], undefined],
    // 3 tests, 1 failure, 1 skipped.
    ["bats-1.8.2/report.tap", [1, 1, 1], ["zählt Körbe für 日本"], undefined],
  ])("%s", (file, counted, names, duration) => {
    const found = read(written(file));
    expect(counts(found)).toEqual(counted);
    expect(failing(found)).toEqual(names);
    expect(found["duration"]?.samples).toEqual(duration);
    expect(found["failed"]).toMatchObject({ better: "lower", tolerance: { value: 0, percent: false } });
  });
});

describe("tap", () => {
  it.each<[string, string, number[], string[]]>([
    ["a plan of nothing", "1..0 # skip no database", [0, 0, 0], []],
    ["Windows' line ends", "TAP version 13\r\n1..2\r\nok 1 - a\r\nnot ok 2 - b\r\n", [1, 1, 0], ["b"]],
    ["no numbers, no names", "1..3\nok\nnot ok\nok - x", [2, 1, 0], ["a test without a name"]],
    ["escapes", "1..2\nnot ok 1 - a \\# TODO b\nnot ok 2 - c \\\\ d", [0, 2, 0], ["a # TODO b", "c \\ d"]],
    ["directives in any case", "1..4\nok 1 # SKIP: x\nnot ok 2 - b # Todo\nok 3 # skipped\nnot ok 4 - c #todo later", [0, 0, 4], []],
    ["a hash inside a word", "1..1\nnot ok 1 - issue#todo", [0, 1, 0], ["issue#todo"]],
    ["a name with a line separator", "1..2\nnot ok 1 - a\u2028b\nnot ok 2 - c # TODO d\u2029e\n", [0, 1, 1], ["a\u2028b"]],
    ["fewer than planned", "1..5\nok 1\nok 2\n", [2, 3, 0], ["planned, not run"]],
    ["more than planned", "ok 1\nok 2\n1..1\n", [2, 1, 0], ["not planned"]],
    ["bail out", "1..5\nok 1\nnot ok 2 - b\nBail out! disk full\nok 3\n", [1, 2, 0], ["Bail out!", "b"]],
    ["output of the tests", "hello\n1..1\n  ok 2 - not indented by four\nnot TAP\nok 1\nokay\n", [1, 0, 0], []],
    ["diagnostics that look like results", "1..1\nnot ok 1 - a\n  ---\n  diff: |\n    ok 1 - b\n    1..1\n  ...\n", [0, 1, 0], ["a"]],
    ["diagnostics that do not end", "1..2\nnot ok 1 - a\n  ---\n  message: x\nok 2 - b\n", [1, 1, 0], ["a"]],
    ["a subtest announced inside", "    # Subtest: s\n    ok 1 - a\n    not ok 2 - b\n    1..2\nnot ok 1 - s\n1..1\n", [1, 1, 0], ["s > b"]],
    ["a subtest without a name", "1..1\n    1..1\n    not ok 1 - b\nnot ok 1 - s\n", [0, 1, 0], ["b"]],
    ["a subtest in braces behind diagnostics", "1..1\nnot ok 1 - s\n  ---\n  at: x\n  ...\n{\n    1..2\n    ok 1 - a\n    not ok 2 - b\n}\n", [1, 1, 0], ["s > b"]],
    ["a brace in a name", "1..2\nnot ok 1 - opens {\nok 2 - b\n", [1, 1, 0], ["opens"]],
    ["a test that fails after its subtests passed", "# Subtest: s\n    ok 1 - a\n    1..1\nnot ok 1 - s\n1..1\n", [1, 1, 0], ["s"]],
    ["subtests of what is still to do", "# Subtest: s\n    ok 1 - a\n    not ok 2 - b\n    1..2\nnot ok 1 - s # TODO\n1..1\n", [1, 0, 1], []],
    ["a subtest's plan that is not kept", "# Subtest: s\n    1..3\n    ok 1 - a\nok 1 - s\n1..1\n", [1, 2, 0], ["s > planned, not run"]],
    ["a subtest that was left", "1..1\n# Subtest: s\n    ok 1 - a\n", [1, 2, 0], ["planned, not run", "s > did not end"]],
    ["nothing but skipped inside", "# Subtest: s\n    1..0 # skip\nok 1 - s # SKIP none\n1..1\n", [0, 0, 1], []],
  ])("%s", (_, text, counted, names) => {
    const found = tap(text);
    expect(counts(found)).toEqual(counted);
    expect(failing(found)).toEqual(names);
  });

  it("sums several files, and their times", () => {
    const found = read(["1..1\nok 1\n# time=1.5s\n", "1..2\nok 1\nnot ok 2 - b\n# duration_ms 20\n"]);
    expect(counts(found)).toEqual([2, 1, 0]);
    expect(found["duration"]).toMatchObject({ samples: [1520], rounds: [1], unit: "ms", better: "lower" });
  });

  it("does not believe a time that is cut off, or takes for ever", () => {
    expect(tap("1..1\nok 1\n# time=15")["duration"]).toBeUndefined();
    expect(tap("1..1\nok 1\n# time=999999999999999s\n")["duration"]).toBeUndefined();
  });
});

describe("tap, refused", () => {
  it.each<[string, string, RegExp]>([
    ["no plan", "TAP version 13\nok 1 - a\nok 2", /^report-0 is not a readable TAP report: line 3: it ends without a plan \(1\.\.N\)\.$/],
    ["two plans", "1..1\nok 1\n1..2\n", /line 3: a second plan/],
    ["two reports", "TAP version 13\n1..1\nok 1\nTAP version 13\nok 1\n", /line 4: another report begins here/],
    ["no TAP at all", "hello\n", /line 1: it ends without a plan/],
    ["a plan beyond counting", "1..99999999999999999999\nok 1\n", /without a plan/],
    ["subtests without end", `TAP version 13\n${" ".repeat(4_000_000)}ok 1\n`, /line 2: more than 100 subtests/],
  ])("%s", (_, text, message) => {
    const failure = refusal(text, "tap");
    expect(failure.code).toBe("report-invalid");
    expect(failure.message).toMatch(message);
  });

  it("keeps the counts of very many failing tests, not their names", () => {
    const many = Array.from({ length: 10_001 }, (_, n) => `not ok ${n + 1} - t${n}`).join("\n");
    expect(tap(`1..10001\n${many}\n`)["failed"]).toMatchObject({ value: 10_001, details: {} });
  });
});

/** What the parser of node-tap says of the innermost results. */
function oracle(text: string): { passed: number; failed: string[]; skipped: number } {
  const said = { passed: 0, failed: [] as string[], skipped: 0 };
  const listen = (parser: Parser): void => {
    let inside = false;
    parser.on("child", (child: Parser) => {
      inside = true;
      listen(child);
    });
    parser.on("assert", ({ ok, skip, todo, fullname }: Result) => {
      if (inside) inside = false;
      else if (skip !== false || todo !== false) said.skipped += 1;
      else if (ok) said.passed += 1;
      else said.failed.push(fullname);
    });
  };
  const parser = new Parser();
  listen(parser);
  parser.end(text);
  return said;
}

interface Made { name: string; ok: boolean; directive: string; inside: readonly Made[]; style: "announced" | "indented" | "braces" }

const word = stringMatching(/^[a-zäß日][a-zäß日]{0,6}$/);
const { made } = letrec<{ made: Made }>((tie) => ({
  made: record({
    name: word,
    ok: boolean(),
    directive: constantFrom("", "", "", " # SKIP", " # TODO later", " # time=3ms"),
    inside: oneof({ maxDepth: 3, withCrossShrink: true }, constant([]), array(tie("made"), { minLength: 1, maxLength: 3 })),
    style: constantFrom("announced", "indented", "braces"),
  }),
}));

function write(tests: readonly Made[], planFirst: boolean): string[] {
  const plan = `1..${tests.length}`;
  const body = tests.flatMap(({ name, ok, directive, inside, style }, at) => {
    // A test around others fails exactly where one of them does.
    const passes = inside.length === 0 ? ok : !inside.some(fails);
    const point = `${passes ? "" : "not "}ok ${at + 1} - ${name}${inside.length === 0 ? directive : ""}`;
    if (inside.length === 0) return [point, "  ---", "  ok: 1", "  ..."];
    const lines = write(inside, planFirst).map((line) => `    ${line}`);
    if (style === "braces") return [`${point} {`, ...lines, "}"];
    return style === "announced" ? [`# Subtest: ${name}`, ...lines, point] : [`    # Subtest: ${name}`, ...lines, point];
  });
  return planFirst ? [plan, ...body] : [...body, plan];
}

function fails({ ok, directive, inside }: Made): boolean {
  return inside.length === 0 ? !ok && !/SKIP|TODO/.test(directive) : inside.some(fails);
}

describe("tap, beside node-tap's own parser", () => {
  it("counts and names the same", () => {
    assert(property(array(made, { minLength: 1, maxLength: 4 }), boolean(), (tests, planFirst) => {
      const text = `TAP version 14\n${write(tests, planFirst).join("\n")}\n`;
      const expected = oracle(text);
      const found = tap(text);
      expect(counts(found)).toEqual([expected.passed, expected.failed.length, expected.skipped]);
      expect(failing(found)).toEqual([...new Set(expected.failed)].sort());
    }), { numRuns: 300 });
  });
});
