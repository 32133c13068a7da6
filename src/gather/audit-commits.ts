import { factsGit, type Repository } from "../git/repository.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import { type LoggedCommit, logFormat, parseLog } from "./log.ts";
import { mapPeople, parsePeople, type Person } from "./people.ts";
import type { Placed } from "./touches.ts";
import { pathsOfCommits } from "./touches.ts";
import { trailerValues } from "./trailers.ts";

/** A commit with the co-authors that its trailers name, all under the names of one .mailmap. */
export type NamedCommit = LoggedCommit & { coAuthors: Person[] };

/** Commits that a record names, and the commit whose .mailmap counts for it. */
export interface NamedCommits {
  commits: readonly string[];
  mailmapAt: string;
}

/**
 * Reads commits by their ids, those of each record under the names of its own .mailmap: one log for each .mailmap that
 * there ever was, not for each record.
 *
 * @param mailmaps the id of the .mailmap at each commit that counts; null: there is none
 * @returns for each record its commits by id; `named`: false where a partial clone lacks the .mailmap
 */
export async function readNamedCommits(
  repository: Repository,
  records: readonly NamedCommits[],
  mailmaps: ReadonlyMap<string, string | null>,
): Promise<{ commits: Map<string, NamedCommit>; named: boolean }[]> {
  const groups = new Map<string, { at: string; commits: Set<string> }>();
  for (const { commits, mailmapAt } of records) {
    const key = mailmaps.get(mailmapAt) ?? "";
    const group = groups.get(key) ?? { at: mailmapAt, commits: new Set() };
    for (const commit of commits) group.commits.add(commit);
    groups.set(key, group);
  }
  const read = new Map<string, { commits: Map<string, NamedCommit>; named: boolean }>();
  for (const [key, group] of groups) read.set(key, await readGroup(repository, [...group.commits], key === "" ? null : group.at));
  const nothing = { commits: new Map<string, NamedCommit>(), named: true };
  return records.map(({ mailmapAt }) => read.get(mailmaps.get(mailmapAt) ?? "") ?? nothing);
}

async function readGroup(repository: Repository, ids: readonly string[], mailmapAt: string | null): Promise<{ commits: Map<string, NamedCommit>; named: boolean }> {
  if (ids.length === 0) return { commits: new Map(), named: true };
  const log = (at: string | null) => factsGit(
    repository,
    [
      "-c", "trailer.separators=:",
      "log", "-z", "--no-walk=unsorted", "--no-show-signature", "--no-notes", "--no-patch", "--encoding=UTF-8", `--format=${logFormat}`, "--stdin",
    ],
    { input: `${ids.join("\n")}\n`, ...(at === null ? {} : { mailmapAt: at }) },
  );
  let named = true;
  const { stdout } = await log(mailmapAt).catch((failure: unknown) => {
    if (!repository.partial || mailmapAt === null) throw failure;
    // The .mailmap may be the blob that is not there.
    named = false;
    return log(null);
  });
  const { commits } = parseLog(stdout);
  const written = commits.map(({ trailers }) => parsePeople(trailerValues(trailers, "Co-authored-by")));
  const mapped = mailmapAt === null || !named ? written.flat() : await mapPeople(repository, written.flat(), mailmapAt);
  return {
    commits: new Map(commits.map((commit, place) => [commit.sha, { ...commit, coAuthors: mapped.splice(0, written[place]?.length ?? 0) }])),
    named,
  };
}

/** Those of the commits that are more than a change of the notes, in one process; an empty commit is. */
export async function beyondNotes(repository: Repository, commits: readonly Placed[], notes: NotesPaths): Promise<Map<string, string[]>> {
  const paths = await pathsOfCommits(repository, commits);
  return new Map(commits.flatMap(({ sha }) => {
    const touched = paths.get(sha) ?? [];
    return touched.length > 0 && touched.every((path) => notes.isNote(path)) ? [] : [[sha, touched]];
  }));
}
