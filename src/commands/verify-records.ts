import { type Examined, examineRecord } from "../archive/examine.ts";
import { readPartials } from "../archive/partials.ts";
import { gatherAgain } from "../gather/audit.ts";
import type { History } from "../gather/audit-history.ts";
import type { MovedShips } from "../gather/audit-moved.ts";
import { hasRange, type RangedRecord } from "../gather/range-line.ts";
import { historyMissing } from "../git/revisions.ts";
import { auditFacts, auditItself, auditLinks } from "../record/audit.ts";
import type { Discrepancy, Finding, ListedException } from "../record/finding.ts";
import { recordPaths } from "../record/id.ts";
import { lineInJson } from "../record/json-place.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { loadTemplates, type Templates } from "../render/templates.ts";
import { version } from "../version.ts";
import type { Workspace } from "../workspace.ts";
import { auditDocument, showing, type StandingRecord } from "./verify-document.ts";
import { auditPlots } from "./verify-plots.ts";

/** So many records are in memory at once, and share their git processes. */
const batchSize = 256;

/** What the records are judged by. */
export interface RecordsRequest {
  workspace: Workspace;
  notesDirectory: string;
  /** The records to look at. */
  wanted: readonly string[];
  /** All records. */
  ids: ReadonlySet<string>;
  history: History;
  ships: MovedShips;
  show: (text: string) => void;
}

/** Judges records: their files by themselves, then their facts against git, some hundred at a time. */
export async function auditRecords(request: RecordsRequest): Promise<{ findings: Finding[]; exceptions: ListedException[] }> {
  const { workspace, notesDirectory, wanted, show } = request;
  const templates = await loadTemplates(readPartials(notesDirectory), `${workspace.notes.folder}/templates`);
  const findings: Finding[] = [];
  const exceptions: ListedException[] = [];
  for (let at = 0; at < wanted.length; at += batchSize) {
    show(`Checking records: ${at} of ${wanted.length}`);
    const batch = wanted.slice(at, at + batchSize).map((id) => examineRecord(notesDirectory, id));
    // git works while the documents are judged.
    const facts = auditGit(batch, request);
    facts.catch(() => undefined);
    const documents: Finding[][] = [];
    for (const examined of batch) documents.push(await auditFiles(examined, request, templates));
    const byGit = await facts;
    batch.forEach(({ id, record }, place) => {
      findings.push(...(documents[place] ?? []), ...(byGit.get(id) ?? []));
      const path = `${workspace.notes.folder}/${recordPaths(id).markdown}`;
      exceptions.push(...(record?.exceptions ?? []).map(({ rule, reason }) => ({ record: id, path, rule, reason })));
    });
  }
  return { findings, exceptions };
}

/** Everything that the files of a record say by themselves. */
async function auditFiles(examined: Examined, { workspace, notesDirectory, ids }: RecordsRequest, templates: Templates): Promise<Finding[]> {
  const { id, record, text, markdown, problems } = examined;
  const { folder } = workspace.notes;
  const paths = recordPaths(id);
  const found: Finding[] = problems.map(({ path, message }) => ({
    code: "invalid", record: id, path: `${folder}/${path}`, line: lineNamed(message), message, mend: showing(`${folder}/${path}`),
  }));
  const missing = (path: string, message: string, mend: string): Finding => ({ code: "incomplete", record: id, path: `${folder}/${path}`, line: null, message, mend });
  if (text === null && problems.length === 0) found.push(missing(paths.facts, "record.json is missing", showing(`${folder}/${paths.facts}`)));
  if (markdown === null && problems.length === 0) found.push(missing(paths.markdown, "the markdown is missing", `shipnote record --id ${id}`));
  if (record === null) return found;
  found.push(...placed([...auditItself(record), ...auditLinks(record, ids)], examined, workspace, showing(`${folder}/${paths.facts}`)));
  const comparable = isOfToday(record) && record.generator.templates === templates.digest;
  found.push(...await auditPlots(record, { notesDirectory, folder, comparable: isOfToday(record) }));
  if (!isStanding(examined)) return found;
  const required = Object.hasOwn(workspace.config.policy, record.environment) ? (workspace.config.policy[record.environment]?.require ?? []) : [];
  const path = `${folder}/${paths.markdown}`;
  const document = await auditDocument(examined, { templates, comparable, ids, required, path, facts: `${folder}/${paths.facts}` });
  return [...found, ...document.map((finding) => ({ ...finding, record: id, path }))];
}

function isStanding(examined: Examined): examined is StandingRecord {
  return examined.record !== null && examined.markdown !== null;
}

/** Whether this version wrote it, so that what its rules make of the facts now must be what stands. */
function isOfToday({ generator }: ChangeRecord): boolean {
  return generator.version === version;
}

function lineNamed(message: string): number | null {
  const line = /\bline (\d+)/.exec(message)?.[1];
  return line === undefined ? null : Number(line);
}

/** Everything that git says of the records of one batch, by id. */
async function auditGit(batch: readonly Examined[], request: RecordsRequest): Promise<Map<string, Finding[]>> {
  const { workspace, history, ships } = request;
  const { repository, config, notes } = workspace;
  const ranged = batch.flatMap((examined) => (examined.record !== null && hasRange(examined.record) ? [{ examined, record: examined.record }] : []));
  for (const { record } of ranged) requireHistory(record, request);
  const again = await gatherAgain(ranged.map(({ record }) => record), {
    repository, history, config, notes, ...ships, isOfToday,
  });
  return new Map(ranged.map(({ examined, record }, place) => {
    const facts = again[place];
    const discrepancies = [...auditPlace(record, ships), ...(facts === undefined ? [] : auditFacts(record, facts))];
    return [record.id, placed(discrepancies, examined, workspace, `shipnote record --id ${record.id}`)];
  }));
}

/** @throws Failure `history-missing` where a shallow clone cannot tell */
function requireHistory({ id, range, commits }: RangedRecord, { workspace: { repository }, history }: RecordsRequest): void {
  if (!repository.shallow) return;
  const ends = [range.to, ...(range.from === null ? [] : [range.from]), ...commits.map(({ sha }) => sha)];
  if (ends.some((commit) => !history.has(commit))) throw historyMissing(`what ${id} shipped`);
}

/** Where a ship's commits are by now. */
function auditPlace({ id, range: { to } }: RangedRecord, { lost, moved, takenAway }: MovedShips): Discrepancy[] {
  if (!lost.has(id)) return [];
  const now = moved.get(to);
  const at = ["range", "to"];
  if (now !== undefined) return [{ code: "rewritten", at, message: `history was rewritten: ${to.slice(0, 12)} is ${now.slice(0, 12)} now` }];
  if (takenAway.has(to)) return [{ code: "rewritten", at, message: `history was rewritten: ${to.slice(0, 12)} was rolled back, and is in no branch any more` }];
  return [{ code: "does-not-follow", at, message: `${to.slice(0, 12)} is in no branch and no tag, and HEAD has no commit with its tree or its patch` }];
}

/** Discrepancies of a record with their lines in record.json. */
function placed(discrepancies: readonly Discrepancy[], { id, text }: Examined, { notes }: Workspace, mend: string): Finding[] {
  return discrepancies.map(({ code, at, message }) => ({
    code,
    record: id,
    path: `${notes.folder}/${recordPaths(id).facts}`,
    line: text === null ? null : lineInJson(text, at),
    message: `${wayOf(at)}: ${message}`,
    mend: code === "rewritten" ? `shipnote record --id ${id} --relink` : mend,
  }));
}

function wayOf(at: readonly (string | number)[]): string {
  return at.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("").replace(/^\./, "");
}
