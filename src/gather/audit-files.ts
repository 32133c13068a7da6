import { factsGit, type Repository } from "../git/repository.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import { compareByBytes, splitNul } from "./bytes.ts";
import { parseDiff, type RawChange } from "./diff.ts";
import { fileOf, type GatheredFile, readSizes, type Sizes, wantedSizes } from "./files.ts";
import { type ComponentScope, inScope, shipPathspecs } from "./scope.ts";

/** Two trees, by their ids. */
export interface TreePair {
  before: string;
  after: string;
}

/** The files that differ between two trees. */
export interface NetDiff {
  /** By the bytes of their paths. */
  files: GatheredFile[];
  /** Whether lines, sizes and renames are known. */
  complete: boolean;
}

/**
 * What `readFiles` answers for one ship, for many in a handful of processes.
 *
 * @param bare whether only paths are asked for, renames unsearched
 * @returns in the order of the pairs
 */
export async function readNetDiffs(
  repository: Repository,
  pairs: readonly TreePair[],
  { notes, component, bare }: { notes: NotesPaths; component: ComponentScope | null; bare: boolean },
): Promise<NetDiff[]> {
  if (pairs.length === 0) return [];
  const input = pairs.map(({ before, after }) => `${before} ${after}\n`).join("");
  const run = async (...how: string[]): Promise<Buffer> => (await factsGit(
    repository,
    [
      "diff-tree", "--stdin", "-r", "-z", "--raw", "--no-abbrev", "--no-ext-diff", "--no-textconv", "--no-color", "--submodule=short",
      "--ignore-submodules=none", ...how, "--", ...shipPathspecs(notes, component),
    ],
    { input, pathspecMagic: true },
  )).stdout;
  const plain = async (): Promise<NetDiff[]> => diffsOf(await run("--no-renames"), pairs.length, component).map((changes) => ({ files: changes.map((change) => fileOf(change, null)), complete: false }));
  if (bare) return plain();
  let whole: Buffer;
  try {
    whole = await run("--numstat", "-C");
  } catch (failure) {
    if (!repository.partial) throw failure;
    return plain();
  }
  const diffs = diffsOf(whole, pairs.length, component);
  const wanted = diffs.map(wantedSizes);
  const sizes = await readSizes(repository, new Set(wanted.flatMap((ids) => [...ids])));
  return diffs.map((changes, place) => ({ files: changes.map((change) => fileOf(change, among(sizes, wanted[place] ?? new Set()))), complete: true }));
}

/** A blob that one ship's diff has no reason to look at is no pointer there, whatever another's says. */
function among({ own, pointed }: Sizes, ids: ReadonlySet<string>): Sizes {
  const only = (sizes: ReadonlyMap<string, number>): Map<string, number> => new Map([...ids].flatMap((id) => {
    const size = sizes.get(id);
    return size === undefined ? [] : [[id, size]];
  }));
  return { own: only(own), pointed: only(pointed) };
}

/** Takes git's answer apart: each diff begins with a line that names its two trees, the only field with a line feed of git's own. */
function diffsOf(stdout: Buffer, count: number, component: ComponentScope | null): RawChange[][] {
  const isOurs = inScope(component);
  const segments: string[][] = [];
  const { fields } = splitNul(stdout);
  const header = /^[0-9a-f]{40,64} [0-9a-f]{40,64}\n/;
  for (let at = 0; at < fields.length;) {
    let field = fields[at] ?? "";
    for (let line = header.exec(field); line !== null; line = header.exec(field)) {
      segments.push([]);
      field = field.slice(line[0].length);
    }
    const more = pathsBehind(field);
    segments.at(-1)?.push(field, ...fields.slice(at + 1, at + 1 + more));
    at += 1 + more;
  }
  return Array.from({ length: count }, (_, place) => parseDiff(segments[place] ?? [])
    .filter(({ path, previousPath, status }) => isOurs(path) || (status === "renamed" && isOurs(previousPath ?? path)))
    .sort((a, b) => compareByBytes(a.path, b.path)));
}

/** How many paths stand behind a field: a raw entry has one, of a rename or a copy two; counts have their path within, but for those two. */
function pathsBehind(field: string): number {
  if (field.startsWith(":")) return /^[RC]/.test(field.split(" ")[4] ?? "") ? 2 : 1;
  return field.endsWith("\t") && /^(?:\d+|-)\t(?:\d+|-)\t$/.test(field) ? 2 : 0;
}
