import { existsSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { bytesOf } from "../archive/examine.ts";
import { type MisplacedRecord, misplacedRecords } from "../archive/misplaced.ts";
import { listRecords, readFacts, recordIds } from "../archive/read.ts";
import { standaloneMarkdown } from "../archive/standalone.ts";
import { validateOutcome, validateRecord } from "../archive/validate.ts";
import { splitConflict } from "../document/conflict.ts";
import { damageIn } from "../document/damage.ts";
import { type FrontMatter, readFrontMatter } from "../document/front-matter.ts";
import { blobText, unmergedFiles } from "../git/staged.ts";
import type { Repository } from "../git/repository.ts";
import { recordPaths } from "../record/id.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { frontMatterOf } from "../render/record.ts";
import { shellWord } from "../rollback/undo.ts";
import type { Found, SetUp } from "./doctor-finding.ts";
import { lastWhole, mendingPage, puttingAside, takingBack } from "./doctor-whole.ts";

/** What is looked at of a record that can be read. */
interface Row {
  id: string;
  ours: FrontMatter;
  regions: string[];
  /** What a reader that looks closer finds wrong; null where nothing. */
  problem: string | null;
}

/** The files of a record, relative to the root of the work tree. */
type Files = Record<"markdown" | "facts" | "outcome" | "folder", string>;

/** Records of which a file is missing, cannot be read, or belongs to another ship. */
export async function examineRecords({ workspace }: SetUp, notesDirectory: string): Promise<Found[]> {
  const { repository, notes } = workspace;
  const filesOf = (id: string): Files => {
    const paths = recordPaths(id);
    const below = (path: string): string => `${notes.folder}/${path}`;
    return { markdown: below(paths.markdown), facts: below(paths.facts), outcome: below(paths.outcome), folder: below(paths.folder) };
  };
  const textOf = (path: string): string | null => bytesOf(join(repository.directory, path))?.toString("utf8") ?? null;
  const { rows, problems } = listRecords(notesDirectory, (record): Row => {
    const checked = validateRecord(record);
    if ("problem" in checked) return { id: record.id, ours: {}, regions: [], problem: checked.problem };
    return { id: record.id, ours: frontMatterOf(checked.value, null), regions: Object.keys(checked.value.generator.regions), problem: null };
  });
  // What git is still asked to put together is told of as a clash.
  const unmerged = await unmergedFiles(repository, notes.folder);
  const isUnmerged = (id: string): boolean => unmerged.some(({ path }) => path === filesOf(id).markdown || path.startsWith(`${filesOf(id).folder}/`));
  const elsewhere = misplacedRecords(notesDirectory);
  // What lies in another year's folder, and has its place free, is missing only so long.
  const returning = new Set(elsewhere.filter(({ isFree }) => isFree).map(({ id }) => id));
  const found: Found[] = [];
  const unreadable = [
    ...problems.map(({ path, code, message }) => ({ path: relative(repository.directory, path), code, message })),
    ...rows.flatMap(({ id, problem }) => (problem === null ? [] : [{ path: filesOf(id).facts, code: "record-invalid", message: problem }])),
  ];
  for (const { path, code, message } of unreadable) {
    const id = basename(join(path, ".."));
    if (isUnmerged(id) || splitConflict(textOf(path) ?? "") !== null) continue;
    const last = code === "record-newer" ? null : await lastWhole(repository, path, (text) => factsIn(text, id) !== null);
    found.push({
      code: "record-unreadable", level: "problem", message: `${path}: ${message}.`,
      mend: code === "record-newer" ? "npm install --global shipnote@latest" : last === null ? `git log --all -p -- ${shellWord(path)}` : takingBack(last, path),
    });
  }
  for (const row of rows.filter(({ id }) => !isUnmerged(id))) {
    const files = filesOf(row.id);
    const markdown = textOf(files.markdown);
    found.push(...(await examineOutcome(row.id, files.outcome, textOf(files.outcome), repository)));
    if (row.problem !== null || (markdown !== null && splitConflict(markdown) !== null)) continue;
    if (markdown !== null) found.push(...(await examineMarkdown(row, markdown, files, repository)));
    else if (!returning.has(row.id)) found.push(await missingMarkdown(row, files, repository));
  }
  const withFacts = new Set(recordIds(notesDirectory).filter((id) => existsSync(join(notesDirectory, recordPaths(id).facts))));
  for (const id of standaloneMarkdown(notesDirectory, withFacts).filter((each) => !isUnmerged(each) && !returning.has(each))) found.push(await missingFacts(id, filesOf(id), repository));
  return [...found, ...misplaced(elsewhere, workspace)];
}

/** Records in the folder of another year than their id's, where nothing reads them. */
function misplaced(records: readonly MisplacedRecord[], { repository, notes: { folder } }: SetUp["workspace"]): Found[] {
  return records.map(({ id, paths, isFree }): Found => {
    const there = paths.map((path) => `${folder}/${path}`);
    const target = `${folder}/${id.slice(0, 4)}/`;
    return {
      code: "record-misplaced", level: "problem", message: `${there[0] ?? id} is of a record of ${id.slice(0, 4)}, and nothing reads it there${isFree ? "" : `. One of this id stands in ${target}, too`}.`,
      mend: isFree ? `mkdir -p ${shellWord(target)} && mv ${there.map(shellWord).join(" ")} ${shellWord(target)}` : there.map((path) => puttingAside(repository, path)).join(" && "),
    };
  });
}

function factsIn(text: string, id: string): ChangeRecord | null {
  const read = readFacts(text, id);
  const checked = "problem" in read ? read : validateRecord(read.value);
  return "problem" in checked ? null : checked.value;
}

async function examineOutcome(id: string, path: string, text: string | null, repository: Repository): Promise<Found[]> {
  const problem = text === null || splitConflict(text) !== null ? null : outcomeProblem(text, id);
  if (problem === null) return [];
  const last = await lastWhole(repository, path, (old) => outcomeProblem(old, id) === null);
  return [{ code: "record-unreadable", level: "problem", message: `${path}: ${problem}.`, mend: last === null ? puttingAside(repository, path) : takingBack(last, path) }];
}

function outcomeProblem(text: string, id: string): string | null {
  try {
    const checked = validateOutcome(JSON.parse(text), id);
    return "problem" in checked ? checked.problem : null;
  } catch {
    return "it is no JSON";
  }
}

async function missingMarkdown({ id }: Row, { markdown }: Files, repository: Repository): Promise<Found> {
  const last = await lastWhole(repository, markdown, (text) => splitConflict(text) === null);
  return {
    code: "record-incomplete", level: "problem", message: `${markdown} is missing: only the facts of ${id} are there.`,
    mend: last === null ? `shipnote record --id ${id}` : takingBack(last, markdown),
  };
}

async function examineMarkdown({ id, ours, regions }: Row, markdown: string, files: Files, repository: Repository): Promise<Found[]> {
  const damage = await damageIn(markdown, id, regions);
  const path = files.markdown;
  if (damage !== null) {
    const { words, mend } = await mendingPage(repository, path, markdown, async (text) => (await damageIn(text, id, regions)) === null, `shipnote record --id ${id}`);
    return [{ code: "markdown-damaged", level: "problem", message: `${path}: ${damage} ${words}`, mend }];
  }
  const standing = await readFrontMatter(markdown);
  const [other, own] = [standing?.range ?? null, ours.range ?? null];
  if (standing === null || (other === own && (standing.id ?? id) === id) || other === null) return [];
  const together = await lastWhole(repository, path, async (text, commit) => {
    const facts = factsIn((await blobText(repository, `${commit}:${files.facts}`)) ?? "", id);
    const then = await readFrontMatter(text).catch(() => null);
    return facts !== null && then !== null && then.id === id && then.range === (frontMatterOf(facts, null).range ?? undefined);
  });
  // What stands there may be written down nowhere else.
  const aside = (await blobText(repository, `HEAD:${path}`)) === markdown ? "" : `${puttingAside(repository, path)} && `;
  return [{
    code: "record-mixed", level: "problem",
    message: `${path} is of the ship ${other}, and record.json beside it of ${own ?? "one without commits"}.`,
    mend: together === null ? `git log --all --oneline -- ${shellWord(path)} ${shellWord(files.folder)}` : `${aside}${takingBack(together, path, files.folder)}`,
  }];
}

async function missingFacts(id: string, { facts, folder }: Files, repository: Repository): Promise<Found> {
  // Where the folder is gone, so is all that stood beside it.
  const gone = existsSync(join(repository.directory, folder)) ? facts : folder;
  const last = await lastWhole(repository, facts, (old) => factsIn(old, id) !== null, gone);
  return {
    code: "record-incomplete", level: "problem", message: `${facts} is missing: only the text of ${id} is there.`,
    mend: last === null ? `git log --all --oneline -- ${shellWord(facts)}` : takingBack(last, gone),
  };
}
