/*
 * Raw HTML as browsers cut it up, which is what is left of it once a markdown parser has let it through:
 * https://html.spec.whatwg.org/multipage/parsing.html#tokenization, without the states of scripts.
 */

/** A piece of raw HTML by its offsets; all pieces together are the whole. */
export interface HtmlPiece {
  kind: "text" | "tag" | "comment";
  start: number;
  end: number;
  /** The element's name in lower case; empty where it is no tag. */
  name: string;
  /** `</name>`. */
  closing: boolean;
  attributes: HtmlAttribute[];
  /** What would have to follow to end it; empty where it ends. */
  missing: string;
}

/** An attribute, with its value as it is written; `start..end` is all of it. */
interface HtmlAttribute {
  name: string;
  value: string;
  start: number;
  end: number;
}

/** The pieces of a text of raw HTML, in order. What is not ended runs on to the end. */
export function htmlPieces(html: string): HtmlPiece[] {
  const pieces: HtmlPiece[] = [];
  const opening = /<(?=[!?/a-z])/gi;
  let at = 0;
  for (let found = opening.exec(html); found !== null; found = opening.exec(html)) {
    const piece = pieceAt(html, found.index);
    if (piece.start > at) pieces.push({ ...bare, kind: "text", start: at, end: piece.start });
    pieces.push(piece);
    at = opening.lastIndex = piece.end;
  }
  if (at < html.length) pieces.push({ ...bare, kind: "text", start: at, end: html.length });
  return pieces;
}

const bare = { name: "", closing: false, attributes: [], missing: "" };

function pieceAt(html: string, start: number): HtmlPiece {
  const tag = /<(\/?)([a-z][^\s/>]*)/iy;
  tag.lastIndex = start;
  const found = tag.exec(html);
  if (found !== null) {
    const { attributes, end, missing } = readAttributes(html, tag.lastIndex);
    return { kind: "tag", start, end, name: (found[2] ?? "").toLowerCase(), closing: found[1] === "/", attributes, missing };
  }
  // `<!`, `<?` and `</` before all but a letter open a comment, too.
  const real = html.startsWith("<!--", start);
  const comment = real ? /<!--(?:-?>|[^]*?--!?>)/y : /<[^>]*>/y;
  comment.lastIndex = start;
  const ends = comment.test(html);
  return { ...bare, kind: "comment", start, end: ends ? comment.lastIndex : html.length, missing: ends ? "" : real ? "-->" : ">" };
}

function readAttributes(html: string, from: number): Pick<HtmlPiece, "attributes" | "end" | "missing"> {
  const attributes: HtmlAttribute[] = [];
  let at = from;
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const taken = pattern.exec(html)?.[0] ?? "";
    at += taken.length;
    return taken;
  };
  for (;;) {
    take(/[\s/]*/y);
    if (at >= html.length) return { attributes, end: at, missing: ">" };
    if (html[at] === ">") return { attributes, end: at + 1, missing: "" };
    const start = at;
    const name = take(/=?[^\s/>=]*/y).toLowerCase();
    let [value, end] = ["", at];
    take(/\s*/y);
    if (html[at] === "=") {
      take(/=\s*/y);
      const quote = /["']/.exec(html[at] ?? "")?.[0];
      if (quote === undefined) value = take(/[^\s>]*/y);
      else {
        const close = html.indexOf(quote, at + 1);
        if (close < 0) return { attributes, end: html.length, missing: `${quote}>` };
        value = html.slice(at + 1, close);
        at = close + 1;
      }
      end = at;
    }
    attributes.push({ name, value, start, end });
  }
}

/** Elements without an end, and those whose end may be left out. */
const unended = new Set(
  ("area base br col embed hr img input link meta param source track wbr " +
    "p li dt dd td th tr thead tbody tfoot colgroup option optgroup rp rt").split(" "),
);

/** Elements that browsers open again where another one's end cut them off. */
const formatting = new Set("a b big code em font i nobr s small strike strong tt u".split(" "));

/** Elements out of which no end of what stands inside reaches. */
export const scopes: ReadonlySet<string> = new Set(["table", "template", "object", "applet", "marquee"]);

/** The elements that are still open behind a tag, given those that were before it, outermost first. */
export function openBehind(open: readonly string[], { kind, name, closing }: HtmlPiece): readonly string[] {
  if (kind !== "tag" || unended.has(name) || !/^[a-z][a-z\d-]*$/.test(name)) return open;
  if (!closing) return [...open, name];
  const at = open.lastIndexOf(name);
  if (at < 0 || open.some((other, place) => place > at && scopes.has(other))) return open;
  return open.filter((other, place) => place < at || (place > at && (formatting.has(name) || formatting.has(other))));
}

/** The elements to end so that none is open, innermost first. */
export function endsOf(open: readonly string[]): string[] {
  const inner = open.toReversed();
  // What formats and stands in a table by mistake is opened again behind it.
  return open.some((name) => scopes.has(name)) ? [...inner, ...inner.filter((name) => formatting.has(name))] : inner;
}

const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", commat: "@" };

/** Text or an attribute's value with its numeric references, and the usual named ones, as characters. */
export function decodedHtml(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos|nbsp|commat));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return named[name.toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
    return code === 0 || code > 0x10FFFF ? "\uFFFD" : String.fromCodePoint(code);
  });
}

const longHtml: readonly [begins: RegExp, pattern: RegExp, end: string][] = [
  [/^<!--/, /-->/, "-->"],
  [/^<\?/, /\?>/, "?>"],
  [/^<!\[CDATA\[/, /\]\]>/, "]]>"],
  [/^<![a-z]/i, />/, ">"],
  ...["script", "pre", "style", "textarea"].map((name): [RegExp, RegExp, string] => [
    new RegExp(`^<${name}(?:[\\s>]|$)`, "i"), /<\/(?:script|pre|style|textarea)>/i, `</${name}>`,
  ]),
];

/**
 * What ends a block of raw HTML in markdown that runs on over blank lines, by how it begins:
 * https://spec.commonmark.org/0.31.2/#html-blocks. Null where a blank line ends it.
 */
export function htmlEnd(html: string): { pattern: RegExp; end: string } | null {
  const found = longHtml.find(([begins]) => begins.test(html));
  return found === undefined ? null : { pattern: found[1], end: found[2] };
}
