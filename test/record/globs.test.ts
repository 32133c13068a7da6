import { describe, expect, it } from "vitest";
import { pathMatcher } from "../../src/record/globs.ts";

describe("pathMatcher", () => {
  it.each<[patterns: string[], path: string, matched: boolean]>([
    [["dist/**"], "dist/a/b.js", true],
    [["dist/**"], "dist", false],
    [["dist"], "dist/a/b.js", true],
    [["dist/"], "dist/a/b.js", true],
    [["/dist"], "dist/a.js", true],
    [["./dist"], "dist/a.js", true],
    [["dist"], "distant/a.js", false],
    [["*.md"], "a.md", true],
    [["*.md"], "b/a.md", false],
    [["**/*.md"], "a.md", true],
    [["**/*.md"], "b/c/a.md", true],
    [["a/**/z"], "a/z", true],
    [["a/**/z"], "a/b/c/z", true],
    [["a/**/z"], "ab/z", false],
    [["a/*/z"], "a/b/z", true],
    [["a/*/z"], "a/b/c/z", false],
    [["**"], ".hidden/x", true],
    [["*.{json,yaml}"], "a.yaml", true],
    [["*.{json,yaml}"], "a.yml", false],
    [["v{1,2{a,b}}/x"], "v2b/x", true],
    [["file{x"], "file{x", true],
    [["a}b,c"], "a}b,c", true],
    [["v[0-9]"], "v7", true],
    [["v[!0-9]"], "v7", false],
    [["v[!0-9]"], "v/", false],
    [["a?c"], "abc", true],
    [["a?c"], "a/c", false],
    [["a.c"], "abc", false],
    [["a\\*"], "a*", true],
    [["a\\*"], "ab", false],
    [["src/**", "!src/gen/**"], "src/gen/x.ts", false],
    [["src/**", "!src/gen/**"], "src/x.ts", true],
    [["src/**", "!src/gen/**", "src/gen/keep.ts"], "src/gen/keep.ts", true],
    [["übung/**"], "übung/ä b.ts", true],
    [["(a)|b"], "(a)|b", true],
    [[], "a", false],
  ])("%j on %s: %s", (patterns, path, matched) => {
    expect(pathMatcher(patterns)(path)).toBe(matched);
  });
});
