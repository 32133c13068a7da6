import { relative } from "node:path";
import { readPartials } from "../archive/partials.ts";
import { listRecords, readRecord } from "../archive/read.ts";
import { Failure } from "../failure.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { renderRegions } from "../render/regions.ts";
import { loadTemplates } from "../render/templates.ts";
import type { Found, SetUp } from "./doctor-finding.ts";
import { puttingAside } from "./doctor-whole.ts";

/** Partials of the user's own that cannot be read, compiled, or filled with what the newest record holds. */
export async function examinePartials({ workspace: { notes, repository } }: SetUp, notesDirectory: string): Promise<Found[]> {
  try {
    const partials = readPartials(notesDirectory);
    if (Object.keys(partials).length === 0) return [];
    const templates = await loadTemplates(partials, `${notes.folder}/templates`);
    const record = await newestRecord(notesDirectory);
    if (record !== null) renderRegions(record, { expected: null }, templates);
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const path = /\S+\.hbs/.exec(error.message)?.[0] ?? `${notes.folder}/templates`;
    const shown = path.startsWith("/") ? relative(repository.directory, path) : path;
    const message = `${error.message.replace(/\.$/, "")}; expected: ${error.expected.replace(/\.$/, "")}. The mend puts it aside, and ours takes its place.`;
    return [{ code: "partial-invalid", level: "problem", message, mend: puttingAside(shown) }];
  }
}

async function newestRecord(notesDirectory: string): Promise<ChangeRecord | null> {
  const newest = listRecords(notesDirectory, ({ id }) => id).rows[0];
  return newest === undefined ? null : readRecord(notesDirectory, newest).then(({ record }) => record).catch(() => null);
}
