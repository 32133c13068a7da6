import { describe, expect, it } from "vitest";
import { read, refusal, told } from "./reading.ts";

const run = (results: unknown, more: object = {}, rules: readonly object[] = []): object => ({ tool: { driver: { name: "t", rules } }, results, ...more });
const report = (...runs: unknown[]): string => JSON.stringify({ version: "2.1.0", runs });
const at = (artifactLocation: object): object => ({ locations: [{ physicalLocation: { artifactLocation } }] });
const names = (text: string): unknown => Object.values(read(text)).map(({ details }) => details.failing);

describe("sarif", () => {
  // The rules of SARIF 2.1.0: 3.27.10 (level), 3.27.9 (kind), 3.27.23 (suppressions), 3.27.24 (baseline).
  it.each<[string, object, readonly object[], [errors: number, warnings: number, notes: number]]>([
    ["no level", { ruleId: "a" }, [], [0, 1, 0]],
    ["its own level", { ruleId: "a", level: "note" }, [{ id: "a", defaultConfiguration: { level: "error" } }], [0, 0, 1]],
    ["its rule's level, by id", { ruleId: "a" }, [{ id: "a", defaultConfiguration: { level: "error" } }], [1, 0, 0]],
    ["its rule's level, by a longer id", { ruleId: "a/1" }, [{ id: "a", defaultConfiguration: { level: "error" } }], [1, 0, 0]],
    ["its rule's level, by place", { ruleIndex: 1 }, [{ id: "a" }, { id: "b", defaultConfiguration: { level: "note" } }], [0, 0, 1]],
    ["its rule's level, by reference", { rule: { index: 0 } }, [{ id: "a", defaultConfiguration: { level: "error" } }], [1, 0, 0]],
    ["a rule that is not listed", { ruleId: "x", ruleIndex: 7 }, [], [0, 1, 0]],
    ["no place", { ruleId: "a", ruleIndex: -1 }, [{ id: "a", defaultConfiguration: { level: "error" } }], [1, 0, 0]],
    ["level none", { ruleId: "a", level: "none" }, [], [0, 0, 0]],
    ["a check that passed", { ruleId: "a", kind: "pass" }, [{ id: "a", defaultConfiguration: { level: "error" } }], [0, 0, 0]],
    ["a failure", { ruleId: "a", kind: "fail" }, [], [0, 1, 0]],
    ["suppressed", { ruleId: "a", suppressions: [{ kind: "inSource" }] }, [], [0, 0, 0]],
    ["suppressed, and accepted once", { ruleId: "a", suppressions: [{ kind: "external", status: "rejected" }, { kind: "external", status: "accepted" }] }, [], [0, 0, 0]],
    ["suppression under review", { ruleId: "a", suppressions: [{ kind: "external", status: "underReview" }] }, [], [0, 1, 0]],
    ["not suppressed", { ruleId: "a", suppressions: [] }, [], [0, 1, 0]],
    ["gone since the baseline", { ruleId: "a", baselineState: "absent" }, [], [0, 0, 0]],
    ["unchanged since the baseline", { ruleId: "a", baselineState: "unchanged" }, [], [0, 1, 0]],
  ])("a result with %s", (_, result, rules, [errors, warnings, notes]) => {
    expect(told(read(report(run([result], {}, rules))))).toEqual({ errors, warnings, notes });
  });

  it("takes a rule from the extension that lists it", () => {
    const rules = (level: string): object => ({ name: "t", rules: [{ id: "a", defaultConfiguration: { level } }] });
    const tool = { driver: rules("note"), extensions: [rules("warning"), rules("error")] };
    expect(told(read(report(run([{ rule: { id: "a", index: 0, toolComponent: { index: 1 } } }], { tool }))))).toEqual({ errors: 1, warnings: 0, notes: 0 });
  });

  it("sums runs and files", () => {
    const one = run([{ ruleId: "a" }, { ruleId: "b", level: "error" }]);
    expect(told(read([report(one, one), report(one, run(null))]))).toEqual({ errors: 3, warnings: 3, notes: 0 });
  });

  it("names a finding by its rule and the file that it is in", () => {
    expect(names(report(run([
      { ruleId: "a", ...at({ uri: "src/z%C3%A4.c" }) },
      { ruleId: "b", ...at({ index: 0 }) },
      { ruleId: "c", ...at({ uriBaseId: "ROOT", uri: "d.c", index: -1 }) },
      { ruleId: "e" }, { message: { text: "no rule" } }, { ruleId: "f", locations: [{}] },
    ], { artifacts: [{ location: { uri: "lib/b.c" } }] })))).toEqual([[], ["a rule without a name", "a src/zä.c", "b lib/b.c", "c d.c", "e", "f"], []]);
  });

  it("counts the tool's own errors: what it did not see is not mended", () => {
    const invocations = [{
      executionSuccessful: false,
      toolExecutionNotifications: [{ level: "error", ...at({ uri: "a.c" }) }, { level: "note" }, {}],
      toolConfigurationNotifications: [{ level: "error", descriptor: { id: "C1" } }],
    }];
    expect(names(report(run([], { invocations })))).toEqual([["C1", "tool error a.c"], [], []]);
  });

  it.each<[string, string, RegExp]>([
    ["cut off", report(run([{ ruleId: "a" }])).slice(0, -3), /^report-0 is not JSON: it ends too early, in line 1\.$/],
    ["another version", JSON.stringify({ version: "1.0.0", runs: [] }), /report of a SARIF tool: \/version is another version than 2\.1\.0\.$/],
    ["no version", JSON.stringify({ runs: [] }), /the whole has no version/],
    ["no runs", JSON.stringify({ version: "2.1.0" }), /the whole has no runs/],
    ["runs that are none", JSON.stringify({ version: "2.1.0", runs: {} }), /: \/runs is no list/],
    ["no tool", report(run([]), { results: [] }), /: \/runs\/1 has no tool/],
    ["results that are none", report(run({})), /: \/runs\/0\/results is no list/],
    ["a level that is none", report(run([{ level: "grave" }])), /: \/runs\/0\/results\/0\/level is none of error, warning, note, none/],
    ["a place below zero", report(run([{ ruleIndex: -2 }])), /: \/runs\/0\/results\/0\/ruleIndex is below zero/],
    ["a rule that is none", report(run([{ ruleId: 5 }])), /: \/runs\/0\/results\/0\/ruleId is no text/],
    ["a place that is none", report(run([{ ruleId: "a", locations: [3] }])), /: \/runs\/0\/results\/0\/locations\/0 is no object/],
  ])("refuses %s", (_, text, message) => {
    const failure = refusal(text, "sarif");
    expect(failure.code).toBe("report-invalid");
    expect(failure.message).toMatch(message);
  });
});
