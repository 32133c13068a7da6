import { join } from "node:path";
import { bytesOf } from "../archive/examine.ts";
import { readFacts } from "../archive/read.ts";
import { validateOutcome, validateRecord } from "../archive/validate.ts";
import { splitConflict } from "../document/conflict.ts";
import type { Repository } from "../git/repository.ts";
import { hasFile } from "../git/revisions.ts";
import { blobText, type UnmergedFile } from "../git/staged.ts";
import { recordPaths } from "../record/id.ts";
import type { RecordFiles } from "./doctor-join.ts";

/** Both versions of what a merge could not put together under one id. */
export interface ClashSides {
  id: string;
  /** null where a side cannot be read. */
  ours: RecordFiles | null;
  theirs: RecordFiles | null;
  /** The markdown that both began with; null where there was none. */
  base: string | null;
  /** Whether the files in the work tree still hold both. */
  marked: boolean;
}

/** Where the versions of a clash are looked for. */
export interface ClashSource {
  repository: Repository;
  notesDirectory: string;
  /** The notes folder, relative to the root. */
  folder: string;
  unmerged: readonly UnmergedFile[];
  /** The commit of the other side; null where it is not known. */
  other: string | null;
}

/** Reads the two versions of a record from the index, else from the commits, else from between the conflict markers. */
export async function readSides(id: string, source: ClashSource): Promise<ClashSides> {
  const { markdown, facts, outcome } = recordPaths(id);
  const files = await Promise.all([facts, markdown, outcome].map(async (path) => readBoth(path, source)));
  const marked = files.some((file) => file.marked);
  const [ofFacts, ofMarkdown, ofOutcome] = files;
  const side = (which: "ours" | "theirs"): RecordFiles | null => sideOf(id, ofFacts?.[which] ?? null, ofMarkdown?.[which] ?? null, ofOutcome?.[which] ?? null);
  return { id, ours: side("ours"), theirs: side("theirs"), base: ofMarkdown?.base ?? null, marked };
}

interface BothVersions {
  ours: string | null;
  theirs: string | null;
  base: string | null;
  marked: boolean;
}

async function readBoth(path: string, { repository, notesDirectory, folder, unmerged, other }: ClashSource): Promise<BothVersions> {
  const standing = bytesOf(join(notesDirectory, path))?.toString("utf8") ?? null;
  const split = standing === null ? null : splitConflict(standing);
  const marked = split !== null;
  const staged = unmerged.find((file) => file.path === `${folder}/${path}`);
  if (staged !== undefined) {
    const [ours, theirs, base] = await Promise.all([staged.ours, staged.theirs, staged.base].map(async (blob) => (blob === null ? null : blobText(repository, blob))));
    return { ours: ours ?? null, theirs: theirs ?? null, base: base ?? null, marked };
  }
  if (split !== null) return { ...split, base: null, marked };
  if (unmerged.length === 0 || other === null) return { ours: standing, theirs: standing, base: null, marked };
  // What git put together by itself is both sides', unless only one of them has it.
  const [ours, theirs] = await Promise.all([repository.head ?? "", other].map(async (commit) => hasFile(repository, commit, `${folder}/${path}`)));
  return { ours: ours === false && theirs === true ? null : standing, theirs: ours === true && theirs === false ? null : standing, base: null, marked };
}

function sideOf(id: string, facts: string | null, markdown: string | null, outcomeText: string | null): RecordFiles | null {
  const read = facts === null ? null : readFacts(facts, id);
  const checked = read === null || "problem" in read ? null : validateRecord(read.value);
  if (checked === null || "problem" in checked) return null;
  return { record: checked.value, markdown, outcome: outcomeText === null ? null : outcomeOf(outcomeText, id) };
}

function outcomeOf(text: string, id: string): RecordFiles["outcome"] {
  try {
    const checked = validateOutcome(JSON.parse(text), id);
    return "value" in checked ? checked.value : null;
  } catch {
    return null;
  }
}
