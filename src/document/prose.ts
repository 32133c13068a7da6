import { Failure } from "../failure.ts";
import { applyEdits, endingAt, toLf, trimBlankLines, withEnding, type Edit } from "./lines.ts";
import { pairMarkers, type FoundRegion } from "./regions.ts";
import { sectionNames, sectionOrder, headingKey } from "./section-names.ts";
import { findSection, proseSpans, readSections, type Section, type Span } from "./sections.ts";
import { readStructure } from "./structure.ts";

export type ProseName = "why" | "expected" | "assumptions" | "rollback" | "notes";
export type Prose = Record<ProseName, string | null>;

/** The line that an empty section holds. */
const emptyLine = /^([*_])Not written down\.\1$/;
const assumptionsStart = /^(?:\*\*|__|[*_])?Assumptions:(?:\*\*|__|[*_])?[ \t]*/;

/** What a section's prose is read with. */
export interface ProseOptions {
  /**
   * The quotation of the commits as it is rendered from the record.json at hand (over LF): where **Why**
   * holds just this, nobody wrote there yet. Null: none was rendered.
   */
  quotation?: string | null;
}

/**
 * What people wrote, section by section, over LF; null where a section is not there, is empty, or holds an
 * untouched quotation of the commits. `expected` ends where the paragraph `Assumptions:` begins, and
 * `rollback` is what stands under Rollback outside the region.
 *
 * @throws Failure `regions-damaged`
 */
export async function readProse(source: string, options: ProseOptions = {}): Promise<Prose> {
  const document = await readDocument(source);
  const prose: Prose = { why: null, expected: null, assumptions: null, rollback: null, notes: null };
  for (const name of ["why", "expected", "assumptions", "rollback", "notes"] as const) {
    prose[name] = writtenText(document, name);
  }
  const untouched = prose.why !== null && await isQuotation(prose.why, options.quotation ?? null);
  return untouched ? { ...prose, why: null } : prose;
}

/**
 * Puts a text into a section that is empty, or holds an untouched quotation of the commits. A section that
 * people removed comes back at its place. Where just this text stands already, nothing changes.
 *
 * @param options.force adds the text as a paragraph where other text stands
 * @throws Failure `prose-exists` where other text stands; `value-invalid` where the text would cut off or
 * swallow what follows it (a heading of level 1 or 2, a fence or comment left open, a marker); `regions-damaged`
 */
export async function fillProse(
  source: string,
  name: ProseName,
  text: string,
  options: ProseOptions & { force: boolean },
): Promise<string> {
  const wanted = trimBlankLines(text);
  const document = await readDocument(source);
  const standing = writtenText(document, name);
  const quoted = name === "why" && standing !== null && await isQuotation(standing, options.quotation ?? null);
  // A text may bring its assumptions along, which are read on their own.
  const whole = name === "expected" ? bareText(document, [...spansOf(document, name), ...spansOf(document, "assumptions")]) : standing;
  if (wanted === "" || (whole !== null && holds(whole, wanted))) return source;
  if (standing !== null && !quoted && !options.force) {
    throw new Failure("prose-exists", `${sectionTitle(name)} holds other text already.`, {
      expected: "An empty section; `--force` adds the new text as a paragraph of its own.",
      retry: true,
    });
  }
  const written = name === "assumptions" && standing === null && !assumptionsStart.test(wanted)
    ? `Assumptions: ${wanted}`
    : wanted;
  const filled = applyEdits(source, [proseEdit(document, name, written, standing === null || quoted)]);
  await refuseSwallowing(document, filled, name);
  return filled;
}

interface Document {
  source: string;
  regions: FoundRegion[];
  sections: Section[];
  /** All headings of level 1 and 2, as they stand. */
  headings: string[];
}

async function readDocument(source: string): Promise<Document> {
  const structure = await readStructure(source);
  const regions = pairMarkers(source, structure);
  const headings = structure.blocks.flatMap((block) =>
    block.kind === "heading" ? [source.slice(block.start, block.end).trim()] : []);
  return { source, regions, sections: readSections(source, structure, regions), headings };
}

function sectionTitle(name: ProseName): string {
  return sectionNames[name === "assumptions" ? "expected" : name];
}

/** The spans of one kind of prose; those of `Expected result` are parted where the assumptions begin. */
function spansOf(document: Document, name: ProseName): Span[] {
  const section = findSection(document.sections, sectionTitle(name));
  if (section === null) return [];
  const spans = proseSpans(document.source, section, document.regions);
  if (name !== "expected" && name !== "assumptions") return spans;
  const parted = spans.flatMap((span) => partAtAssumptions(document.source, span));
  const first = parted.findIndex((span) => assumptionsStart.test(document.source.slice(span.start, span.end)));
  if (first < 0) return name === "expected" ? parted : [];
  return name === "expected" ? parted.slice(0, first) : parted.slice(first);
}

