import { describe, expect, it } from "vitest";
import { type Finding, findingMetrics, stablePath } from "../../src/formats/findings.ts";
import { readReport } from "../../src/formats/report.ts";
import { written } from "./reading.ts";

describe("findings, as tools write them", () => {
  const everyLevel = { errors: 3, warnings: 1 };
  const errors = ["eqeqeq src/cart.js", "no-empty src/cart.js"];
  const inRuff = ["F401 src/cart.py", "F841 src/cart.py", "invalid-syntax src/zählt.py"];
  // What the tool itself said: 4 problems (3 errors, 1 warning), one of them a file that it could not parse and one
  // more suppressed by a comment; Found 6 errors.
  it.each<[string, object, Record<string, string[]>]>([
    ["eslint-9.39.5/eslint.json", everyLevel, { errors: ["eqeqeq src/cart.js", "fatal src/zählt.js", "no-empty src/cart.js"], warnings: ["no-unused-vars src/cart.js"] }],
    ["eslint-9.39.5/report.sarif", { ...everyLevel, notes: 0 }, { errors: ["ESL0999 src/zählt.js", ...errors], warnings: ["no-unused-vars src/cart.js"], notes: [] }],
    ["ruff-0.16.9/ruff.json", { errors: 6 }, { errors: inRuff }],
    ["ruff-0.16.9/report.sarif", { errors: 6, warnings: 0, notes: 0 }, { errors: inRuff, warnings: [], notes: [] }],
  ])("%s", (file, counted, names) => {
    const found = readReport([{ path: file, root: "/repository", text: written(file) }], { format: null, metrics: {} });
    expect(Object.fromEntries(found.map(({ metric, value }) => [metric, value]))).toEqual(counted);
    expect(Object.fromEntries(found.map(({ metric, details }) => [metric, details.failing]))).toEqual(names);
    expect(found[0]).toMatchObject({ unit: "", better: "lower", tolerance: { value: 0, percent: false } });
  });
});

describe("a finding's path", () => {
  it.each<[written: string, root: string | undefined, path: string]>([
    ["/srv/app/src/a.js", "/srv/app", "src/a.js"],
    ["/srv/app/src/a.js", "/srv/app/", "src/a.js"],
    ["file:///srv/app/src/z%C3%A4.js", "/srv/app", "src/zä.js"],
    ["file:/srv/app/src/a.js", "/srv/app", "src/a.js"],
    ["file:///srv/app/100%.js", "/srv/app", "100%.js"],
    ["C:\\app\\src\\a.js", "C:\\app", "src/a.js"],
    ["file:///C:/app/src/a.js", "C:\\app", "src/a.js"],
    ["src/a.js", "/srv/app", "src/a.js"],
    ["./src/a.js", undefined, "src/a.js"],
    ["../other/a.js", "/srv/app", "../other/a.js"],
    // Made elsewhere: the folders say nothing here.
    ["/builds/app/src/a.js", "/srv/app", "a.js"],
    ["/srv/application/a.js", "/srv/app", "a.js"],
    ["/srv/app/a.js", undefined, "a.js"],
    ["a\\b.js", "/srv/app", "a\\b.js"],
  ])("%s, seen from %s, is %s", (path, root, expected) => {
    expect(stablePath(path, { path: "x", text: "", ...(root === undefined ? {} : { root }) })).toBe(expected);
  });
});

describe("findings", () => {
  const many = (count: number): Finding[] => Array.from({ length: count }, (_, n) => ({ level: "error", rule: `r${n}`, path: "a" }));

  it("are counted each, and named once", () => {
    const twice: Finding[] = [...many(1), ...many(1), { level: "note", rule: "n", path: "" }];
    expect(findingMetrics(twice, ["error", "note"]).map(({ metric, value, details }) => [metric, value, details.failing]))
      .toEqual([["errors", 2, ["r0 a"]], ["notes", 1, ["n"]]]);
  });

  it("are all named or none: of two lists that were cut, names would differ that both have", () => {
    expect(findingMetrics(many(1000), ["error"])[0]?.details.failing).toHaveLength(1000);
    expect(findingMetrics(many(1001), ["error"])[0]).toMatchObject({ value: 1001, details: {} });
  });
});
