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
