import { join } from "node:path";
import { standingTitle } from "../document/heading.ts";
import { joinText } from "../document/joined.ts";
import { redirectLinks } from "../document/links.ts";
import { readProse } from "../document/prose.ts";
import { joinMetrics } from "../gather/joined-metrics.ts";
import { factsText } from "../record/assemble.ts";
import { withFactsDigest } from "../record/facts-digest.ts";
import { recordPaths } from "../record/id.ts";
import { joinRecords } from "../record/joined.ts";
import type { ChangeRecord, Outcome } from "../record/schema.ts";
import { isQuotationAlone } from "../render/quotation.ts";
import { headingOf, renderRecord } from "../render/record.ts";
import type { Templates } from "../render/templates.ts";
import type { Judgement } from "../statistics/comparison.ts";
import { version } from "../version.ts";
import type { Write } from "../write/plan.ts";
import { drawPlots, plotDigests, plotWrites } from "./record-plots.ts";
import { refuseEdited, standingChecklist } from "./record-standing.ts";

/** A record with all that stands beside it, wherever it was read. */
export interface RecordFiles {
  record: ChangeRecord;
  /** null where it is missing. */
  markdown: string | null;
  outcome: Outcome | null;
}

/** What two records of one ship are joined by. */
export interface JoinOptions {
  templates: Templates;
  judgement: Judgement;
  /** The text that both were made of; left out where there is none. */
  base?: string | null;
}

/**
 * Two records of one ship as one, under the id of the first: facts united, both people's words kept.
 *
 * @throws Failure `region-edited`, `regions-damaged`, `front-matter-invalid`, `value-invalid`
 */
export async function joinFiles(first: RecordFiles, second: RecordFiles, { templates, judgement, base = null }: JoinOptions): Promise<RecordFiles> {
  const [id, other] = [first.record.id, second.record.id];
  const options = { templates, prose: {}, quotation: null, force: false };
  const lost = first.markdown === null ? await renderRecord(first.record, null, { ...options, atHand: null, outcome: first.outcome }) : null;
  const standing = await redirectLinks(first.markdown ?? lost?.text ?? "", other, id);
  const atHand = lost === null ? first.record : { ...first.record, generator: { ...first.record.generator, regions: lost.regions } };
  const theirs = second.markdown === null ? null : await redirectLinks(second.markdown, other, id);
  const text = theirs === null ? standing : await joinText(standing, theirs, { isQuotation: isQuotationAlone, base });
  const { why, expected, rollback } = await readProse(text);
  const joined = joinRecords(first.record, second.record, {
    metrics: joinMetrics(first.record.metrics, second.record.metrics, judgement),
    written: { why: why !== null && !isQuotationAlone(why), expected: expected !== null, rollback: rollback !== null },
    checklists: [await standingChecklist(archived({ ...first, markdown: standing }), templates), await standingChecklist(archived(second), templates)],
  });
  const title = (await standingTitle(text, { title: joined.title, heading: headingOf(joined.title) })) ?? joined.title;
  const record = { ...joined, title };
  const said = laterOutcome(first, second);
  const outcome = said === null ? null : { ...said, id };
  const rendered = await renderRecord(record, text, { ...options, atHand, outcome });
  refuseEdited(rendered, id, false);
  const plots = plotDigests(await drawPlots(record.metrics));
  return { record: withFactsDigest({ ...record, generator: { version, templates: templates.digest, regions: rendered.regions, plots } }), markdown: rendered.text, outcome };
}

/** What was said last of how the ship ended. */
function laterOutcome({ outcome: one }: RecordFiles, { outcome: other }: RecordFiles): Outcome | null {
  return one === null || other === null ? one ?? other : Date.parse(other.at) > Date.parse(one.at) ? other : one;
}

/** Where the two say that the ship ended in two ways: which of them stands, and which does not. */
export function outcomesTold(first: RecordFiles, second: RecordFiles): string[] {
  const stands = laterOutcome(first, second);
  const others = [first.outcome, second.outcome].filter((outcome) => outcome !== null && outcome.outcome !== stands?.outcome);
  return others.flatMap((other) => (other === null || stands === null ? [] : [
    `the ship ended ${stands.outcome}, as was said on ${stands.at.slice(0, 10)}; not ${other.outcome}, as on ${other.at.slice(0, 10)}${other.reason === null ? "" : ` (${other.reason})`}`,
  ]));
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
