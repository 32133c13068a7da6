import { Failure } from "../failure.ts";
import type { Block, Structure } from "./blocks.ts";
import { applyEdits, endingAt, trimBlankLines, withEnding, type Edit } from "./lines.ts";
import { readStructure } from "./structure.ts";

/** A generated part as it stands between its markers. */
export interface FoundRegion {
  name: string;
  /** Offsets in the source of all that stands between the two markers, the line ends next to them included. */
  start: number;
  end: number;
  /** Offsets of the region with its markers. */
  outerStart: number;
  outerEnd: number;
  /** What stands there, over LF, without the blank lines around it. */
  text: string;
  /** The line of the opening marker, from 1. */
  line: number;
}

/**
 * The regions of a document, in their order. A marker in a fence, a quotation or a list is text.
 *
 * @throws Failure `regions-damaged`, with the line, where a marker has no partner, stands twice, or within another
 */
export async function findRegions(source: string): Promise<FoundRegion[]> {
  return pairMarkers(source, await readStructure(source));
}

/** Pairs the markers of a structure that has been read already; see `findRegions`. */
export function pairMarkers(source: string, structure: Structure): FoundRegion[] {
  const regions: FoundRegion[] = [];
  let open: (MarkerBlock & { line: number }) | null = null;
  let [line, at] = [1, 0];
  for (const block of structure.blocks) {
    if (block.kind !== "marker") continue;
    line += lineEnds(source.slice(at, block.start));
    at = block.start;
    if (!block.closing) {
      if (open !== null) throw damaged(line, `\`${block.name}\` opens within \`${open.name}\``);
      if (regions.some((region) => region.name === block.name)) {
        throw damaged(line, `\`${block.name}\` stands there twice`);
      }
      open = { ...block, line };
      continue;
    }
    if (open === null || open.name !== block.name) {
      throw damaged(line, `\`${block.name}\` closes without having been opened`);
    }
    regions.push({
      name: block.name,
      start: open.end,
      end: block.start,
      outerStart: open.start,
      outerEnd: block.end,
      text: trimBlankLines(source.slice(open.end, block.start)),
      line: open.line,
    });
    open = null;
  }
  if (open !== null) throw damaged(open.line, `\`${open.name}\` opens and is never closed`);
  return regions;
}

type MarkerBlock = Extract<Block, { kind: "marker" }>;

function lineEnds(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}

function damaged(line: number, what: string): Failure {
  return new Failure("regions-damaged", `The markers of generated parts do not pair: line ${line}: ${what}.`, {
    expected: "Each `<!-- shipnote:NAME -->` once, with its `<!-- /shipnote:NAME -->` behind it and none in between.",
    retry: true,
  });
}

/**
 * The document with new texts (over LF) in its regions. Regions that are not there stay away, a text that
 * stands already is left as it stands, and everything outside keeps its bytes; new lines end as the lines
 * around them do.
 */
export async function spliceRegions(source: string, rendered: Readonly<Record<string, string>>): Promise<string> {
  const edits: Edit[] = [];
  for (const region of await findRegions(source)) {
    const text = Object.hasOwn(rendered, region.name) ? rendered[region.name] : undefined;
    const edit = text === undefined ? null : regionEdit(source, region, text);
    if (edit !== null) edits.push(edit);
  }
  return applyEdits(source, edits);
}

/** The replacement that puts a text into a region; null where it stands there already. */
export function regionEdit(source: string, region: FoundRegion, text: string): Edit | null {
  const wanted = trimBlankLines(text);
  if (wanted === region.text) return null;
  const ending = endingAt(source, region.start);
  const inner = wanted === "" ? "\n\n" : `\n\n${wanted}\n\n`;
  return { start: region.start, end: region.end, text: withEnding(inner, ending) };
}
