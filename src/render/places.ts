/*
 * What a template may hold, and which helper fits which place of it. A template that writes a stranger's text as it
 * is, or through the helper of another place, is refused before it is ever run: nobody can forget to escape.
 *
 * The language is Handlebars' without partials, decorators, inline partials, data variables and helpers of one's own:
 * `{{helper value}}` writes a value, `{{#if}}`, `{{#unless}}`, `{{#each}}` and `{{#with}}` choose, comments are free.
 */

/** The helpers that write a value, and the place that each is for. */
const placeOf: Readonly<Record<string, Place>> = {
  text: "text", code: "text", link: "text", codeLink: "text", fence: "block", image: "block", region: "block", quotation: "block",
  cell: "row", codeCell: "row", codeLinkCell: "row", linkCell: "row",
  html: "html",
};
type Place = "text" | "block" | "row" | "html";

/** The helpers that write a value. */
export const writers: readonly string[] = Object.keys(placeOf);
/** The helpers that choose what is written. */
export const choosers: readonly string[] = ["if", "unless", "each", "with"];

/** A problem of a template, with the line it is on. */
export interface Problem {
  line: number;
  message: string;
}

/** The part of Handlebars' tree that is read here. */
export interface TemplateNode {
  type: string;
  loc: { start: { line: number } };
  /** A literal's text once white space control is done. */
  value?: unknown;
  /** The same before that. */
  original?: unknown;
  path?: { type: string; original?: unknown };
  params?: { type: string; original?: unknown; data?: boolean }[];
  hash?: { pairs: unknown[] } | undefined;
  program?: { body: TemplateNode[]; blockParams?: string[] | undefined } | undefined;
  inverse?: { body: TemplateNode[] } | undefined;
}

type Piece = ({ literal: string } | { writer: string }) & { line: number };

/** Every problem of a template's tree, as Handlebars parses it, white space control done. */
export function problemsOf(body: readonly TemplateNode[]): Problem[] {
  const problems: Problem[] = [];
  const pieces = piecesOf(body, problems);
  return [...problems, ...misplaced(pieces)].sort((a, b) => a.line - b.line);
}

function piecesOf(body: readonly TemplateNode[], problems: Problem[]): Piece[] {
  return body.flatMap((node): Piece[] => {
    const line = node.loc.start.line;
    const refuse = (message: string): Piece[] => {
      problems.push({ line, message });
      return [];
    };
    if (node.type === "ContentStatement") {
      const [literal, original] = [String(node.value), String(node.original)];
      return [{ literal, line: line + original.slice(0, Math.max(0, original.indexOf(literal))).split("\n").length - 1 }];
    }
    if (node.type === "CommentStatement") return [];
    const name = String(node.path?.original);
    const params = node.params ?? [];
    if (node.type === "BlockStatement") {
      if (!choosers.includes(name)) return refuse(`{{#${name}}} is unknown; there are ${choosers.map((known) => `#${known}`).join(", ")}`);
      if (params.length !== 1 || !params.every(isValue)) return refuse(`{{#${name}}} takes one value`);
      if ((node.program?.blockParams ?? []).length > 0) return refuse("block parameters (`as |x|`) are not supported");
      return [...piecesOf(node.program?.body ?? [], problems), ...piecesOf(node.inverse?.body ?? [], problems)];
    }
    if (node.type !== "MustacheStatement") return refuse("only {{helper value}}, {{#if}}, {{#unless}}, {{#each}} and {{#with}} may stand in a template");
    if (!writers.includes(name)) {
      const hint = params.length > 0 ? "" : `: {{text ${name}}} in a sentence, {{cell ${name}}} in a table, {{code ${name}}} …`;
      return refuse(`{{${name}}} does not say for which place it is written${hint}`);
    }
    if (params.length === 0 || !params.every(isValue) || (node.hash?.pairs ?? []).length > 0) return refuse(`{{${name}}} takes plain values`);
    return [{ writer: name, line }];
  });
}

function isValue(parameter: { type: string; data?: boolean }): boolean {
  return parameter.type === "StringLiteral" || (parameter.type === "PathExpression" && parameter.data !== true);
}

/** Writers that stand in another place than theirs. */
function misplaced(pieces: readonly Piece[]): Problem[] {
  const problems: Problem[] = [];
  let inFence = false;
  let inHtml = false;
  for (const line of linesOf(pieces)) {
    const literal = line.map((piece) => ("literal" in piece ? piece.literal : "")).join("");
    if (/^\s*(?:`{3}|~{3})/.test(literal)) inFence = !inFence;
    if (line.every((piece) => "literal" in piece) && literal.trim() === "") inHtml = false;
    if (/<(?:[a-z/]|!--)/i.test(literal)) inHtml = true;
    const place = inHtml ? "html" : literal.includes("|") ? "row" : "text";
    let before = "";
    for (const piece of line) {
      if ("literal" in piece) {
        before += piece.literal;
        continue;
      }
      const message = inFence ? "no value may stand in a fence: {{fence value \"text\"}} writes one whole" : misfit(piece.writer, place, before);
      if (message !== null) problems.push({ line: piece.line, message });
    }
    if (/<(?:script|style|pre|textarea|\?|!(?!--))/i.test(literal) || (literal.includes("<!--") && !literal.includes("-->"))) {
      problems.push({ line: beginning(line), message: "raw HTML of this kind may not stand in a template" });
    }
    if (/<!--\s*\/?shipnote:/.test(literal)) {
      problems.push({ line: beginning(line), message: "the markers of a region are not written by hand; {{region \"name\"}} writes them" });
    }
  }
  return problems;
}

/** The source's line on which a line begins to say something. */
function beginning(line: readonly Piece[]): number {
  return line.find((piece) => "writer" in piece || piece.literal.trim() !== "")?.line ?? 1;
}

function misfit(writer: string, place: "text" | "row" | "html", before: string): string | null {
  const needs = placeOf[writer];
  if (place === "html" && before.lastIndexOf("<") > before.lastIndexOf(">")) return "no value may stand inside an HTML tag";
  if ((before.match(/`/g) ?? []).length % 2 === 1) return `no value may stand between backticks: {{code …}} writes them`;
  if (/\]\(\s*<?$/.test(before)) return "no value may be the address of a link: {{link label address}} writes it whole";
  if (needs === "block") return before.trim() === "" && place === "text" ? null : `{{${writer}}} needs a line of its own`;
  if (needs === place) return null;
  const fitting = writers.filter((name) => placeOf[name] === place).join(", ");
  return `{{${writer}}} is not for ${placeNames[place]}; ${fitting} ${place === "html" ? "is" : "are"}`;
}

const placeNames = { text: "a sentence", row: "the row of a table", html: "raw HTML" };

function linesOf(pieces: readonly Piece[]): Piece[][] {
  const lines: Piece[][] = [[]];
  for (const piece of pieces) {
    if ("writer" in piece) {
      lines.at(-1)?.push(piece);
      continue;
    }
    const [first = "", ...rest] = piece.literal.split("\n");
    lines.at(-1)?.push({ literal: first, line: piece.line });
    lines.push(...rest.map((literal, place) => [{ literal, line: piece.line + place + 1 }]));
  }
  return lines;
}
