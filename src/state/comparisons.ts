import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import type { SideBySide } from "./comparisons-schema.ts";
import { listNames, readIfThere, replaceFile, stampOf } from "./files.ts";

export type { SideBySide };

/** A comparison kept in the git directory; `id` names it there. */
export type KeptComparison = SideBySide & { id: string };

/** Larger files are no comparisons of ours, in bytes. */
const largestFile = 256 * 1024 * 1024;

/** Keeps a comparison, whose words are masked already. @returns its id */
export function saveComparison(stateDirectory: string, comparison: SideBySide): string {
  const id = `${stampOf(comparison.takenAt)}-compare-${randomUUID().slice(0, 8)}`;
  replaceFile(pathOf(stateDirectory, id), textOf(comparison));
  return id;
}

/** Of more than this many kept comparisons, the older ones tell of ships that are long recorded. */
const mostRead = 50;

/**
 * The newest kept comparisons, oldest first. Where there are none, that costs one look into a folder.
 *
 * @throws Failure `results-invalid` naming the file that cannot be read
 */
export async function readComparisons(stateDirectory: string): Promise<KeptComparison[]> {
  const ids = namesOf(stateDirectory).slice(-mostRead);
  const kept = await Promise.all(ids.map(async (id) => ({ ...(await readOne(pathOf(stateDirectory, id))), id })));
  return kept.sort((a, b) => (a.takenAt < b.takenAt ? -1 : a.takenAt > b.takenAt ? 1 : a.id < b.id ? -1 : 1));
}

/** Marks comparisons as taken by a record: they go to no other. Those that are gone are passed over. */
export async function markComparisonsTaken(stateDirectory: string, ids: readonly string[], recordId: string): Promise<void> {
  const present = new Set(namesOf(stateDirectory));
  for (const id of ids) {
    if (!present.has(id)) continue;
    const path = pathOf(stateDirectory, id);
    const taken = await readOne(path);
    if (taken.takenBy !== recordId) replaceFile(path, textOf({ ...taken, takenBy: recordId }));
  }
}

function namesOf(stateDirectory: string): string[] {
  return listNames(join(stateDirectory, "comparisons")).filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -".json".length));
}

function pathOf(stateDirectory: string, id: string): string {
  return join(stateDirectory, "comparisons", `${id}.json`);
}

async function readOne(path: string): Promise<SideBySide> {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > largestFile) throw invalid(`${path} is too large to be a comparison`, "a file that compare wrote");
  let value: unknown;
  try {
    value = JSON.parse(readIfThere(path) ?? "");
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw invalid(`${path} is damaged: it is not whole JSON`, "a comparison as it was written; compare again, or remove the file", cause);
  }
  const version = typeof value === "object" && value !== null && "version" in value ? value.version : null;
  if (typeof version === "number" && version > 1) throw invalid(`${path} is from a newer shipnote (version ${version})`, "a shipnote at least as new");
  // Loaded only where something was compared.
  const { comparison } = await import("./comparisons-schema.ts");
  const parsed = comparison.safeParse(value);
  if (parsed.success) return parsed.data;
  const [problem] = parsed.error.issues;
  throw invalid(`${path} holds no comparison: ${problem?.path.join(".") || "it"}: ${problem?.message ?? ""}`, "a file that compare wrote", parsed.error);
}

function textOf(comparison: SideBySide): string {
  return `${JSON.stringify(comparison, null, 2)}\n`;
}

function invalid(message: string, expected: string, cause?: unknown): Failure {
  return new Failure("results-invalid", `${message}.`, { expected, retry: true, cause });
}
