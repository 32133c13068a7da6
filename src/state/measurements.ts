import { randomUUID } from "node:crypto";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errorCode, Failure } from "../failure.ts";
import type { MeasuredMetric } from "../record/schema.ts";
import { maskAll, type SecretRules } from "../secrets.ts";
import { listNames, replaceFile, stampOf } from "./files.ts";
import { namesKeptApart } from "./masked-names.ts";
import type { Results } from "./results-schema.ts";

export type { Results };

/** Results kept in the git directory; `id` names them there. */
export type KeptResults = Results & { id: string };

/** Larger files are no results of ours, in bytes. */
const largestFile = 256 * 1024 * 1024;

/**
 * Keeps results, masked, in the git directory, and in a file where `--save` names one. Where one of the two cannot be
 * written, the other is all the same.
 *
 * @returns their id, and what was kept
 * @throws Failure `not-writable`, `disk-full`
 */
export async function saveResults(
  stateDirectory: string,
  taken: Results,
  rules: SecretRules,
  file: string | null = null,
): Promise<{ id: string; results: Results }> {
  const results = await maskResults(taken, rules);
  const id = `${stampOf(results.takenAt)}-${results.side}-${randomUUID().slice(0, 8)}`;
  const text = textOf(results);
  try {
    replaceFile(join(stateDirectory, "results", `${id}.json`), text);
  } finally {
    if (file !== null) writeSaved(file, text);
  }
  return { id, results };
}

function writeSaved(path: string, text: string): void {
  try {
    replaceFile(path, text);
  } catch (cause) {
    throw unsaved(path, cause);
  }
}

/** Looks whether results can be written where `--save` says, before anything is measured. @throws Failure `not-writable` */
export function requireSavable(path: string): void {
  if (isFolder(path)) throw unsaved(`${path}, which is a folder`);
  let folder = dirname(path);
  while (!existsSync(folder)) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw unsaved(path, cause);
  }
  if (!isFolder(folder)) throw unsaved(path);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function unsaved(path: string, cause?: unknown): Failure {
  const full = cause instanceof Failure && cause.code === "disk-full";
  return new Failure(full ? "disk-full" : "not-writable", `The results could not be written to ${path}.`, {
    expected: full ? "room on the disk that holds it" : "a file in a folder that may be written",
    retry: true,
    cause,
  });
}

/**
 * The kept results, oldest first.
 *
 * @param since results of an earlier second are not even read; null reads all
 * @throws Failure `results-invalid` naming the file that cannot be read
 */
export async function readResults(stateDirectory: string, since: string | null = null): Promise<KeptResults[]> {
  const folder = join(stateDirectory, "results");
  const oldest = since === null ? "" : stampOf(since);
  const names = listNames(folder).filter((name) => name.endsWith(".json") && name.slice(0, oldest.length) >= oldest);
  const kept = await Promise.all(
    names.map(async (name) => ({ ...(await readOne(join(folder, name))), id: name.slice(0, -".json".length) })),
  );
  return kept.sort((a, b) => (a.takenAt < b.takenAt ? -1 : a.takenAt > b.takenAt ? 1 : a.id < b.id ? -1 : 1));
}

/** Marks results as taken by a record: they go to no other. Results that are gone are passed over. */
export async function markResultsTaken(stateDirectory: string, ids: readonly string[], recordId: string): Promise<void> {
  const folder = join(stateDirectory, "results");
  const present = new Set(listNames(folder));
  for (const id of ids) {
    if (!present.has(`${id}.json`)) continue;
    const path = join(folder, `${id}.json`);
    const taken = await readOne(path);
    if (taken.takenBy !== recordId) replaceFile(path, textOf({ ...taken, takenBy: recordId }));
  }
}

/**
 * Reads what `--save` wrote.
 *
 * @param repository which one this is, as results have it
 * @throws Failure `results-invalid`: missing, damaged, of a newer version, or for another repository
 */
export async function readResultsFile(path: string, repository: string): Promise<Results> {
  const found = await readOne(path);
  if (sameRepository(found.repository, repository)) return found;
  throw invalid(`${path} holds the results of another repository`, "results that before --save or after --save wrote in this repository");
}

