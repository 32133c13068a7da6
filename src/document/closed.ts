import { endsOf, htmlEnd, htmlPieces, openBehind, scopes } from "./html.ts";
import { blocksOf, type Content, type Node, type Part, readPart, spanOf } from "./parts.ts";

/*
 * What may follow a markdown text without becoming a part of its last block.
 */

/** The text with whatever it leaves open closed: a fence, raw HTML, an element. */
export function closed(markdown: string): Part {
  const part = readPart(markdown);
  const last = part.blocks.at(-1);
  if (last === undefined) return part;
  const value = last.type === "html" ? `${last.value}${htmlPieces(last.value).at(-1)?.missing ?? ""}` : "";
  const whole = last.type === "html" ? markdown + value.slice(last.value.length) : markdown;
  const end = last.type === "html" ? missingHtmlEnd(value) : missingFence(last, markdown);
  // The end of an element must not come before those inside of it.
  const isElement = end?.startsWith("</") === true;
  const ended = end === null || isElement ? whole : `${whole}\n${end}`;
  const { blocks } = ended === markdown ? part : readPart(ended);
  const ends = endsOf(blocks.reduce(openBehindNode, [])).map((name) => `</${name}>`);
  if (isElement && !ends.includes(end)) ends.push(end);
  return ends.length === 0 ? { source: ended, blocks } : readPart(`${ended}${isElement ? "\n" : "\n\n"}${ends.join("")}`);
}

/** The offsets at which a text may be cut: behind each of its blocks that leaves no element open. */
export function cutsOf(markdown: string): number[] {
  let open: readonly string[] = [];
  return blocksOf(markdown).flatMap((block) => {
    open = openBehindNode(open, block);
    return open.length === 0 ? [spanOf(block).end] : [];
  });
}

function openBehindNode(open: readonly string[], node: Node): readonly string[] {
  if (node.type === "html") return htmlPieces(node.value).reduce(openBehind, open);
  // A footnote is shown at the end of the page, or nowhere.
  if (!("children" in node) || node.type === "footnoteDefinition") return open;
  const inside = node.children.reduce<readonly string[]>(openBehindNode, node.type === "table" ? [...open, "table"] : open);
  // What is opened in a cell ends with it, unless that cannot reach it.
  return node.type === "table" ? [...open, ...inside.slice(open.length + 1).filter((name) => scopes.has(name))] : inside;
}

function missingHtmlEnd(html: string): string | null {
  const found = htmlEnd(html);
  return found === null || found.pattern.test(html) ? null : found.end;
}

/** The fence that would end a block of code; null where there is one, or none is needed. */
function missingFence(block: Content, source: string): string | null {
  if (block.type !== "code") return null;
  const { start, end } = spanOf(block);
  const lines = source.slice(start, end).split("\n");
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(lines[0] ?? "")?.[1];
  if (fence === undefined) return null;
  return lines.length > 1 && new RegExp(`^ {0,3}${fence}${fence.slice(0, 1)}*[ \\t]*$`).test(lines.at(-1) ?? "") ? null : fence;
}
