import { partialNames, readPartial } from "../archive/partials.ts";
import { listRecords, readRecord } from "../archive/read.ts";
import { Failure } from "../failure.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { renderRegions } from "../render/regions.ts";
import { loadTemplates } from "../render/templates.ts";
import type { Found, SetUp } from "./doctor-finding.ts";
import { puttingAside } from "./doctor-whole.ts";

/** Partials of the user's own that cannot be read, compiled, or filled with what the newest record holds. */
export async function examinePartials({ workspace: { notes, repository } }: SetUp, notesDirectory: string): Promise<Found[]> {
  const names = partialNames(notesDirectory);
  const record = names.length === 0 ? null : await newestRecord(notesDirectory);
  const folder = `${notes.folder}/templates`;
  const found: Found[] = [];
  // Each alone among ours: so it is known which it is.
  for (const name of names) {
    try {
      const templates = await loadTemplates({ [name]: readPartial(notesDirectory, name) }, folder);
      if (record !== null) renderRegions(record, { expected: null }, templates);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const message = `${error.message.replace(/\.$/, "")}; expected: ${error.expected.replace(/\.$/, "")}. The mend puts it aside, and ours takes its place.`;
      found.push({ code: "partial-invalid", level: "problem", message, mend: puttingAside(repository, `${folder}/${name}.hbs`) });
    }
  }
  return found;
}

async function newestRecord(notesDirectory: string): Promise<ChangeRecord | null> {
  const newest = listRecords(notesDirectory, ({ id }) => id).rows[0];
  return newest === undefined ? null : readRecord(notesDirectory, newest).then(({ record }) => record).catch(() => null);
}
