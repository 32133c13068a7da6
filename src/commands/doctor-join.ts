import { join } from "node:path";
import { standingTitle } from "../document/heading.ts";
import { joinText } from "../document/joined.ts";
import { type FileNow, redirectLinks } from "../document/links.ts";
import { readProse } from "../document/prose.ts";
import { Failure } from "../failure.ts";
import { joinMetrics } from "../gather/joined-metrics.ts";
import { factsText } from "../record/assemble.ts";
import { isAsWritten, withFactsDigest } from "../record/facts-digest.ts";
import { recordPaths } from "../record/id.ts";
import { joinRecords } from "../record/joined.ts";
import type { ChangeRecord, Outcome } from "../record/schema.ts";
import { isQuotationAlone } from "../render/quotation.ts";
import { headingOf, type RenderedRecord, renderRecord } from "../render/record.ts";
import { text as inMarkdown } from "../render/text.ts";
import type { Templates } from "../render/templates.ts";
import type { Judgement } from "../statistics/comparison.ts";
import { version } from "../version.ts";
import type { Write } from "../write/plan.ts";
import { drawPlots, plotDigests, plotWrites } from "./record-plots.ts";
import { standingChecklist, titleOf } from "./record-standing.ts";

/** A record with all that stands beside it, wherever it was read. */
export interface RecordFiles {
  record: ChangeRecord;
  /** null where it is missing. */
  markdown: string | null;
  outcome: Outcome | null;
}

/** Where one of two records was read. */
export interface Origin {
  /** Its record.json, in words. */
  facts: string;
  /** What to see to where that was edited. */
  mend: string;
}

/** What two records of one ship are joined by. */
export interface JoinOptions {
  templates: Templates;
  judgement: Judgement;
  origins: readonly [first: Origin, second: Origin];
  /** The text that both were made of; left out where there is none. */
  base?: string | null;
  /** Where links of the second to files of its folder lead now; left out where all keep their names. */
  fileNow?: FileNow;
}

/** One record made of two. */
export interface Joined extends RecordFiles {
  /** What of the second does not stand where it stood, one line each. */
  told: string[];
}

/**
 * Two records of one ship as one, under the id of the first: facts united, both people's words kept.
 *
 * @throws Failure `record-edited`, `region-edited`, `regions-damaged`, `front-matter-invalid`, `value-invalid`
 */
export async function joinFiles(first: RecordFiles, second: RecordFiles, { templates, judgement, origins, base = null, fileNow }: JoinOptions): Promise<Joined> {
  refuseEditedFacts(first.record, origins[0]);
  refuseEditedFacts(second.record, origins[1]);
  const [id, other] = [first.record.id, second.record.id];
  const options = { templates, prose: {}, quotation: null, force: false };
  const lost = first.markdown === null ? await renderRecord(first.record, null, { ...options, atHand: null, outcome: first.outcome }) : null;
  const standing = await redirectLinks(first.markdown ?? lost?.text ?? "", other, id, other === id ? undefined : fileNow);
  const atHand = lost === null ? first.record : { ...first.record, generator: { ...first.record.generator, regions: lost.regions } };
  const theirs = await redirectLinks(second.markdown ?? "", other, id, fileNow);
  const [said, titles] = [laterOutcome(first, second), await titlesOf(first, second, base)];
  const also = [...titles.also, ...earlierOutcomes(first, second).map(({ outcome: word, at, reason }) => inMarkdown(`Said on ${at.slice(0, 10)}: the ship ended ${word}${reason === null ? "" : `: ${reason}`}.`))];
  const text = await joinText(standing, theirs, { isQuotation: isQuotationAlone, base, also });
  const { why, expected, rollback } = await readProse(text);
  const joined = joinRecords(first.record, second.record, {
    metrics: joinMetrics(first.record.metrics, second.record.metrics, judgement),
    written: { why: why !== null && !isQuotationAlone(why), expected: expected !== null, rollback: rollback !== null },
    checklists: [await standingChecklist(archived({ ...first, markdown: standing }), templates), await standingChecklist(archived(second), templates)],
  });
  const title = (await standingTitle(text, { title: joined.title, heading: headingOf(joined.title) })) ?? joined.title;
  const record = { ...joined, title };
  const outcome = said === null ? null : { ...said, id };
  const rendered = await renderRecord(record, text, { ...options, atHand, outcome });
  refuseEditedRegions(rendered, id, other === id);
  const plots = plotDigests(await drawPlots(record.metrics));
  return {
    record: withFactsDigest({ ...record, generator: { version, templates: templates.digest, regions: rendered.regions, plots } }), markdown: rendered.text, outcome,
    told: [...titles.told, ...outcomesTold(first, second)],
  };
}

