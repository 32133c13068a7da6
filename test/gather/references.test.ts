import { describe, expect, it } from "vitest";
import { findReferences } from "../../src/gather/references.ts";
import type { Forge } from "../../src/record/schema.ts";

const sha = "a".repeat(40);
const github: Forge = { kind: "github", url: "https://github.com/web/articles" };
const gitlab: Forge = { kind: "gitlab", url: "https://git.example.org/web/articles" };
const gitea: Forge = { kind: "gitea", url: "https://codeberg.org/web/articles" };
const bitbucket: Forge = { kind: "bitbucket", url: "https://bitbucket.org/web/articles" };

function listed(message: string, forge: Forge | null, trailers: Record<string, string[]> = {}): string[] {
  const [subject = "", ...body] = message.split("\n");
  const { references } = findReferences([{ sha, subject, body: body.join("\n"), trailers }], { forge, tickets: null });
  return references.map(({ kind, id, url }) => `${kind} ${id} ${url ?? "-"}`);
}

describe("findReferences", () => {
  it.each<[message: string, forge: Forge | null, expected: string[]]>([
    ["Add a cache (#12)", github, ["pull-request #12 https://github.com/web/articles/pull/12"]],
    ["Add a cache (#12)", gitea, ["pull-request #12 https://codeberg.org/web/articles/pulls/12"]],
    ["Add a cache (#12)", gitlab, ["issue #12 https://git.example.org/web/articles/-/issues/12"]],
    ["Add a cache (#12)", null, ["pull-request #12 -"]],
    ["Merge pull request #7 from web/cache\n\nAdd a cache", github, ["pull-request #7 https://github.com/web/articles/pull/7"]],
    ["Merge pull request 'Add a cache' (#7) from cache into main", gitea, ["pull-request #7 https://codeberg.org/web/articles/pulls/7"]],
    ["Merged in cache (pull request #7)", bitbucket, ["pull-request #7 https://bitbucket.org/web/articles/pull-requests/7"]],
    ["Merge branch 'a' into 'main'\n\nA\n\nSee merge request web/articles!45", gitlab, ["pull-request !45 https://git.example.org/web/articles/-/merge_requests/45"]],
    ["Merge branch 'a'\n\nSee merge request other/thing!45", gitlab, ["pull-request other/thing!45 https://git.example.org/other/thing/-/merge_requests/45"]],
    ["Follow up on !45", gitlab, ["pull-request !45 https://git.example.org/web/articles/-/merge_requests/45"]],
    ["Not !45 here", github, []],
    ["Fix it\n\nCloses #3", github, ["issue #3 https://github.com/web/articles/issues/3"]],
    ["Fix it\n\nFixes #3, #4 and #5.", github, [3, 4, 5].map((n) => `issue #${n} https://github.com/web/articles/issues/${n}`)],
    ["Fix it\n\nCloses: web/other#3", github, ["issue web/other#3 https://github.com/web/other/issues/3"]],
    ["Fix it\n\nResolves web/articles#3", github, ["issue #3 https://github.com/web/articles/issues/3"]],
    ["Fix GH-8", github, ["issue GH-8 https://github.com/web/articles/issues/8"]],
    ["Be #1 in C#7 and &#39; &#12", github, []],
    ["Fixes: 1234567890ab (\"Some subject\")", github, []],
    ["Revert \"Add a cache (#12)\" (#13)", github, ["pull-request #13 https://github.com/web/articles/pull/13"]],
    ["Add (#12) and (#12)", github, ["pull-request #12 https://github.com/web/articles/pull/12"]],
    ["Add (#12, #14)", github, [12, 14].map((n) => `pull-request #${n} https://github.com/web/articles/pull/${n}`)],
    ["Add (#12abc)", github, []],
  ])("%j", (message, forge, expected) => {
    expect(listed(message, forge)).toEqual(expected);
  });

  it.each<[trailers: Record<string, string[]>, forge: Forge, expected: string[]]>([
    [{ Closes: ["#3"] }, github, ["issue #3 https://github.com/web/articles/issues/3"]],
    [{ "Pull-Request": ["#3"] }, github, ["pull-request #3 https://github.com/web/articles/pull/3"]],
    [{ "Reviewed-on": ["https://codeberg.org/web/articles/pulls/12"] }, gitea, ["pull-request #12 https://codeberg.org/web/articles/pulls/12"]],
    [{ Closes: ["https://git.example.org/web/articles/-/issues/3"] }, gitlab, ["issue #3 https://git.example.org/web/articles/-/issues/3"]],
    [{ Closes: ["https://evil.example/web/articles/issues/3"] }, github, []],
    [{ "Signed-off-by": ["#3"], "Closes": ["#3 but not quite"] }, github, []],
  ])("in trailers %j", (trailers, forge, expected) => {
    expect(listed("Subject", forge, trailers)).toEqual(expected);
  });

  it("names each once, with the newest commit that names it", () => {
    const commit = (letter: string, subject: string) => ({ sha: letter.repeat(40), subject, body: "", trailers: {} });
    const { references } = findReferences([commit("b", "B (#2)"), commit("a", "A (#2) (#1)")], { forge: github, tickets: null });
    expect(references.map(({ id, source }) => [id, source[0]])).toEqual([["#2", "b"], ["#1", "a"]]);
  });

  const tickets = { pattern: "OPS-([0-9]+)", url: "https://tickets.example.org/browse/{0}?n={1}&x={2}" };
  it("finds configured tickets in subject and body", () => {
    const commits = [{ sha, subject: "OPS-12: do it", body: "also OPS-7, OPS-12", trailers: {} }];
    expect(findReferences(commits, { forge: null, tickets }).references).toEqual([
      { kind: "ticket", id: "OPS-12", url: "https://tickets.example.org/browse/OPS-12?n=12&x=", source: sha },
      { kind: "ticket", id: "OPS-7", url: "https://tickets.example.org/browse/OPS-7?n=7&x=", source: sha },
    ]);
    expect(findReferences(commits, { forge: null, tickets: { pattern: "OPS-\\d+" } }).references.map(({ url }) => url)).toEqual([null, null]);
  });

  it("encodes what a ticket's pattern matched", () => {
    const commits = [{ sha, subject: "see T:a/../b?", body: "", trailers: {} }];
    const { references } = findReferences(commits, { forge: null, tickets: { pattern: "T:\\S+", url: "https://t.example.org/{0}" } });
    expect(references[0]?.url).toBe("https://t.example.org/T%3Aa%2F..%2Fb%3F");
  });

  it("stops a pattern that would take for ever, and says so", () => {
    const commits = [{ sha, subject: `${"a".repeat(60)}! (#2)`, body: "", trailers: {} }];
    const started = performance.now();
    const { references, caveats } = findReferences(commits, { forge: github, tickets: { pattern: "(a+)+$" } });
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(references.map(({ id }) => id)).toEqual(["#2"]);
    expect(caveats).toEqual([{ code: "tickets-not-searched", text: "The configured ticket pattern took too long on these commits. Tickets are not listed." }]);
  });

  it("reads a hostile message of a megabyte at once", () => {
    const started = performance.now();
    for (const text of ["fixes ".repeat(170_000), "a/".repeat(500_000), "#1,".repeat(300_000), `Closes ${"#1, ".repeat(250_000)}`, "-.".repeat(500_000)]) {
      listed(text, gitlab);
      listed(`x\n${text}`, gitlab);
    }
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
