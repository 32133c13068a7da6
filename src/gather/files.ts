import { emptyTree, factsGit, type Repository } from "../git/repository.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import type { Caveat, ChangedFile } from "../record/schema.ts";
import { blobSizes, blobsMissing, lfsSizes } from "./blobs.ts";
import { compareByBytes, namesNotUtf8, splitNul } from "./bytes.ts";
import { parseDiff, type RawChange } from "./diff.ts";
import { type ComponentScope, inScope, shipPathspecs, type Span } from "./scope.ts";

/** A changed file before its kind and its owners are known. */
export type GatheredFile = Omit<ChangedFile, "kind" | "owners">;

/** What {@link readFiles} found. */
export interface GatheredFiles {
  /** By the bytes of their paths. */
  files: GatheredFile[];
  /** Lines over all files, as `git diff --shortstat` counts them; null where contents are missing. */
  added: number | null;
  deleted: number | null;
  caveats: Caveat[];
}

/**
 * Reads the files that differ between the ends of a span, the notes left out, and of a component its own only.
 *
 * @throws Failure `git-failed`
 */
export async function readFiles(
  repository: Repository,
  span: Span,
  { notes, component }: { notes: NotesPaths; component: ComponentScope | null },
): Promise<GatheredFiles> {
  const { stdout, stderr, complete } = await diff(repository, span, shipPathspecs(notes, component));
  const { fields, lossless } = splitNul(stdout);
  const isOurs = inScope(component);
  const changes = parseDiff(fields)
    // What moved out of a component has left it, and is its change too.
    .filter(({ path, previousPath, status }) => isOurs(path) || (status === "renamed" && isOurs(previousPath ?? path)))
    .sort((a, b) => compareByBytes(a.path, b.path));
  const sizes = complete ? await readSizes(repository, wantedSizes(changes)) : null;
  const caveats: Caveat[] = [];
  if (!lossless) caveats.push(namesNotUtf8);
  if (!complete) caveats.push(blobsMissing);
  if (stderr.includes("rename detection was skipped")) caveats.push(renamesNotSearched);
  return {
    files: changes.map((change) => fileOf(change, sizes)),
    added: complete ? total(changes, "added") : null,
    deleted: complete ? total(changes, "deleted") : null,
    caveats,
  };
}

const renamesNotSearched = {
  code: "renames-not-searched",
  text: "So many files changed that git did not look for renames among those whose content changed too: such a file stands here as deleted and added.",
};

async function diff(
  repository: Repository,
  { from, to }: Span,
  pathspecs: readonly string[],
): Promise<{ stdout: Buffer; stderr: string; complete: boolean }> {
  const run = (...how: string[]) => factsGit(
    repository,
    [
      "diff", "-z", "--raw", "--no-abbrev", "--no-ext-diff", "--no-textconv", "--no-color", "--submodule=short",
      // Said here, it wins over what .gitmodules and this clone say of single submodules.
      "--ignore-submodules=none", ...how,
      from ?? emptyTree(repository), to, "--", ...pathspecs,
    ],
    { pathspecMagic: true },
  );
  try {
    return { ...(await run("--numstat", "-C")), complete: true };
  } catch (failure) {
    if (!repository.partial) throw failure;
    return { ...(await run("--no-renames")), complete: false };
  }
}

function total(changes: readonly RawChange[], count: "added" | "deleted"): number {
  return changes.reduce((sum, change) => sum + (change[count] ?? 0), 0);
}

/** Sizes of binaries, and of what LFS pointers stand for, by the ids of blobs. */
export interface Sizes {
  own: ReadonlyMap<string, number>;
  pointed: ReadonlyMap<string, number>;
}

/** A change with the sizes of its blobs; null where none are known. */
export function fileOf(change: RawChange, sizes: Sizes | null): GatheredFile {
  const { path, previousPath, status, added, deleted, binary } = change;
  const before = sizes?.pointed.get(change.before.id);
  const after = sizes?.pointed.get(change.after.id);
  const lfs = before !== undefined || after !== undefined;
  const submodule = change.before.type === "submodule" || change.after.type === "submodule"
    ? { before: idOf(change.before, "submodule"), after: idOf(change.after, "submodule") }
    : null;
  const size = sizes !== null && (binary || lfs)
    ? {
      before: before ?? sizes.own.get(change.before.id) ?? null,
      after: after ?? sizes.own.get(change.after.id) ?? null,
    }
    : null;
  return { path, previousPath, status, added, deleted, binary, size, submodule, lfs };
}

/** The blobs of a diff whose sizes are told: binaries, and what may be LFS pointers. */
export function wantedSizes(changes: readonly RawChange[]): Set<string> {
  const possible = changes.filter(mayBePointer);
  // Source files are no LFS pointers; only where something else may be one, all are looked at.
  const pointers = possible.every(({ path }) => sourceName.test(path)) ? [] : possible;
  const binaries = changes.filter(({ binary }) => binary);
  return new Set([...binaries, ...pointers].flatMap(({ before, after }) => [before, after].flatMap((side) => idOf(side, "file") ?? [])));
}

/** Sizes of blobs, for any number of diffs in two processes. */
export async function readSizes(repository: Repository, ids: ReadonlySet<string>): Promise<Sizes> {
  const own = await blobSizes(repository, [...ids]);
  return { own, pointed: await lfsSizes(repository, own) };
}

function idOf({ type, id }: RawChange["before"], wanted: RawChange["before"]["type"]): string | null {
  return type === wanted ? id : null;
}

/** A pointer has three lines, and one more for each of git-lfs' extensions (hardly ever any). */
const pointerLines = { least: 3, most: 8 };

/** Whether a change of text has the shape that a pointer's has: little or nothing of it, on one side at least. */
function mayBePointer({ added, deleted, before, after, binary }: RawChange): boolean {
  if (binary || added === null || deleted === null) return false;
  const fits = (lines: number): boolean => lines >= pointerLines.least && lines <= pointerLines.most;
  // Replaced whole, a pointer keeps its first line; a change of mode or name alone keeps all.
  if (before.type === "file" && after.type === "file") {
    return fits(added) || fits(deleted) || (added === deleted && added <= 2);
  }
  return (after.type === "file" && fits(added)) || (before.type === "file" && fits(deleted));
}

/** Names of files that nobody gives to LFS: sources, and what package managers keep. Data (`.json`, `.csv`, `.txt`) is none of them. */
const sourceName = new RegExp(
  `(?:^|/)(?:${[
    String.raw`[^/.]+`,
    String.raw`\.[^/]*`,
    String.raw`(?:package|package-lock|composer|tsconfig[^/]*)\.json`,
    String.raw`requirements[^/]*\.txt`,
    String.raw`[^/]*\.(?:[cm]?[jt]sx?|py|rb|go|rs|java|kts?|scala|swift|[ch]|cc|[ch]pp|cs|php|pl|pm|lua|t|po|in)`,
    String.raw`[^/]*\.(?:sh|bash|zsh|fish|ps1|css|s[ac]ss|less|html?|vue|svelte|hbs|j2|tf|gradle|lock|mod|sum)`,
    String.raw`[^/]*\.(?:mdx?|rst|adoc|ya?ml|toml|ini|cfg|conf)`,
  ].join("|")})$`,
  "i",
);
