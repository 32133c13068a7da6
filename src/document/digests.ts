import { createHash } from "node:crypto";
import { readChecklist, withoutTicks, type KnownItem } from "./checklist.ts";
import { trimBlankLines } from "./lines.ts";

/** What record.json keeps of a region as we rendered it: SHA-256 in hex of its text (over LF) and of its tree. */
export interface RegionDigests {
  text: string;
  tree: string;
}

/**
 * The digests of a rendered region. The checklist's leave ticks out; its text must be the rendered items
 * alone, without notes and people's items (see checklist.ts).
 */
export async function regionDigests(name: string, text: string): Promise<RegionDigests> {
  return { text: textDigest(name, text), tree: await treeDigest(name, text) };
}

/** SHA-256 in hex of a region's text over LF, without the blank lines around it. */
export function textDigest(name: string, text: string): string {
  return sha256(reduce(name, text));
}

async function treeDigest(name: string, text: string): Promise<string> {
  const { treeJson } = await import("./tree.ts");
  return sha256(treeJson(reduce(name, text)));
}

function reduce(name: string, text: string): string {
  const trimmed = trimBlankLines(text);
  return name === "checklist" ? withoutTicks(trimmed) : trimmed;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * Whether a region still is what we rendered: its text fits, else its tree does (a formatter is no edit),
 * else it is the tree of `renderedNow`, which renders the record.json at hand and is called only then.
 *
 * @param stored null where record.json knows no such region
 * @param known of the checklist: our items of the record.json at hand
 */
export async function isUnedited(
  name: string,
  standing: string,
  stored: RegionDigests | null,
  renderedNow: () => string,
  known: readonly KnownItem[] = [],
): Promise<boolean> {
  if (stored !== null && textDigest(name, standing) === stored.text) return true;
  if (name === "checklist") {
    const { intact, bare } = readChecklist(standing, renderedNow(), known);
    if (intact || (bare !== null && stored !== null && textDigest(name, bare) === stored.text)) return true;
  }
  const tree = await treeDigest(name, standing);
  return tree === stored?.tree || tree === await treeDigest(name, renderedNow());
}
