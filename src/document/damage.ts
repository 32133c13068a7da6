import { Failure } from "../failure.ts";
import { readFrontMatter } from "./front-matter.ts";
import { toLf } from "./lines.ts";
import { findRegions } from "./regions.ts";

/**
 * What keeps a record's markdown from being read as one: markers that do not pair or are spoilt, a front matter that is
 * none. A sentence with its line where that is known; null where all is well.
 *
 * @param regions the names of those that the record has
 */
export async function damageIn(markdown: string, id: string, regions: readonly string[]): Promise<string | null> {
  try {
    if ((await readFrontMatter(markdown)) === null && hasLostFence(markdown, id)) return "The front matter has lost one of its `---` lines.";
    const [spoilt] = spoiltMarkers(markdown, regions, await findRegions(markdown));
    return spoilt === undefined ? null : `A marker of the region \`${spoilt.name}\` is damaged.`;
  } catch (error) {
    if (error instanceof Failure && (error.code === "regions-damaged" || error.code === "front-matter-invalid")) return error.message;
    throw error;
  }
}

/** Of a markdown without front matter: whether it is still there. What people took away stays away. */
export function hasLostFence(markdown: string, id: string): boolean {
  return new RegExp(`^id: "?${id}"?\\s*$`, "m").test(markdown.slice(0, 2000));
}

/** Of regions that are not found: those of which a marker is still there, and where. One that was deleted with its markers stays deleted. */
export function spoiltMarkers(markdown: string, names: readonly string[], found: readonly { name: string }[]): { name: string; at: number }[] {
  return names.filter((name) => found.every((region) => region.name !== name))
    .map((name) => ({ name, at: Math.max(markdown.indexOf(`<!-- shipnote:${name} `), markdown.indexOf(`<!-- /shipnote:${name} `)) }))
    .filter(({ at }) => at !== -1);
}

/** Our markers and the fences of the front matter, damaged ones too: they are nobody's words. */
const marker = /^(?:<!-- *\/?shipnote|\S{0,4} ?\/?shipnote:[a-z]\S* ?\S{0,3}$|-{1,3}$)/;

/** Whether people's words would be lost, were a text put back to an older version: any line that is new and no marker. */
export function holdsMore(standing: string, older: string): boolean {
  const known = new Set(toLf(older).split("\n").map((line) => line.trim()));
  return toLf(standing).split("\n").map((line) => line.trim()).some((line) => line !== "" && !known.has(line) && !marker.test(line));
}
