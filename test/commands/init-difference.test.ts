import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { difference } from "../../src/commands/init-difference.ts";

const folder = mkdtempSync(join(tmpdir(), "shipnote-difference-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = (...lines: string[]): string => lines.map((line) => `${line}\n`).join("");

describe("the difference of two texts", () => {
  it.each<[what: string, before: string | null, after: string, shown: string | null]>([
    ["nothing", "a\n", "a\n", null],
    ["a new text", null, "a\nb\n", "+a\n+b"],
    ["a line more", "a\nb\n", "a\nx\nb\n", " a\n+x\n b"],
    ["a line less", "a\nb\nc\n", "a\nc\n", " a\n-b\n c"],
    ["another line", "a\nb\n", "a\nc\n", " a\n-b\n+c"],
    ["three lines around it", text("1", "2", "3", "4", "5", "6", "7", "8", "9"), text("1", "2", "3", "4", "x", "6", "7", "8", "9"), "@@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8"],
    ["CRLF, without its letters", "a\r\nb\r\n", "a\r\nx\r\nb\r\n", " a\n+x\n b"],
  ])("is %s", (_, before, after, shown) => {
    expect(difference(before, after)).toBe(shown);
  });

  it("takes one text to the other, in as few lines as git does", () => {
    const lines = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 12 });
    fc.assert(fc.property(lines, lines, (one, other) => {
      fc.pre(one.join() !== other.join() && one.length > 0 && other.length > 0);
      const rows = (difference(text(...one), text(...other)) ?? "").split("\n");
      const [before, after] = [join(folder, "one"), join(folder, "other")];
      writeFileSync(before, text(...one));
      writeFileSync(after, text(...other));
      let git = "";
      try { execFileSync("git", ["diff", "--no-index", "--minimal", "--no-color", "-U0", before, after]); } catch (error) { git = String((error as { stdout: Buffer }).stdout); }
      const changed = git.split("\n").filter((line) => /^[-+](?!--|\+\+)/.test(line));
      expect(rows.filter((row) => /^[-+]/.test(row)).length).toBe(changed.length);
    }), { numRuns: 60 });
  });
});
