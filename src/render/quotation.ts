import { commitUrl } from "../record/links.ts";
import type { Forge } from "../record/schema.ts";
import { codeLink, quotation } from "./text.ts";
import { linkSha } from "./views/references.ts";
import { cut } from "./visible.ts";

/** So many are quoted; where there is one more, it is said that there are. */
const shownBodies = 6;
const bodyLength = 1200;

const lead = "Nobody wrote down why; the commits say:";
const hint = "(More commits say why.)";

/**
 * What stands under Why until somebody writes a reason: the commits' own words, each with its sha, said to be a
 * quotation. Null where no commit says more than its subject.
 *
 * @param bodies newest first: what commits say below their subjects, without trailers
 */
export function quotationOf(bodies: readonly { sha: string; text: string }[], forge: Forge | null): string | null {
  if (bodies.length === 0) return null;
  const quotes = bodies.slice(0, shownBodies).map(({ sha, text }) =>
    `${quotation(beginning(text))}\n>\n> (${codeLink(sha.slice(0, 7), commitUrl(forge, linkSha(forge, sha)))})`,
  );
  const more = bodies.length > shownBodies ? [hint] : [];
  return [lead, ...quotes, ...more].join("\n\n");
}

/** A long body's first paragraphs, else lines, and a sign that there is more. */
function beginning(text: string): string {
  if (text.length <= bodyLength) return text;
  const head = text.slice(0, bodyLength);
  const end = ["\n\n", "\n", " "].map((gap) => head.lastIndexOf(gap)).find((at) => at > bodyLength / 2) ?? cut(head, bodyLength - 1).length - 1;
  return `${text.slice(0, end).trimEnd()}\n\n…`;
}

/** Whether a text is a quotation of commits and nothing that somebody added: no reason yet. */
export function isQuotationAlone(text: string): boolean {
  const [first = "", ...others] = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return first === lead && others.every((line) => line.startsWith(">") || line === hint);
}
