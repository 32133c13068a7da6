import { markedRegion } from "../../document/markers.ts";
import { findRegions, spliceRegions } from "../../document/regions.ts";
import { isSealed, seal, sealOf } from "../../document/sealed.ts";
import { text } from "../text.ts";

/** A page of one region, which belongs to no record. */
export interface PageContent {
  heading: string;
  /** The region's name. */
  region: string;
  /** Its text, rendered. */
  content: string;
}

/** A page's new text. */
export interface RenderedPage {
  text: string;
  /** Whether people edited the region; then, without `force`, `text` is what stood. */
  edited: boolean;
}

/**
 * A page as markdown: a new file, or what stands with its region brought up to date and everything else as it is.
 * A page whose region was deleted with its markers stays as it is.
 *
 * @throws Failure `regions-damaged`
 */
export async function renderPage(standing: string | null, { heading, region, content }: PageContent, force: boolean): Promise<RenderedPage> {
  const sealed = await seal(region, content);
  if (standing === null) return { text: `# ${text(heading)}\n\n${markedRegion(region, sealed)}\n`, edited: false };
  const found = (await findRegions(standing)).find(({ name }) => name === region);
  if (found === undefined) return { text: standing, edited: false };
  const edited = !(await isSealed(region, found.text));
  if (edited && !force) return { text: standing, edited };
  // What a formatter made of the same content stays.
  if (!edited && sealOf(found.text) === sealOf(sealed)) return { text: standing, edited };
  return { text: await spliceRegions(standing, { [region]: sealed }), edited };
}
