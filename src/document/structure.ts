import type { Structure } from "./blocks.ts";
import { scanBlocks } from "./scan.ts";

/**
 * The structure of a markdown source. A scan of its lines answers for the usual record; whatever that
 * finds doubtful is parsed as markdown, which costs fifty times as much.
 */
export async function readStructure(source: string): Promise<Structure> {
  const scanned = scanBlocks(source);
  if (scanned !== null) return scanned;
  const { parseStructure } = await import("./tree.ts");
  return parseStructure(source);
}
