import { describe, expect, it } from "vitest";
import { shortened, titleOf } from "../../src/gather/title.ts";

interface Row {
  name: string;
  /** Newest first; the first is `to`. */
  commits: { subject: string; body?: string; parents?: number; bot?: boolean; mainline?: boolean }[];
  title: string | null;
}

const github = { subject: "Merge pull request #12 from ada/cache", parents: 2 };
const gitlab = { subject: "Merge branch 'cache' into 'main'", parents: 2 };
const work = { subject: "Work", mainline: false };

const rows: Row[] = [
  { name: "no commits", commits: [], title: null },
  { name: "the only commit", commits: [{ subject: "Cache lookups (#12)" }], title: "Cache lookups (#12)" },
  { name: "the only commit, without a subject", commits: [{ subject: "" }], title: "Commit 00000000" },
  { name: "GitHub's merge", commits: [{ ...github, body: "Cache lookups\n\nBody" }, work, work], title: "Cache lookups" },
  { name: "GitHub's merge without a title", commits: [{ ...github, body: "" }, work, work], title: "Work and 2 more commits" },
  { name: "GitLab's merge", commits: [{ ...gitlab, body: "Cache lookups\n\nSee merge request web/articles!45\n" }, work], title: "Cache lookups" },
  { name: "GitLab's merge without a title", commits: [{ ...gitlab, body: "See merge request web/articles!45" }, work], title: "Work and 1 more commit" },
  { name: "Gitea's merge", commits: [{ subject: "Merge pull request 'Cache lookups' (#4) from cache into main", parents: 2 }, work], title: "Cache lookups" },
  { name: "Bitbucket's merge", commits: [{ subject: "Merged in cache (pull request #4)", body: "Cache lookups\n\nApproved-by: Lin", parents: 2 }, work], title: "Cache lookups" },
  { name: "Azure's merge", commits: [{ subject: "Merged PR 4: Cache lookups", parents: 2 }, work], title: "Cache lookups" },
  { name: "one squash, and a bot's commit", commits: [{ subject: "Update notes", bot: true }, { subject: "Cache lookups (#12)" }], title: "Cache lookups" },
  { name: "GitLab's squash", commits: [{ subject: "Tidy" }, { subject: "Cache lookups", body: "See merge request web/articles!45" }], title: "Cache lookups" },
  { name: "a squash inside what was merged is no pull request of this ship", commits: [{ ...github, body: "Cache lookups" }, { subject: "Part (#3)", mainline: false }], title: "Cache lookups" },
  { name: "two pull requests", commits: [{ ...github, body: "A" }, { subject: "B (#13)" }], title: "B (#13) and 1 more commit" },
  { name: "a merge with a subject of its own", commits: [{ subject: "Release 2.0", parents: 2 }, work], title: "Release 2.0" },
  { name: "git's own merge subject", commits: [{ subject: "Merge branch 'cache'", parents: 2 }, work], title: "Work and 1 more commit" },
  { name: "a merge of a tag", commits: [{ subject: "Merge tag 'v1'", parents: 2 }, work], title: "Work and 1 more commit" },
  { name: "no merge, no bot, no fixup", commits: [{ subject: "fixup! A" }, { subject: "Bump", bot: true }, { subject: "Merge x", parents: 2 }, { subject: "A" }], title: "A and 3 more commits" },
  { name: "bots only", commits: [{ subject: "Bump b", bot: true }, { subject: "Bump a", bot: true }], title: "Bump b and 1 more commit" },
];

it.each(rows)("$name", ({ commits, title }) => {
  const full = commits.map((commit, place) => ({
    sha: String(place).padStart(40, "0"), body: "", parents: 1, bot: false, mainline: true, ...commit,
  }));
  expect(titleOf(full, "0".repeat(40))).toBe(title);
});

describe("a title of any length", () => {
  it.each([
    ["short", "short"],
    ["a".repeat(200), "a".repeat(200)],
    ["a".repeat(201), `${"a".repeat(199)}…`],
    ["💻".repeat(200), "💻".repeat(200)],
    ["💻".repeat(1000), `${"💻".repeat(199)}…`],
    [`${"a".repeat(300)} and 12 more commits`, `${"a".repeat(179)}… and 12 more commits`],
    [`${"word ".repeat(60)}`, `${"word ".repeat(40).slice(0, 199).trimEnd()}…`],
  ])("%s", (title, short) => {
    expect(shortened(title)).toBe(short);
  });
});
