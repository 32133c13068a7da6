import { blocksWithin, movedElsewhere, plainTextOf } from "../../document/elsewhere.ts";
import { type Excerpt, leavingOut } from "../../document/excerpt.ts";
import { text } from "../text.ts";

/** A record that is shown where it does not stand. */
export interface Shown {
  title: string;
  excerpt: Excerpt;
  /** The record's path from the repository's root. */
  path: string;
  /** The record's page on its forge; null where it has none, or is not committed. */
  address: string | null;
  /** The page of a file that a relative link names; null likewise. */
  addressOf: (target: string) => string | null;
}

/** One way to show it. */
interface Form {
  /** As much as its usual place takes, in bytes; null where there is no end to it. */
  most: number | null;
  /** The parts, each whole, in their order; between two stands an empty line. */
  parts: (shown: Shown) => string[];
  /** The last words, where not all parts had room. */
  rest: (shown: Shown) => string;
}

/**
 * The forms of `show`, by name. What they may take, as the places document it: a release on GitHub 125,000
 * characters, the summary of a step 1 MiB; a message to a chat 4,000 characters and fewer (Slack recommends no more).
 */
export const forms: Readonly<Record<string, Form>> = {
  release: {
    most: 125_000,
    parts: ({ excerpt, addressOf }) => sectionsOf(leavingOut(excerpt, ["Commands", "Checklist"]), addressOf),
    rest: markdownRest,
  },
  summary: {
    most: 1_048_576,
    parts: ({ excerpt, addressOf }) => [movedElsewhere(excerpt.lead, addressOf)],
    rest: markdownRest,
  },
  chat: {
    most: 4_000,
    parts: (shown) => [
      ...[text(shown.title), shown.excerpt.lead].flatMap((markdown) => chatText(markdown).split("\n\n")),
      ...(shown.address === null ? [] : [shown.address]),
    ],
    rest: ({ address, path }) => `… ${address ?? path}`,
  },
  plain: {
    most: null,
    parts: ({ title, excerpt: { lead, sections } }) => [
      `${title}\n${"=".repeat(title.length)}`,
      plainTextOf(lead, { ticks: false }),
      ...sections.map(({ title: heading, body }) => plainTextOf(`## ${heading}\n\n${body}`, { ticks: false })),
    ],
    rest: ({ path }) => `… the rest: ${path}`,
  },
};

/** @param most in bytes; null for as much as its usual place takes */
export function shownElsewhere({ most: usual, parts, rest }: Form, shown: Shown, most: number | null): string {
  return `${fitting(parts(shown).filter((part) => part !== ""), most ?? usual ?? Infinity, rest(shown))}\n`;
}

/** Whole parts only; where not even the first has room, as many of its blocks as have. Never cuts inside of a block. */
function fitting(parts: readonly string[], most: number, rest: string): string {
  const whole = parts.join("\n\n");
  // A line end comes behind it all.
  if (Buffer.byteLength(whole) < most) return whole;
  const room = most - Buffer.byteLength(rest) - 3;
  let shown = "";
  for (const part of parts) {
    const next = shown === "" ? part : `${shown}\n\n${part}`;
    if (Buffer.byteLength(next) > room) break;
    shown = next;
  }
  if (shown === "") shown = blocksWithin(parts[0] ?? "", room);
  return shown === "" ? rest : `${shown}\n\n${rest}`;
}

function sectionsOf({ lead, sections }: Excerpt, addressOf: Shown["addressOf"]): string[] {
  return [lead, ...sections.map(({ title, body }) => `## ${title}\n\n${body}`)].map((part) => movedElsewhere(part, addressOf));
}

function markdownRest({ address, path }: Shown): string {
  return address === null ? `… the rest is in \`${path}\`.` : `… [the rest](${address})`;
}

/** What chats would read as a call for everybody, or as a link's beginning, is no longer one. */
function chatText(markdown: string): string {
  return plainTextOf(markdown, { ticks: true }).replaceAll("<", "‹").replaceAll(">", "›");
}
