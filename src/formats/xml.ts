import { XMLParser, XMLValidator } from "fast-xml-parser";
import type { Failure } from "../failure.ts";
import type { ReportText } from "./format.ts";
import { unreadable } from "./unreadable.ts";

/** An element: its attributes by `@name`, what is inside it by name. */
export type Element = Readonly<Record<string, unknown>>;

/** One kind of XML report. */
export interface XmlKind {
  /** With its article, for messages: `a readable JUnit report`. */
  kind: string;
  expected: string;
  /** Elements whose inside is large and of no use. */
  skipped: readonly string[];
}

/** More elements than this are not looked for inside one another. */
const deepest = 100;
/** More tags than this are not read: each takes some 200 bytes of memory, and a whole report of 64 MiB has fewer. */
const mostTags = 3_000_000;
/** A document type is looked for this far, in UTF-16 units. */
const longestProlog = 16_384;

/**
 * Makes a reader of one kind of XML (1.0): a file to its root elements by name.
 *
 * @throws Failure `report-invalid` with the line, where a file is not well-formed, is cut off, or declares entities
 *   of its own: those can multiply beyond any memory, and reports need none
 */
export function xmlReader({ kind, expected, skipped }: XmlKind): (file: ReportText) => Element {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    parseAttributeValue: false,
    parseTagValue: false,
    htmlEntities: true,
    maxNestedTags: deepest,
    stopNodes: skipped.map((name) => `*.${name}`),
  });
  return ({ path, text }) => {
    const refuse = (problem: string): Failure => unreadable(path, kind, problem, expected);
    const plain = withoutDoctype(text);
    if (typeof plain === "number") throw refuse(`line ${plain}: its document type declares entities, which are not read`);
    if (hasMore(plain, "<", mostTags)) throw refuse(`it holds more than ${mostTags} tags`);
    const valid = XMLValidator.validate(plain);
    if (valid !== true) throw refuse(problemOf(plain, valid.err));
    try {
      return element(parser.parse(plain)) ?? {};
    } catch (cause) {
      const said = cause instanceof Error ? cause.message : "";
      throw refuse(/nested/i.test(said) ? `more than ${deepest} elements are inside one another` : `its XML is damaged${said === "" ? "" : ` (${said})`}`);
    }
  };
}

/** A value as an element; null where it is only text, or nothing. */
export function element(value: unknown): Element | null {
  return typeof value === "object" && value !== null ? (value as Element) : null;
}

/** All elements of a name; one without attributes and content is empty. */
export function elements(value: unknown): Element[] {
  const list: unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return list.map((entry) => element(entry) ?? {});
}

/** An attribute as written; null where there is none. */
export function attribute(of: Element, name: string): string | null {
  const value = of[`@${name}`];
  return typeof value === "string" ? value : null;
}

/** Where an attribute of that value first stands, as `line 3: `; empty where that cannot be told. */
export function attributePlace(text: string, name: string, value: string): string {
  const at = [`${name}="${value}"`, `${name}='${value}'`].map((written) => text.indexOf(written)).find((found) => found >= 0);
  return at === undefined ? "" : `line ${lineOf(text, at)}: `;
}

/** The text with its document type blanked, lines kept; the line's number instead where it declares something itself. */
function withoutDoctype(text: string): string | number {
  // What comes later than this the parser refuses itself, by its own limits on entities.
  const prolog = /^(?:\s|<\?[\s\S]*?\?>|<!--[\s\S]*?-->)*/.exec(text.slice(0, longestProlog))?.[0] ?? "";
  if (!/^<!DOCTYPE/i.test(text.slice(prolog.length, prolog.length + 9))) return text;
  const whole = /^<!DOCTYPE[^<>[\]]*>/i.exec(text.slice(prolog.length, prolog.length + 4096))?.[0];
  if (whole === undefined) return lineOf(text, prolog.length);
  return `${prolog}${whole.replaceAll(/[^\n]/g, " ")}${text.slice(prolog.length + whole.length)}`;
}

/** Where a file breaks off, the validator only lists the elements that are still open. */
function problemOf(text: string, { code, line, msg }: { code: string; line: number; msg: string }): string {
  const last = lineOf(text, text.trimEnd().length);
  if (msg.startsWith("Invalid '[") || (code === "InvalidTag" && msg.startsWith("Unclosed tag"))) return `it breaks off in line ${last}`;
  return `line ${line}: ${msg.replace(/\.$/, "").slice(0, 200)}`;
}

function hasMore(text: string, what: string, most: number): boolean {
  let found = 0;
  for (let at = text.indexOf(what); at >= 0 && found <= most; at = text.indexOf(what, at + 1)) found += 1;
  return found > most;
}

function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}
