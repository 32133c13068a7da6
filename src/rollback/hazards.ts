import { Failure } from "../failure.ts";
import { type Repository, factsGit } from "../git/repository.ts";
import { pathMatcher } from "../record/globs.ts";
import type { ChangedFile, Hazard } from "../record/schema.ts";
import { isWayBack, schemaChanges } from "./migrations.ts";
import { type Packages, asksTheSame, isManifest, readPackages } from "./packages.ts";

/** A configured hazard (`hazards`). */
export interface ConfiguredHazard { match: string; kind: string; why: string }

/** A changed file, with its content on both sides where that was read. */
interface Sides { file: ChangedFile; before: string | null; after: string | null }

/** How many packages or statements a sentence names. */
const named = 3;
/** No larger file is read for what a sentence could say of it, in bytes. */
const readable = 400_000;

/** The kinds by weight: what is lost first stands first. */
const order = ["migration", "infra", "dependencies", "submodule", "lfs", "binary", "deleted"];

/**
 * What of a ship a revert does not undo, each with a sentence that claims no more than the two trees show.
 * In a sentence, what comes from a file stands between backticks and holds none.
 *
 * @param files the ship's net files, with their kinds
 * @param range null for a ship without commits
 */
export async function findHazards(repository: Repository, ship: HazardSources): Promise<Hazard[]> {
  return hazardsOf((objects) => readObjects(repository, objects), ship);
}

/** What {@link findHazards} rests on. */
interface HazardSources {
  files: readonly ChangedFile[];
  range: { from: string | null; to: string } | null;
  configured: readonly ConfiguredHazard[];
}

/** The same, with files (`<commit>:<path>`) read by whoever asks for many ships at once; what cannot be had is null. */
export async function hazardsOf(
  read: (objects: readonly string[]) => Promise<(string | null)[]>,
  { files, range, configured }: HazardSources,
): Promise<Hazard[]> {
  if (range === null) return [];
  const told = configured.map(({ match, kind, why }) => ({ matches: pathMatcher([match]), kind, why }));
  const sides = await readSides(read, files, range);
  const found = sides.flatMap((side) => {
    const { path, previousPath } = side.file;
    const own = told.filter(({ matches }) => matches(path) || (previousPath !== null && matches(previousPath)));
    const known = hazardOf(side);
    // What people wrote of a kind wins over what is known of it.
    return [
      ...own.map(({ kind, why }) => ({ kind, path, why, rank: -1 })),
      ...(known === null || own.some(({ kind }) => kind === known.kind) ? [] : [{ ...known, path, rank: order.indexOf(known.kind) }]),
    ];
  });
  // Files come in their order; sorting keeps it within a kind.
  return found.sort((one, other) => one.rank - other.rank).map(({ kind, path, why }) => ({ kind, path, why }));
}

function hazardOf(side: Sides): { kind: string; why: string } | null {
  const { file } = side;
  if (file.submodule !== null || file.kind === "submodule") return { kind: "submodule", why: submodule(file) };
  if (file.kind === "migration") return { kind: "migration", why: migration(side) };
  if (file.kind === "dependencies" || file.kind === "infra") {
    const why = file.kind === "infra" ? infra(file) : dependencies(side);
    return why === null ? null : { kind: file.kind, why };
  }
  if (file.lfs) return { kind: "lfs", why: "Kept in LFS; a revert brings back the pointer, and needs the content before to be there still." };
  // Code, tests and docs are whole once they are back; of what else a file may tell of, the diff shows nothing.
  if (file.status === "deleted" && (file.kind === "config" || file.kind === "content" || file.kind === "other")) {
    return { kind: "deleted", why: "Deleted; a revert brings back the file, and nothing outside git." };
  }
  if (file.binary && file.status === "modified" && (file.kind === "other" || file.kind === "config")) {
    return { kind: "binary", why: "Binary; a revert conflicts where a later commit changed it, too." };
  }
  return null;
}

