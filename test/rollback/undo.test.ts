import { spawnSync } from "node:child_process";
import { array, assert, boolean, oneof, property, record, string, stringMatching, constant } from "fast-check";
import { describe, expect, it } from "vitest";
import { printUndo, readUndo, shellWord } from "../../src/rollback/undo.ts";

const sha = stringMatching(/^[0-9a-f]{12,40}$/);

describe("undo", () => {
  it("is read back from what is printed", () => {
    const word = string({ minLength: 1 });
    const undo = oneof(
      record({ form: constant("reverts" as const), commits: array(sha, { minLength: 1 }), mainline: boolean() }),
      record({ form: constant("net" as const), live: sha, restored: sha, paths: array(word, { minLength: 1 }), again: boolean() }),
    );
    assert(property(undo, word, (given, message) => {
      expect(readUndo(["# git revert --no-edit abcdef0", ...printUndo(given, message), "# make deploy"])).toEqual(given);
    }), { numRuns: 2000, seed: 3 });
  });

  it("is not read from other commands", () => {
    expect(readUndo(["git revert --no-edit HEAD~3..HEAD", "git revert abcdef0", "git diff a b -- . | git apply", "rm -rf /", "# git revert --no-edit abcdef0"])).toBeNull();
  });

  it("quotes words so that sh takes them as they are", () => {
    const words = ["a b", "$HOME", "`x`", "it's", "\"q\"", "!x", "*", "", "ü", "~", "a\\b", "-n", "#"];
    const { stdout } = spawnSync("sh", ["-c", `printf '%s\\0' ${words.map(shellWord).join(" ")}`], { encoding: "utf8" });
    expect(stdout.split("\0").slice(0, -1)).toEqual(words);
  });
});