function partAtAssumptions(source: string, span: Span): Span[] {
  let fence: string | null = null;
  let afterBlank = true;
  let last = span.start;
  for (const line of linesOf(source, span)) {
    const text = source.slice(line.start, line.end);
    const run = /^ {0,3}(`{3,}|~{3,})/.exec(text)?.[1];
    if (fence === null && afterBlank && assumptionsStart.test(text)) {
      return line.start === span.start
        ? [span]
        : [{ start: span.start, end: last }, { start: line.start, end: span.end }];
    }
    if (run !== undefined) fence = fence === null ? run : run.startsWith(fence) ? null : fence;
    afterBlank = text.trim() === "";
    if (!afterBlank) last = line.end;
  }
  return [span];
}

function linesOf(source: string, span: Span): Span[] {
  const lines: Span[] = [];
  const pattern = /([^\r\n]*)(?:\r\n|\n|\r|$)/gy;
  pattern.lastIndex = span.start;
  while (pattern.lastIndex < span.end) {
    const start = pattern.lastIndex;
    lines.push({ start, end: Math.min(start + (pattern.exec(source)?.[1] ?? "").length, span.end) });
  }
  return lines;
}

function writtenText(document: Document, name: ProseName): string | null {
  const written = bareText(document, spansOf(document, name));
  const bare = name === "assumptions" ? written.replace(assumptionsStart, "").trim() : written;
  return bare === "" ? null : bare;
}

/** The text of spans, over LF, without the lines that say that nothing was written. */
function bareText(document: Document, spans: readonly Span[]): string {
  const text = spans.map((span) => toLf(document.source.slice(span.start, span.end))).join("\n\n");
  return trimBlankLines(text.split("\n").filter((line) => !emptyLine.test(line.trim())).join("\n"));
}

function holds(standing: string, wanted: string): boolean {
  return standing === wanted || `\n\n${standing}\n\n`.includes(`\n\n${wanted}\n\n`);
}

async function isQuotation(standing: string, quotation: string | null): Promise<boolean> {
  if (quotation === null) return false;
  const [one, other] = [withoutShas(standing), withoutShas(quotation)];
  if (one === other) return true;
  const { treeJson } = await import("./tree.ts");
  return treeJson(one) === treeJson(other);
}

/** The ids below what is quoted change while nobody touches it: history is rewritten, or a forge becomes known and links them. */
function withoutShas(quotation: string): string {
  return trimBlankLines(quotation).replace(/^> \(\[?`[0-9a-f]{7,64}`(?:\]\([^\s()]*\))?\)$/gm, "> (`…`)");
}

/** Where a text goes, and with which line ends around it. */
function proseEdit(document: Document, name: ProseName, text: string, replace: boolean): Edit {
  const { source } = document;
  const section = findSection(document.sections, sectionTitle(name));
  if (section === null) return newSection(document, sectionTitle(name), text);
  const ending = endingAt(source, section.headingStart);
  const block = withEnding(text, ending);
  const gap = ending + ending;
  const spans = spansOf(document, name);
  const empty = spans.flatMap((span) => linesOf(source, span))
    .find((line) => emptyLine.test(source.slice(line.start, line.end).trim()));
  if (replace && empty !== undefined) return { ...empty, text: block };
  const [first, last] = [spans[0], spans.at(-1)];
  if (replace && first !== undefined && last !== undefined) return { start: first.start, end: last.end, text: block };
  if (last !== undefined) return { start: last.end, end: last.end, text: gap + block };
  return insertion(document, section, name, block, gap);
}

function insertion(document: Document, section: Section, name: ProseName, block: string, gap: string): Edit {
  const { source, regions } = document;
  if (name === "expected") return { start: section.headingEnd, end: section.headingEnd, text: gap + block };
  const ends = [
    section.headingEnd,
    ...regions.filter((region) => region.outerStart >= section.start && region.outerEnd <= section.end)
      .map((region) => region.outerEnd),
    ...proseSpans(source, section, regions).map((span) => span.end),
  ];
  const at = Math.max(...ends);
  return { start: at, end: at, text: gap + block };
}

/** A section that is not there any more: before the first of those that follow it in a record, else at the end. */
function newSection(document: Document, title: string, text: string): Edit {
  const { source, sections } = document;
  const later = sectionOrder.slice(sectionOrder.indexOf(title) + 1).map(headingKey);
  const next = sections.find((section) => later.includes(headingKey(section.title)));
  const ending = endingAt(source, next?.headingStart ?? 0);
  const block = withEnding(`## ${title}\n\n${text}\n`, ending);
  if (next !== undefined) return { start: next.headingStart, end: next.headingStart, text: block + ending };
  const end = source.length;
  const before = source === "" || source.endsWith(ending + ending) ? "" : source.endsWith(ending) ? ending : ending + ending;
  return { start: end, end, text: before + block };
}

/** What a text must not change: the regions, and which headings part the document. */
async function refuseSwallowing(document: Document, filled: string, name: ProseName): Promise<void> {
  const isNew = findSection(document.sections, sectionTitle(name)) === null;
  const before = isNew ? [...document.headings, `## ${sectionTitle(name)}`] : document.headings;
  const after = await readDocument(filled).catch(() => null);
  const same = after !== null && after.regions.length === document.regions.length &&
    after.regions.every((region, index) =>
      region.name === document.regions[index]?.name && region.text === document.regions[index].text) &&
    after.headings.sort().join("\n") === before.toSorted().join("\n");
  if (same) return;
  throw new Failure("value-invalid", `The text for ${sectionTitle(name)} would cut off or swallow what follows it.`, {
    expected: "Text that closes the fences and comments which it opens, with headings from `###` on, " +
      "and without `<!-- shipnote:… -->` lines.",
    retry: true,
  });
}