function migration({ file, before, after }: Sides): string {
  if (isWayBack(file.path)) return "The way back of a migration; a revert does not run it.";
  if (file.status === "deleted") return "A migration was deleted; a revert brings the file back, and undoes nothing that it did where it ran.";
  if (file.status === "renamed" && file.added === 0 && file.deleted === 0) {
    return "A migration was renamed; where it ran under one name, the other may count as not run.";
  }
  if (file.status !== "added" && file.status !== "copied") {
    return "A migration was changed; a revert does not run it again where it ran already.";
  }
  const changes = before === null && after !== null ? schemaChanges(after) : [];
  if (changes.length === 0) return "A migration; a revert takes the file away, not what it did. Not known: whether the code before works with it.";
  const said = changes.slice(0, named).map(({ verb, thing, table }, at) => `${at === 0 ? verb : lowerFirst(verb)} \`${thing}\`${table === null ? "" : ` on \`${table}\``}`);
  const back = changes.length === 1 && changes[0]?.verb === "Adds" ? "a revert does not remove it" : "a revert does not undo that";
  return `${listing(said, changes.length)}; ${back}. Not known: whether the code before works with it.`;
}

/** null where the packages asked for are the same: a new version of the project itself leaves nothing behind. */
function dependencies({ file, before, after }: Sides): string | null {
  const [old, now] = [before === null ? null : readPackages(file.path, before), after === null ? null : readPackages(file.path, after)];
  const none: Packages = new Map();
  const known = (old !== null || file.status === "added") && (now !== null || file.status === "deleted");
  const said = known ? packageChanges(old ?? none, now ?? none) : [];
  if (said.length > 0) {
    const adds = said.every((sentence) => sentence.startsWith("adds"));
    const back = adds ? `a revert does not uninstall ${said.length === 1 ? "it" : "them"}` : "a revert does not install what was there before";
    const first = said.slice(0, named);
    const [start = "", ...others] = first;
    return `${listing([start.charAt(0).toUpperCase() + start.slice(1), ...others], said.length)}; ${back}.`;
  }
  if (/lock|\.sum$|\.resolved$|\.freeze$/i.test(file.path)) return "Locked versions changed; a revert does not install the ones before.";
  return known && asksTheSame(file.path, before ?? "", after ?? "")
    ? null
    : "What is depended on may have changed; a revert does not install what was there before.";
}

function packageChanges(old: Packages, now: Packages): string[] {
  // An address in place of a version may hold what nobody should read.
  const plain = (version: string): string => version.includes("://") ? "" : version;
  const label = (name: string, version: string): string => `\`${`${name} ${plain(version)}`.trim()}\``;
  const safe = ([name, version]: readonly [string, string]): boolean => /^[^`\n\r]{1,80}$/.test(`${name} ${version}`);
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  return names.flatMap((name) => {
    const [was, is] = [old.get(name), now.get(name)];
    if (was === is) return [];
    if (!safe([name, was ?? ""]) || !safe([name, is ?? ""])) return ["changes a package"];
    if (was === undefined) return [`adds ${label(name, is ?? "")}`];
    if (is === undefined) return [`removes ${label(name, was)}`];
    return [`moves \`${name}\` from ${versionOf(plain(was))} to ${versionOf(plain(is))}`];
  });
}

function versionOf(version: string): string {
  return version === "" ? "another version" : `\`${version}\``;
}

function submodule({ submodule: sides }: ChangedFile): string {
  const short = (sha: string): string => `\`${sha.slice(0, 12)}\``;
  if (sides?.before && sides.after) {
    return `Moves from ${short(sides.before)} to ${short(sides.after)}; after a revert, clones need \`git submodule update\`.`;
  }
  if (sides?.after) return `A submodule at ${short(sides.after)}; a revert leaves its folder in clones.`;
  return sides?.before
    ? `A submodule, taken away at ${short(sides.before)}; after a revert, clones need \`git submodule update --init\`.`
    : "A submodule; after a revert, clones need `git submodule update`.";
}

