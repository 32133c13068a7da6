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
    // Front matter that people took away stays away; one that lost a fence is still there.
    if ((await readFrontMatter(markdown)) === null && new RegExp(`^id: "?${id}"?\\s*$`, "m").test(markdown.slice(0, 2000))) return "The front matter has lost one of its `---` lines.";
    const found = new Set((await findRegions(markdown)).map(({ name }) => name));
    const spoilt = regions.find((name) => !found.has(name) && [`<!-- shipnote:${name} `, `<!-- /shipnote:${name} `].some((marker) => markdown.includes(marker)));
    return spoilt === undefined ? null : `A marker of the region \`${spoilt}\` is damaged.`;
  } catch (error) {
    if (error instanceof Failure && (error.code === "regions-damaged" || error.code === "front-matter-invalid")) return error.message;
    throw error;
  }
}

/** Whether people's words would be lost, were a text put back to an older version: any line that is new and no marker. */
export function holdsMore(standing: string, older: string): boolean {
  const known = new Set(toLf(older).split("\n").map((line) => line.trim()));
  return toLf(standing).split("\n").map((line) => line.trim()).some((line) => line !== "" && !known.has(line) && !/^(?:<!--[ ]*\/?shipnote|---$)/.test(line));
}
