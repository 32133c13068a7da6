import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Oracle, disagreements } from "./oracle.ts";

/** See oracle.py, which makes it; test/servers compares with fresh ones. */
const oracle: Oracle = JSON.parse(readFileSync(join(import.meta.dirname, "oracle.json"), "utf8"));

describe("the statistics", () => {
  it("equal SciPy's to six digits", () => {
    const { rows, off } = disagreements(oracle);
    expect(rows).toBeGreaterThan(700);
    expect(off).toEqual([]);
  });
});
