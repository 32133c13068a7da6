import { addedItemSource, dressChecklist } from "../document/checklist.ts";
import { editedKeys, renderFrontMatter, rewriteFrontMatter, type FrontMatter } from "../document/front-matter.ts";
import { replaceHeading } from "../document/heading.ts";
import { fillProse, readProse, type ProseName } from "../document/prose.ts";
import { regionDigests, type RegionDigests } from "../document/digests.ts";
import { spliceRegions } from "../document/regions.ts";
import { updateRegions } from "../document/update.ts";
import type { ChangeRecord, ChecklistItem, Outcome } from "../record/schema.ts";
import { renderRegions } from "./regions.ts";
import type { Templates } from "./templates.ts";
import { text } from "./text.ts";
import { plain } from "./visible.ts";

/** What a record is rendered with. */
export interface RenderOptions {
  templates: Templates;
  /** The record.json that `standing` was last written with; null for a new record. */
  atHand: ChangeRecord | null;
  /** What people say now, by section. */
  prose: Partial<Record<ProseName, string>>;
  /** The commits' own words (quotation.ts), for a Why that nobody wrote. */
  quotation: string | null;
  /** Whether edited regions are written over, and prose is added where other prose stands. */
  force: boolean;
  outcome: Outcome | null;
}

/** A record's markdown, and what record.json and the caller must know of it. */
export interface RenderedRecord {
  text: string;
  /** For `generator.regions`. */
  regions: Record<string, RegionDigests>;
  /**
   * What people edited of what is ours: names of regions, and `front matter KEY`. Where there are any, and no
   * `force`, `text` is what stood.
   */
  edited: string[];
}

/**
 * A record as markdown: a whole new file, or what stands with our parts brought up to date and everything else as it
 * is, byte for byte.
 *
 * @throws Failure `prose-exists`, `value-invalid`, `regions-damaged`, `front-matter-invalid`, `template-invalid`
 */
export async function renderRecord(record: ChangeRecord, standing: string | null, options: RenderOptions): Promise<RenderedRecord> {
  return standing === null ? renderNew(record, options) : renderAgain(record, standing, options);
}

const proseNames: readonly ProseName[] = ["why", "expected", "assumptions", "rollback", "notes"];

async function renderNew(record: ChangeRecord, { templates, prose, quotation, force, outcome }: RenderOptions): Promise<RenderedRecord> {
  const skeleton = `${templates.render("record", { title: record.title })}\n`;
  const why = prose.why ?? quotation;
  const filled = await fillAll(skeleton, why === null ? prose : { ...prose, why }, null, force);
  const rendered = renderRegions(record, { expected: prose.expected ?? null }, templates);
  const body = await spliceRegions(filled, { ...rendered, checklist: dressed(record, rendered.checklist) });
  const digests = Object.entries(rendered).map(async ([name, region]) => [name, await regionDigests(name, region)] as const);
  return {
    text: `${renderFrontMatter(frontMatterOf(record, outcome))}\n${body}`,
    regions: Object.fromEntries(await Promise.all(digests)),
    edited: [],
  };
}

/** The checklist with the notes and items that the record has of people: its markdown may have been lost. */
function dressed({ checklist }: ChangeRecord, rendered: string): string {
  const isTheirs = ({ by }: ChecklistItem) => by === "person-item";
  const notes = checklist.filter((item) => !isTheirs(item)).map(({ note }) => note);
  return dressChecklist(rendered, notes, checklist.filter(isTheirs).map(addedItemSource));
}

async function renderAgain(record: ChangeRecord, standing: string, options: RenderOptions): Promise<RenderedRecord> {
  const { templates, prose, quotation, force, outcome } = options;
  const atHand = options.atHand ?? record;
  const was = await readProse(standing, { quotation });
  const keys = await editedKeys(standing, frontMatterOf(atHand, outcome));
  const filled = await fillAll(standing, prose, quotation, force);
  const { expected } = filled === standing ? was : await readProse(filled, { quotation });
  let shown: Record<string, string> | null = null;
  const updated = await updateRegions(filled, {
    rendered: renderRegions(record, { expected }, templates),
    stored: atHand.generator.regions,
    renderAtHand(name) {
      shown ??= renderRegions(atHand, { expected: was.expected }, templates);
      return shown[name] ?? "";
    },
    checklist: record.checklist,
    force,
  });
  // The outcome is said later, beside the record: that it changed is no edit.
  const edited = [...keys.filter((key) => key !== "outcome").map((key) => `front matter ${key}`), ...updated.edited];
  if (edited.length > 0 && !force) return { text: standing, regions: updated.regions, edited };
  const headed = await replaceHeading(updated.text, { title: record.title, heading: headingOf(record.title) });
  return { text: await rewriteFrontMatter(headed, frontMatterOf(record, outcome)), regions: updated.regions, edited };
}

async function fillAll(source: string, prose: RenderOptions["prose"], quotation: string | null, force: boolean): Promise<string> {
  let filled = source;
  for (const name of proseNames) {
    const words = prose[name];
    // Each fills what the one before it left.
    if (words !== undefined) filled = await fillProse(filled, name, words, { quotation, force });
  }
  return filled;
}

/** A title as the heading of its record, which is ours while it stands like this. */
export function headingOf(title: string): string {
  return `# ${text(title)}`;
}

/** The front matter's values of ours. */
export function frontMatterOf(record: ChangeRecord, outcome: Outcome | null): FrontMatter {
  const { range, owner, rollback } = record;
  return {
    id: record.id,
    date: record.shippedAt.slice(0, 10),
    environment: plain(record.environment),
    owner: owner === null ? null : plain(owner.name),
    range: range === null ? null : `${range.from?.slice(0, 12) ?? ""}..${range.to.slice(0, 12)}`,
    verdict: record.verdict,
    rollback: rollbackWord(rollback),
    outcome: outcome?.outcome ?? null,
  };
}

function rollbackWord({ rehearsal, strategy, commands }: ChangeRecord["rollback"]): string {
  if (rehearsal !== null) return rehearsal.status === "clean" ? "rehearsed" : rehearsal.status;
  return strategy === "none" || commands.length === 0 ? "none" : "planned";
}
