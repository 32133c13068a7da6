import { type Repository, factsGit } from "../git/repository.ts";
import type { ChangedFile, Contributor, Forge, Owner } from "../record/schema.ts";
import { type Dialect, type OwnersOf, dialectOf, parseCodeowners } from "./codeowners.ts";

/** Where a forge looks for the file; the first that is there counts, and no other. */
const places: Record<Forge["kind"], readonly string[]> = {
  github: [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"],
  gitlab: ["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"],
  gitea: ["CODEOWNERS", "docs/CODEOWNERS", ".gitea/CODEOWNERS", ".forgejo/CODEOWNERS"],
  bitbucket: [".bitbucket/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"],
  other: [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS", ".gitea/CODEOWNERS"],
};

/**
 * Reads the CODEOWNERS that counts at a commit.
 *
 * @param at the commit, `to` of a range: what people changed since has no say
 * @param kind the forge's, which decides on place and syntax; null where there is no forge
 * @returns who owns a path; nobody any where there is no such file. null where there is one that a partial clone lacks
 */
export async function readOwners(repository: Repository, at: string, kind: Forge["kind"] | null): Promise<OwnersOf | null> {
  const input = codeownersPlaces(kind).map((path) => `${at}:${path}\n`).join("");
  const { stdout, status } = await factsGit(repository, ["cat-file", "--batch"], { input, allow: [128] });
  const text = firstBlob(stdout);
  if (text === null) return status === 0 ? () => [] : null;
  return ownersIn(text, kind);
}

/** Where a forge looks for CODEOWNERS, the first that counts first. */
export function codeownersPlaces(kind: Forge["kind"] | null): readonly string[] {
  return places[kind ?? "other"];
}

/** Who owns a path by a CODEOWNERS of such a forge. */
export function ownersIn(text: string, kind: Forge["kind"] | null): OwnersOf {
  const dialect: Dialect = kind === "gitlab" ? "gitlab" : kind === "github" ? "github" : dialectOf(text);
  return parseCodeowners(text, dialect);
}

/** The first blob of what `cat-file --batch` answered; for each path that is not there it says `… missing`. */
function firstBlob(answer: Buffer): string | null {
  for (let at = 0; at < answer.length;) {
    const end = answer.indexOf("\n", at);
    if (end === -1) return null;
    const header = /^[0-9a-f]+ (\w+) (\d+)$/.exec(answer.toString("utf8", at, end));
    const size = Number(header?.[2] ?? 0);
    if (header?.[1] === "blob") return answer.toString("utf8", end + 1, end + 1 + size);
    at = header === null ? end + 1 : end + 1 + size + 1;
  }
  return null;
}

/** Everything that may name a ship's owner. */
export interface OwnerSources {
  /** `--owner`. */
  flag: string | null;
  /** The component's `owner` in the configuration. */
  component: string | null;
  /** `owner` in the configuration. */
  configured: string | null;
  /** With the owners that CODEOWNERS gives them. */
  files: readonly Pick<ChangedFile, "owners" | "added" | "deleted">[];
  /** By count, then name. */
  contributors: readonly Contributor[];
}

/**
 * Who owns a ship: the flag, the configuration, the owner in CODEOWNERS of most touched lines (where at least half of
 * them are owned by somebody), else the author of most commits (a bot only where there is nobody else).
 */
export function chooseOwner({ flag, component, configured, files, contributors }: OwnerSources): Owner | null {
  if (flag !== null) return { name: flag, source: "flag" };
  const fromConfig = component ?? configured;
  if (fromConfig !== null) return { name: fromConfig, source: "config" };
  const fromFiles = heaviestOwner(files);
  if (fromFiles !== null) return { name: fromFiles, source: "codeowners" };
  const author = contributors.find(({ bot }) => !bot) ?? contributors[0];
  return author === undefined ? null : { name: author.name, source: "author" };
}

/** Of owners of equal weight, the one that CODEOWNERS names first. */
function heaviestOwner(files: OwnerSources["files"]): string | null {
  const weights = new Map<string, number>();
  let all = 0;
  let owned = 0;
  for (const { owners, added, deleted } of files) {
    // A file without lines (a binary, a bare rename) was touched all the same.
    const lines = Math.max(1, (added ?? 0) + (deleted ?? 0));
    all += lines;
    if (owners.length > 0) owned += lines;
    for (const owner of owners) weights.set(owner, (weights.get(owner) ?? 0) + lines);
  }
  // Who owns a sliver of what was shipped does not answer for all of it.
  if (owned * 2 < all) return null;
  const [heaviest] = [...weights].sort(([, ones], [, others]) => others - ones);
  return heaviest?.[0] ?? null;
}
