import remarkFrontmatter from "remark-frontmatter";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import type { Block, Structure } from "./blocks.ts";
import { markLength } from "./lines.ts";
import { readMarker } from "./markers.ts";

/*
 * What needs a real parser. Loaded only when it is needed: loading costs 10 ms, the first parse 50.
 */

const documentParser = unified().use(remarkParse).use(remarkGfm).use(remarkFrontmatter, ["yaml"]);
const fragmentParser = unified().use(remarkParse).use(remarkGfm);

/** The structure of a source, read from its markdown tree. */
export function parseStructure(source: string): Structure {
  // The parser does not count a byte order mark.
  const shift = markLength(source);
  const structure: Structure = { frontMatter: null, blocks: [] };
  for (const node of documentParser.parse(source.slice(shift)).children) {
    const start = (node.position?.start.offset ?? 0) + shift;
    const end = (node.position?.end.offset ?? 0) + shift;
    if (node.type === "yaml") structure.frontMatter = { start, end };
    const block = readNode(node, start, end);
    if (block !== null) structure.blocks.push(block);
  }
  return structure;
}

function readNode(node: MarkdownNode & { depth?: number }, start: number, end: number): Block | null {
  if (node.type === "html") {
    const marker = readMarker((node.value ?? "").trim());
    return marker === null ? null : { kind: "marker", ...marker, start, end };
  }
  if (node.type !== "heading" || (node.depth !== 1 && node.depth !== 2)) return null;
  return { kind: "heading", depth: node.depth, text: plainText(node).trim(), start, end };
}

interface MarkdownNode {
  type: string;
  value?: string;
  alt?: string | null | undefined;
  children?: MarkdownNode[];
}

function plainText(node: MarkdownNode): string {
  if (node.value !== undefined) return node.value;
  if (node.alt !== undefined && node.alt !== null) return node.alt;
  return (node.children ?? []).map(plainText).join("");
}

/** Where links, images, definitions and HTML stand in a source, which is all that may lead elsewhere. */
export function linkSpans(source: string): { start: number; end: number }[] {
  const shift = markLength(source);
  const spans: { start: number; end: number }[] = [];
  const visit = ({ type, position, children }: PlacedNode): void => {
    const [start, end] = [position?.start.offset, position?.end.offset];
    if (leading.includes(type) && start !== undefined && end !== undefined) spans.push({ start: start + shift, end: end + shift });
    children?.forEach(visit);
  };
  visit(documentParser.parse(source.slice(shift)));
  return spans;
}

const leading = ["link", "image", "definition", "html"];

interface PlacedNode {
  type: string;
  position?: { start: { offset?: number | undefined }; end: { offset?: number | undefined } } | undefined;
  children?: PlacedNode[];
}

/** The plain text of one heading's or one line's markdown. */
export function plainMarkdown(source: string): string {
  return plainText(fragmentParser.parse(source)).trim();
}

/**
 * A markdown text's tree as JSON: without positions, white space in text nodes collapsed. Two texts with
 * the same tree differ by no more than a formatter's taste.
 */
export function treeJson(text: string): string {
  return JSON.stringify(fragmentParser.parse(text), (key, value: unknown) => {
    if (key === "position") return undefined;
    return isText(value) ? { ...value, value: value.value.replace(/\s+/g, " ") } : value;
  });
}

function isText(node: unknown): node is { type: "text"; value: string } {
  return typeof node === "object" && node !== null && "type" in node && node.type === "text" &&
    "value" in node && typeof node.value === "string";
}
