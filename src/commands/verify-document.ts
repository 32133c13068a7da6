import type { Examined } from "../archive/examine.ts";
import { hasLostFence, spoiltMarkers } from "../document/damage.ts";
import { editedKeys, readFrontMatter } from "../document/front-matter.ts";
import { findHeading, standingTitle } from "../document/heading.ts";
import { judgeRegion } from "../document/judgement.ts";
import { type Prose, readProse } from "../document/prose.ts";
import { findRegions, type FoundRegion } from "../document/regions.ts";
import { sectionStart } from "../document/sections.ts";
import { Failure } from "../failure.ts";
import type { FindingCode } from "../record/finding.ts";
import { lineAt } from "../record/json-place.ts";
import { isPlaceholder, judgePolicy, type Requirement } from "../record/policy.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { isQuotationAlone } from "../render/quotation.ts";
import { frontMatterOf, headingOf } from "../render/record.ts";
import { renderRegions } from "../render/regions.ts";
import type { Templates } from "../render/templates.ts";
import { shellWord } from "../rollback/undo.ts";
import { brokenLinks, type LinkRules } from "./verify-links.ts";

/** What was found in a record's markdown, in which line. */
export interface DocumentFinding {
  code: FindingCode;
  line: number | null;
  message: string;
  mend: string;
  /** Which file is best taken back from git, if git has it as it was. */
  back: "facts" | "markdown" | null;
}

/** A record whose markdown and record.json both stand. */
export type StandingRecord = Examined & { record: ChangeRecord; markdown: string };

/** What a markdown is judged by. */
export interface DocumentRules {
  templates: Templates;
  /** Whether these templates and this version wrote the record's regions. */
  comparable: boolean;
  links: LinkRules;
  required: readonly Requirement[];
  /** The paths of the markdown and of record.json, for commands. */
  path: string;
  facts: string;
}

/** Judges a record's markdown: regions, front matter, heading, links to other records, and what the policy requires. */
export async function auditDocument(standing: StandingRecord, rules: DocumentRules): Promise<DocumentFinding[]> {
  try {
    const prose = await readProse(standing.markdown);
    const found = await Promise.all([
      auditRegions(standing, prose, rules), auditFrontMatter(standing, rules), auditHeading(standing), auditPolicy(standing, prose, rules),
    ]);
    return [...found.flat(), ...await auditLinksIn(standing, rules)];
  } catch (error) {
    if (!(error instanceof Failure) || (error.code !== "regions-damaged" && error.code !== "front-matter-invalid")) throw error;
    const line = /\bline (\d+)/.exec(error.message)?.[1];
    return [{ code: "edited", line: line === undefined ? null : Number(line), message: error.message, mend: showing(rules.path), back: "markdown" }];
  }
}

async function auditRegions({ record, markdown }: StandingRecord, prose: Prose, { templates, comparable, path, facts }: DocumentRules): Promise<DocumentFinding[]> {
  const found: DocumentFinding[] = [];
  const rendered: Readonly<Record<string, string>> = renderRegions(record, { expected: prose.expected }, templates);
  const known = record.checklist.filter(({ by }) => by !== "person-item");
  const regions = await findRegions(markdown);
  for (const { name, at } of spoiltMarkers(markdown, Object.keys(record.generator.regions), regions)) {
    found.push({ code: "edited", line: lineAt(markdown, at), message: `a marker of the region \`${name}\` is damaged`, mend: showing(path), back: "markdown" });
  }
  for (const region of regions) {
    const { name, text } = region;
    const now = Object.hasOwn(rendered, name) ? rendered[name] : undefined;
    if (now === undefined) continue;
    const stored = Object.hasOwn(record.generator.regions, name) ? (record.generator.regions[name] ?? null) : null;
    const withoutAnswers = (): string => (name === "summary" || name === "metrics" ? renderRegions(record, { expected: null }, templates)[name] : now);
    const judged = await judgeRegion({ name, standing: text, stored, rendered: now, withoutAnswers, known, comparable });
    if (judged === "edited") {
      found.push({ code: "edited", line: await editedLine(region, name === "checklist" || !comparable ? null : now), message: `the region \`${name}\` was edited by hand`, mend: `shipnote record --id ${record.id} --force`, back: null });
    } else if (judged === "does-not-follow") {
      found.push({ code: "does-not-follow", line: region.line, message: `the region \`${name}\` is not what record.json says`, mend: showing(facts), back: "facts" });
    }
  }
  return found;
}

