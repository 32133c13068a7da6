import { Failure } from "../failure.ts";
import { factsGit, type Repository } from "../git/repository.ts";
import { type NotesPaths, notesPaths } from "../record/notes-paths.ts";
import { splitNul } from "./bytes.ts";

/** Each costs a process: where the notes lay at so many commits, they lay at those between. */
const mostAsked = 8;

/** The notes with the folders that they lay in before somebody moved them, as far as some paths tell of them. */
export function withEarlierFolders(notes: NotesPaths, paths: Iterable<string>): NotesPaths {
  const all = new Set(paths);
  const found = new Set<string>();
  for (const path of all) {
    const [, folder, year = "", id = ""] = /^(.+)\/(\d{4})\/(\d{4}-\d{2}-\d{2}-[a-z0-9-]+)\/record\.json$/s.exec(path) ?? [];
    // A record is its facts and its text.
    if (folder !== undefined && !notes.folders.includes(folder) && id.startsWith(`${year}-`) && all.has(`${folder}/${year}/${id}.md`)) found.add(folder);
  }
  return found.size === 0 ? notes : notesPaths(notes.folder, [...notes.folders.slice(1), ...found]);
}

/** The notes with the folders that they lay in at some commits, of which some are asked. */
export async function notesAt(repository: Repository, commits: readonly string[], notes: NotesPaths): Promise<NotesPaths> {
  const step = Math.max(1, Math.ceil(commits.length / mostAsked));
  const asked = commits.filter((_, place) => place % step === 0 || place === commits.length - 1);
  const lists = await Promise.all(asked.map(async (commit) => {
    try {
      return splitNul((await factsGit(repository, ["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit])).stdout).fields;
    } catch (error) {
      // The trees of a partial clone.
      if (!repository.partial || !(error instanceof Failure)) throw error;
      return [];
    }
  }));
  return lists.reduce((known, paths) => withEarlierFolders(known, paths), notes);
}
