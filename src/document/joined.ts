import { Failure } from "../failure.ts";
import { addedEntries, otherEntries } from "./front-matter.ts";
import { relabel } from "./labels.ts";
import { endingAt, markLength, toLf, trimBlankLines, withEnding } from "./lines.ts";
import { fillProse, type ProseName, readProse } from "./prose.ts";
import { pairMarkers } from "./regions.ts";
import { sectionNames } from "./section-names.ts";
import { findSection, proseSpans, readSections, type Section } from "./sections.ts";
import { readStructure } from "./structure.ts";

const proseNames: readonly ProseName[] = ["why", "expected", "assumptions", "rollback", "notes"];

/** What two texts are joined by. */
export interface JoinTextOptions {
  /** Whether a Why is the commits' own words, which nobody wrote. */
  isQuotation: (why: string) => boolean;
  /** The text that both were made of, where they had one: what the second has of it is no news. */
  base: string | null;
  /** What is known of the second from elsewhere; goes to Notes. Paragraphs of markdown. */
  also?: readonly string[];
}

/**
 * A record's text with all that people wrote in another of the same ship: each part below what stands in its section,
 * sections and front matter of their own behind it. What stands already is not added again.
 *
 * @throws Failure `regions-damaged`, `front-matter-invalid`; `value-invalid` where a text would swallow what follows it
 */
export async function joinText(first: string, second: string, { isQuotation, base, also = [] }: JoinTextOptions): Promise<string> {
  if (first === second && also.length === 0) return first;
  const standing = await readProse(first);
  const [said, before] = [await readProse(second), base === null ? null : await readProse(base)];
  // What is added may not change what its labels stand for; what both had before is told by how it stood.
  const added = await relabel(second, first);
  const prose = await readProse(added);
  const quotation = standing.why !== null && isQuotation(standing.why) ? standing.why : null;
  let joined = first;
  for (const name of proseNames) {
    const words = prose[name];
    const isNews = words !== null && said[name] !== before?.[name] && !(name === "why" && isQuotation(words));
    if (isNews) joined = await fillProse(joined, name, words, { quotation, force: true });
  }
  const old = base === null ? [] : await otherParts(base);
  const parts = await otherParts(second);
  for (const [place, part] of (await otherParts(added)).entries()) {
    if (!old.some(({ title, text }) => title === part.title && text === parts[place]?.text)) joined = await addPart(joined, part);
  }
  const keys = await otherEntries(first, second, base);
  const notes = [...also, ...(keys === "" ? [] : [`Also recorded in the front matter:\n\n\`\`\`yaml\n${keys}\`\`\``])];
  for (const note of notes) joined = await fillProse(joined, "notes", note, { force: true });
  return addedEntries(joined, second);
}

/** A part that people wrote where no section of ours asks for words. */
interface OtherPart {
  /** null: above all sections. */
  title: string | null;
  /** The heading to write where there is no such section. */
  heading: string;
  /** Over LF. */
  text: string;
}

async function otherParts(source: string): Promise<OtherPart[]> {
  const structure = await readStructure(source);
  const regions = pairMarkers(source, structure);
  const sections = readSections(source, structure, regions);
  const isOutside = ({ start }: { start: number }): boolean => !regions.some((region) => start >= region.start && start < region.end);
  // Any but the first, which is the record's title, begins something of people's own.
  const titles = structure.blocks.flatMap((block) => (block.kind === "heading" && block.depth === 1 && isOutside(block) ? [block] : []));
  const stops = [...sections.map(({ headingStart }) => headingStart), ...titles.map(({ start }) => start), source.length];
  const behind = (start: number, title: string): Section => ({ title, headingStart: start, headingEnd: start, start, end: Math.min(...stops.filter((stop) => stop >= start)) });
  const asked = Object.values(sectionNames).map((title) => findSection(sections, title));
  const part = (section: Section, title: string | null, heading: string): OtherPart => ({
    title, heading, text: trimBlankLines(proseSpans(source, section, regions).map(({ start, end }) => toLf(source.slice(start, end))).join("\n\n")),
  });
  return [
    part(behind(structure.frontMatter?.end ?? markLength(source), ""), null, ""),
    ...titles.map(({ text, end }, place) => part(behind(end, text), place === 0 || text === "" ? null : text, `## ${text}`)),
    ...sections.filter((section) => !asked.includes(section)).map((section) => part(section, section.title, toLf(source.slice(section.headingStart, section.headingEnd)))),
  ].filter(({ text }) => text !== "");
}

/** Below what stands in the section of that title, else as a section at the end; a text from above all sections goes to Notes. */
async function addPart(source: string, { title, heading, text }: OtherPart): Promise<string> {
  if (`\n\n${toLf(source)}\n\n`.includes(`\n\n${text}\n\n`)) return source;
  if (title === null) return fillProse(source, "notes", text, { force: true });
  const structure = await readStructure(source);
  const section = findSection(readSections(source, structure, pairMarkers(source, structure)), title);
  const ending = endingAt(source, section?.headingStart ?? 0);
  const block = withEnding(section === null ? `${heading}\n\n${text}` : text, ending);
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
