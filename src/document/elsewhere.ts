import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { applyEdits, type Edit } from "./lines.ts";

/*
 * Markdown that is moved to another place: a release, a chat, a terminal. Loads a parser: import it only when needed.
 */

const parser = unified().use(remarkParse).use(remarkGfm).freeze();

/** Someone is told where this stands outside of code: `@name`, `@group/team`. Not an address like `a@example.org`. */
const mention = /(?<![\w.`@/-])\\?@[A-Za-z0-9][\w./-]*/g;

type Root = ReturnType<typeof parser.parse>;
type Content = Root["children"][number];
type Node = Root | Content;

/**
 * A record's markdown as it may stand on another page of its forge: nobody is mentioned by it, and its links to files
 * beside it lead there from anywhere; where there is no such address they are text.
 *
 * @param addressOf the address of a relative link's target; null where there is none
 */
export function movedElsewhere(markdown: string, addressOf: (target: string) => string | null): string {
  const edits: Edit[] = [];
  visit(parser.parse(markdown), (node) => {
    const edit = editOf(node, markdown, addressOf);
    if (edit === null) return true;
    edits.push(edit);
    return false;
  });
  return applyEdits(markdown, edits);
}

/** What becomes of a node, whole; null where it stays, and its children are asked. */
function editOf(node: Node, source: string, addressOf: (target: string) => string | null): Edit | null {
  const span = spanOf(node);
  const own = source.slice(span.start, span.end);
  const changed = (text: string): Edit | null => (text === own ? null : { ...span, text });
  switch (node.type) {
    case "text":
      return changed(quiet(own));
    case "html":
      // Within raw html a code span would be text; a comment behind the sign breaks the name all the same.
      return changed(own.replaceAll(mention, (name) => `@<!-- -->${name.replace(/^\\?@/, "")}`));
    case "link": {
      if (!isRelative(node.url)) return null;
      const inside = quiet(innerSource(node.children, source));
      const address = addressOf(node.url);
      return { ...span, text: address === null ? inside : `[${inside}](${address})` };
    }
    case "image": {
      if (!isRelative(node.url)) return null;
      const words = quiet(/^!\[((?:\\.|[^\]\\])*)\]/.exec(own)?.[1] ?? "");
      const address = addressOf(node.url);
      return { ...span, text: address === null ? words : `[${words}](${address})` };
    }
    default:
      return null;
  }
}

function quiet(source: string): string {
  return source.replaceAll(mention, (name) => {
    const [, words = "", end = ""] = /^\\?(.*?)([.\-/]*)$/.exec(name) ?? [];
    return `\`${words}\`${end}`;
  });
}

/** The whole of a markdown text's blocks, of which as many from the first on as fit into `most` bytes. */
export function blocksWithin(markdown: string, most: number): string {
  let fitting = "";
  for (const node of parser.parse(markdown).children) {
    const next = markdown.slice(0, spanOf(node).end);
    if (Buffer.byteLength(next) > most) break;
    fitting = next;
  }
  return fitting.trimEnd();
}

/**
 * Markdown as plain text: no markup, tables in columns, code indented, links with their address behind them.
 *
 * @param ticks whether inline code keeps its backticks, as it must where names outside of code are mentioned
 */
export function plainTextOf(markdown: string, { ticks }: { ticks: boolean }): string {
  const { children } = parser.parse(markdown);
  return children.map((node) => blockText(node, ticks)).filter((block) => block !== "").join("\n\n");
}

function blockText(node: Content, ticks: boolean): string {
  const inner = (child: Content): string => blockText(child, ticks);
  const words = (child: Node): string => inlineText(child, ticks);
  switch (node.type) {
    case "heading": {
      const title = words(node);
      return `${title}\n${(node.depth === 1 ? "=" : "-").repeat(title.length)}`;
    }
    case "code":
      return node.value.split("\n").map((line) => `    ${line}`.trimEnd()).join("\n");
    case "blockquote":
      return indented(node.children.map(inner).join("\n\n"), "> ", "> ");
    case "list":
      return node.children.map((item, at) => {
        const mark = node.ordered === true ? `${(node.start ?? 1) + at}. ` : item.checked === true ? "[x] " : item.checked === false ? "[ ] " : "- ";
        return indented(item.children.map(inner).join("\n"), mark, " ".repeat(mark.length));
      }).join("\n");
    case "table": {
      const rows = node.children.map((row) => row.children.map(words));
      const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
      return rows.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  ").trimEnd()).join("\n");
    }
    case "html":
      return node.value.replace(/<!--[^]*?-->|<[^>]*>/g, "").replace(/&#(\d{1,5});/g, (_, code: string) => String.fromCharCode(Number(code))).trim();
    case "thematicBreak":
    case "definition":
      return "";
    default:
      return words(node);
  }
}

function inlineText(node: Node, ticks: boolean): string {
  switch (node.type) {
    case "text":
      return node.value.replace(/\s*\n\s*/g, " ");
    case "inlineCode":
      return ticks ? `\`${node.value}\`` : node.value;
    case "break":
      return "\n";
    case "image":
      return node.alt ?? "";
    case "html":
      return "";
    default: {
      const words = "children" in node ? node.children.map((child) => inlineText(child, ticks)).join("") : "";
      return node.type !== "link" || isRelative(node.url) || words === node.url ? words : `${words} (${node.url})`;
    }
  }
}

function indented(text: string, first: string, others: string): string {
  return text.split("\n").map((line, at) => `${at === 0 ? first : others}${line}`.trimEnd()).join("\n");
}

function visit(node: Node, enter: (node: Node) => boolean): void {
  if (enter(node) && "children" in node) for (const child of node.children) visit(child, enter);
}

function innerSource(children: readonly Node[], source: string): string {
  const [first, last] = [children[0], children.at(-1)];
  return first === undefined || last === undefined ? "" : source.slice(spanOf(first).start, spanOf(last).end);
}

function spanOf({ position }: Node): { start: number; end: number } {
  return { start: position?.start.offset ?? 0, end: position?.end.offset ?? 0 };
}

function isRelative(url: string): boolean {
  return !/^(?:[a-z][a-z0-9+.-]*:|\/\/|\/)/i.test(url);
}
