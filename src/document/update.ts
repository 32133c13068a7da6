import { addedItemSource, dressChecklist, readChecklist, type KnownItem, type StandingChecklist } from "./checklist.ts";
import { isUnedited, regionDigests, textDigest, type RegionDigests } from "./digests.ts";
import { applyEdits, type Edit } from "./lines.ts";
import { pairMarkers, regionEdit, type FoundRegion } from "./regions.ts";
import { readStructure } from "./structure.ts";

/** One item of a record's checklist, as record.json has it. */
export interface ChecklistEntry extends KnownItem {
  done: boolean;
  by: string;
}

/** What the regions of a standing document are brought up to date with. */
export interface RegionUpdate {
  /** Each region as the new record renders it, over LF; the checklist with our items alone. */
  rendered: Readonly<Record<string, string>>;
  /** `generator.regions` of the record.json at hand. */
  stored: Readonly<Record<string, RegionDigests>>;
  /** Renders a region from the record.json at hand; called only where a text does not fit its digest. */
  renderAtHand: (name: string) => string;
  /** The new record's checklist: notes of our items, and people's items. */
  checklist: readonly ChecklistEntry[];
  /** Whether regions that people edited are written over. */
  force: boolean;
}

/** A standing document with its regions brought up to date. */
export interface UpdatedRegions {
  /** The whole new source; the old one where regions were edited and `force` is not set. */
  text: string;
  /** The digests for `generator.regions`, of each region that stands there. */
  regions: Record<string, RegionDigests>;
  /** The regions that people edited, in the document's order. */
  edited: string[];
}

/**
 * Brings the regions of a standing document up to date. A region whose rendering did not change keeps its
 * bytes, whatever a formatter made of them; one that was deleted with its markers stays deleted.
 *
 * @throws Failure `regions-damaged`
 */
export async function updateRegions(source: string, update: RegionUpdate): Promise<UpdatedRegions> {
  const result: UpdatedRegions = { text: source, regions: {}, edited: [] };
  const edits: Edit[] = [];
  for (const region of pairMarkers(source, await readStructure(source))) {
    const rendered = own(update.rendered, region.name);
    if (rendered === undefined) continue;
    const stored = own(update.stored, region.name) ?? null;
    const known = update.checklist.filter((entry) => entry.by !== "person-item");
    const unedited = await isUnedited(region.name, region.text, stored, () => update.renderAtHand(region.name), known);
    if (!unedited) result.edited.push(region.name);
    const same = stored !== null && textDigest(region.name, rendered) === stored.text;
    const digests = same ? stored : await regionDigests(region.name, rendered);
    // A rendering that differs in white space only is the same to a reader: its digests stay as well.
    const kept = unedited && stored !== null && digests.tree === stored.tree;
    result.regions[region.name] = kept ? stored : digests;
    const edit = region.name === "checklist"
      ? checklistEdit(source, region, rendered, update, kept)
      : kept ? null : regionEdit(source, region, rendered);
    if (edit !== null) edits.push(edit);
  }
  if (result.edited.length === 0 || update.force) result.text = applyEdits(source, edits);
  return result;
}

function own<T>(values: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function checklistEdit(
  source: string,
  region: FoundRegion,
  rendered: string,
  update: RegionUpdate,
  kept: boolean,
): Edit | null {
  const ours = update.checklist.filter((entry) => entry.by !== "person-item");
  const people = update.checklist.filter((entry) => entry.by === "person-item");
  const standing = readChecklist(region.text, kept ? rendered : update.renderAtHand(region.name), ours);
  if (kept && sameInput(standing, ours, people)) return null;
  const added = people.map((entry) =>
    standing.added.find((item) => item.item === entry.item && item.done === entry.done)?.source ??
      addedItemSource(entry));
  return regionEdit(source, region, dressChecklist(rendered, ours.map((entry) => entry.note), added));
}

function sameInput(
  standing: StandingChecklist,
  ours: readonly ChecklistEntry[],
  people: readonly ChecklistEntry[],
): boolean {
  return standing.ours.length === ours.length && standing.added.length === people.length &&
    standing.ours.every((item, at) => item?.done === ours[at]?.done && item?.note === ours[at]?.note) &&
    standing.added.every((item, at) => item.item === people[at]?.item && item.done === people[at]?.done);
}
