import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Oracle, disagreements } from "../statistics/oracle.ts";

const script = join(import.meta.dirname, "../statistics/oracle.py");

describe("SciPy beside us", () => {
  it.each([1, 20, 1945])("says the same of random samples, to six digits (seed %i)", (seed) => {
    const oracle: Oracle = JSON.parse(execFileSync("/usr/bin/python3", [script, String(seed)], { encoding: "utf8", maxBuffer: 1 << 26 }));
    const { rows, off } = disagreements(oracle);
    expect(rows).toBeGreaterThan(700);
    expect(off).toEqual([]);
  });
});