/** Joined, an edit would look as if it had been written so. */
function refuseEditedFacts(record: ChangeRecord, { facts, mend }: Origin): void {
  if (isAsWritten(record) === false) throw new Failure("record-edited", `${facts} was edited by hand.`, { expected: mend, retry: true });
}

function refuseEditedRegions({ edited }: RenderedRecord, id: string, isClash: boolean): void {
  if (edited.length === 0) return;
  throw new Failure("region-edited", `${id} was edited by hand where shipnote writes: ${edited.join(", ")}.`, {
    expected: `people's words outside the regions (they stay there, always)${isClash ? ", in both versions" : `, and then: shipnote record --id ${id} --force`}`, retry: true,
  });
}

/** A title that goes, for Notes and for whoever reads along; none where both have the same, or had the second's before. */
async function titlesOf(first: RecordFiles, second: RecordFiles, base: string | null): Promise<{ also: string[]; told: string[] }> {
  const before = base === null ? null : await standingTitle(base, { title: "", heading: "" });
  const [stands, goes] = [await titleOf(archived(first)), await titleOf(archived(second))];
  if (goes === null || goes === stands || goes === before) return { also: [], told: [] };
  return { also: [`Also recorded as "${inMarkdown(goes)}".`], told: [`kept the title "${stands}"; "${goes}" stands in Notes`] };
}

/** What was said last of how the ship ended. */
function laterOutcome({ outcome: one }: RecordFiles, { outcome: other }: RecordFiles): Outcome | null {
  return one === null || other === null ? one ?? other : Date.parse(other.at) > Date.parse(one.at) ? other : one;
}

/** Where the two say that the ship ended in two ways, the one that does not stand. */
function earlierOutcomes(first: RecordFiles, second: RecordFiles): Outcome[] {
  const stands = laterOutcome(first, second);
  return [first.outcome, second.outcome].filter((outcome) => outcome !== null).filter(({ outcome }) => outcome !== stands?.outcome);
}

function outcomesTold(first: RecordFiles, second: RecordFiles): string[] {
  const stands = laterOutcome(first, second);
  return stands === null ? [] : earlierOutcomes(first, second).map(({ outcome, at, reason }) =>
    `the ship ended ${stands.outcome}, as was said on ${stands.at.slice(0, 10)}; not ${outcome}, as on ${at.slice(0, 10)}${reason === null ? "" : ` (${reason})`}`);
}

function archived({ record, markdown, outcome }: RecordFiles) {
  return { id: record.id, path: "", markdownPath: "", record, markdown, outcome };
}

/** What writes all files of a record. */
export async function writesOf({ record, markdown, outcome }: RecordFiles, notesDirectory: string): Promise<Write[]> {
  const paths = recordPaths(record.id);
  const plots = await drawPlots(record.metrics);
  const whole = { ...record, generator: { ...record.generator, plots: plotDigests(plots) } };
  return [
    ...plotWrites(plots, join(notesDirectory, paths.folder)),
    { path: join(notesDirectory, paths.facts), content: factsText(whole, record) },
    ...(outcome === null ? [] : [{ path: join(notesDirectory, paths.outcome), content: `${JSON.stringify(outcome, null, 2)}\n` }]),
    ...(markdown === null ? [] : [{ path: join(notesDirectory, paths.markdown), content: markdown }]),
  ];
}
