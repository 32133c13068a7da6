import { array, assert, constantFrom, oneof, property, stringMatching, tuple } from "fast-check";
import ignore from "ignore";
import { describe, expect, it } from "vitest";
import { type Dialect, dialectOf, parseCodeowners } from "../../src/gather/codeowners.ts";

type Row = [lines: string, path: string, owners: string[]];

function owners(text: string, dialect: Dialect, path: string): string[] {
  return parseCodeowners(text, dialect)(path);
}

describe("GitHub's syntax", () => {
  it.each<Row>([
    ["* @all\n*.js @js", "a/b.js", ["@js"]],
    ["*.js @js\n* @all", "a/b.js", ["@all"]],
    ["* @all", ".hidden/deep/x", ["@all"]],
    ["/build/logs/ @ops", "build/logs/a/b.txt", ["@ops"]],
    ["/build/logs/ @ops", "sub/build/logs/a.txt", []],
    ["docs/* docs@example.org", "docs/a.md", ["docs@example.org"]],
    ["docs/* docs@example.org", "docs/build/a.md", []],
    ["apps/ @octocat", "x/apps/y/z", ["@octocat"]],
    ["/docs/ @d", "docs/a/b", ["@d"]],
    ["/scripts @s", "scripts/deep/x.sh", ["@s"]],
    ["**/logs @logs", "deeply/nested/logs/a", ["@logs"]],
    ["/apps/ @octocat\n/apps/github", "apps/github/x", []],
    ["/apps/ @octocat\n/apps/github", "apps/y", ["@octocat"]],
    ["path\\ with\\ space/* @sp", "path with space/x", ["@sp"]],
    ["*.go @go @org/team # not @me", "a.go", ["@go", "@org/team"]],
    ["# * @nobody", "a", []],
    ["  *.md   @md  ", "a.md", ["@md"]],
    ["* @all\n!*.md @md", "a.md", ["@all"]],
    ["* @all\n[Docs]\n[ab].md @md", "a.md", ["@all"]],
    ["* @all\n*.md md-team", "a.md", ["@all"]],
    ["*.MD @md", "a.md", []],
    ["\uFEFF* @all\r\n*.js @js\r\n", "a.js", ["@js"]],
    ["src/**/gen/ @gen", "src/a/b/gen/x", ["@gen"]],
    ["a#b @x", "a#b", ["@x"]],
    ["", "a", []],
  ])("%j gives %s to %j", (text, path, expected) => {
    expect(owners(text, "github", path)).toEqual(expected);
  });
});

it("matches as .gitignore does, but for folders' files", () => {
  const name = stringMatching(/^[ab.]{1,2}$/).filter((text) => !/^\.+$/.test(text));
  const path = array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));
  const piece = oneof(name, constantFrom("*", "**", "?", "a*", "*b", "{a,b}"));
  const pattern = tuple(constantFrom("", "/"), array(piece, { minLength: 1, maxLength: 3 }), constantFrom("", "/"))
    .map(([start, pieces, end]) => start + pieces.join("/") + end)
    .filter((text) => !text.endsWith("/*") && !/\*\*[^/]|[^/]\*\*/.test(text));
  assert(property(pattern, path, (rule, file) => {
    const expected = ignore({ ignorecase: false }).add(rule).ignores(file);
    expect([rule, file, owners(`${rule} @x`, "github", file).length > 0]).toEqual([rule, file, expected]);
  }), { numRuns: 3000, seed: 7 });
});

describe("GitLab's syntax", () => {
  const sections = [
    "* @everyone",
    "[Database] @dba # the default",
    "model/db/",
    "config/db/ @other-dba",
    "!config/db/readme.md",
    "config/db/readme.md @later",
    "^[Docs][2] @docs-a @docs-b",
    "docs/",
    "*.md",
    "[DATABASE]",
    "*.sql @sql @@maintainer",
  ].join("\n");
  it.each<Row>([
    [sections, "model/db/a.rb", ["@everyone", "@dba"]],
    [sections, "config/db/a.yml", ["@everyone", "@other-dba"]],
    [sections, "config/db/readme.md", ["@everyone", "@docs-a", "@docs-b"]],
    [sections, "docs/x", ["@everyone", "@docs-a", "@docs-b"]],
    [sections, "model/db/x.sql", ["@everyone", "@sql", "@@maintainer"]],
    ["docs @d", "docs/a.md", []],
    ["docs @d", "x/docs", ["@d"]],
    ["/docs/* @d", "docs/a.md", ["@d"]],
    ["/docs/* @d", "docs/deep/a.md", []],
    ["/docs/**/* @d", "docs/deep/er/a.md", ["@d"]],
    ["docs/ @d", "x/docs/deep/a.md", ["@d"]],
    ["/docs/ @d", "x/docs/a.md", []],
    ["a\\ b.txt @ab", "deep/a b.txt", ["@ab"]],
    ["\\#file @hash", "#file", ["@hash"]],
    ["*.rb @one\n*.rb @two", "a.rb", ["@two"]],
    ["[A]\n*.rb @one\n[B]\n*.rb @two @one", "a.rb", ["@one", "@two"]],
    ["[A]\n*.rb", "a.rb", []],
    ["* @all\n!*.lock", "x/y.lock", []],
    ["*.rb group/@broken @fine", "a.rb", ["@fine"]],
  ])("%j gives %s to %j", (text, path, expected) => {
    expect(owners(text, "gitlab", path)).toEqual(expected);
  });

  it("is told from GitHub's by its headings", () => {
    expect(dialectOf("* @a\n^[Docs][2] @b\n")).toBe("gitlab");
    expect(dialectOf("* @a\n# [Docs]\n")).toBe("github");
  });
});

it("answers for 5,000 files under 500 rules in well under a second", () => {
  const text = Array.from({ length: 500 }, (_, at) => `/folder-${at}/ @team-${at}`).join("\n");
  const ownersOf = parseCodeowners(text, "github");
  const started = performance.now();
  for (let at = 0; at < 5000; at += 1) ownersOf(`folder-${at % 700}/sub/file-${at}.ts`);
  expect(performance.now() - started).toBeLessThan(1000);
});
