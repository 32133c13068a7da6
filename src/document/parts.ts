import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";

/*
 * Markdown in parts that are shown apart from each other. Loads a parser: import it only when needed.
 */

// The transforms of mdast-util-gfm make nodes that have no place in the source.
const parser = unified()
  .data("micromarkExtensions", [gfm()])
  .data("fromMarkdownExtensions", gfmFromMarkdown().map(({ transforms: _transforms, ...extension }) => extension))
  .use(remarkParse)
  .freeze();

type Root = ReturnType<typeof parser.parse>;
export type Content = Root["children"][number];
export type Node = Root | Content;

/** The blocks of a markdown text over LF that begins without a byte order mark. */
export function blocksOf(source: string): Content[] {
  return parser.parse(source).children;
}

/** A part with its blocks. */
export interface Part {
  source: string;
  blocks: Content[];
}

export function readPart(source: string): Part {
  return { source, blocks: blocksOf(source) };
}

/**
 * The parts with references to what any of them defines, and what that is: an address by the identifier.
 *
 * @param parts with nothing left open
 * @param others what is not shown, and may define something all the same
 */
export function withDefinitions(parts: readonly Part[], others: readonly string[]): { parts: readonly Part[]; definitions: ReadonlyMap<string, string> } {
  const definitions = new Map<string, string>();
  const lines: string[] = [];
  for (const { source, blocks } of [...parts, ...others.filter((other) => other.includes("]:")).map(readPart)]) {
    for (const block of source.includes("]:") ? blocks : []) {
      visit(block, (node) => {
        if (node.type !== "definition" || definitions.has(node.identifier)) return true;
        definitions.set(node.identifier, node.url);
        lines.push(`${labelOf(node, source).replaceAll("\n", " ")}: x`);
        return true;
      });
    }
  }
  if (lines.length === 0) return { parts, definitions };
  const read = ({ source }: Part): Part => ({
    source,
    blocks: blocksOf(`${source}\n\n${lines.join("\n")}`).filter((block) => spanOf(block).start < source.length),
  });
  return { parts: parts.map(read), definitions };
}

/** A definition's label as it is written, brackets included. */
export function labelOf(definition: Node, source: string): string {
  const { start, end } = spanOf(definition);
  return /^\[(?:\\.|[^\]\\])*\]/s.exec(source.slice(start, end))?.[0] ?? "";
}

/** Goes through a node and all in it, in order; not into those for which `enter` says no. */
export function visit(node: Node, enter: (node: Node, parent: Node | null) => boolean, parent: Node | null = null): void {
  if (enter(node, parent) && "children" in node) for (const child of node.children) visit(child, enter, node);
}

export function spanOf({ position }: Node): { start: number; end: number } {
  return { start: position?.start.offset ?? 0, end: position?.end.offset ?? 0 };
}

/** Whether an address leads from a file to another, by its place or the repository's root. */
export function isRelative(url: string): boolean {
  return !/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(url);
}
