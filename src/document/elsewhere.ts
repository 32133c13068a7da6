import { closed } from "./closed.ts";
import { type AddressOf, destination, htmlElsewhere } from "./html-elsewhere.ts";
import { applyEdits, type Edit } from "./lines.ts";
import { calls, quietMarkdown } from "./mentions.ts";
import { isRelative, labelOf, type Node, type Part, spanOf, visit, withDefinitions } from "./parts.ts";

/*
 * Markdown that is moved to another page of its forge: a release, the summary of a job. Loads a parser: import it only
 * when needed.
 */

/**
 * Parts of a markdown text over LF as they may stand elsewhere, each whole in itself: nobody is mentioned, links to
 * files beside it lead there from anywhere, and where there is no such address they are text; definitions stand where
 * they are referred to, comments are empty, nothing is left open.
 *
 * @param others the parts that are not moved: what they define may be referred to
 */
export function movedElsewhere(parts: readonly string[], addressOf: AddressOf, others: readonly string[] = []): string[] {
  const read = withDefinitions(parts.map(closed), others);
  return read.parts.map((part) => {
    const text = moved(part, { addressOf, definitions: read.definitions });
    // What ended an element may have stood in a comment.
    return text.includes("<") ? closed(text).source : text;
  });
}

interface Place {
  source: string;
  addressOf: AddressOf;
  definitions: ReadonlyMap<string, string>;
  /** Whether backticks may be added: the block has none outside of code. */
  ticks: boolean;
}

function moved({ source, blocks }: Part, { addressOf, definitions }: Pick<Place, "addressOf" | "definitions">): string {
  const edits: Edit[] = [];
  for (const block of blocks) {
    const place = { source, addressOf, definitions, ticks: !outsideCode(block, source).includes("`") };
    let linkEnd = 0;
    visit(block, (node, parent) => {
      const span = spanOf(node);
      if (node.type === "image" || node.type === "imageReference") {
        edits.push({ ...span, text: imageText(node, { ...place, linked: span.end <= linkEnd }) });
        return false;
      }
      if (node.type === "link" || node.type === "linkReference") {
        linkEnd = span.end;
        const changed = linkEdits(node, place);
        edits.push(...changed.edits);
        return changed.inside;
      }
      if (node.type === "text") edits.push({ ...span, text: quietMarkdown(source, span, place.ticks) });
      else if (node.type === "html") edits.push({ ...span, text: htmlElsewhere(node.value, source.slice(span.start, span.end), isBlock(parent), addressOf) });
      else if (node.type === "definition" && isRelative(node.url)) {
        // Nothing refers to it any more, but what follows it may be a paragraph only because of it.
        edits.push({ ...span, text: `${labelOf(node, source)}: ${destination(addressOf(node.url) ?? "#")}` });
      }
      return true;
    });
  }
  return applyEdits(source, edits);
}

/** Whether what stands in a node is a block of its own. */
function isBlock(parent: Node | null): boolean {
  return parent === null || ["blockquote", "listItem", "footnoteDefinition"].includes(parent.type);
}

function outsideCode(block: Node, source: string): string {
  const codes: Edit[] = [];
  visit(block, (node) => {
    if (node.type === "inlineCode" || node.type === "code") codes.push({ ...spanOf(node), text: "" });
    return true;
  });
  const { start, end } = spanOf(block);
  return applyEdits(source.slice(0, end), codes).slice(start);
}

type LinkNode = Extract<Node, { type: "link" | "linkReference" }>;
type ImageNode = Extract<Node, { type: "image" | "imageReference" }>;

/** What becomes of a link's brackets and address, and whether what is inside is still to be asked. */
function linkEdits(node: LinkNode, { source, addressOf, definitions }: Place): { edits: Edit[]; inside: boolean } {
  const span = spanOf(node);
  const own = source.slice(span.start, span.end);
  if (!own.startsWith("[")) {
    // What is linked by itself may be text: to those who do not take it for an address of mail, or where what stands before it changes.
    const mayBeText = node.type === "link" && !own.startsWith("<") && (node.url.startsWith("mailto:") || /[^\s(*]/.test(source[span.start - 1] ?? " "));
    return { edits: mayBeText && calls(own) ? [{ ...span, text: `<code>${own}</code>` }] : [], inside: false };
  }
  const url = node.type === "link" ? node.url : definitions.get(node.identifier) ?? "";
  const relative = isRelative(url);
  if (!relative && node.type === "link") return { edits: [], inside: true };
  const address = relative ? addressOf(url) : url;
  const [first, last] = [node.children[0], node.children.at(-1)];
  const [from, to] = first === undefined || last === undefined ? [span.end, span.end] : [spanOf(first).start, spanOf(last).end];
  const [before, behind] = address === null ? textBrackets(source.slice(from, to), source[span.start - 1]) : ["[", `](${destination(address)})`];
  return { edits: [{ start: span.start, end: from, text: before }, { start: to, end: span.end, text: behind }], inside: true };
}

/** What stands around a link's words that are a link no longer: nothing, unless they could be more than words then. */
function textBrackets(words: string, before = " "): [before: string, behind: string] {
  const areWords = /^(?:[*_]{0,3}\p{L}|\d+(?![.)\d]))[^`]*$/u.test(words) && !/@[.\-/]*$/.test(words);
  return words === "" || (areWords && /^[^\p{L}\p{N}@.\-/&;`\\]$/u.test(before)) ? ["", ""] : ["\\[", "\\]"];
}

function imageText(node: ImageNode, { source, addressOf, definitions, linked }: Place & { linked: boolean }): string {
  const span = spanOf(node);
  const url = node.type === "image" ? node.url : definitions.get(node.identifier) ?? "";
  if (node.type === "image" && !isRelative(url)) return source.slice(span.start, span.end);
  const escaped = (node.alt ?? "").replace(/\s+/g, " ").trim().replace(/[\\`*_[\]<>&|~!#^$]/g, "\\$&");
  if (!isRelative(url)) return `![${escaped}](${destination(url)})`;
  const words = quietMarkdown(escaped, { start: 0, end: escaped.length }, false);
  const address = linked ? null : addressOf(url);
  if (address !== null) return `[${words}](${destination(address)})`;
  const [before, behind] = textBrackets(words, source[span.start - 1]);
  return `${before}${words}${behind}`;
}
