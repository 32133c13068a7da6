import type { Archived } from "../archive/read.ts";
import { readChecklist } from "../document/checklist.ts";
import { standingTitle } from "../document/heading.ts";
import { findRegions } from "../document/regions.ts";
import { Failure } from "../failure.ts";
import { sameFacts } from "../record/assemble.ts";
import type { StandingItem } from "../record/checklist.ts";
import { isAsWritten } from "../record/facts-digest.ts";
import { recordPaths } from "../record/id.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { headingOf, type RenderedRecord } from "../render/record.ts";
import type { Templates } from "../render/templates.ts";
import { checklistView } from "../render/views/checklist.ts";
import { shellWord } from "../rollback/undo.ts";
import { type Plot, plotDigests } from "./record-plots.ts";
import type { RecordRequest } from "./record-request.ts";

/** The title that the markdown gives its ship: the heading may be people's. Null where there is no record yet. */
export async function titleOf(standing: Archived | null): Promise<string | null> {
  if (standing === null) return null;
  const { record: { title }, markdown } = standing;
  if (markdown === null) return title;
  return (await standingTitle(markdown, { title, heading: headingOf(title) })) ?? title;
}

/** The checklist as it stands in the markdown; null where there is none. */
export async function standingChecklist(standing: Archived | null, templates: Templates): Promise<StandingItem[] | null> {
  if (standing === null || standing.markdown === null) return null;
  const region = (await findRegions(standing.markdown)).find(({ name }) => name === "checklist");
  if (region === undefined) return null;
  const ours = standing.record.checklist.filter(({ by }) => by !== "person-item");
  const found = readChecklist(region.text, templates.render("checklist", checklistView(standing.record)), ours);
  return [
    ...found.ours.flatMap((item, place) => {
      const known = ours[place];
      return item === null || known === undefined ? [] : [{ item: known.item, done: item.done, note: item.note, added: false }];
    }),
    ...found.added.map(({ item, done }) => ({ item, done, note: null, added: true })),
  ];
}

/** Whether this run has nothing to add. Templates that changed are no reason to write, but for `--upgrade`. */
export function isUnchanged(
  record: ChangeRecord,
  rendered: RenderedRecord,
  standing: Archived | null,
  { upgrade, prose }: Pick<RecordRequest, "upgrade" | "prose">,
): boolean {
  if (standing === null || standing.markdown === null || !sameFacts(standing.record, record)) return false;
  if (rendered.text === standing.markdown) return true;
  const newTemplates = standing.record.generator.templates !== record.generator.templates;
  // What was edited and is here all the same is to be written over.
  return newTemplates && !upgrade && rendered.edited.length === 0 && Object.keys(prose).length === 0;
}

/** Whether these are the plots that a record was written with; one that keeps no digests of them is not asked. */
export function isSameInPlots({ generator: { plots } }: ChangeRecord, drawn: readonly Plot[]): boolean {
  return plots === undefined || JSON.stringify(plots) === JSON.stringify(plotDigests(drawn));
}

/**
 * What rests on an edit of record.json would make it look written.
 *
 * @throws Failure `record-edited` where it was edited, without `--force`
 */
export function refuseEditedFacts(standing: Archived | null, folder: string, force: boolean): void {
  if (standing === null || force || isAsWritten(standing.record) !== false) return;
  const path = `${folder}/${recordPaths(standing.id).facts}`;
  throw new Failure("record-edited", `${path} was edited by hand.`, {
    expected: `the file as shipnote wrote it (git checkout HEAD -- ${shellWord(path)} brings back what was committed), or --force to take it as it stands`,
    retry: false,
  });
}

/** @throws Failure `region-edited` where people edited what is ours and did not say `--force` */
export function refuseEdited({ edited }: RenderedRecord, id: string, force: boolean): void {
  if (edited.length === 0 || force) return;
  throw new Failure("region-edited", `${id} was edited by hand where shipnote writes: ${edited.join(", ")}.`, {
    expected: "people's words outside the regions (they stay there, always), or --force to write over the edit",
    retry: false,
  });
}
