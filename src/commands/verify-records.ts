import { type Examined, examineRecord } from "../archive/examine.ts";
import { readPartials } from "../archive/partials.ts";
import { gatherAgain } from "../gather/audit.ts";
import type { History } from "../gather/audit-history.ts";
import type { MovedShips } from "../gather/audit-moved.ts";
import { hasRange, type RangedRecord } from "../gather/range-line.ts";
import { historyMissing } from "../git/revisions.ts";
import { auditFacts, auditItself, auditLinks } from "../record/audit.ts";
import { auditTime } from "../record/audit-time.ts";
import { isAsWritten } from "../record/facts-digest.ts";
import type { Discrepancy, Finding, ListedException, Unrendered } from "../record/finding.ts";
import { recordPaths } from "../record/id.ts";
import { lineInJson } from "../record/json-place.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { plotNames } from "../render/plot-name.ts";
import { loadTemplates, type Templates } from "../render/templates.ts";
import { version } from "../version.ts";
import type { Workspace } from "../workspace.ts";
import { type Back, factsBack, type Found, markdownBack, outcomeBack, withMends } from "./verify-back.ts";
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

/** What was found in records, and how many of them were written by what renders otherwise. */
export interface AuditedRecords {
  findings: Finding[];
  exceptions: ListedException[];
  unrendered: Unrendered;
}

/** Judges records: their files by themselves, then their facts against git, some hundred at a time. */
export async function auditRecords(request: RecordsRequest): Promise<AuditedRecords> {
  const { workspace, notesDirectory, wanted, show } = request;
  const templates = await loadTemplates(readPartials(notesDirectory), `${workspace.notes.folder}/templates`);
  const found: Found[] = [];
  const exceptions: ListedException[] = [];
  const unrendered: Unrendered = { sealed: 0, open: 0 };
  for (let at = 0; at < wanted.length; at += batchSize) {
    show(`Checking records: ${at} of ${wanted.length}`);
    const batch = wanted.slice(at, at + batchSize).map((id): Judged => judged(examineRecord(notesDirectory, id), templates));
    // git works while the documents are judged.
    const facts = auditGit(batch, request);
    facts.catch(() => undefined);
    const documents: Found[][] = [];
    for (const each of batch) documents.push(await auditFiles(each, request, templates));
    const byGit = await facts;
    batch.forEach(({ examined: { id, record, text }, written, comparable }, place) => {
      const path = `${workspace.notes.folder}/${recordPaths(id).markdown}`;
      const facts = `${workspace.notes.folder}/${recordPaths(id).facts}`;
      const all = [...(documents[place] ?? []), ...(byGit.get(id) ?? [])];
      // Where record.json itself was edited, what rests on it is mended with it.
      found.push(...(written === false ? all.map((each) => ({ ...each, mend: showing(facts), back: factsBack(id, facts, text) })) : all));
      exceptions.push(...(record?.exceptions ?? []).map(({ rule, reason }) => ({ record: id, path, rule, reason })));
      if (record !== null && !comparable && written !== false) unrendered[written === true ? "sealed" : "open"] += 1;
    });
  }
  show("Looking for what mends them");
  return { findings: await withMends(workspace.repository, found), exceptions, unrendered };
}

/** A record with what it can be judged by. */
interface Judged {
  examined: Examined;
  /** Whether its record.json is as it was written; null where it keeps no digest. */
  written: boolean | null;
  /** Whether this version and these templates rendered it. */
  comparable: boolean;
}

function judged(examined: Examined, templates: Templates): Judged {
  const { record } = examined;
  if (record === null) return { examined, written: null, comparable: false };
  return { examined, written: isAsWritten(record), comparable: isOfToday(record) && record.generator.templates === templates.digest };
}

/** Everything that the files of a record say by themselves. */
async function auditFiles({ examined, written, comparable }: Judged, request: RecordsRequest, templates: Templates): Promise<Found[]> {
  const { workspace, notesDirectory, ids } = request;
  const { id, record, text } = examined;
  const { folder } = workspace.notes;
  const paths = recordPaths(id);
  const [facts, path] = [`${folder}/${paths.facts}`, `${folder}/${paths.markdown}`];
  const back = factsBack(id, facts, text);
  const found = auditPresence(examined, folder);
  if (record === null) return found;
  if (written === false) found.push({ code: "edited", record: id, path: facts, line: null, message: "record.json is not as shipnote wrote it", mend: showing(facts), back });
  found.push(...placed([...auditItself(record), ...auditTime(record), ...auditLinks(record, ids)], examined, workspace, false));
  found.push(...await auditPlots(record, { notesDirectory, folder, comparable: isOfToday(record) }));
  if (!isStanding(examined)) return found;
  const required = Object.hasOwn(workspace.config.policy, record.environment) ? (workspace.config.policy[record.environment]?.require ?? []) : [];
  const plots = [...plotNames(record.metrics), ...Object.keys(record.generator.plots ?? {})];
  const links = { root: workspace.repository.directory, folder, ids, told: new Set(plots.map((name) => `${folder}/${paths.folder}/${name ?? ""}`)) };
  const document = await auditDocument(examined, { templates, comparable, links, required, path, facts });
  const backs = { facts: back, markdown: markdownBack(id, path, examined.markdown, Object.keys(record.generator.regions)) };
  return [...found, ...document.map((finding) => ({ ...finding, record: id, path, back: finding.back === null ? null : backs[finding.back] }))];
}

