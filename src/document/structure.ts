import type { Structure } from "./blocks.ts";
import { scanBlocks } from "./scan.ts";

/** The last source that needed the parser: its sections, regions and title are asked for one after the other. */
let parsed: { source: string; structure: Structure } | null = null;

/**
 * The structure of a markdown source. A scan of its lines answers for the usual record; whatever that
 * finds doubtful is parsed as markdown, which costs fifty times as much.
 */
export async function readStructure(source: string): Promise<Structure> {
  const scanned = scanBlocks(source);
  if (scanned !== null) return scanned;
  if (parsed?.source !== source) {
    const { parseStructure } = await import("./tree.ts");
    parsed = { source, structure: parseStructure(source) };
  }
  return parsed.structure;
}