/** What a revert leaves, by what the file is for; CI files leave nothing. The first that matches is said. */
const infraSentences: readonly (readonly [path: RegExp, why: string | null])[] = [
  [/^\.(?:github|gitea|forgejo)\/|gitlab-ci|^\.gitlab\/|\.(?:circleci|buildkite|woodpecker|semaphore|teamcity|azure-pipelines|tekton|builds|drone)\/|(?:travis|woodpecker|drone|cirrus|appveyor|pipelines|buildspec|cloudbuild|wercker|codeship-steps)[^/]*\.(?:ya?ml|star)$|Jenkinsfile|^\.build\.yml$/, null],
  [/ignore$/, null],
  [/(?:docker|container)file/i, "Says how an image is built; a revert does not replace images that were built from it."],
  [/\.(?:tf|tofu|tfvars|hcl|bicep)$|\.(?:tf|tfvars)\.json$|Pulumi|cloudformation/, "Describes resources; a revert changes the description, not what was applied from it."],
  [/compose|docker-stack/i, "Describes services; a revert does not restart what runs from it."],
  [/\.(?:service|timer|socket|mount|slice)$|cron/, "Installed outside git; a revert does not load the one before."],
];

function infra({ path }: ChangedFile): string | null {
  const found = infraSentences.find(([pattern]) => pattern.test(path));
  return found === undefined ? "Infrastructure; a revert changes the file, not what was applied from it." : found[1];
}

function listing(said: readonly string[], all: number): string {
  const more = all - said.length;
  return more > 0 ? `${said.join(", ")} and ${more} more` : said.join(", ");
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Reads manifests on both sides and new migrations, all at once; what cannot be had is null. */
async function readSides(
  read: (objects: readonly string[]) => Promise<(string | null)[]>,
  files: readonly ChangedFile[],
  { from, to }: { from: string | null; to: string },
): Promise<Sides[]> {
  const wanted = files.flatMap((file) => {
    // A path that was no UTF-8 is not written as git has it; one with a line break cannot be asked for.
    if (/[\n%]/.test(file.path) || file.binary || !isRead(file)) return [];
    const before = from === null || file.status === "added" ? [] : [{ file, side: "before" as const, object: `${from}:${file.previousPath ?? file.path}` }];
    const after = file.status === "deleted" ? [] : [{ file, side: "after" as const, object: `${to}:${file.path}` }];
    return [...before, ...after];
  });
  const texts = await read(wanted.map(({ object }) => object));
  const found = new Map<ChangedFile, { before: string | null; after: string | null }>();
  wanted.forEach(({ file, side }, at) => found.set(file, { before: null, after: null, ...found.get(file), [side]: texts[at] ?? null }));
  return files.map((file) => ({ file, ...(found.get(file) ?? { before: null, after: null }) }));
}

function isRead({ kind, status, path, added }: ChangedFile): boolean {
  if (kind === "migration") return status === "added" && (added ?? 0) < 5_000;
  return kind === "dependencies" && isManifest(path);
}

/** Texts of files (`<commit>:<path>`) in one process; null for what is none, is too large, or cannot be had. */
export async function readObjects(repository: Repository, objects: readonly string[]): Promise<(string | null)[]> {
  if (objects.length === 0) return [];
  try {
    const { stdout } = await factsGit(repository, ["cat-file", "--batch"], { input: objects.map((object) => `${object}\n`).join("") });
    let at = 0;
    return objects.map(() => {
      const end = stdout.indexOf("\n", at);
      const header = /^[0-9a-f]+ (\w+) (\d+)$/.exec(stdout.toString("utf8", at, end));
      const start = end + 1;
      const size = Number(header?.[2] ?? 0);
      at = header === null ? start : start + size + 1;
      return header?.[1] === "blob" && size <= readable ? stdout.toString("utf8", start, start + size) : null;
    });
  } catch (error) {
    // Blobs that a partial clone does not have are not fetched for a sentence.
    if (error instanceof Failure && error.code === "git-failed") return objects.map(() => null);
    throw error;
  }
}
