import { decodedHtml, htmlPieces } from "./html.ts";
import { quietAddress, quietChat, withoutTicks } from "./mentions.ts";
import { type Content, isRelative, type Node, readPart, withDefinitions } from "./parts.ts";

/** How plain text is written. */
interface Manner {
  /** For a chat: names and code keep their backticks, blocks of code their fence. */
  chat: boolean;
}

interface Writing extends Manner {
  definitions: ReadonlyMap<string, string>;
}

/**
 * Parts of a markdown text as plain text, each in blocks: no markup, tables in columns, code indented, links with their
 * address behind them. For a chat, whatever the text says, nobody is called by it.
 *
 * @param others the parts that are not shown: what they define may be referred to
 */
export function plainTexts(parts: readonly string[], { chat }: Manner, others: readonly string[] = []): string[][] {
  const read = withDefinitions(parts.map(readPart), others);
  const writing = { chat, definitions: read.definitions };
  return read.parts.map(({ blocks }) => blocks.map((node) => blockText(node, writing)).filter((block) => block !== ""));
}

function blockText(node: Content, writing: Writing): string {
  const inner = (child: Content): string => blockText(child, writing);
  const words = (child: Node): string => inlineText(child, writing);
  switch (node.type) {
    case "heading": {
      const title = words(node);
      return title === "" ? "" : `${title}\n${(node.depth === 1 ? "=" : "-").repeat(title.length)}`;
    }
    case "code":
      if (!writing.chat) return node.value.split("\n").map((line) => `    ${line}`.trimEnd()).join("\n");
      return node.value.trim() === "" ? "" : `\`\`\`\n${node.value.replace(/`{3,}/g, withoutTicks)}\n\`\`\``;
    case "blockquote":
      return indented(node.children.map(inner).join("\n\n"), "> ", "> ");
    case "list":
      return node.children.map((item, at) => {
        const mark = node.ordered === true ? `${(node.start ?? 1) + at}. ` : item.checked === true ? "[x] " : item.checked === false ? "[ ] " : "- ";
        return indented(item.children.map(inner).join("\n"), mark, " ".repeat(mark.length));
      }).join("\n");
    case "footnoteDefinition":
      return indented(node.children.map(inner).join("\n\n"), `[${node.identifier.replace(/\W/g, "-")}] `, "    ");
    case "table": {
      const rows = node.children.map((row) => row.children.map(words));
      const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
      return rows.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  ").trimEnd()).join("\n");
    }
    case "html": {
      const text = htmlPieces(node.value).map(({ kind, start, end }) => kind === "text" ? decodedHtml(node.value.slice(start, end)) : "").join("").trim();
      return writing.chat ? quietChat(text) : text;
    }
    case "thematicBreak":
    case "definition":
      return "";
    default:
      return words(node);
  }
}

/** Words of a text, or code. */
interface Piece {
  code: boolean;
  text: string;
}

/** A node's words. What is parted by markup alone reads as one, so a name is looked for in all that stands together. */
function inlineText(node: Node, writing: Writing): string {
  const pieces: Piece[] = [];
  for (const piece of piecesOf(node, writing)) {
    const last = pieces.at(-1);
    if (last?.code === false && !piece.code) last.text += piece.text;
    else if (piece.text !== "") pieces.push({ ...piece });
  }
  if (!writing.chat) return pieces.map(({ text }) => text).join("");
  return pieces.map(({ code, text }) => (code ? `\`${withoutTicks(text)}\`` : quietChat(text))).reduce(apart, "");
}

function piecesOf(node: Node, writing: Writing): Piece[] {
  const said = (text: string): Piece[] => [{ code: false, text }];
  switch (node.type) {
    case "text":
      return said(node.value.replace(/\s*\n\s*/g, " "));
    case "inlineCode":
      return [{ code: true, text: node.value.replace(/\s*\n\s*/g, " ") }];
    case "break":
      return said("\n");
    case "image":
    case "imageReference":
      return said((node.alt ?? "").replace(/\s+/g, " "));
    case "footnoteReference":
      return said(`[${node.identifier.replace(/\W/g, "-")}]`);
    case "html":
      return [];
    default: {
      const words = "children" in node ? node.children.flatMap((child) => piecesOf(child, writing)) : [];
      if (node.type !== "link" && node.type !== "linkReference") return words;
      const url = node.type === "link" ? node.url : writing.definitions.get(node.identifier) ?? "";
      const plain = words.map(({ text }) => text).join("");
      if (isRelative(url) || url === `mailto:${plain}`) return words;
      const address = writing.chat ? quietAddress(url) : url;
      return url === plain || url === `http://${plain}` ? said(address) : [...words, ...said(` (${address})`)];
    }
  }
}

/** Two pieces behind each other; a blank where a backtick of code would meet another, or what a chat takes for its escape. */
function apart(before: string, behind: string): string {
  return behind.startsWith("`") && /[`\\]$/.test(before) ? `${before} ${behind}` : before + behind;
}

function indented(text: string, first: string, others: string): string {
  return text.split("\n").map((line, at) => `${at === 0 ? first : others}${line}`.trimEnd()).join("\n");
}
