import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitConflict } from "../../src/document/conflict.ts";

/** What git leaves of two texts that were made of one. */
function merged(ours: string, base: string, theirs: string, ...options: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "shipnote-conflict-"));
  try {
    Object.entries({ ours, base, theirs }).forEach(([name, text]) => writeFileSync(join(folder, name), text));
    return spawnSync("git", ["merge-file", "-p", ...options, "ours", "base", "theirs"], { cwd: folder, encoding: "utf8" }).stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("splitConflict", () => {
  it("knows no conflict where there is none", () => {
    expect(execFileSync("git", ["--version"], { encoding: "utf8" })).toContain("git");
    for (const text of ["", "a\n", "Heading\n=======\n", "<<<<<<< a\nb\n", "<<<<<<< a\n=======\n", ">>>>>>> a\n"]) expect(splitConflict(text)).toBeNull();
  });

  it("gives back both texts, whatever git calls the sides", () => {
    const [ours, theirs] = ["one\nours\nthree\n", "one\ntheirs\nthree\n"];
    for (const options of [[], ["--diff3"], ["-L", "HEAD", "-L", "x y", "-L", "feature: branch"]]) {
      expect(splitConflict(merged(ours, "one\ntwo\nthree\n", theirs, ...options))).toEqual({ ours, theirs });
    }
    expect(splitConflict(merged("a\r\nb\r\n", "", "a\r\nc\r\n"))).toEqual({ ours: "a\r\nb\r\n", theirs: "a\r\nc\r\n" });
  });

  it("leaves markers alone that somebody shows in a fence, and minds those that begin in one beside others", () => {
    const shown = "Text.\n\n```text\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n```\n";
    expect(splitConflict(shown)).toBeNull();
    expect(splitConflict(`<<<<<<< HEAD\nid: 1\n=======\nid: 2\n>>>>>>> x\n\n\`\`\`sh\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n\`\`\`\n`)).toEqual({
      ours: "id: 1\n\n```sh\na\n```\n", theirs: "id: 2\n\n```sh\nb\n```\n",
    });
  });

  it("gives back any two texts that were added on both sides", () => {
    const lines = fc.array(fc.constantFrom("a", "b", "c", "", "  d"), { minLength: 1, maxLength: 12 }).map((all) => all.map((line) => `${line}\n`).join(""));
    fc.assert(fc.property(lines, lines, (ours, theirs) => {
      const text = merged(ours, "", theirs);
      expect(splitConflict(text) ?? { ours: text, theirs: text }).toEqual({ ours, theirs });
    }), { numRuns: 60 });
  });
});
