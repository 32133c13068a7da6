import type { GatheredCommit } from "./commits.ts";

/** What a title is made from. */
export type Titled = Pick<GatheredCommit, "sha" | "subject" | "body" | "parents" | "bot" | "mainline">;

/**
 * A ship's title where nobody gave one: the subject of its only commit; else the title of the only pull request
 * merged in it; else `to`'s own subject where it is a merge with one; else 'SUBJECT and N more commits'.
 *
 * @param commits newest first, those that touch notes only left out
 * @param to the commit that was shipped
 * @returns null where there are no commits
 */
export function titleOf(commits: readonly Titled[], to: string): string | null {
  const [newest] = commits;
  if (newest === undefined) return null;
  if (commits.length === 1) return subjectOf(newest);
  const merged = onlyPullRequest(commits);
  if (merged !== null) return merged;
  const tip = commits.find(({ sha }) => sha === to);
  if (tip !== undefined && tip.parents > 1 && tip.subject !== "" && !gitsOwnSubject.test(tip.subject)) return tip.subject;
  const telling = commits.find((commit) => commit.parents < 2 && !commit.bot && !fixup.test(commit.subject))
    ?? commits.find(({ parents }) => parents < 2)
    ?? newest;
  const more = commits.length - 1;
  return `${subjectOf(telling)} and ${more} more ${more === 1 ? "commit" : "commits"}`;
}

/** Longer ones are cut, in characters: a title is a heading, a cell of the index and a line of `list`. */
const longest = 200;

/** A title as a record takes it. Its secrets are masked by now: a cut may hide what a secret is known by. */
export function shortened(title: string): string {
  const tail = / and \d+ more commits?$/.exec(title)?.[0] ?? "";
  const head = Array.from(title.slice(0, 2 * longest + 2));
  return title.length <= longest || head.length <= longest ? title : `${head.slice(0, longest - tail.length - 1).join("").trimEnd()}…${tail}`;
}

/** A pull or merge request as the commit that merged it tells of it. */
interface PullRequest {
  /** Its number as written, with `#` or `!`. */
  id: string;
  /** null where the commit does not tell. */
  title: string | null;
}

/** How forges write the commits that merge a pull request; the first row that fits counts. */
const forgesMerges: readonly { subject: RegExp; read: (found: RegExpExecArray, body: string) => PullRequest | null }[] = [
  // GitHub, and Gitea of old; the title is the body's first line.
  { subject: /^Merge pull request (#\d+) from \S+$/, read: ([, id = ""], body) => ({ id, title: firstLine(body) }) },
  // Gitea and Forgejo.
  { subject: /^Merge pull request '(.+)' \((#\d+)\) from .+$/, read: ([, title = "", id = ""]) => ({ id, title }) },
  // Bitbucket; the title is the body's first line.
  { subject: /^Merged in .+ \(pull request (#\d+)\)$/, read: ([, id = ""], body) => ({ id, title: firstLine(body) }) },
  // Azure DevOps.
  { subject: /^Merged PR (\d+): (.+)$/, read: ([, id = "", title = ""]) => ({ id: `#${id}`, title }) },
  // GitLab's merge commit; the title is the body's first line.
  { subject: /^Merge branch '.+' into '.+'$/, read: (_, body) => gitlab(body, firstLine(body)) },
  // A squash by GitHub, Gitea or a merge queue.
  { subject: /^(.*\S) \((#\d+)\)$/, read: ([, title = "", id = ""]) => ({ id, title }) },
  // A squash by GitLab, where its template has the reference.
  { subject: /^(.+)$/, read: ([, title = ""], body) => gitlab(body, title) },
];

/** Subjects that git and forges make up: they tell which branch was merged, not what it does. */
const gitsOwnSubject =
  /^(?:Merge (?:(?:remote-tracking )?branch(?:es)?|tags?|commits?|pull request) |Merge [0-9a-f]{7,64} into |Merged in |Merged PR \d)/;

/** What `git rebase --autosquash` would fold away. */
const fixup = /^(?:fixup|squash|amend)! /;

function onlyPullRequest(commits: readonly Titled[]): string | null {
  const merged = new Map<string, string | null>();
  for (const commit of commits) {
    // What a merged branch holds was merged before it, if at all.
    const found = commit.mainline ? mergedPullRequest(commit) : null;
    // The newest commit that names it: a squash and its revert bear the same number.
    if (found !== null && !merged.has(found.id)) merged.set(found.id, found.title);
    if (merged.size > 1) return null;
  }
  return [...merged.values()][0] ?? null;
}

function mergedPullRequest({ subject, body }: Titled): PullRequest | null {
  for (const { subject: form, read } of forgesMerges) {
    const found = form.exec(subject);
    if (found !== null) return read(found, body);
  }
  return null;
}

function gitlab(body: string, title: string | null): PullRequest | null {
  const id = /^See merge request \S*(!\d+)$/m.exec(body)?.[1];
  return id === undefined ? null : { id, title };
}

function firstLine(body: string): string | null {
  const line = body.split("\n").find((text) => text.trim() !== "")?.trim() ?? "";
  return line === "" || line.startsWith("See merge request ") ? null : line;
}

function subjectOf({ subject, sha }: Titled): string {
  return subject.trim() === "" ? `Commit ${sha.slice(0, 8)}` : subject;
}
