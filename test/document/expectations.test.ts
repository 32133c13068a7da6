import { describe, expect, it } from "vitest";
import { expectations, readExpectations } from "../../src/document/expectations.ts";
import { recordSource, reformatted } from "./fixtures.ts";

describe("readExpectations", () => {
  it.each([
    ["article-page response-time < 150 ms", ["article-page", "response-time", "<", 150, "ms"]],
    ["article-page response-time <= 0.15 s.", ["article-page", "response-time", "<=", 0.15, "s"]],
    ["- api cache-hit-rate >= 90 %", ["api", "cache-hit-rate", ">=", 90, "%"]],
    ["* [ ] api cache-hit-rate > 90%;", ["api", "cache-hit-rate", ">", 90, "%"]],
    ["2. tests failed = 0", ["tests", "failed", "=", 0, null]],
    ["tests failed=0,", ["tests", "failed", "=", 0, null]],
    ["size bundle ≤ 12.5 MiB", ["size", "bundle", "<=", 12.5, "MiB"]],
    ["temp delta ≥ -3 K", ["temp", "delta", ">=", -3, "K"]],
    ["article-page response-time \\< 150 ms", ["article-page", "response-time", "<", 150, "ms"]],
    ["slow\\_query duration &lt; 2 s", ["slow_query", "duration", "<", 2, "s"]],
    ["We hope for `article-page response-time < 150 ms`, and more.", ["article-page", "response-time", "<", 150, "ms"]],
    ["``a b > 1`` at last", ["a", "b", ">", 1, null]],
    ["a b > 1 queries/request", ["a", "b", ">", 1, "queries/request"]],
    ["  a   b   >   1   ms  ", ["a", "b", ">", 1, "ms"]],
  ])("reads %s", (text, [check, metric, operator, value, unit]) => {
    expect(readExpectations(text)).toEqual([expect.objectContaining({ check, metric, operator, value, unit })]);
  });

  it.each([
    "We hope that article-page response-time < 150 ms holds.",
    "response-time < 150 ms",
    "article-page response-time 150 ms",
    "article-page response-time < fast",
    "article-page response-time < 150 ms or so",
    "article-page response-time << 150 ms",
    "a b == 1",
    "<b> c < 1",
    "| a b < 1 |",
    "",
  ])("takes this for prose: %s", (text) => {
    expect(readExpectations(text)).toEqual([]);
  });

  it("reads the parts between semicolons", () => {
    expect(readExpectations("page response-time < 45 ms; tests failed = 0.").map(({ text }) => text)).toEqual(["page response-time < 45 ms", "tests failed = 0"]);
  });

  it("keeps the order, gives each once, and several of one line", () => {
    const found = readExpectations("- `a b < 1` and `c d > 2`\n- a   b<1");
    expect(found.map((entry) => entry.text)).toEqual(["a b < 1", "c d > 2"]);
  });
});

describe("expectations", () => {
  it.each([["as rendered", recordSource] as const, ...reformatted])("reads those of Expected result: %s", async (_, source) => {
    expect((await expectations(source)).map((entry) => entry.text)).toEqual([
      "article-page response-time < 150 ms", "article-page error-rate <= 0.01",
    ]);
  });

  it("looks nowhere else", async () => {
    expect(await expectations("## Why\n\na b < 1\n\n## Expected result\n\nfast\n\nAssumptions: `a b < 1`\n")).toEqual([]);
  });
});
