import type { Repository } from "../git/repository.ts";
import { factsGit } from "../git/repository.ts";
import { foldReverts } from "../record/folding.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import type { Caveat, Commit } from "../record/schema.ts";
import { blobsMissing } from "./blobs.ts";
import { namesNotUtf8 } from "./bytes.ts";
import { type LoggedCommit, logFormat, parseLog } from "./log.ts";
import { isBot, mapPeople, parsePeople, type Person } from "./people.ts";
import { type ComponentScope, inScope, revisions, shipPathspecs, type Span } from "./scope.ts";
import { askTouches } from "./touches.ts";
import { trailerValues } from "./trailers.ts";

/** A commit with what the steps behind need beyond the record. */
export interface GatheredCommit extends Commit {
  /** What stands behind the subject, trailers included. */
  body: string;
  parentShas: string[];
  authorEmail: string;
  coAuthors: Person[];
  bot: boolean;
  /** Whether it touches notes (and something else: commits that touch nothing else are left out). */
  touchesNotes: boolean;
  /** Whether it is on the line of first parents down from `to`. */
  mainline: boolean;
  /** The commit that it reverts, or that reverts it, within this range: the two are shown together. */
  foldedWith: string | null;
}

/** What {@link readCommits} found. */
export interface GatheredCommits {
  /** Topologically, newest first. */
  commits: GatheredCommit[];
  caveats: Caveat[];
}

/**
 * Reads the commits of a ship: those of the span without the ones that touch notes and nothing else,
 * and of a component those that touch its paths. A merge is judged by its difference from its first parent.
 *
 * @throws Failure `git-failed`
 */
export async function readCommits(
  repository: Repository,
  span: Span,
  { notes, component }: { notes: NotesPaths; component: ComponentScope | null },
): Promise<GatheredCommits> {
  const places = askPlaces(repository, span, notes);
  const askNotes = places.then(({ notesExist }) =>
    notesExist ? askTouches(repository, span, notes.include, { whole: true }) : null);
  const componentTouched = component === null
    ? null
    : askTouches(repository, span, shipPathspecs(notes, component), { whole: false });
  const [log, notesTouched, { mailmapExists }] = await Promise.all([readLog(repository, span), askNotes, places]);
  const [inNotes, inComponent] = await Promise.all([
    notesTouched?.(log.commits) ?? new Map<string, string[]>(),
    componentTouched?.(log.commits) ?? null,
  ]);
  const mainline = mainlineOf(log.commits, span.to);
  const isOurs = inScope(component);
  const kept = log.commits.filter(({ sha }) =>
    inComponent === null ? !touchesOnlyNotes(inNotes.get(sha), notes) : inComponent.get(sha)?.some(isOurs));
  const coAuthors = await coAuthorsOf(repository, kept, mailmapExists ? span.to : null);
  const ids = new Set(kept.map(({ sha }) => sha));
  const all = kept.map((commit, place) => ({
    ...commit,
    reverts: commit.reverts === null ? null : fullId(commit.reverts, commit.sha.length, ids),
    coAuthors: coAuthors[place] ?? [],
    bot: isBot({ name: commit.author, email: commit.authorEmail }),
    touchesNotes: inNotes.get(commit.sha)?.some((path) => notes.isNote(path)) ?? false,
    mainline: mainline.has(commit.sha),
  }));
  const folded = foldReverts(all);
  return {
    commits: all.map((commit) => ({ ...commit, foldedWith: folded.get(commit.sha) ?? null })),
    caveats: log.caveats,
  };
}

/** The part of a gathered commit that a record keeps. */
export function recordedCommit(commit: GatheredCommit): Commit {
  const { sha, subject, author, date, committer, committedAt, parents, trailers, reverts } = commit;
  return { sha, subject, author, date, committer, committedAt, parents, trailers, reverts };
}

/** An id as a message has it: whole, or the beginning of just one of the ship's commits; else null. */
export function fullId(id: string, length: number, known: ReadonlySet<string>): string | null {
  if (id.length === length) return id;
  const found = [...known].filter((sha) => sha.startsWith(id));
  return found.length === 1 ? (found[0] ?? null) : null;
}

function touchesOnlyNotes(paths: readonly string[] | undefined, notes: NotesPaths): boolean {
  return paths !== undefined && paths.every((path) => notes.isNote(path));
}

function mainlineOf(commits: readonly LoggedCommit[], to: string): Set<string> {
  const bySha = new Map(commits.map((commit) => [commit.sha, commit]));
  const line = new Set<string>();
  for (let commit = bySha.get(to); commit !== undefined; commit = bySha.get(commit.parentShas[0] ?? "")) line.add(commit.sha);
  return line;
}

/** The co-authors of each commit, under the names that the .mailmap at a commit has for them (null: there is none). */
async function coAuthorsOf(
  repository: Repository,
  commits: readonly LoggedCommit[],
  mailmapAt: string | null,
): Promise<Person[][]> {
  const written = commits.map(({ trailers }) => parsePeople(trailerValues(trailers, "Co-authored-by")));
  if (mailmapAt === null) return written;
  const mapped = await mapPeople(repository, written.flat(), mailmapAt);
  return written.map((people) => mapped.splice(0, people.length));
}

/** Whether there are notes at either end of the span, and a .mailmap at `to`: in one process, beside the log. */
async function askPlaces(
  repository: Repository,
  { from, to }: Span,
  notes: NotesPaths,
): Promise<{ notesExist: boolean; mailmapExists: boolean }> {
  const asked = [`${to}:.mailmap`, `${to}:${notes.folder}`, ...(from === null ? [] : [`${from}:${notes.folder}`])];
  const { status, stdout } = await factsGit(repository, ["cat-file", "--batch-check=%(objecttype)"], {
    input: `${asked.join("\n")}\n`,
    allow: [128],
  });
  // In a partial clone git stops at a .mailmap that is not there; then the dearer questions are asked on suspicion.
  if (status !== 0) return { notesExist: true, mailmapExists: false };
  const [mailmap = "", ...folders] = stdout.toString("utf8").split("\n");
  return { notesExist: folders.includes("tree"), mailmapExists: mailmap === "blob" };
}

async function readLog(repository: Repository, span: Span): Promise<{ commits: LoggedCommit[]; caveats: Caveat[] }> {
  const args = [
    // What counts as a trailer is git's own rule, not this clone's setting.
    "-c", "trailer.separators=:",
    "log", "-z", "--topo-order", "--no-show-signature", "--no-notes", "--no-patch", "--encoding=UTF-8",
    `--format=${logFormat}`, ...revisions(span), "--",
  ];
  const caveats: Caveat[] = [];
  const { stdout } = await factsGit(repository, args, { mailmapAt: span.to }).catch(async (failure: unknown) => {
    if (!repository.partial) throw failure;
    // The .mailmap may be the blob that is not there.
    const answer = await factsGit(repository, args);
    caveats.push(blobsMissing);
    return answer;
  });
  const { commits, lossless } = parseLog(stdout);
  if (!lossless) caveats.push(namesNotUtf8);
  return { commits, caveats };
}
