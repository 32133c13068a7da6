import { applyEdits } from "./lines.ts";
import { readStructure } from "./structure.ts";

/** The document's title as it stands. */
export interface StandingHeading {
  /** The heading's markdown, from the `#` on. */
  source: string;
  start: number;
  end: number;
}

/** The first level-1 heading; null where people removed it. */
export async function findHeading(source: string): Promise<StandingHeading | null> {
  const { blocks } = await readStructure(source);
  const found = blocks.find((block) => block.kind === "heading" && block.depth === 1);
  return found === undefined
    ? null
    : { source: source.slice(found.start, found.end), start: found.start, end: found.end };
}

/** A title and how it is rendered as a heading: `# …`. */
export interface Title {
  title: string;
  heading: string;
}

/**
 * The title that a document gives its ship: that of the record at hand while the heading is its, else the
 * plain text of the heading that people wrote. Null where there is no heading, or an empty one.
 */
export async function standingTitle(source: string, atHand: Title): Promise<string | null> {
  const heading = await findHeading(source);
  if (heading === null) return null;
  if (heading.source.trimEnd() === atHand.heading.trimEnd()) return atHand.title;
  const { plainMarkdown } = await import("./tree.ts");
  const text = plainMarkdown(heading.source).replace(/\s+/g, " ");
  return text === "" ? null : text;
}

/**
 * The document with a new title. A heading that says this title already keeps its bytes, whatever markup
 * people gave it; one that people removed stays away.
 */
export async function replaceHeading(source: string, title: Title): Promise<string> {
  const heading = await findHeading(source);
  if (heading === null || await standingTitle(source, title) === title.title) return source;
  return applyEdits(source, [{ start: heading.start, end: heading.end, text: title.heading }]);
}
