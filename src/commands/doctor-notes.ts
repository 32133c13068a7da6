import { basename, join, relative } from "node:path";
import { bytesOf } from "../archive/examine.ts";
import { readPartials } from "../archive/partials.ts";
import { listRecords, readFacts, readRecord } from "../archive/read.ts";
import { splitConflict } from "../document/conflict.ts";
import { readFrontMatter } from "../document/front-matter.ts";
import { Failure } from "../failure.ts";
import { blobText, commitsOf } from "../git/staged.ts";
import { recordPaths } from "../record/id.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { frontMatterOf } from "../render/record.ts";
import { renderRegions } from "../render/regions.ts";
import { loadTemplates } from "../render/templates.ts";
import { shellWord } from "../rollback/undo.ts";
import type { Found, SetUp } from "./doctor-finding.ts";

/** So many versions of a damaged file are looked at for the last one that is whole. */
const mostVersions = 50;

/** Records that cannot be read, or whose markdown is another ship's. */
export async function examineRecords({ workspace: { repository, notes } }: SetUp, notesDirectory: string): Promise<Found[]> {
  const found: Found[] = [];
  const { rows, problems } = listRecords(notesDirectory, (record) => ({ id: record.id, ours: frontMatterOf(record, null) }));
  for (const { path: absolute, code, message } of problems) {
    const path = relative(repository.directory, absolute);
    // Two versions in one are told of as a clash.
    if (splitConflict(bytesOf(absolute)?.toString("utf8") ?? "") !== null) continue;
    const id = basename(join(absolute, ".."));
    const last = code === "record-newer" ? null : await lastWhole(path, id);
    found.push({
      code: "record-unreadable", level: "problem",
      message: `${path}: ${message}.`,
      mend: code === "record-newer" ? "npm install --global shipnote@latest" : last === null ? `git log --all -p -- ${shellWord(path)}, if it ever was whole` : `git checkout ${last.slice(0, 12)} -- ${shellWord(path)}`,
    });
  }
  for (const { id, ours } of rows) {
    const markdown = bytesOf(join(notesDirectory, recordPaths(id).markdown))?.toString("utf8") ?? null;
    if (markdown === null || splitConflict(markdown) !== null) continue;
    const standing = await readFrontMatter(markdown).catch(() => null);
    const [other, own] = [standing?.range ?? null, ours.range ?? null];
    if (standing === null || (other === own && (standing.id ?? id) === id) || other === null) continue;
    const [page, folder] = [recordPaths(id).markdown, recordPaths(id).folder].map((path) => `${notes.folder}/${path}`);
    found.push({
      code: "record-mixed", level: "problem",
      message: `${page ?? ""} is of the ship ${other}, and record.json beside it of ${own ?? "one without commits"}.`,
      mend: `git log --all --oneline -- ${shellWord(page ?? "")} ${shellWord(folder ?? "")}, then git checkout COMMIT -- both, from where they belong together`,
    });
  }
  return found;

  async function lastWhole(path: string, id: string): Promise<string | null> {
    for (const commit of await commitsOf(repository, path, mostVersions)) {
      const text = await blobText(repository, `${commit}:${path}`);
      if (text !== null && "value" in readFacts(text, id)) return commit;
    }
    return null;
  }
}

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
    return [{ code: "partial-invalid", level: "problem", message: error.message, mend: `mend ${shown} (expected: ${error.expected.replace(/\.$/, "")}), or take it away: git rm ${shellWord(shown)}` }];
  }
}

async function newestRecord(notesDirectory: string): Promise<ChangeRecord | null> {
  const newest = listRecords(notesDirectory, ({ id }) => id).rows[0];
  return newest === undefined ? null : readRecord(notesDirectory, newest).then(({ record }) => record).catch(() => null);
}
