import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Failure } from "../../src/failure.ts";
import { everyMatch, isMatch, mostMatches, type PatternPlace } from "../../src/formats/pattern.ts";

const place: PatternPlace = { what: "rows in bench.txt", code: "report-invalid" };
const endless = `${"a".repeat(60)}b`;

function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error("no Failure was thrown");
}

describe("everyMatch", () => {
  it.each<[string, string, string, string[]]>([
    ["the first group", "rows=(\\d+)", "rows=3 rows=4\nrows=5", ["3", "4", "5"]],
    ["the whole match where there is no group", "\\d+", "1 and 22", ["1", "22"]],
    ["the whole match where the group took no part", "a(\\d)?", "a1 a", ["1", "a"]],
    ["a group that matched nothing", "a(\\d*)", "a1 a", ["1", ""]],
    ["a match over several lines", "<(.|\\n)>", "<1><\n>", ["1", "\n"]],
    ["anchors of lines", "^\\d+$", "1\n2x\n3", ["1", "3"]],
    ["matches without a width, and ends", "x*", "ab", ["", "", ""]],
    ["nothing", "z", "abc", []],
  ])("yields %s", (_, pattern, text, expected) => {
    expect(everyMatch(pattern, text, place)).toEqual(expected);
  });

  it("keeps no more than its limit", () => {
    expect(everyMatch("\\d", "7".repeat(mostMatches + 5), place)).toHaveLength(mostMatches);
  });

  it("finds every number that was written, whatever stands between them", () => {
    fc.assert(fc.property(fc.array(fc.nat()), fc.stringMatching(/^[^\d]+$/), (numbers, between) => {
      expect(everyMatch("\\d+", numbers.join(between), place).map(Number)).toEqual(numbers);
    }), { numRuns: 200 });
  });

  it.each<[string, () => unknown, string]>([
    ["never ends", () => everyMatch("^(a+)+$", endless, place), "The pattern of rows in bench.txt did not end within 2 s: ^(a+)+$."],
    ["is none", () => everyMatch("(", "", place), "The pattern of rows in bench.txt is no regular expression: (."],
    ["meets too much text", () => everyMatch("a", "a".repeat(64 * 1024 * 1024 + 1), place), "There is too much text to look for rows in bench.txt: 67108865 characters."],
  ])("names a pattern that %s", (_, work, message) => {
    expect(failureOf(work)).toMatchObject({ code: "report-invalid", message });
  });
});

describe("isMatch", () => {
  it.each<[string, string, boolean]>([
    ["Article \\d+", "<h1>Article 42</h1>", true],
    ["^ok$", "not\nok\n", true],
    ["^ok$", "not ok", false],
  ])("%s in %j: %j", (pattern, text, expected) => {
    expect(isMatch(pattern, text, place)).toBe(expected);
  });

  it("stops what never ends, and works on afterwards", () => {
    expect(failureOf(() => isMatch("(a+)+$", endless, { what: "the body", code: "check-failed" }))).toMatchObject({
      code: "check-failed", exitStatus: 4, message: "The pattern of the body did not end within 2 s: (a+)+$.",
    });
    expect(isMatch("a", "a", place)).toBe(true);
  });
});
