import { isUtf8 } from "node:buffer";
import { lstatSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, normalize, sep } from "node:path";
import { errorCode, Failure } from "../failure.ts";
import type { ChangeRecord, Outcome } from "../record/schema.ts";
import { nearestIds } from "./nearest.ts";
import { type ArchiveProblem, namesIn, notReadable } from "./unreadable.ts";

/** What was selected of each record, newest `shippedAt` first (then `recordedAt`, then id), and what could not be read. */
export interface Listed<T> {
  rows: T[];
  problems: ArchiveProblem[];
}

/** A record as it stands, with what lies beside it. */
export interface Archived {
  id: string;
  /** Of record.json; absolute where the notes folder was. */
  path: string;
  /** Of the markdown. */
  markdownPath: string;
  record: ChangeRecord;
  /** The markdown's source; null where it is missing. */
  markdown: string | null;
  outcome: Outcome | null;
}

const idPattern = /^\d{4}-\d{2}-\d{2}-[a-z0-9-]+$/;
const yearPattern = /^\d{4}$/;

/**
 * Goes through all records of a notes folder, one at a time, and keeps what `select` takes of each: ten
 * thousand records are never in memory at once. A record is looked at by hand, not validated; damaged files
 * are reported, not thrown.
 *
 * @throws Failure `not-readable` where a folder cannot be listed, `notes-unsafe` where the notes are no folder
 */
export function listRecords<T>(notesDir: string, select: (record: ChangeRecord, path: string) => T | null): Listed<T> {
  const folder = normalize(notesDir);
  const kept: { key: string; row: T }[] = [];
  const problems: ArchiveProblem[] = [];
  for (const id of recordIds(folder)) {
    const path = recordPath(folder, id);
    const text = readIfThere(path);
    if (text === null) continue;
    const value = parse(text);
    if (!isLikeRecord(value, id)) {
      problems.push({ path, ...problemOf(value, id) });
      continue;
    }
    const row = select(value, path);
    if (row !== null) kept.push({ key: rank(value), row });
  }
  kept.sort((a, b) => (a.key < b.key ? 1 : a.key > b.key ? -1 : 0));
  return { rows: kept.map((entry) => entry.row), problems };
}

/** A record.json as it stands, looked at by hand like those of {@link listRecords}, or what is wrong with it. */
export function readFacts(text: string, id: string): { value: ChangeRecord } | { problem: string; code: ArchiveProblem["code"] } {
  const value = parse(text);
  if (isLikeRecord(value, id)) return { value };
  const { code, message } = problemOf(value, id);
  return { problem: message, code };
}

/** What records are ordered by: the greater, the newer. */
export function rank({ shippedAt, recordedAt, id }: Pick<ChangeRecord, "shippedAt" | "recordedAt" | "id">): string {
  return `${shippedAt} ${recordedAt} ${id}`;
}

/** The ids of all folders of records, by code unit; whether a record.json lies in them is not looked at. */
export function recordIds(notesDir: string): string[] {
  if (lstatSync(notesDir, { throwIfNoEntry: false })?.isFile() === true) {
    throw new Failure("notes-unsafe", `${notesDir} is a file.`, { expected: "a folder, for the notes", retry: true });
  }
  const years = namesIn(notesDir).filter((name) => yearPattern.test(name));
  return years.flatMap((year) =>
    namesIn(join(notesDir, year)).filter((name) => idPattern.test(name) && name.startsWith(year))
  ).sort();
}

/**
 * Reads one record, validated, with its markdown and its outcome.
 *
 * @param named an id, the beginning of just one, or a path to its markdown or record.json
 * @throws Failure `record-unknown` (naming the nearest ids), `record-invalid` (with the place), `record-newer`, `not-readable`
 */
export async function readRecord(notesDir: string, named: string): Promise<Archived> {
  const id = resolveId(notesDir, named);
  const path = recordPath(normalize(notesDir), id);
  const markdownPath = join(notesDir, id.slice(0, 4), `${id}.md`);
  const outcomePath = join(notesDir, id.slice(0, 4), id, "outcome.json");
  const [text, markdown, outcomeText] = await Promise.all([path, markdownPath, outcomePath].map(fileText));
  if (typeof text !== "string") throw unknown(notesDir, id);
  const { validateOutcome, validateRecord } = await import("./validate.ts");
  const value = parse(text);
  if (!isLikeRecord(value, id)) {
    const { code, message } = problemOf(value, id);
    throw invalid(path, code, message);
  }
  const checked = validateRecord(value);
  if ("problem" in checked) throw invalid(path, "record-invalid", checked.problem);
  const outcomeValue = typeof outcomeText === "string" ? parse(outcomeText) : null;
  if (isUnreadable(outcomeValue)) throw invalid(outcomePath, "record-invalid", outcomeValue.unreadable);
  const outcome = outcomeValue === null ? { value: null } : validateOutcome(outcomeValue, id);
  if ("problem" in outcome) throw invalid(outcomePath, "record-invalid", outcome.problem);
  return { id, path, markdownPath, record: checked.value, markdown: markdown ?? null, outcome: outcome.value };
}

