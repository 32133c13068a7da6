import { cutsOf } from "../../document/closed.ts";
import { movedElsewhere } from "../../document/elsewhere.ts";
import { type Excerpt, leavingOut } from "../../document/excerpt.ts";
import type { AddressOf } from "../../document/html-elsewhere.ts";
import { quietChat } from "../../document/mentions.ts";
import { plainTexts } from "../../document/plain-text.ts";
import { code, text } from "../text.ts";
import { plain, plainLines } from "../visible.ts";

/** A record that is shown where it does not stand. */
export interface Shown {
  id: string;
  title: string;
  excerpt: Excerpt;
  /** The record's path from the repository's root. */
  path: string;
  /** The record's page on its forge; null where it has none, or nobody else has its commit. */
  address: string | null;
  /** The page of a file that a relative link names; null likewise. */
  addressOf: AddressOf;
}

/** What is shown or left out as one, with the offsets at which it may be cut all the same. */
interface Part {
  text: string;
  ends: () => readonly number[];
}

/** One way to show it. */
interface Form {
  /** As much as its usual place takes, in bytes; null where there is no end to it. */
  most: number | null;
  /** The parts, in their order; between two stands an empty line. */
  parts: (shown: Shown) => Part[];
  /** The last words, where not all parts had room: the best first, all for the same place. */
  rests: (shown: Shown) => string[];
}

/**
 * The forms of `show`, by name. What they may take is what their usual place does: a release on GitHub 125,000
 * characters, the summary of a step 1 MiB; of a message Slack asks that it stays under 4,000 bytes.
 */
export const forms: Readonly<Record<string, Form>> = {
  release: {
    most: 125_000,
    parts: (shown) => markdownParts(shown, leavingOut(shown.excerpt, ["Commands", "Checklist"])),
    rests: markdownRests,
  },
  summary: {
    most: 1_048_576,
    parts: (shown) => markdownParts(shown, { ...shown.excerpt, sections: [] }),
    rests: markdownRests,
  },
  chat: {
    most: 4_000,
    parts: ({ title, excerpt, address }) => {
      const [lead = "", ...others] = sourcesOf(excerpt);
      const blocks = [...plainTexts([text(title)], { chat: true }), ...plainTexts([lead], { chat: true }, others)].flat().map(chatText);
      return [...blocks, ...(address === null ? [] : [address])].map((block) => textPart([block]));
    },
    rests: ({ address, path, id }) => [...(address === null ? [] : [address]), chatText(quietChat(path)), id].map((way) => `… ${way}`),
  },
  plain: {
    most: null,
    parts: ({ title, excerpt }) => {
      const shown = plain(title);
      return [[`${shown}\n${"=".repeat(shown.length)}`], ...plainTexts(sourcesOf(excerpt), { chat: false })].map(textPart);
    },
    rests: ({ path, id }) => [`… the rest: ${plain(path)}`, `… ${id}`],
  },
};

/** @param most in bytes, 100 or more; null for as much as its usual place takes */
export function shownElsewhere({ most: usual, parts, rests }: Form, shown: Shown, most: number | null): string {
  // A line end comes behind it all.
  return `${fitting(parts(shown).filter((part) => part.text !== ""), (most ?? usual ?? Infinity) - 1, rests(shown))}\n`;
}

/** Whole parts only; where not even the first has room, as much of it as has. */
function fitting(parts: readonly Part[], most: number, rests: readonly string[]): string {
  const whole = parts.map((part) => part.text).join("\n\n");
  if (Buffer.byteLength(whole) <= most) return whole;
  const rest = rests.find((way) => Buffer.byteLength(way) <= most) ?? "…";
  const room = most - Buffer.byteLength(`\n\n${rest}`);
  let shown = "";
  for (const part of parts) {
    const next = shown === "" ? part.text : `${shown}\n\n${part.text}`;
    if (Buffer.byteLength(next) > room) break;
    shown = next;
  }
  const [first] = parts;
  if (shown === "" && first !== undefined) shown = first.ends().map((end) => first.text.slice(0, end)).findLast((start) => Buffer.byteLength(start) <= room) ?? "";
  return shown.trim() === "" ? rest : `${shown.trimEnd()}\n\n${rest}`;
}

/** The whole record's markdown, part by part: any may hold what another refers to. */
function sourcesOf({ lead, sections }: Excerpt): string[] {
  return [lead, ...sections.map(({ heading, body }) => `${heading}\n\n${body}`)];
}

/** The parts of an excerpt, or of what is left of it. */
function markdownParts({ excerpt, addressOf }: Shown, kept: Excerpt): Part[] {
  const sources = sourcesOf(kept);
  const others = sourcesOf(excerpt).filter((source) => !sources.includes(source));
  return movedElsewhere(sources, addressOf, others).map((moved) => ({ text: moved.trim() === "" ? "" : moved, ends: () => cutsOf(moved) }));
}

function textPart(blocks: readonly string[]): Part {
  const shown = blocks.map(plainLines);
  return { text: shown.join("\n\n"), ends: () => shown.map((_, at) => shown.slice(0, at + 1).join("\n\n").length) };
}

function markdownRests({ address, path, id }: Shown): string[] {
  return [...(address === null ? [] : [`… [the rest](${address})`]), `… the rest is in ${code(path)}.`, `… ${id}`];
}

/** What chats would read as a call for everybody, or as a link's beginning, is no longer one. */
function chatText(words: string): string {
  return words.replaceAll("<", "‹").replaceAll(">", "›");
}
