import type { GatheredCommit } from "./commits.ts";
import { bodyWithoutTrailers } from "./trailers.ts";

/** What one commit says of why it was made. */
export interface QuotedBody {
  sha: string;
  /** Paragraphs apart by one empty line; never empty. A stranger's words: not markdown. */
  text: string;
}

/** What is quoted from. */
export type Quoted = Pick<GatheredCommit, "sha" | "subject" | "body" | "trailers" | "bot" | "foldedWith" | "mainline">;

/**
 * What Why starts as where nobody gave a reason: the bodies of the commits, without trailers and what git, forges and
 * templates add. Bots give no reasons, and what is reverted within the range needs none. What a merge says of a whole
 * branch comes before what the branch's commits say.
 *
 * @param commits newest first
 * @param title the ship's title; a body that says just that, or what a subject says, is not said again
 * @param most how many are wanted: of 10,000 commits nobody reads them all
 */
export function quoteCommits(commits: readonly Quoted[], title: string | null, most = Number.POSITIVE_INFINITY): QuotedBody[] {
  const said = new Set([title, ...commits.map(({ subject }) => subject)]);
  const quoted: QuotedBody[] = [];
  for (const { sha, body, trailers, bot, foldedWith } of [...commits.filter(({ mainline }) => mainline), ...commits.filter(({ mainline }) => !mainline)]) {
    if (quoted.length >= most) break;
    if (bot || foldedWith !== null || body === "") continue;
    const text = written(bodyWithoutTrailers(body, trailers));
    if (text !== "" && !said.has(text)) quoted.push({ sha, text });
  }
  return quoted;
}

/**
 * Lines that give no reason: git's list of conflicts, GitLab's reference, GitHub's rule above the co-authors of a squash,
 * people with their addresses (also where a squash left them in the middle and git sees no trailers), the promises
 * of a template's checklist, and references that stand alone, which are listed elsewhere.
 */
const added = new RegExp([
  String.raw`# ?Conflicts:`, String.raw`#\t.*`, String.raw`See merge request \S+`, "-{9,}", String.raw`\(cherry picked from commit [0-9a-f]+\)`,
  String.raw`\s*[-*+] \[[ xX]\] (?:I|I've|My)\b.*`,
  String.raw`[A-Za-z]+(?:-[a-z]+)+: .+ <[^<>@]+@[^<>@]+>`,
  String.raw`(?:🤖 )?Generated (?:with|by) .*`,
  String.raw`\s*(?:[-*+] )?(?:closes|fixes|resolves|refs):?\s+(?:[\w./-]*#\d+|https?:\/\/\S+)\.?`,
].map((line) => `^(?:${line})$`).join("|"), "i");

/** What `git merge --log` adds: a branch and the subjects of its commits, which are listed elsewhere. */
const mergeLog = /^\* \S+:(?: \(\d+ commits\))?\n(?: {2}.*\n?)+/gm;

/** A squash's body as GitHub proposes it: the subjects of the branch's commits, from `* wip` to `* apply suggestions`. */
const squashList = /^\* .+(?:\n\n\* .+)+$/;

function written(body: string): string {
  const text = withoutComments(body)
    .replace(mergeLog, "")
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => !added.test(line))
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/^\n+|\n+$/g, "");
  return squashList.test(text) ? "" : text;
}

/** A template's comments, which nobody sees on the forge. Not a pattern: many beginnings without an end would take for ever. */
function withoutComments(body: string): string {
  const parts: string[] = [];
  let from = 0;
  for (;;) {
    const start = body.indexOf("<!--", from);
    const end = start === -1 ? -1 : body.indexOf("-->", start);
    if (end === -1) return [...parts, body.slice(from)].join("");
    parts.push(body.slice(from, start));
    from = end + "-->".length;
  }
}
