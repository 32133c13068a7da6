import { factsGit, type Repository } from "../git/repository.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import { objectIds } from "./audit-objects.ts";

/** A record that git has and that no longer stands. */
export interface DeletedRecord {
  id: string;
  /** What git has it in whole: `HEAD`, or the short id of a commit. */
  revision: string;
  /** The commit that deleted it, and what it says; null where only the work tree lacks it. */
  by: { commit: string; subject: string } | null;
}

/**
 * The records that are in HEAD, or were in a commit below it, and do not stand: of those that were deleted more than once
 * the last time counts. Costs two processes, of which one walks the history of the notes.
 *
 * @param stands whether a record's folder is in the work tree
 * @param since only what was deleted after this commit, a full id; null: ever
 */
export async function deletedRecords(
  repository: Repository,
  { folder }: Pick<NotesPaths, "folder">,
  { stands, since }: { stands: (id: string) => boolean; since: string | null },
): Promise<DeletedRecord[]> {
  const { head } = repository;
  if (head === null) return [];
  const idOf = (path: string): string | null => {
    if (!path.endsWith("/record.json")) return null;
    const [, year, id] = path.startsWith(`${folder}/`) ? /^(\d{4})\/(\d{4}-\d{2}-\d{2}-[a-z0-9-]+)\/record\.json$/.exec(path.slice(folder.length + 1)) ?? [] : [];
    return id === undefined || !id.startsWith(year ?? "") || stands(id) ? null : id;
  };
  const [tree, log] = await Promise.all([
    factsGit(repository, ["ls-tree", "-r", "-z", "--name-only", head, "--", `${folder}/`]),
    // A merge may drop what either side has.
    factsGit(repository, [
      "log", "-z", "--full-history", "-m", "--no-renames", "--diff-filter=D", "--name-only", "--encoding=UTF-8", `--format=${mark}%H${mark}%P${mark}%s`,
      head, ...(since === null ? [] : [`^${since}`]), "--", folder,
    ]),
  ]);
  const inHead = new Set(tree.stdout.toString("utf8").split("\0").flatMap((path) => idOf(path) ?? []));
  const deleted = new Map<string, Deletion>();
  for (const { path, by } of deletions(log.stdout)) {
    const id = idOf(path);
    if (id !== null && !inHead.has(id) && !deleted.has(id)) deleted.set(id, by);
  }
  const nameOf = (id: string, parent: string): string => `${parent}:${folder}/${id.slice(0, 4)}/${id}/record.json`;
  const ofMerges = [...deleted].flatMap(([id, { parents }]) => (parents.length > 1 ? parents.map((parent) => nameOf(id, parent)) : []));
  const there = await objectIds(repository, ofMerges);
  return [
    ...[...inHead].map((id): DeletedRecord => ({ id, revision: "HEAD", by: null })),
    ...[...deleted].flatMap(([id, { commit, subject, parents }]): DeletedRecord[] => {
      const parent = parents.find((each) => parents.length === 1 || (there?.get(nameOf(id, each)) ?? null) !== null);
      return parent === undefined ? [] : [{ id, revision: parent.slice(0, 12), by: { commit, subject } }];
    }),
  ];
}

/** A commit that deleted files. */
interface Deletion {
  commit: string;
  parents: readonly string[];
  subject: string;
}

/** What stands before each part of a commit's line, in git's words and as a character: no path of a record has it. */
const mark = "%x01";
const markLetter = "\u0001";

/** The paths of git's log, each with its commit. */
function deletions(log: Buffer): { path: string; by: Deletion }[] {
  const found: { path: string; by: Deletion }[] = [];
  let by: Deletion | null = null;
  for (const entry of log.toString("utf8").split("\0")) {
    const text = entry.replace(/^\n/, "");
    if (!text.startsWith(markLetter)) {
      if (by !== null && text !== "") found.push({ path: text, by });
      continue;
    }
    const [, commit = "", parents = "", ...subject] = text.split(markLetter);
    by = { commit, parents: parents.split(" ").filter(Boolean), subject: subject.join(" ") };
  }
  return found;
}

/** The records of which a commit below HEAD says, on a line `Removes-record: ID` of its message, that they are to go: with its subject. */
export async function removalsMeant(repository: Repository): Promise<Map<string, string>> {
  const { head } = repository;
  if (head === null) return new Map();
  const { stdout } = await factsGit(repository, ["log", "-z", "--no-patch", "--encoding=UTF-8", "--regexp-ignore-case", "--grep=^Removes-record:", "--format=%B", head]);
  return new Map(stdout.toString("utf8").split("\0").flatMap((message) => {
    const subject = message.trim().split("\n")[0] ?? "";
    return [...message.matchAll(/^Removes-record:[ \t]*(\S+)[ \t]*$/gim)].map(([, id = ""]): [string, string] => [id, subject]);
  }));
}
