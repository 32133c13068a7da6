import { join } from "node:path";
import { pagesIn } from "../archive/pages.ts";
import { listRecords, readRecord } from "../archive/read.ts";
import { standingText } from "../archive/standing.ts";
import { splitConflict } from "../document/conflict.ts";
import { isUnedited, regionDigests } from "../document/digests.ts";
import { rewriteFrontMatter } from "../document/front-matter.ts";
import { type FileNow, redirectLinks } from "../document/links.ts";
import { findRegions, spliceRegions } from "../document/regions.ts";
import { isSealed, seal, withoutSeal } from "../document/sealed.ts";
import { Failure } from "../failure.ts";
import { factsText } from "../record/assemble.ts";
import { withFactsDigest } from "../record/facts-digest.ts";
import { recordPaths } from "../record/id.ts";
import type { ChangeRecord } from "../record/schema.ts";
import type { Write } from "../write/plan.ts";
import type { RecordFiles } from "./doctor-join.ts";

/** A record that goes by another id now. */
export interface Moved {
  from: string;
  to: string;
  /** Where the files of its folder are now. */
  fileNow: FileNow;
}

/** A record under another id, its links to itself with it. */
export async function renamedFiles({ record, markdown, outcome }: RecordFiles, { from, to, fileNow }: Moved): Promise<RecordFiles> {
  const renamed = { ...record, id: to };
  const moved = { outcome: outcome === null ? null : { ...outcome, id: to } };
  if (markdown === null) return { record: withFactsDigest(renamed, record), markdown, ...moved };
  const text = await rewriteFrontMatter(await redirectLinks(markdown, from, to, fileNow), { id: to });
  return { record: withFactsDigest(await withDigests(renamed, markdown, text), record), markdown: text, ...moved };
}

/**
 * What leads the notes' links to a record's new id: in records, in what they name in their facts, and in every other page
 * of the notes folder.
 *
 * @param means whether the page at a path (relative to the notes folder) speaks of this record where it names the old id
 */
export async function redirectNotes(notesDirectory: string, moved: Moved, means: (path: string) => Promise<boolean>): Promise<Write[]> {
  const { from, to } = moved;
  const own = [from, to].map((id) => recordPaths(id).markdown);
  const naming = new Set(listRecords(notesDirectory, ({ id, remediates, promotion }) => (remediates === from || promotion?.from === from ? id : null)).rows);
  const writes: Write[] = [];
  for (const path of pagesIn(notesDirectory)) {
    const id = /^\d{4}\/(\d{4}-\d{2}-\d{2}-[a-z0-9-]+)\.md$/.exec(path)?.[1] ?? null;
    const text = own.includes(path) ? null : await standingText(join(notesDirectory, path)).catch(() => null);
    if (text === null || splitConflict(text) !== null || !(text.includes(from) || (id !== null && naming.has(id))) || !(await means(path))) continue;
    writes.push(...(await redirected(notesDirectory, { path, id, text }, moved)));
  }
  return writes;
}

async function redirected(notesDirectory: string, { path, id, text }: { path: string; id: string | null; text: string }, moved: Moved): Promise<Write[]> {
  const record = id === null ? null : await readRecord(notesDirectory, id).then((found) => found.record).catch(nullIfFailed);
  const { from, to, fileNow } = moved;
  const changed = record === null ? await redirectPage(text, moved) : await redirectLinks(text, from, to, fileNow);
  const page = changed === text ? [] : [{ path: join(notesDirectory, path), content: changed }];
  if (record === null) return page;
  const { remediates, promotion } = record;
  const facts = await withDigests({
    ...record,
    remediates: remediates === from ? to : remediates,
    promotion: promotion?.from === from ? { ...promotion, from: to } : promotion,
  }, text, changed);
  return [{ path: join(notesDirectory, recordPaths(record.id).facts), content: factsText(facts, record) }, ...page];
}

function nullIfFailed(error: unknown): null {
  if (error instanceof Failure) return null;
  throw error;
}

/** The record with the digests of its regions as they stand in `now`, so far as nobody had edited them in `before`. */
async function withDigests(record: ChangeRecord, before: string, now: string): Promise<ChangeRecord> {
  if (before === now) return record;
  const regions = { ...record.generator.regions };
  const standing = await findRegions(before);
  for (const { name, text } of await findRegions(now)) {
    const was = standing.find((region) => region.name === name);
    const stored = Object.hasOwn(regions, name) ? regions[name] : undefined;
    // Links in a checklist are people's notes, which its digests leave out.
    if (was === undefined || stored === undefined || was.text === text || name === "checklist") continue;
    if (await isUnedited(name, was.text, stored, () => "")) regions[name] = await regionDigests(name, text);
  }
  return { ...record, generator: { ...record.generator, regions } };
}

/** An index or a runbook, whose region carries its own seal. */
async function redirectPage(source: string, { from, to, fileNow }: Moved): Promise<string> {
  const changed = await redirectLinks(source, from, to, fileNow);
  if (changed === source || !changed.includes("<!-- shipnote:")) return changed;
  const before = await findRegions(source);
  const sealed: Record<string, string> = {};
  for (const { name, text } of await findRegions(changed)) {
    const was = before.find((region) => region.name === name);
    if (was !== undefined && was.text !== text && (await isSealed(name, was.text))) sealed[name] = await seal(name, withoutSeal(text));
  }
  return spliceRegions(changed, sealed);
}