function recordPath(notesDir: string, id: string): string {
  // Ten thousand calls of `join` would cost as much as reading a thousand records.
  return `${notesDir}${sep}${id.slice(0, 4)}${sep}${id}${sep}record.json`;
}

function resolveId(notesDir: string, named: string): string {
  const last = /([^/\\]+?)(?:\.md|[/\\](?:record|outcome)\.json)?[/\\]?$/.exec(named)?.[1] ?? "";
  // Only what an id may hold is ever made part of a path.
  if (!/^[a-z0-9-]+$/.test(last)) throw unknown(notesDir, named);
  if (idPattern.test(last) && readIfThere(recordPath(notesDir, last)) !== null) return last;
  const candidates = recordIds(notesDir).filter((id) => id.startsWith(last));
  const [only, second] = candidates;
  if (only === undefined) throw unknown(notesDir, last);
  if (second === undefined) return only;
  const more = candidates.length > 5 ? `, and ${candidates.length - 5} more` : "";
  throw new Failure("record-unknown", `${last} begins the id of ${candidates.length} records.`, {
    expected: `One of ${candidates.slice(0, 5).join(", ")}${more}.`,
    retry: true,
  });
}

function unknown(notesDir: string, named: string): Failure {
  const nearest = nearestIds(named, recordIds(notesDir));
  return new Failure("record-unknown", `There is no record ${JSON.stringify(named.slice(0, 100))}.`, {
    expected: nearest.length === 0
      ? "The id of a record; there are none yet."
      : `The id of a record, the beginning of one, or a path to one. Nearest: ${nearest.join(", ")}.`,
    retry: true,
  });
}

function invalid(path: string, code: ArchiveProblem["code"], message: string): Failure {
  return new Failure(code, `${path}: ${message}.`, {
    expected: code === "record-newer"
      ? "A record of version 1; a newer shipnote reads this one."
      : "The file as shipnote wrote it; git has it, if it was committed.",
    retry: true,
  });
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    return isMissing(error, path) ? null : "";
  }
}

/** The text of a file that may be written again: every byte of it must come back. Null where there is none. */
async function fileText(path: string): Promise<string | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (isMissing(error, path)) return null;
    throw notReadable(path, error);
  }
  if (!isUtf8(bytes)) throw invalid(path, "record-invalid", "it is not UTF-8");
  return bytes.toString("utf8");
}

/** A link to nothing is there, and no file. */
function isMissing(error: unknown, path: string): boolean {
  const code = errorCode(error);
  return code === "ENOTDIR" || (code === "ENOENT" && lstatSync(path, { throwIfNoEntry: false }) === undefined);
}

/** What stands in place of a value that could not be read, with the place in the text. */
interface Unreadable {
  unreadable: string;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isUnreadable(value: unknown): value is Unreadable {
  return isObject(value) && typeof value["unreadable"] === "string";
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    const unreadable: Unreadable = { unreadable: placeOf(error, text) };
    return unreadable;
  }
}

/** Where it stops being JSON, in our own words: the engine's quote the file. */
function placeOf(error: unknown, text: string): string {
  const position = /position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
  if (text.trim() === "") return "it is empty or cannot be read";
  if (position === undefined || Number(position) >= text.trimEnd().length) return "it ends too early to be JSON";
  const before = text.slice(0, Number(position)).split("\n");
  return `it is no JSON: line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/** Why a value is no record of that id. */
function problemOf(value: unknown, id: string): { code: ArchiveProblem["code"]; message: string } {
  const fail = (message: string) => ({ code: "record-invalid" as const, message });
  if (isUnreadable(value)) return fail(value.unreadable);
  if (!isObject(value)) return fail("it is no JSON object");
  const { version, id: own } = value;
  if (typeof version === "number" && version > 1) {
    return { code: "record-newer", message: `it is of version ${version}, written by a newer shipnote` };
  }
  if (version !== 1) return fail("`version` is not 1");
  if (typeof own !== "string") return fail("`id` is missing");
  if (own !== id) return fail(`it is the record of ${JSON.stringify(own.slice(0, 100))}, not of ${id}`);
  return fail("it lacks parts that every record has");
}

const texts = ["title", "recordedAt", "environment", "shippedAt", "verdict", "direction"];
const lists = ["commits", "files", "commands", "metrics", "checklist", "contributors", "notes"];
const objects = ["rollback", "counts", "generator", "actor"];

function isLikeRecord(value: unknown, id: string): value is ChangeRecord {
  return isObject(value) && value["version"] === 1 && value["id"] === id &&
    texts.every((key) => typeof value[key] === "string") &&
    lists.every((key) => Array.isArray(value[key])) &&
    objects.every((key) => isObject(value[key]));
}