/** Files of a record that are not there, or cannot be read. */
function auditPresence({ id, text, markdown, problems }: Examined, folder: string): Found[] {
  const paths = recordPaths(id);
  const backOf = (path: string): Back => {
    const place = `${folder}/${path}`;
    return path === paths.facts ? factsBack(id, place, text) : path === paths.outcome ? outcomeBack(id, place) : markdownBack(id, place, markdown);
  };
  const found = problems.map(({ path, message, isNewer }): Found => ({
    code: "invalid", record: id, path: `${folder}/${path}`, line: lineNamed(message), message,
    ...(isNewer ? { mend: "npm install --global shipnote@latest", back: null } : { mend: showing(`${folder}/${path}`), back: backOf(path) }),
  }));
  if (problems.length > 0) return found;
  const missing = (path: string, message: string, mend: string): Found => ({ code: "incomplete", record: id, path: `${folder}/${path}`, line: null, message, mend, back: backOf(path) });
  return [
    ...(text === null ? [missing(paths.facts, "record.json is missing", showing(`${folder}/${paths.facts}`))] : []),
    ...(markdown === null ? [missing(paths.markdown, "the markdown is missing", `shipnote record --id ${id}`)] : []),
  ];
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
async function auditGit(batch: readonly Judged[], request: RecordsRequest): Promise<Map<string, Found[]>> {
  const { workspace, history, ships } = request;
  const { repository, config, notes } = workspace;
  const ranged = batch.flatMap(({ examined, written }) => (examined.record !== null && hasRange(examined.record) ? [{ examined, record: examined.record, written }] : []));
  for (const { record } of ranged) requireHistory(record, request);
  const again = await gatherAgain(ranged.map(({ record }) => record), {
    repository, history, config, notes, ...ships, isOfToday,
  });
  return new Map(ranged.map(({ examined, record, written }, place) => {
    const facts = again[place];
    const discrepancies = [...auditPlace(record, ships), ...(facts === undefined ? [] : auditFacts(record, facts))];
    const found = placed(discrepancies, examined, workspace);
    // Only people can say what a ship is now that no commit has its tree or its patch.
    return [record.id, isGone(record, ships) ? found.map((each) => ({ ...each, mend: `shipnote record --id ${record.id} --relink --to REV`, back: written === true ? null : each.back })) : found];
  }));
}

/** @throws Failure `history-missing` where a shallow clone cannot tell */
function requireHistory({ id, range, commits }: RangedRecord, { workspace: { repository }, history }: RecordsRequest): void {
  if (!repository.shallow) return;
  const ends = [range.to, ...(range.from === null ? [] : [range.from]), ...commits.map(({ sha }) => sha)];
  if (ends.some((commit) => !history.has(commit))) throw historyMissing(`what ${id} shipped`);
}

/** Whether nothing that ships has a ship's commits, nor what could be told to be them. */
function isGone({ id, range: { to } }: RangedRecord, { lost, moved, takenAway }: MovedShips): boolean {
  return lost.has(id) && !moved.has(to) && !takenAway.has(to);
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

/**
 * Discrepancies of a record with their lines in record.json. What git says otherwise is gathered again by `record`; the
 * range, and what one part of a record says of another, stand as they were recorded.
 */
function placed(discrepancies: readonly Discrepancy[], { id, text }: Examined, { notes }: Workspace, isGathered = true): Found[] {
  const path = `${notes.folder}/${recordPaths(id).facts}`;
  return discrepancies.map(({ code, at, message }) => {
    const [part] = at;
    const stands = code !== "rewritten" && (isGathered ? part === "range" : part !== "verdict" && part !== "references");
    return {
      code,
      record: id,
      path,
      line: text === null ? null : lineInJson(text, at),
      message: `${wayOf(at)}: ${message}`,
      mend: code === "rewritten" ? `shipnote record --id ${id} --relink` : stands ? showing(path) : `shipnote record --id ${id}`,
      back: stands ? factsBack(id, path, text, at) : null,
    };
  });
}

function wayOf(at: readonly (string | number)[]): string {
  return at.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("").replace(/^\./, "");
}
