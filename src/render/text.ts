import { gfmToMarkdown } from "mdast-util-gfm";
import remarkStringify from "remark-stringify";
import { unified } from "unified";
import { isLively } from "./lively.ts";
import { plain, plainLines } from "./visible.ts";

/*
 * The one place where a stranger's text becomes markdown: a function for each place it may stand in.
 *
 * A word that a forge could bring to life is written as inline code, whole; a pair of backticks in the text is inline
 * code already and stays so; all else is escaped by remark-stringify. Line breaks are folded, and characters
 * that act unseen are shown (visible.ts).
 */

/** Inline markdown as mdast has it; only what strangers' text may become. */
type Inline = { type: "text"; value: string } | { type: "inlineCode"; value: string };
interface Link { type: "link"; url: string; children: Inline[] }

/** Would be an emoji before a colon of ours. */
const emojiAtEnd = /:(?![0-9]{2}$)[a-z0-9_+-]+$/i;

/** No character in it means anything in markdown, wherever it stands in a line; `_` only between letters. */
const harmless = /^(?:[a-zA-Z0-9 ,.;:'"()/?=+\-\u00A1-\uFFFF]|(?<=[a-zA-Z0-9])_(?=[a-zA-Z0-9]))*$/;

/** What would begin a block, at the beginning of a line. */
const blockStart = /^(?:[-+=:]|[0-9]+[.)])/;

const writer = unified().data("toMarkdownExtensions", [gfmToMarkdown()]).use(remarkStringify, { resourceLink: true }).freeze();

type Markdown = Parameters<typeof writer.stringify>[0]["children"][number];

/** A node's markdown; a line end may follow it. */
function toMarkdown(node: Markdown): string {
  return writer.stringify({ type: "root", children: [node] });
}

/** Text anywhere in a paragraph, a heading or a list item, at its beginning too; not in a table. */
export function text(value: string): string {
  const shown = plain(value);
  if (isHarmless(shown)) return shown;
  const children = inlines(shown);
  return joined(children) ?? toMarkdown({ type: "paragraph", children }).trimEnd();
}

/** Text in the cell of a table. */
export function cell(value: string): string {
  const shown = plain(value);
  if (isHarmless(shown)) return shown;
  const children = inlines(shown);
  return joined(children) ?? toMarkdown({ type: "tableCell", children }).trim();
}

/** Inline code; not in a table. Nothing where there is nothing to show. */
export function code(value: string): string {
  const shown = plain(value);
  if (shown === "") return "";
  return shown.includes("`") ? toMarkdown({ type: "inlineCode", value: shown }).trimEnd() : `\`${shown}\``;
}

/** Inline code in the cell of a table. */
export function codeCell(value: string): string {
  const shown = plain(value);
  if (!/[`|]/.test(shown)) return code(shown);
  return toMarkdown({ type: "tableCell", children: [{ type: "inlineCode", value: shown }] }).trim();
}

/** A link with a text in words; the text alone where there is no address, or one that is not plain http(s). */
export function link(label: string, url: string | null): string {
  return linked(label, url, inlines(plain(label))) ?? text(label);
}

/** A link whose text is inline code (a sha, a path, a reference); the code alone where there is no address. */
export function codeLink(label: string, url: string | null): string {
  return linked(label, url, [{ type: "inlineCode", value: plain(label) }]) ?? code(label);
}

/** As `codeLink`, in the cell of a table. */
export function codeLinkCell(label: string, url: string | null): string {
  const children: Inline[] = [{ type: "inlineCode", value: plain(label) }];
  if (!isAddress(url) || plain(label) === "") return codeCell(label);
  if (!/[`|]/.test(label)) return `[${code(label)}](${url})`;
  return toMarkdown({ type: "tableCell", children: [{ type: "link", url, children }] }).trim();
}

/** A link with a text in words, in the cell of a table. */
export function linkCell(label: string, url: string | null): string {
  const children = inlines(plain(label));
  if (!isAddress(url) || children.length === 0) return cell(label);
  const link: Link = { type: "link", url, children };
  return toMarkdown({ type: "tableCell", children: [link] }).trim();
}

/** A picture of ours beside the record, on a line of its own; its words alone where the path is none of ours. */
export function image(alt: string, path: string): string {
  if (!plotPath.test(path)) return text(alt);
  return toMarkdown({ type: "paragraph", children: [{ type: "image", url: path, alt: plain(alt) }] }).trimEnd();
}

/** Text inside an element of raw HTML, such as `<summary>`. */
export function summaryHtml(value: string): string {
  return plain(value).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A fenced block: line breaks and tabs stay, and its fence is longer than any inside. `language` is a word of ours. */
export function fence(value: string, language: string): string {
  const shown = plainLines(value).replace(/\n+$/, "");
  const longest = (shown.match(/`{3,}/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const ticks = "`".repeat(longest + 1);
  return `${ticks}${language}\n${shown}\n${ticks}`;
}

/**
 * A block quotation of a text of many lines. Wrapped lines flow; a line that begins like a list's item stays apart, as
 * do indented lines under one that ends in a colon. What is fenced, or indented like code, is code.
 */
export function quotation(value: string): string {
  return quotedBlocks(plainLines(value).replace(/^(?:[ \t]*\n)+/, "").trimEnd().split("\n"))
    .map(({ code: isCode, lines }) => isCode ? quotedCode(lines) : quotedParagraph(lines))
    .filter((quoted) => quoted !== "")
    .join("\n>\n");
}

interface QuotedBlock { code: boolean; lines: string[] }

function quotedBlocks(lines: readonly string[]): QuotedBlock[] {
  const blocks: QuotedBlock[] = [];
  let open: { block: QuotedBlock; ticks: string | null } | null = null;
  for (const line of lines) {
    const ticks = /^ {0,3}(`{3,}|~{3,})[^`]*$/.exec(line)?.[1] ?? null;
    if (open?.ticks) {
      if (ticks?.startsWith(open.ticks) && line.trim() === ticks) open = null;
      else open.block.lines.push(line);
    } else if (ticks === null && line.trim() === "") {
      // An empty line ends a paragraph; between two lines of indented code it is one of the code's.
      if (open?.block.code) open.block.lines.push("");
      else open = null;
    } else {
      const isCode: boolean = ticks !== null || (/^(?: {4}|\t)/.test(line) && (open === null || open.block.code));
      if (open === null || open.block.code !== isCode || ticks !== null) {
        open = { block: { code: isCode, lines: [] }, ticks };
        blocks.push(open.block);
      }
      if (ticks === null) open.block.lines.push(line);
    }
  }
  return blocks;
}

function quotedCode(lines: readonly string[]): string {
  const code = lines.join("\n").replace(/^\n+|\s+$/g, "");
  if (code === "") return "";
  const indent = Math.min(...code.split("\n").filter((line) => line.trim() !== "").map((line) => line.search(/[^ ]/)));
  return fence(code.split("\n").map((line) => line.slice(indent)).join("\n"), "text").split("\n").map((line) => `> ${line}`.trimEnd()).join("\n");
}

function quotedParagraph(lines: readonly string[]): string {
  const quoted: string[] = [];
  let listed = false;
  for (const line of lines) {
    const written = text(line);
    if (written === "") continue;
    const previous = quoted.length - 1;
    listed = /^\s/.test(line) && (listed || (quoted[previous] ?? "").endsWith(":"));
    if (previous >= 0 && (listed || /^\s*(?:[-*+\u2022]|\d+[.)])\s/.test(line))) quoted[previous] = `${quoted[previous] ?? ""}\\`;
    quoted.push(`> ${written}`);
  }
  return quoted.join("\n");
}

function isHarmless(shown: string): boolean {
  return harmless.test(shown) && !blockStart.test(shown) && !isLively(shown) && !emojiAtEnd.test(shown);
}

/** Harmless words and plain code need no serializer, which costs a hundred times as much; null where one is needed. */
function joined(nodes: readonly Inline[]): string | null {
  const parts = nodes.map((node, at) => {
    if (node.type === "inlineCode") return /[`|]/.test(node.value) ? null : `\`${node.value}\``;
    return harmless.test(node.value) && !(at === 0 && blockStart.test(node.value)) ? node.value : null;
  });
  return parts.includes(null) ? null : parts.join("");
}

function linked(label: string, url: string | null, children: Inline[]): string | null {
  if (!isAddress(url) || plain(label) === "") return null;
  const node: Link = { type: "link", url, children };
  return toMarkdown({ type: "paragraph", children: [node] }).trimEnd();
}

const webAddress = /^https?:\/\/[A-Za-z0-9[\]._:-]+(?:\/[A-Za-z0-9\-._~/?#@!$&'*+,;=:%]*)?$/;
const notesAddress = /^(?:\.\.\/)?(?:\d{4}\/)?(?:\d{4}-\d{2}-\d{2}-[a-z0-9-]+|README)\.md(?:#[a-z0-9-]+)?$/;

const plotPath = /^\d{4}-\d{2}-\d{2}-[a-z0-9-]+\/[a-z0-9-]+\.svg$/;

/** Whether an address may stand in our markdown: http(s) or another page of the notes, with nothing that ends a link or a cell. */
function isAddress(url: string | null): url is string {
  return url !== null && (webAddress.test(url) || notesAddress.test(url));
}

/** The text as mdast: words, the lively ones as code, and what stands between two single backticks. */
function inlines(shown: string): Inline[] {
  const nodes: Inline[] = [];
  const add = (type: Inline["type"], value: string) => {
    const last = nodes.at(-1);
    // Two code spans side by side would read as one with other ends.
    if (last?.type === type) last.value += value;
    else if (value !== "") nodes.push({ type, value });
  };
  for (const part of shown.split(/(?<!`)(`[^`]+`)(?!`)/)) {
    const inside = /^`([^`]+)`$/.exec(part)?.[1]?.trim() ?? "";
    if (inside !== "") {
      add("inlineCode", inside);
      continue;
    }
    for (const word of part.split(/( +)/)) add(isLively(word) ? "inlineCode" : "text", word);
  }
  const last = nodes.at(-1);
  const end = last?.type === "text" ? emojiAtEnd.exec(last.value) : null;
  if (last !== undefined && end !== null) {
    const from = last.value.lastIndexOf(" ") + 1;
    const word = last.value.slice(from);
    last.value = last.value.slice(0, from);
    if (last.value === "") nodes.pop();
    add("inlineCode", word);
  }
  return nodes;
}
