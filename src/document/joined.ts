import { Failure } from "../failure.ts";
import { addedEntries } from "./front-matter.ts";
import { endingAt, toLf, trimBlankLines, withEnding } from "./lines.ts";
import { fillProse, type ProseName, readProse } from "./prose.ts";
import { pairMarkers } from "./regions.ts";
import { headingKey, sectionNames } from "./section-names.ts";
import { findSection, proseSpans, readSections, type Section } from "./sections.ts";
import { readStructure } from "./structure.ts";

const proseNames: readonly ProseName[] = ["why", "expected", "assumptions", "rollback", "notes"];

/** What two texts are joined by. */
export interface JoinTextOptions {
  /** Whether a Why is the commits' own words, which nobody wrote. */
  isQuotation: (why: string) => boolean;
  /** The text that both were made of, where they had one: what the second has of it is no news. */
  base: string | null;
}

/**
 * A record's text with all that people wrote in another of the same ship: each part below what stands in its section,
 * sections and front matter of their own behind it. What stands already is not added again.
 *
 * @throws Failure `regions-damaged`, `front-matter-invalid`; `value-invalid` where a text would swallow what follows it
 */
export async function joinText(first: string, second: string, { isQuotation, base }: JoinTextOptions): Promise<string> {
  if (first === second) return first;
  const [standing, prose] = [await readProse(first), await readProse(second)];
  const before = base === null ? null : await readProse(base);
  const quotation = standing.why !== null && isQuotation(standing.why) ? standing.why : null;
  let joined = first;
  for (const name of proseNames) {
    const words = prose[name];
    const isNews = words !== null && words !== before?.[name] && !(name === "why" && isQuotation(words));
    if (isNews) joined = await fillProse(joined, name, words, { quotation, force: true });
  }
  for (const { title, text } of await otherParts(second)) joined = await addPart(joined, title, text);
  return addedEntries(joined, second);
}

/** What people wrote where no section of ours asks for words; title null: above all sections. Over LF. */
async function otherParts(source: string): Promise<{ title: string | null; text: string }[]> {
  const structure = await readStructure(source);
  const regions = pairMarkers(source, structure);
  const sections = readSections(source, structure, regions);
  const asked = Object.values(sectionNames).map(headingKey);
  const textOf = (section: Section): string => trimBlankLines(proseSpans(source, section, regions).map(({ start, end }) => toLf(source.slice(start, end))).join("\n\n"));
  const heading = structure.blocks.find((block) => block.kind === "heading" && block.depth === 1);
  const above: Section[] = heading === undefined ? [] : [{
    title: "", headingStart: heading.start, headingEnd: heading.end, start: heading.end, end: sections[0]?.headingStart ?? source.length,
  }];
  return [
    ...above.map((section) => ({ title: null, text: textOf(section) })),
    ...sections.filter(({ title }) => !asked.includes(headingKey(title))).map((section) => ({ title: section.title, text: textOf(section) })),
  ].filter(({ text }) => text !== "");
}

/** Below what stands in the section of that title, else as a section at the end; a text from above all sections goes to Notes. */
async function addPart(source: string, title: string | null, text: string): Promise<string> {
  if (`\n\n${toLf(source)}\n\n`.includes(`\n\n${text}\n\n`)) return source;
  if (title === null) return fillProse(source, "notes", text, { force: true });
  const structure = await readStructure(source);
  const section = findSection(readSections(source, structure, pairMarkers(source, structure)), title);
  const ending = endingAt(source, section?.headingStart ?? 0);
  const block = withEnding(section === null ? `## ${title}\n\n${text}` : text, ending);
  if (section === null) {
    const added = `${source.trimEnd()}${ending}${ending}${block}${ending}`;
    const whole = await readStructure(added);
    if (findSection(readSections(added, whole, pairMarkers(added, whole)), title) !== null) return added;
    throw new Failure("value-invalid", `The section ${title} cannot be added: what stands at the end would swallow it.`, {
      expected: "fences and comments that are closed", retry: true,
    });
  }
  const end = section.start + source.slice(section.start, section.end).trimEnd().length;
  return `${source.slice(0, end)}${ending}${ending}${block}${source.slice(end)}`;
}
