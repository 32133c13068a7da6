import { randomUUID } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import type { MeasuredMetric } from "../record/schema.ts";
import { maskAll, type SecretRules } from "../secrets.ts";
import { listNames, replaceFile, stampOf } from "./files.ts";
import type { Results } from "./results-schema.ts";

export type { Results };

/** Results kept in the git directory; `id` names them there. */
export type KeptResults = Results & { id: string };

/** Larger files are no results of ours, in bytes. */
const largestFile = 256 * 1024 * 1024;

/** Keeps results, masked. @returns their id */
export async function saveResults(stateDirectory: string, taken: Results, rules: SecretRules): Promise<string> {
  const masked = await maskResults(taken, rules);
  const id = `${stampOf(masked.takenAt)}-${masked.side}-${randomUUID().slice(0, 8)}`;
  replaceFile(join(stateDirectory, "results", `${id}.json`), textOf(masked));
  return id;
}

/** Writes results where `--save` says, masked. @throws Failure `not-writable` */
export async function saveResultsFile(path: string, taken: Results, rules: SecretRules): Promise<void> {
  try {
    replaceFile(path, textOf(await maskResults(taken, rules)));
  } catch (cause) {
    throw new Failure("not-writable", `The results could not be written to ${path}.`, {
      expected: "a file in a folder that may be written",
      retry: true,
      cause,
    });
  }
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

async function readOne(path: string): Promise<Results> {
  let text: string;
  try {
    const { size } = await stat(path);
    if (size > largestFile) throw invalid(`${path} is too large to be results`, "a file that before --save or after --save wrote");
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw invalid(`${path} cannot be read`, "a file that before --save or after --save wrote", cause);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(`${path} is damaged: it is not whole JSON`, "results as they were written; measure again, or remove the file", cause);
  }
  const version = typeof value === "object" && value !== null && "version" in value ? value.version : null;
  if (typeof version === "number" && version > 1) throw invalid(`${path} is from a newer shipnote (version ${version})`, "a shipnote at least as new");
  // Loaded only where there are results.
  const { results } = await import("./results-schema.ts");
  const parsed = results.safeParse(value);
  if (parsed.success) return parsed.data;
  const [problem] = parsed.error.issues;
  throw invalid(`${path} holds no results: ${problem?.path.join(".") || "it"}: ${problem?.message ?? ""}`, "a file that before --save or after --save wrote", parsed.error);
}

/** Names that a report or a pattern brought along can hold a secret; all of them are searched at once. */
export async function maskResults(taken: Results, rules: SecretRules): Promise<Results> {
  const texts = taken.metrics.flatMap((metric) => wordsOf(metric));
  const masked = (await maskAll(texts, rules)).map(({ text }) => text);
  let next = 0;
  const word = (): string => masked[next++] ?? "";
  return {
    ...taken,
    metrics: taken.metrics.map((metric) => {
      const { failing, shape, ...details } = metric.measurement.details;
      return {
        ...metric,
        metric: word(),
        stratum: metric.stratum === null ? null : word(),
        measurement: {
          ...metric.measurement,
          details: {
            ...details,
            ...(failing === undefined ? {} : { failing: failing.map(word) }),
            ...(shape === undefined ? {} : { shape: word() }),
          },
        },
      };
    }),
  };
}

/** The texts of a metric that strangers wrote, in the order in which maskResults puts them back. */
function wordsOf({ metric, stratum, measurement: { details } }: MeasuredMetric): string[] {
  return [metric, ...(stratum === null ? [] : [stratum]), ...(details.failing ?? []), ...(details.shape === undefined ? [] : [details.shape])];
}

function textOf(results: Results): string {
  return `${JSON.stringify(results, null, 2)}\n`;
}

function invalid(message: string, expected: string, cause?: unknown): Failure {
  return new Failure("results-invalid", `${message}.`, { expected, retry: true, cause });
}
