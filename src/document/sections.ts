import type { Structure } from "./blocks.ts";
import { markLength, splitLines } from "./lines.ts";
import { type FoundRegion, pairMarkers } from "./regions.ts";
import { headingKey } from "./section-names.ts";
import { readStructure } from "./structure.ts";

/** A section as it stands: what belongs to the heading, up to the next one of its level. */
export interface Section {
  title: string;
  /** Offsets of the heading. */
  headingStart: number;
  headingEnd: number;
  /** Offsets of what stands below it, up to the next heading or the end. */
  start: number;
  end: number;
}

/** A stretch of people's text, without the blank lines around it. */
export interface Span {
  start: number;
  end: number;
}

/** All level-2 sections, in order. Headings within a region are the region's. */
export function readSections(source: string, structure: Structure, regions: readonly FoundRegion[]): Section[] {
  const headings = structure.blocks.flatMap((block) =>
    block.kind === "heading" && !regions.some((region) => block.start >= region.start && block.end <= region.end)
      ? [block]
      : []);
  return headings.flatMap((heading, index) => heading.depth === 1 ? [] : [{
    title: heading.text,
    headingStart: heading.start,
    headingEnd: heading.end,
    start: heading.end,
    end: headings[index + 1]?.start ?? source.length,
  }]);
}

/** The first section of that title. */
export function findSection(sections: readonly Section[], title: string): Section | null {
  return sections.find((section) => headingKey(section.title) === headingKey(title)) ?? null;
}

/** The offset of a section's heading in a source; null where there is no such section. @throws Failure `regions-damaged` */
export async function sectionStart(source: string, title: string): Promise<number | null> {
  const structure = await readStructure(source);
  return findSection(readSections(source, structure, pairMarkers(source, structure)), title)?.headingStart ?? null;
}

/** What people wrote in a section: everything outside its regions. */
export function proseSpans(source: string, section: Section, regions: readonly FoundRegion[]): Span[] {
  const spans: Span[] = [];
  let at = section.start;
  const inside = regions.filter((region) => region.outerStart >= section.start && region.outerEnd <= section.end);
  for (const region of inside) {
    spans.push(...trimmed(source, at, region.outerStart));
    at = region.outerEnd;
  }
  return [...spans, ...trimmed(source, at, section.end)];
}

function trimmed(source: string, start: number, end: number): Span[] {
  const text = source.slice(start, end);
  const shift = start === 0 ? markLength(source) : 0;
  // Blank lines go; white space that begins the first line of text may be code's and stays.
  const filled = splitLines(text).filter((line) => /[^ \t]/.test(text.slice(line.start, line.end)));
  const [first, last] = [filled[0], filled.at(-1)];
  return first === undefined || last === undefined
    ? []
    : [{ start: start + Math.max(first.start, shift), end: start + last.end }];
}
