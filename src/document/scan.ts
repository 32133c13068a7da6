import type { Block, Structure } from "./blocks.ts";
import { splitLines, type Line } from "./lines.ts";
import { readMarker } from "./markers.ts";
import { mayNameSection } from "./section-names.ts";

const blank = /^[ \t]*$/;
const frontMatterFence = /^---[ \t]*$/;
const openingFence = /^(?:(`{3,})[^`]*|(~{3,}).*)$/;
const heading = /^(#{1,6})(?:[ \t]+(.*))?$/;
const underline = /^ {0,3}(?:=+|-+)[ \t]*$/;
/** Html that may run on over blank lines, unless it is a comment that ends where it began. */
const longHtml = /^<(?:[!?]|(?:script|pre|style|textarea)(?:[\s>]|$))/i;
const shortComment = /^<!-- (?:(?!--).)* -->$/;
const markup = /[\\`*_~<>&[\]!:@]|www\./i;

interface Fence {
  character: string;
  length: number;
}

/**
 * The structure of a source by its lines alone, or null where only a parser can tell.
 * It answers just where the answer is that of the parser: structure at the first column, blank lines before
 * markers, no html that could hold any of it.
 */
export function scanBlocks(source: string): Structure | null {
  const lines = splitLines(source);
  const text = (line: Line): string => source.slice(line.start, line.end);
  const front = scanFrontMatter(lines, text);
  if (front === "doubtful") return null;
  const blocks: Block[] = [];
  let fence: Fence | null = null;
  let afterBlank = true;
  let inHtml = false;
  for (const line of lines.slice(front?.lines ?? 0)) {
    const value = text(line);
    if (fence !== null) {
      if (closes(value, fence)) fence = null;
      continue;
    }
    if (blank.test(value)) {
      afterBlank = true;
      inHtml = false;
      continue;
    }
    const found = readLine(value, line, afterBlank, inHtml);
    if (found === "doubtful") return null;
    if (found === "html") inHtml = true;
    else if (found !== "other") {
      if ("kind" in found) blocks.push(found);
      else fence = found;
      inHtml = false;
    }
    afterBlank = false;
  }
  return { frontMatter: front?.span ?? null, blocks };
}

function scanFrontMatter(
  lines: readonly Line[],
  text: (line: Line) => string,
): { lines: number; span: { start: number; end: number } } | null | "doubtful" {
  const first = lines[0];
  if (first === undefined || !frontMatterFence.test(text(first))) return null;
  const closing = lines.findIndex((line, index) => index > 0 && frontMatterFence.test(text(line)));
  const last = lines[closing];
  if (last === undefined) return "doubtful";
  return { lines: closing + 1, span: { start: first.start, end: last.end } };
}

type Reading = Block | Fence | "html" | "other" | "doubtful";

function readLine(value: string, line: Line, afterBlank: boolean, inHtml: boolean): Reading {
  const indent = /^[ \t]*/.exec(value)?.[0] ?? "";
  const content = value.slice(indent.length);
  // A tab, or four spaces: code, or the inside of a list; nothing of the root's structure.
  if (indent.includes("\t") || indent.length >= 4) return "other";
  if (!afterBlank && underline.test(value)) return "doubtful";
  const opening = openingFence.exec(content);
  if (opening !== null) {
    if (indent !== "" || inHtml) return "doubtful";
    const run = opening[1] ?? opening[2] ?? "";
    return { character: run.charAt(0), length: run.length };
  }
  const title = heading.exec(content);
  if (title !== null) {
    if (indent !== "" || inHtml) return "doubtful";
    return readHeading(title, line);
  }
  if (!content.startsWith("<")) return "other";
  const marker = readMarker(content.trimEnd());
  if (marker !== null) {
    if (indent !== "" || !afterBlank || content !== content.trimEnd()) return "doubtful";
    return { kind: "marker", ...marker, start: line.start, end: line.end };
  }
  if (!longHtml.test(content)) return "html";
  return afterBlank && shortComment.test(content) ? "other" : "doubtful";
}

function readHeading(found: RegExpExecArray, line: Line): Block | "other" | "doubtful" {
  const depth = found[1]?.length;
  if (depth !== 1 && depth !== 2) return "other";
  const text = (found[2] ?? "").replace(/(?:^|[ \t]+)#+[ \t]*$/, "").trim();
  // A section's name in other clothes (`## **Why**`) is for the parser to read.
  if (depth === 2 && markup.test(text) && mayNameSection(text)) return "doubtful";
  return { kind: "heading", depth, text, start: line.start, end: line.end };
}

function closes(value: string, fence: Fence): boolean {
  const run = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(value)?.[1];
  return run !== undefined && run.startsWith(fence.character) && run.length >= fence.length;
}