/** The first line of a region that is not as rendered; that of its marker where this is not known. */
async function editedLine({ line, text }: FoundRegion, rendered: string | null): Promise<number> {
  if (rendered === null) return line;
  const { firstDifference } = await import("../document/tree.ts");
  return line + 1 + (firstDifference(text, rendered) ?? 0);
}

async function auditFrontMatter({ record, markdown, outcome }: StandingRecord, { path }: DocumentRules): Promise<DocumentFinding[]> {
  const ours = frontMatterOf(record, outcome);
  const standing = await readFrontMatter(markdown);
  const mend = `shipnote record --id ${record.id} --force`;
  if (standing === null) {
    return !hasLostFence(markdown, record.id) ? [] : [{ code: "edited", line: 1, message: "the front matter has lost one of its `---` lines", mend: showing(path), back: "markdown" }];
  }
  const changed = (await editedKeys(markdown, ours)).filter((key) => key !== "outcome" || outcome === null);
  const gone = (["id", "date", "environment", "owner", "range", "verdict", "rollback"] as const).filter((key) => typeof ours[key] === "string" && !(key in standing));
  return [
    ...changed.map((key): DocumentFinding => ({ code: "edited", line: lineOfKey(markdown, key), message: `\`${key}\` in the front matter is not what record.json says (${ours[key] ?? "nothing"})`, mend, back: null })),
    ...gone.map((key): DocumentFinding => ({ code: "edited", line: 1, message: `\`${key}\` is gone from the front matter`, mend, back: null })),
  ];
}

function lineOfKey(markdown: string, key: string): number {
  const found = new RegExp(`^${key}:`, "m").exec(markdown);
  return found === null ? 1 : lineAt(markdown, found.index);
}

async function auditHeading({ record, markdown }: StandingRecord): Promise<DocumentFinding[]> {
  const title = await standingTitle(markdown, { title: record.title, heading: headingOf(record.title) });
  if (title === null || title === record.title) return [];
  const heading = await findHeading(markdown);
  return [{
    code: "does-not-follow",
    line: heading === null ? null : lineAt(markdown, heading.start),
    message: `the heading is not the title in record.json (${record.title})`,
    mend: `shipnote record --id ${record.id}`,
    back: null,
  }];
}

async function auditPolicy({ record, markdown }: StandingRecord, prose: Prose, { required }: DocumentRules): Promise<DocumentFinding[]> {
  if (required.length === 0) return [];
  const says = (words: string | null): boolean => words !== null && !isPlaceholder(words);
  const written = { why: says(prose.why) && !isQuotationAlone(prose.why ?? ""), expected: says(prose.expected), rollback: says(prose.rollback) };
  return Promise.all(judgePolicy(record, written, required).map(async ({ rule, message, section, mend }) => ({
    code: "against-policy" as const, line: await lineOfSection(markdown, section), message: `${message} (\`${rule}\` of the policy for ${record.environment})`, mend, back: null,
  })));
}

/** Of a section that is gone, that of the title. */
async function lineOfSection(markdown: string, section: string | null): Promise<number> {
  const start = section === null ? null : await sectionStart(markdown, section);
  return lineAt(markdown, start ?? (await findHeading(markdown))?.start ?? 0);
}

/** Links to what is not there. */
async function auditLinksIn({ markdown }: StandingRecord, { path, links }: DocumentRules): Promise<DocumentFinding[]> {
  return (await brokenLinks({ path, markdown }, links)).map((link) => ({ code: "incomplete", ...link, mend: showing(path), back: null }));
}

/** What shows how a file came to be as it is. */
export function showing(path: string): string {
  return `git log -p -- ${shellWord(path)}`;
}
