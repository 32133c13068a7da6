import type { GatheredCommit } from "./commits.ts";
import { bodyWithoutTrailers } from "./trailers.ts";

/** What one commit says of why it was made. */
export interface QuotedBody {
  sha: string;
  /** Paragraphs apart by one empty line; never empty. A stranger's words: not markdown. */
  text: string;
}

/** What is quoted from. */
export type Quoted = Pick<GatheredCommit, "sha" | "subject" | "body" | "trailers" | "bot" | "foldedWith">;

/**
 * What Why starts as where nobody gave a reason: the bodies of the commits, without trailers and what git and forges add.
 * Bots give no reasons, and what is reverted within the range needs none.
 *
 * @param commits newest first
 * @param title the ship's title; a body that says just that is not said again
 */
export function quoteCommits(commits: readonly Quoted[], title: string | null): QuotedBody[] {
  return commits.flatMap(({ sha, body, trailers, bot, foldedWith }) => {
    if (bot || foldedWith !== null || body === "") return [];
    const text = written(bodyWithoutTrailers(body, trailers));
    return text === "" || text === title ? [] : [{ sha, text }];
  });
}

/** Lines that nobody wrote: git's list of conflicts, GitLab's reference, GitHub's rule above the co-authors of a squash. */
const added = /^(?:# ?Conflicts:|#\t.*|See merge request \S+|-{9,})$/;

function written(body: string): string {
  return body
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => !added.test(line))
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/^\n+|\n+$/g, "");
}
