import { expect, it } from "vitest";
import { quoteCommits } from "../../src/gather/quotation.ts";

const commit = { sha: "a", subject: "S", body: "", trailers: {}, bot: false, foldedWith: null, mainline: true };

it("quotes what people wrote, newest first, without trailers", () => {
  expect(quoteCommits([
    { ...commit, sha: "d", body: "Readers waited.\r\n\n\n\nToo long.  \n\nCloses: #3\n", trailers: { Closes: ["#3"] } },
    { ...commit, sha: "c" },
    { ...commit, sha: "b", body: "Signed-off-by: Ada\n", trailers: { "Signed-off-by": ["Ada"] } },
    { ...commit, sha: "a", body: "  indented\n" },
  ], null)).toEqual([{ sha: "d", text: "Readers waited.\n\nToo long." }, { sha: "a", text: "  indented" }]);
});

it.each([
  ["a bot's", { ...commit, body: "Bumps x.", bot: true }],
  ["what was reverted within the range", { ...commit, body: "Why.", foldedWith: "b" }],
  ["the title once more", { ...commit, body: "Cache lookups\n" }],
  ["GitLab's reference", { ...commit, body: "Cache lookups\n\nSee merge request web/articles!45\n" }],
  ["a subject of the range once more", { ...commit, body: "S" }],
  ["a template's comments and promises", { ...commit, body: "<!--\nPlease read\n-->\n\n* [x] I have followed the instructions\n" }],
  ["references alone", { ...commit, body: "Closes #12\n* Fixes: https://git.example.org/a/issues/4\n" }],
  ["what tools sign with", { ...commit, body: "🤖 Generated with [Some Code](https://example.org)\n" }],
  ["git's log of a merged branch", { ...commit, body: "* topic: (12 commits)\n  doc: a\n  doc: b\n  ...\n" }],
  ["a squash's list of commits, people in between", { ...commit, body: "* add it\n\n* oops\n\nCo-authored-by: Lin <lin@example.org>\n\n---------\n\n* more\n" }],
  ["where a commit was picked from", { ...commit, body: "(cherry picked from commit 0123abc)\n" }],
  ["git's list of conflicts", { ...commit, body: "# Conflicts:\n#\tapp/cache.py\n" }],
])("leaves out %s", (_, row) => {
  expect(quoteCommits([row], "Cache lookups")).toEqual([]);
});

it("quotes what a merge says of its branch first", () => {
  expect(quoteCommits([
    { ...commit, sha: "e", body: "Correct a typo of the commit before.", mainline: false },
    { ...commit, sha: "d", body: "Readers waited for each article." },
    { ...commit, sha: "c", body: "Closes #3 as a sentence does." },
  ], null).map(({ sha }) => sha)).toEqual(["d", "c", "e"]);
});

it.each([
  ["comments that never end", "<!--".repeat(250_000)],
  ["a person who never ends", `Co-authored-by: a <${"@".repeat(500_000)}`],
  ["a log that never ends", `* ${":".repeat(500_000)}`],
  ["a list that never ends", "* a\n\n".repeat(150_000)],
])("answers %s at once", (_, body) => {
  const started = performance.now();
  quoteCommits([{ ...commit, body }], null);
  expect(performance.now() - started).toBeLessThan(1000);
});
