import { describe, expect, it } from "vitest";
import { commitUrl, compareUrl, fileUrl, referenceUrl } from "../../src/record/links.ts";
import type { Forge } from "../../src/record/schema.ts";

const home = "https://git.example.org/web/articles";
const forges = {
  github: { kind: "github", url: home },
  gitlab: { kind: "gitlab", url: home },
  gitea: { kind: "gitea", url: home },
  bitbucket: { kind: "bitbucket", url: home },
  other: { kind: "other", url: home },
} satisfies Record<string, Forge>;

describe("links", () => {
  it.each<[forge: Forge | null, commit: string | null, compare: string | null, file: string | null, request: string | null, issue: string | null]>([
    [forges.github, "/commit/b2", "/compare/a1...b2", "/blob/b2/src/a%20b.ts", "/pull/12", "/issues/12"],
    [forges.gitlab, "/-/commit/b2", "/-/compare/a1...b2", "/-/blob/b2/src/a%20b.ts", "/-/merge_requests/12", "/-/issues/12"],
    [forges.gitea, "/commit/b2", "/compare/a1...b2", "/src/commit/b2/src/a%20b.ts", "/pulls/12", "/issues/12"],
    [forges.bitbucket, "/commits/b2", "/branches/compare/b2%0Da1", "/src/b2/src/a%20b.ts", "/pull-requests/12", "/issues/12"],
    [forges.other, null, null, null, null, null],
    [null, null, null, null, null, null],
  ])("of %j", (forge, ...expected) => {
    const pages = [
      commitUrl(forge, "b2"),
      compareUrl(forge, "a1", "b2"),
      fileUrl(forge, "b2", "src/a b.ts"),
      referenceUrl(forge, { kind: "pull-request", id: "#12" }),
      referenceUrl(forge, { kind: "issue", id: "#12" }),
    ];
    expect(pages).toEqual(expected.map((page) => page === null ? null : home + page));
  });

  it.each([
    ["a#b?c", "a%23b%3Fc"],
    ["(x)/'*!.md", "%28x%29/%27%2A%21.md"],
    ["ü/%41\n", "%C3%BC/%2541%0A"],
    ["\uD800", "%EF%BF%BD"],
    ["<a>\"]`", "%3Ca%3E%22%5D%60"],
  ])("encodes the path %j", (path, encoded) => {
    expect(fileUrl(forges.github, "b2", path)).toBe(`${home}/blob/b2/${encoded}`);
  });

  it.each<[id: string, kind: "pull-request" | "issue" | "ticket", expected: string | null]>([
    ["other/thing#3", "issue", "https://git.example.org/other/thing/-/issues/3"],
    ["other/thing!3", "pull-request", "https://git.example.org/other/thing/-/merge_requests/3"],
    ["GH-3", "issue", `${home}/-/issues/3`],
    ["OPS-3", "ticket", null],
    ["#3/../x", "issue", null],
    ["../..#3", "issue", null],
    ["javascript:x#3", "issue", null],
  ])("of the reference %s", (id, kind, expected) => {
    expect(referenceUrl(forges.gitlab, { kind, id })).toBe(expected);
  });

  it("has no range without a beginning", () => {
    expect(compareUrl(forges.github, null, "b2")).toBeNull();
  });
});
