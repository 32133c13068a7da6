import { trimBlankLines } from "./lines.ts";
import { pairMarkers } from "./regions.ts";
import { readSections } from "./sections.ts";
import { headingKey } from "./section-names.ts";
import { readStructure } from "./structure.ts";

/** A record's document taken apart for a reader elsewhere. */
export interface Excerpt {
  /** What stands above the first section, the title aside: the summary. */
  lead: string;
  /** The sections that say something, in their order, without the markers of regions. All over LF. */
  sections: { title: string; body: string }[];
}

const empty = "*Not written down.*";

/** @throws Failure `regions-damaged` */
export async function readExcerpt(source: string): Promise<Excerpt> {
  const structure = await readStructure(source);
  const regions = pairMarkers(source, structure);
  const markers = structure.blocks.filter(({ kind }) => kind === "marker");
  const without = (start: number, end: number): string => {
    const pieces: string[] = [];
    let at = start;
    for (const marker of markers.filter((each) => each.start >= start && each.end <= end)) {
      pieces.push(source.slice(at, marker.start));
      at = marker.end;
    }
    return [...pieces, source.slice(at, end)].map(trimBlankLines).filter((piece) => piece !== "").join("\n\n");
  };
  const heading = structure.blocks.find((block) => block.kind === "heading" && block.depth === 1);
  const sections = readSections(source, structure, regions);
  const top = heading?.end ?? structure.frontMatter?.end ?? 0;
  return {
    lead: without(top, sections[0]?.headingStart ?? source.length),
    sections: sections
      .map(({ title, start, end }) => ({ title, body: without(start, end) }))
      .filter(({ body }) => body !== "" && body !== empty),
  };
}

/** The sections that are not named. @param titles as headings have them, whatever their case */
export function leavingOut({ lead, sections }: Excerpt, titles: readonly string[]): Excerpt {
  const left = new Set(titles.map(headingKey));
  return { lead, sections: sections.filter(({ title }) => !left.has(headingKey(title))) };
}
