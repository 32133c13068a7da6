import { readdirSync } from "node:fs";
import { errorCode, Failure } from "../failure.ts";

/** A file of the archive that is no record, and why. */
export interface ArchiveProblem {
  path: string;
  code: "record-invalid" | "record-newer";
  message: string;
}

/** What is said of a file or folder of the notes that is there and cannot be read. */
export function notReadable(path: string, cause: unknown): Failure {
  return new Failure("not-readable", `${path} cannot be read (${errorCode(cause) ?? String(cause)}).`, {
    expected: "plain files in plain folders, which this user may read",
    retry: true,
    cause,
  });
}

/** The names in a folder; none where there is no such folder. @throws Failure `not-readable`: what is there and cannot be listed may be full of records */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return [];
    throw notReadable(folder, error);
  }
}

/**
 * For whoever needs all records: one that is passed over would make the answer wrong without a word.
 *
 * @param why they are all needed
 * @throws Failure `record-invalid`, `record-newer`
 */
export function requireAll(problems: readonly ArchiveProblem[], why: string): void {
  const [first] = problems;
  if (first === undefined) return;
  const more = problems.length === 1 ? "" : ` (and ${problems.length - 1} more)`;
  throw new Failure(first.code, `${first.path}: ${first.message}${more}`, { expected: `records that can be read, for ${why}`, retry: false });
}
