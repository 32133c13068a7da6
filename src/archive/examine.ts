import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../failure.ts";
import { recordPaths } from "../record/id.ts";
import { type ChangeRecord, type Outcome } from "../record/schema.ts";
import { readFacts } from "./read.ts";
import { notReadable } from "./unreadable.ts";
import { validateOutcome, validateRecord } from "./validate.ts";

/** A record with all that stands beside it, whatever state it is in. */
export interface Examined {
  id: string;
  /** The text of record.json; null where there is none. */
  text: string | null;
  /** null where it is no valid record. */
  record: ChangeRecord | null;
  /** The markdown's source; null where it is missing. */
  markdown: string | null;
  outcome: Outcome | null;
  /** What keeps a file from being read, by the file's path in the notes folder, and whether a newer shipnote could. */
  problems: { path: string; message: string; isNewer: boolean }[];
}

/** Reads and validates all files of one record; what is wrong with them is told, not thrown. @throws Failure `not-readable` */
export function examineRecord(notesDirectory: string, id: string): Examined {
  const paths = recordPaths(id);
  const problems: Examined["problems"] = [];
  const read = (path: string): string | null => {
    const bytes = bytesOf(join(notesDirectory, path));
    if (bytes === null || isUtf8(bytes)) return bytes?.toString("utf8") ?? null;
    problems.push({ path, message: "it is not UTF-8", isNewer: false });
    return null;
  };
  const text = read(paths.facts);
  const markdown = read(paths.markdown);
  const checked = text === null ? null : checkedRecord(text, id);
  if (checked !== null && "problem" in checked) problems.push({ path: paths.facts, message: checked.problem, isNewer: checked.isNewer });
  const outcomeText = read(paths.outcome);
  const outcome = outcomeText === null ? null : checkedOutcome(outcomeText, id);
  if (outcome !== null && "problem" in outcome) problems.push({ path: paths.outcome, message: outcome.problem, isNewer: false });
  return {
    id, text, markdown, problems,
    record: checked !== null && "value" in checked ? checked.value : null,
    outcome: outcome !== null && "value" in outcome ? outcome.value : null,
  };
}

function checkedRecord(text: string, id: string): { value: ChangeRecord } | { problem: string; isNewer: boolean } {
  const facts = readFacts(text, id);
  if ("problem" in facts) return { problem: facts.problem, isNewer: facts.code === "record-newer" };
  const checked = validateRecord(facts.value);
  return "problem" in checked ? { ...checked, isNewer: false } : checked;
}

function checkedOutcome(text: string, id: string): { value: Outcome } | { problem: string } {
  try {
    return validateOutcome(JSON.parse(text), id);
  } catch {
    return { problem: "it is no JSON" };
  }
}

/** The bytes of a file; null where there is none. @throws Failure `not-readable` */
export function bytesOf(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return null;
    throw notReadable(path, error);
  }
}
