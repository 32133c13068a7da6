import { markLength, toLf, trimBlankLines } from "./lines.ts";
import { pairMarkers } from "./regions.ts";
import { readSections } from "./sections.ts";
import { headingKey } from "./section-names.ts";
import { readStructure } from "./structure.ts";

/** A record's document taken apart for a reader elsewhere. */
export interface Excerpt {
  /** What stands above the first section, the title aside: the summary. */
  lead: string;
  /** The sections that say something, in their order, without the markers of regions. All over LF. */
  sections: ExcerptSection[];
}

interface ExcerptSection {
  /** Its heading's words. */
  title: string;
  /** Its heading as it is written. */
  heading: string;
  body: string;
}

/** What stands where people are to write: a paragraph that begins or ends what stands outside of regions. */
const empty = /^([*_])Not written down\.\1(?:\n[ \t]*(?=\n)|$)|(?:^|\n[ \t]*\n)([*_])Not written down\.\2$/g;

/** @throws Failure `regions-damaged` */
export async function readExcerpt(source: string): Promise<Excerpt> {
  const structure = await readStructure(source);
  const regions = pairMarkers(source, structure);
  const markers = structure.blocks.flatMap((block) => (block.kind === "marker" ? [block] : []));
  const without = (start: number, end: number): string => {
    const pieces: string[] = [];
    let at = start;
    let isProse = true;
    const add = (to: number): void => {
      const piece = trimBlankLines(source.slice(at, to));
      pieces.push(isProse ? trimBlankLines(piece.replace(empty, "")) : piece);
    };
    for (const marker of markers.filter((each) => each.start >= start && each.end <= end)) {
      add(marker.start);
      at = marker.end;
      isProse = marker.closing;
    }
    add(end);
    return pieces.filter((piece) => piece !== "").join("\n\n");
  };
  const heading = structure.blocks.find((block) => block.kind === "heading" && block.depth === 1);
  const sections = readSections(source, structure, regions);
  const top = heading?.end ?? structure.frontMatter?.end ?? markLength(source);
  return {
    lead: without(top, sections[0]?.headingStart ?? source.length).replace(/^\uFEFF+/, ""),
    sections: sections
      .map(({ title, headingStart, headingEnd, start, end }) => ({ title, heading: toLf(source.slice(headingStart, headingEnd)), body: without(start, end) }))
      .filter(({ body }) => body !== ""),
  };
}

/** The sections that are not named. @param titles as headings have them, whatever their case */
export function leavingOut({ lead, sections }: Excerpt, titles: readonly string[]): Excerpt {
  const left = new Set(titles.map(headingKey));
  return { lead, sections: sections.filter(({ title }) => !left.has(headingKey(title))) };
}
