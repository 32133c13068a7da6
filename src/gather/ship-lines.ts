import type { Config } from "../config.ts";
import { factsGit, type Repository } from "../git/repository.ts";
import { globSource, pathMatcher } from "../record/globs.ts";

/** A branch or a tag that reached a remote, by its short name. */
export type Landed = { branch: string } | { tag: string };

/**
 * The environments that a push to a branch, or of a tag, ships to: those whose `branches` or `tags` match; without
 * `environments`, the default one for a push to one of `branches`, else to the remote's default branch.
 *
 * @param defaultBranch of the remote; null where it is not known: then `main` and `master` are taken for it
 */
export function environmentsOf(landed: Landed, config: Pick<Config, "environment" | "environments" | "branches">, defaultBranch: string | null): string[] {
  const { environment, environments, branches } = config;
  if (environments !== null) {
    return Object.entries(environments).flatMap(([name, where]) =>
      ("branch" in landed ? isNamed(where.branches, landed.branch) : isNamed(where.tags, landed.tag)) ? [name] : []);
  }
  const ship = branches ?? (defaultBranch === null ? ["main", "master"] : [defaultBranch]);
  return "branch" in landed && isNamed(ship, landed.branch) ? [environment] : [];
}

/**
 * The components that a range touches, as configured; null where none is touched, or none is configured: then the
 * ship is the whole repository's.
 */
export async function componentsOf(
  repository: Repository,
  { from, to }: { from: string | null; to: string },
  { components }: Pick<Config, "components">,
): Promise<(string | null)[]> {
  const configured = Object.entries(components);
  if (configured.length === 0 || from === null) return [null];
  const { stdout } = await factsGit(repository, ["diff", "--name-only", "--no-renames", "-z", from, to]);
  const paths = stdout.toString("utf8").split("\0").filter(Boolean);
  const touched = configured.flatMap(([name, component]) => paths.some(pathMatcher(component.paths)) ? [name] : []);
  return touched.length === 0 ? [null] : touched;
}

/** The branch that a remote names as its default; null where this clone does not know. */
export async function defaultBranchOf(repository: Repository, remote: string): Promise<string | null> {
  const { status, stdout } = await factsGit(repository, ["symbolic-ref", "--quiet", `refs/remotes/${remote}/HEAD`], { allow: [1, 128] });
  const prefix = `refs/remotes/${remote}/`;
  const target = stdout.toString("utf8").trim();
  return status === 0 && target.startsWith(prefix) ? target.slice(prefix.length) : null;
}

/** The remote and the branch that a tracking ref stands for; the longest name of a remote that fits, for it may hold a slash. */
export function trackedBy(ref: string, { config }: Repository): { remote: string; branch: string } | null {
  const remotes = [...new Set([...config.keys()].flatMap((key) => /^remote\.(.+)\.(?:url|fetch)$/s.exec(key)?.[1] ?? []))];
  const remote = remotes.filter((name) => ref.startsWith(`refs/remotes/${name}/`)).sort((a, b) => b.length - a.length)[0];
  return remote === undefined ? null : { remote, branch: ref.slice(`refs/remotes/${remote}/`.length) };
}

/** As globs of refs have it: `*` stays within a name between two slashes, and the whole is meant. */
function isNamed(globs: readonly string[], name: string): boolean {
  return globs.some((glob) => new RegExp(`^${globSource(glob, { braces: true })}$`, "su").test(name));
}
