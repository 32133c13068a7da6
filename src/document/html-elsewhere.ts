import { decodedHtml, htmlEnd, type HtmlPiece, htmlPieces } from "./html.ts";
import { applyEdits } from "./lines.ts";
import { quietHtml } from "./mentions.ts";
import { isRelative } from "./parts.ts";

/** The address of a relative link's target; null where there is none. */
export type AddressOf = (target: string) => string | null;

/**
 * Raw HTML of a markdown text as it may stand elsewhere: nobody is mentioned, links lead there from anywhere, comments
 * are empty, and it leaves no tag and no comment open. A block stays one block.
 *
 * @param value the HTML without what its lines have before them in a list or a quotation
 * @param own the same with that
 */
export function htmlElsewhere(value: string, own: string, isBlock: boolean, addressOf: AddressOf): string {
  const pieces = htmlPieces(value);
  if (isBlock && pieces.every(({ kind, start, end }) => kind === "comment" || value.slice(start, end).trim() === "")) return "";
  let inLink = false;
  const text = pieces.map((piece) => {
    const written = value.slice(piece.start, piece.end);
    if (piece.kind === "comment") return emptyComment;
    if (piece.kind === "text") return quietHtml(written);
    if (piece.name === "a") inLink = !piece.closing;
    return tagText(written, piece, inLink, addressOf) + piece.missing;
  }).join("");
  return prefixed(isBlock ? asBlock(text, value) : text, value, own);
}

const emptyComment = "<!-- -->";

/** What became of a block's HTML, so that the block ends where it did. */
function asBlock(text: string, before: string): string {
  const end = htmlEnd(before);
  // Another beginning is another kind of block; in this one markdown stays HTML up to the next blank line.
  if (end === null) return text.slice(0, 3) === before.slice(0, 3) ? text : `<p>${text}`;
  if (end.end.startsWith("</")) return end.pattern.test(before) && !end.pattern.test(text) ? `${text}${end.end}` : text;
  return text.includes("\n") ? "" : text;
}

/** The lines of a text with what stood before them. */
function prefixed(text: string, value: string, own: string): string {
  const [line, ownLine] = [value.split("\n")[1], own.split("\n")[1]];
  return line === undefined || ownLine === undefined || !ownLine.endsWith(line) ? text : text.replaceAll("\n", `\n${ownLine.slice(0, ownLine.length - line.length)}`);
}

/** A tag with addresses for the relative ones; a picture beside the record becomes a link, for its page is no picture. */
function tagText(tag: string, { name, start, attributes }: HtmlPiece, inLink: boolean, addressOf: AddressOf): string {
  const valueOf = (wanted: string): string => attributes.find((attribute) => attribute.name === wanted)?.value ?? "";
  const picture = decodedHtml(valueOf("src")).trim();
  if (name === "img" && picture !== "" && isRelative(picture)) {
    const words = quietHtml(valueOf("alt").replaceAll("<", "&lt;").replace(/\s+/g, " "));
    const address = inLink || words === "" ? null : addressOf(picture);
    return address === null ? words || emptyComment : `<a href="${destination(address)}">${words}</a>`;
  }
  const edits = attributes.flatMap((attribute) => {
    if (!["href", "src", "srcset", "poster"].includes(attribute.name)) return [];
    const target = decodedHtml(attribute.value).trim();
    if (!isRelative(target)) return [];
    const address = attribute.name === "href" ? addressOf(target) : null;
    return [{ start: attribute.start - start, end: attribute.end - start, text: address === null ? "" : `href="${destination(address)}"` }];
  });
  return applyEdits(tag, edits);
}

/** An address between a link's parentheses, or in a quoted attribute: what would end it is encoded. */
export function destination(url: string): string {
  const encoded = (character: string): string => encodeURIComponent(character).replace(/[()']/, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return url.replace(/&(?=#|\w+;)/g, "&amp;").replace(/[\s\p{Cc}()<>"'`\\|[\]]/gu, encoded);
}
