import { describe, expect, it } from "vitest";
import { read, refusal, told } from "./reading.ts";

const file = (messages: unknown, filePath: unknown = "a.js"): object => ({ filePath, messages, errorCount: 0, warningCount: 0 });
const report = (...files: unknown[]): string => JSON.stringify(files);

describe("eslint", () => {
  it("sums several reports, and counts what its messages say", () => {
    const one = report(file([{ ruleId: "eqeqeq", severity: 2 }, { ruleId: null, severity: 1, message: "Unused directive" }]));
    const two = report(file([{ ruleId: null, fatal: true, severity: 2 }], "b.js"), file([]));
    const found = read([one, two]);
    expect(told(found)).toEqual({ errors: 2, warnings: 1 });
    expect([found["errors"], found["warnings"]].map((metric) => metric?.details.failing)).toEqual([["eqeqeq a.js", "fatal b.js"], ["no rule a.js"]]);
  });

  it("takes files without findings for none", () => {
    expect(told(read(report(file([]))))).toEqual({ errors: 0, warnings: 0 });
  });

  it.each<[string, string, RegExp]>([
    ["cut off", report(file([{ ruleId: "eqeqeq", severity: 2 }])).slice(0, -5), /^report-0 is not JSON: it ends too early, in line 1\.$/],
    ["no list", "{}", /report of ESLint: the whole is no list\.$/],
    ["a file that is none", report(file([]), "b.js"), /: \/1 is no object\.$/],
    ["no path", report({ messages: [] }), /: \/0 has no filePath\.$/],
    ["a path that is none", report(file([], 3)), /: \/0\/filePath is no text\.$/],
    ["no messages", report({ filePath: "a.js" }), /: \/0 has no messages\.$/],
    ["messages that are none", report(file({})), /: \/0\/messages is no list\.$/],
    ["no severity", report(file([{ ruleId: "a" }])), /: \/0\/messages\/0 has no severity\.$/],
    ["a severity in words", report(file([{ severity: 1 }, { severity: "error" }])), /: \/0\/messages\/1\/severity is no number\.$/],
    ["an absurd severity", report(file([{ severity: 3 }])), /: \/0\/messages\/0\/severity is neither 1 \(a warning\) nor 2 \(an error\)\.$/],
    ["a rule that is none", report(file([{ severity: 2, ruleId: {} }])), /: \/0\/messages\/0\/ruleId is no text\.$/],
  ])("refuses %s", (_, text, message) => {
    const failure = refusal(text, "eslint");
    expect(failure.code).toBe("report-invalid");
    expect(failure.message).toMatch(message);
  });
});
