import { commitUrl } from "../record/links.ts";
import type { Commit, Forge } from "../record/schema.ts";
import { count } from "./quantity.ts";
import { codeLink, quotation } from "./text.ts";
import { linkSha } from "./views/references.ts";
import { cut, plainLines } from "./visible.ts";

const shownBodies = 6;
const bodyLength = 1200;

/** A commit with what its message says below the subject. */
export type DescribedCommit = Pick<Commit, "sha" | "parents"> & { body: string };

/**
 * What stands under Why until somebody writes a reason: the commits' own words, each with its sha, said to be a
 * quotation. Null where no commit says more than its subject.
 *
 * @param commits newest first; those of bots left out
 */
export function quotationOf(commits: readonly DescribedCommit[], forge: Forge | null): string | null {
  const described = commits
    .map((commit) => ({ sha: commit.sha, words: withoutTrailers(commit.body) }))
    .filter(({ words }) => words !== "");
  if (described.length === 0) return null;
  const quotes = described.slice(0, shownBodies).map(({ sha, words }) =>
    `${quotation(cut(words, bodyLength))}\n>\n> (${codeLink(sha.slice(0, 7), commitUrl(forge, linkSha(forge, sha)))})`,
  );
  const more = described.length > shownBodies ? [`(${count(described.length - shownBodies, "more commit")} say why as well.)`] : [];
  return ["Nobody wrote down why; the commits say:", ...quotes, ...more].join("\n\n");
}

const trailer = /^[A-Za-z][A-Za-z0-9-]*(?:: | #)\S/;

/** A body without the trailers at its end (`Signed-off-by: …`). */
function withoutTrailers(body: string): string {
  const paragraphs = plainLines(body).trim().split(/\n[ \t]*(?:\n[ \t]*)+/);
  while (paragraphs.length > 0 && (paragraphs.at(-1) ?? "").split("\n").every((line) => trailer.test(line) || /^\s+\S/.test(line))) {
    paragraphs.pop();
  }
  return paragraphs.join("\n\n").trim();
}
