import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/*
 * A record is several files, and a process can be killed between two of them. What is about to be written is
 * kept here first, whole, so that the next run can finish it: the files of a record then agree again, and
 * what people typed is not lost.
 */

/** One file that is about to be replaced. */
export interface PendingFile {
  /** Absolute. */
  path: string;
  content: string;
  /** SHA-256 of what stands there before; null where nothing does. */
  before: string | null;
}

const fileName = "pending.json";

/** Keeps what is about to be written. */
export async function savePending(stateDirectory: string, files: readonly Omit<PendingFile, "before">[]): Promise<void> {
  const pending = await Promise.all(files.map(async (file) => ({ ...file, before: await digestOf(file.path) })));
  await mkdir(stateDirectory, { recursive: true });
  const path = join(stateDirectory, fileName);
  await writeFile(`${path}.new`, JSON.stringify(pending), { flush: true });
  await rename(`${path}.new`, path);
}

/** Forgets it: everything was written. */
export async function forgetPending(stateDirectory: string): Promise<void> {
  await rm(join(stateDirectory, fileName), { force: true });
}

/**
 * What a killed run left to be written: the files that still are as they were then. A file that was written,
 * or that somebody changed since, is left alone.
 */
export async function readPending(stateDirectory: string): Promise<PendingFile[]> {
  let text: string;
  try {
    text = await readFile(join(stateDirectory, fileName), "utf8");
  } catch {
    return [];
  }
  const files = parse(text);
  const digests = await Promise.all(files.map(({ path }) => digestOf(path)));
  return files.filter((file, place) => digests[place] === file.before);
}

/** A file that is no list of ours was itself cut off: then nothing had been written yet. */
function parse(text: string): PendingFile[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter(isPending) : [];
  } catch {
    return [];
  }
}

function isPending(value: unknown): value is PendingFile {
  return (
    typeof value === "object" && value !== null &&
    "path" in value && typeof value.path === "string" &&
    "content" in value && typeof value.content === "string" &&
    "before" in value && (value.before === null || typeof value.before === "string")
  );
}

async function digestOf(path: string): Promise<string | null> {
  try {
    return createHash("sha256").update(await readFile(path)).digest("hex");
  } catch {
    return null;
  }
}