/**
 * Whether two identities may be the same repository's. An identity is words `kind:value` (its address, its first
 * commit): one word in common is proof; where no kind is known of both, nothing speaks against it.
 */
export function sameRepository(one: string, other: string): boolean {
  const words = one.split(" ").filter(Boolean);
  const others = other.split(" ").filter(Boolean);
  if (words.some((word) => others.includes(word))) return true;
  const kinds = new Set(others.map(kindOf));
  return !words.some((word) => kinds.has(kindOf(word)));
}

function kindOf(word: string): string {
  return word.slice(0, word.indexOf(":"));
}

const saved = "a file that before --save or after --save wrote";

async function readOne(path: string): Promise<Results> {
  const value = parse(path, await readText(path));
  const version = typeof value === "object" && value !== null && "version" in value ? value.version : null;
  if (typeof version === "number" && version > 1) throw invalid(`${path} is from a newer shipnote (version ${version})`, "a shipnote at least as new");
  // Loaded only where there are results.
  const { results } = await import("./results-schema.ts");
  const parsed = results.safeParse(value);
  if (parsed.success) return parsed.data;
  const [problem] = parsed.error.issues;
  throw invalid(`${path} holds no results: ${problem?.path.join(".") || "it"}: ${problem?.message ?? ""}`, saved, parsed.error);
}

async function readText(path: string): Promise<string> {
  try {
    const status = await stat(path);
    if (status.isDirectory()) throw invalid(`${path} is a folder`, saved);
    if (status.size > largestFile) throw invalid(`${path} is too large to be results`, saved);
    return await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw invalid(errorCode(cause) === "ENOENT" ? `There is no file ${path}` : `${path} cannot be read (${errorCode(cause) ?? String(cause)})`, saved, cause);
  }
}

function parse(path: string, text: string): unknown {
  if (text.trim() === "") throw invalid(`${path} is empty`, saved);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(`${path} is damaged: it is not whole JSON`, "results as they were written; remove the file, and measure again", cause);
  }
}

/**
 * Names that a report or a pattern brought along can hold a secret; all of them are searched at once. What masking
 * makes equal that was not is told apart: the metrics of a check, and what fails in one of them.
 */
export async function maskResults(taken: Results, rules: SecretRules): Promise<Results> {
  const texts = taken.metrics.flatMap((metric) => wordsOf(metric));
  const masked = (await maskAll(texts, rules)).map(({ text }) => text);
  let next = 0;
  const word = (): string => masked[next++] ?? "";
  const metrics = taken.metrics.map((metric) => {
    const { failing, shape, errors, ...details } = metric.measurement.details;
    return {
      ...metric,
      metric: word(),
      stratum: metric.stratum === null ? null : word(),
      measurement: {
        ...metric.measurement,
        details: {
          ...details,
          ...(failing === undefined ? {} : { failing: namesKeptApart(failing, failing.map(word)) }),
          ...(shape === undefined ? {} : { shape: word() }),
          ...(errors === undefined ? {} : { errors: errors.map((error) => ({ ...error, reason: word() })) }),
        },
      },
    };
  });
  for (const check of new Set(metrics.map((metric) => metric.check))) {
    const own = metrics.filter((metric) => metric.check === check);
    const were = taken.metrics.filter((metric) => metric.check === check).map(({ metric }) => metric);
    const names = namesKeptApart(were, own.map(({ metric }) => metric));
    for (const [place, metric] of own.entries()) metric.metric = names[place] ?? metric.metric;
  }
  return { ...taken, metrics };
}

/** The texts of a metric that strangers wrote, in the order in which maskResults puts them back. */
function wordsOf({ metric, stratum, measurement: { details } }: MeasuredMetric): string[] {
  return [
    metric,
    ...(stratum === null ? [] : [stratum]),
    ...(details.failing ?? []),
    ...(details.shape === undefined ? [] : [details.shape]),
    ...(details.errors ?? []).map(({ reason }) => reason),
  ];
}

function textOf(results: Results): string {
  return `${JSON.stringify({ kind: "shipnote-results", ...results }, null, 2)}\n`;
}

function invalid(message: string, expected: string, cause?: unknown): Failure {
  return new Failure("results-invalid", `${message}.`, { expected, retry: true, cause });
}
