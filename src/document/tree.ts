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

/** Where the links, images, definitions and HTML of a source lead, with the line, from 1. */
export function linkTargets(source: string): { target: string; line: number }[] {
  const found: { target: string; line: number }[] = [];
  const visit = ({ type, url, value, position, children }: PlacedNode): void => {
    const line = position?.start.line ?? 1;
    if (type === "html") for (const [, target = ""] of (value ?? "").matchAll(/\b(?:href|src)\s*=\s*["']([^"']*)["']/gi)) found.push({ target, line });
    else if (url !== undefined) found.push({ target: url, line });
    children?.forEach(visit);
  };
  visit(documentParser.parse(source.slice(markLength(source))));
  return found;
}

const leading = ["link", "image", "definition", "html"];

/** A label of a footnote (with its `^`) or of a link's definition, where it is defined or used. */
export interface LabelSpan {
  label: string;
  /** Offsets of the label; of the empty place behind the words, or of `[]`, where a link has none of its own. */
  start: number;
  end: number;
  implied: boolean;
  /** Offsets of what a label stands for, where it is defined here. */
  definition: { start: number; end: number } | null;
}

/** All labels of a source, in order. */
export function labelSpans(source: string): LabelSpan[] {
  const shift = markLength(source);
  const spans: LabelSpan[] = [];
  const visit = ({ type, position, children }: PlacedNode): void => {
    const [from, to] = [position?.start.offset, position?.end.offset];
    if (labelled.includes(type) && from !== undefined && to !== undefined) {
      const span = labelIn(source.slice(from + shift, to + shift), type, from + shift);
      if (span !== null) spans.push(span);
    }
    children?.forEach(visit);
  };
  visit(documentParser.parse(source.slice(shift)));
  return spans.sort((a, b) => a.start - b.start);
}

const labelled = ["definition", "footnoteDefinition", "footnoteReference", "linkReference", "imageReference"];

function labelIn(text: string, type: string, at: number): LabelSpan | null {
  if (type === "definition" || type === "footnoteDefinition") {
    const [head, label] = /^\[((?:\\.|[^\\\]])*)\]:/s.exec(text) ?? [];
    if (head === undefined || label === undefined) return null;
    return { label, start: at + 1, end: at + 1 + label.length, implied: false, definition: { start: at + head.length, end: at + text.length } };
  }
  const [tail, label] = /\[((?:\\.|[^\\[\]])*)\]$/s.exec(text) ?? [];
  if (tail === undefined || label === undefined) return null;
  const place = at + text.length - tail.length;
  if (label !== "" && (type === "footnoteReference" || tail.length < text.length - (type === "imageReference" ? 1 : 0))) {
    return { label, start: place + 1, end: place + 1 + label.length, implied: false, definition: null };
  }
  // `[label]` and `[label][]` are named by their own words.
  const words = label === "" ? text.slice(0, -2) : text;
  const own = words.slice(words.indexOf("[") + 1, -1);
  return { label: own, start: label === "" ? place : at + text.length, end: at + text.length, implied: true, definition: null };
}

interface PlacedNode {
  type: string;
  value?: string;
  url?: string;
  position?: { start: { line: number; offset?: number | undefined }; end: { offset?: number | undefined } } | undefined;
  children?: PlacedNode[];
}

/** The line, from 1, of a text in which its tree first differs from another's; null where it does not. */
export function firstDifference(text: string, other: string): number | null {
  const [one, two]: readonly [PlacedNode, PlacedNode] = [fragmentParser.parse(text), fragmentParser.parse(other)];
  return sameTree(one, two) ? null : lineOfDifference(one, two);
}

/** Of the smallest node that differs; where only the last children are gone, of the one that had them. */
function lineOfDifference(node: PlacedNode, beside: PlacedNode | undefined): number {
  const theirs = beside?.children ?? [];
  const children = node.children ?? [];
  const place = children.findIndex((child, at) => theirs[at] === undefined || !sameTree(child, theirs[at]));
  const child = children[place];
  return child === undefined ? (node.position?.start.line ?? 1) + linesBefore(node, beside) : lineOfDifference(child, theirs[place]);
}

/** Of a text that runs over several lines, those before the first word that differs. */
function linesBefore({ value }: PlacedNode, beside: PlacedNode | undefined): number {
  if (value === undefined || beside?.value === undefined) return 0;
  const others = beside.value.split(/\s+/);
  let words = 0;
  for (const [line, text] of value.split("\n").entries()) {
    for (const word of text.split(/\s+/)) {
      if (word !== others[words]) return line;
      words += 1;
    }
  }
  return 0;
}

function sameTree(one: PlacedNode, other: PlacedNode): boolean {
  return bareJson(one) === bareJson(other);
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
  return bareJson(fragmentParser.parse(text));
}

function bareJson(tree: unknown): string {
  return JSON.stringify(tree, (key, value: unknown) => {
    if (key === "position") return undefined;
    return isText(value) ? { ...value, value: value.value.replace(/\s+/g, " ") } : value;
  });
}

function isText(node: unknown): node is { type: "text"; value: string } {
  return typeof node === "object" && node !== null && "type" in node && node.type === "text" &&
    "value" in node && typeof node.value === "string";
}
