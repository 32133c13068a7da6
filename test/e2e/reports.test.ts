import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { type Life, makeLife, removeAll, type Written } from "./life.ts";

afterAll(removeAll);

/** A report as a real tool wrote it, with other words in places, all of which are there. */
function written(path: string, ...changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`${path} does not hold ${from}`);
    return text.replaceAll(from, to);
  }, readFileSync(new URL(`../reports/${path}`, import.meta.url), "utf8"));
}

function shipped(before: string, after: string): { life: Life; ship: Written } {
  const life = makeLife();
  life.commit("Base", { "shipnote.config.yaml": "" });
  life.commit("Change", { "a.txt": "a" });
  life.write("old.report", before);
  life.write("new.report", after);
  return { life, ship: life.record(["--before", "suite=old.report", "--after", "suite=new.report"]) };
}

const verdicts = ({ record }: Written): unknown =>
  Object.fromEntries(record.metrics.map(({ metric, before, after, comparison }) => [metric, [before?.value, after?.value, comparison?.verdict]]));

describe("record takes two reports and names what changed", () => {
  it("tests, told by TAP: one newly fails, one no longer does, and as many fail as before", () => {
    const file = "perl-test-more-1.302190/report.tap";
    const { life, ship } = shipped(
      written(file),
      written(file, ["\nok 1 - adds prices", "\nnot ok 1 - adds prices"], ["not ok 2 - zählt", "ok 2 - zählt"]),
    );
    expect(verdicts(ship)).toEqual({ passed: [2, 2, "unchanged"], failed: [3, 3, "regressed"], skipped: [2, 2, "unchanged"] });
    const markdown = life.read(ship.path);
    expect(markdown).toMatch(/^\*\*Newly failing\*\* in `suite`: .*adds prices.*$/m);
    expect(markdown).toMatch(/^No longer failing in `suite`: .*zählt Körbe für 日本.*$/m);
    expect(markdown).toContain("\nverdict: regressed\n");
  });

  it("tests, told by JUnit's XML: a failing one is mended; one run's time is no verdict", () => {
    const file = "vitest-4.1.12/junit.xml";
    const whole = written(file);
    const failure = /<failure[\s\S]*?<\/failure>/.exec(whole.slice(whole.indexOf("subtracts")))?.[0] ?? "";
    const { life, ship } = shipped(whole, written(file, [failure, ""], ['time="0.009809', 'time="0.000809']));
    expect(verdicts(ship)).toMatchObject({ passed: [2, 3, "changed"], failed: [2, 1, "improved"], duration: [9.809, 0.809, "not-enough-data"] });
    expect(life.read(ship.path)).toMatch(/^No longer failing in `suite`: .*subtracts.*$/m);
    expect(life.read(ship.path)).not.toContain("Newly failing");
  });

  it("a linter's findings: a new one is a regression though fewer are left, and no one minds another folder", () => {
    const file = "eslint-9.39.5/eslint.json";
    const { life, ship } = shipped(
      written(file),
      written(file, ['"ruleId":"no-empty"', '"ruleId":"no-eval"'], ['"ruleId":null,"nodeType":null,"fatal":true,"severity":2', '"ruleId":"eqeqeq","severity":1'], ["/repository/", "/tmp/elsewhere/"]),
    );
    expect(verdicts(ship)).toEqual({ errors: [3, 2, "regressed"], warnings: [1, 2, "regressed"] });
    const markdown = life.read(ship.path);
    const newly = [...markdown.matchAll(/^\*\*Newly found\*\* by `suite`, (?:errors|warnings): (.*)$/gm)].map(([, names]) => names);
    expect(newly).toEqual([expect.stringMatching(/^[^,]*no-eval cart\.js[^,]*$/), expect.stringMatching(/^[^,]*eqeqeq zählt\.js[^,]*$/)]);
  });

  it("coverage: a point less is told, a tenth of a point is not", () => {
    const lines = (covered: number): string => `SF:a.c\nLF:10000\nLH:${covered}\nend_of_record\n`;
    expect(verdicts(shipped(lines(8000), lines(7900)).ship)).toEqual({ "line-coverage": [0.8, 0.79, "regressed"] });
    expect(verdicts(shipped(lines(8000), lines(7991)).ship)).toEqual({ "line-coverage": [0.8, 0.7991, "unchanged"] });
  });

  it.each([
    ["tap", "1..3\nok 1\nok 2\nok 3\n1..3\n", "line 5: a second plan"],
    ["lcov", written("c8-12.0.0/lcov.info").slice(0, -20), "line 34: it breaks off"],
    ["sarif", written("eslint-9.39.5/report.sarif").slice(0, 2000), "it ends too early"],
  ])("refuses %s that is damaged, and writes nothing", (_, text, place) => {
    const life = makeLife();
    life.commit("Base", { "shipnote.config.yaml": "" });
    life.commit("Change", { "a.txt": "a" });
    life.write("bad.report", text);
    expect(life.refused(["record", "--yes", "--after", "suite=bad.report"])).toMatchObject({ status: 2, code: "report-invalid", message: expect.stringContaining(place) });
    expect(life.has("notes")).toBe(false);
  });
});
