import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { fitted, openScratch, type Printed, readSteps } from "./transcript.ts";

/*
 * One file a scenario, read like a terminal: what it shows, then commands (`$ `, carried on with `> `) and what
 * each prints: stdout as it is, stderr with `! ` before each line, `[exit N]` at the end where N is not 0.
 */

const root = import.meta.dirname;
const cases = readdirSync(root).filter((name) => name.endsWith(".txt")).sort();

describe("how a transcript is read", () => {
  it("knows commands, what carries them on, and what they print", () => {
    expect(readSteps(["About it.", "", "$ one <<E", "> a", ">", "> E", "out", "> out", "", "$ two", ""], 3)).toEqual([
      { line: 5, command: "one <<E\na\n\nE", expected: "out\n> out" },
      { line: 12, command: "two", expected: "" },
    ]);
  });

  it.each([
    ["a\nb", "a\nb\n", true],
    ["a\nb", "a\nb\nc\n", false],
    ["", "a\n", false],
    ["took … ms", "took 12 ms\n", true],
    ["took … ms", "took 12 s\n", false],
    ["took … ms", "took 1\n2 ms\n", false],
    ["a\n…\nc", "a\nb\nb\nc\n", true],
    ["a\n…\nc", "a\nc\n", true],
    ["a\n…\nc", "a\nb\n", false],
    ["a (b)", "a b\n", false],
  ])("%j for %j: %s", (expected, actual, fits) => {
    expect(fitted(expected, actual) === expected).toBe(fits);
  });
});

describe("transcripts", () => {
  it.each(cases)("%s", (name) => {
    const steps = readSteps(readFileSync(join(root, name), "utf8").split("\n"));
    expect(steps.length).toBeGreaterThan(1);
    const scratch = openScratch(inject("tool"));
    try {
      for (const { line, command, expected } of steps) {
        expect(fitted(expected, shown(scratch.run(command))), `${name}:${line} ${command}`).toBe(expected);
      }
    } finally {
      scratch.remove();
    }
  });
});

function shown({ stdout, stderr, status }: Printed): string {
  const marked = stderr === "" ? "" : `${stderr.trimEnd().split("\n").map((line) => `! ${line}`.trimEnd()).join("\n")}\n`;
  return `${stdout}${marked}${status === 0 ? "" : `[exit ${status}]\n`}`;
}
