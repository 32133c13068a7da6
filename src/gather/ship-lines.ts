import type { Config } from "../config.ts";
import { factsGit, type Repository } from "../git/repository.ts";
import { globSource, pathMatcher } from "../record/globs.ts";

/** A branch or a tag that reached a remote, by its short name. */
export type Landed = { branch: string } | { tag: string };

/**
 * The environments that a push to a branch, or of a tag, ships to: those whose `branches` or `tags` match; without
 * `environments`, the default one for a push to one of `branches`, else to the remote's default branch.
 *
 * @param defaultBranch of the remote; null where it is not known
 */
export function environmentsOf(landed: Landed, config: Pick<Config, "environment" | "environments" | "branches">, defaultBranch: string | null): string[] {
  const { environment, environments, branches } = config;
  if (environments !== null) {
    return Object.entries(environments).flatMap(([name, where]) =>
      ("branch" in landed ? isNamed(where.branches, landed.branch) : isNamed(where.tags, landed.tag)) ? [name] : []);
  }
  return "branch" in landed && isNamed(branches ?? defaultBranches(defaultBranch), landed.branch) ? [environment] : [];
}

/** What a remote's default branch may be called: `main` and `master` where it is not known. */
export function defaultBranches(known: string | null): readonly string[] {
  return known === null ? ["main", "master"] : [known];
}

/** The components one of whose own tags this is. */
export function matchingComponents(landed: Landed, { components }: Pick<Config, "components">): string[] {
  return Object.entries(components).flatMap(([name, { tags }]) => ("tag" in landed && tags !== null && isNamed([tags], landed.tag) ? [name] : []));
}

/**
 * The components that a range touches, as configured; null where none is touched, or none is configured: then the
 * ship is the whole repository's. Where it is not known where the range begins it may be any of them.
 */
export async function componentsOf(
  repository: Repository,
  { from, to }: { from: string | null; to: string },
  { components }: Pick<Config, "components">,
): Promise<(string | null)[]> {
  const configured = Object.entries(components);
  if (configured.length === 0) return [null];
  if (from === null) return configured.map(([name]) => name);
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

/** The remote and the branch that a tracking ref stands for, by what the remotes' fetch refspecs say. */
export function trackedBy(ref: string, { config }: Pick<Repository, "config">): { remote: string; branch: string } | null {
  for (const [key, refspecs] of config) {
    const remote = /^remote\.(.+)\.fetch$/s.exec(key)?.[1];
    if (remote === undefined) continue;
    for (const refspec of refspecs) {
      const [source = "", target = ""] = refspec.replace(/^\+/, "").split(":");
      const name = sourceOf(ref, source, target);
      if (name?.startsWith("refs/heads/") === true) return { remote, branch: name.slice("refs/heads/".length) };
    }
  }
  return null;
}

/** What a refspec fetches into a ref; null where it fetches nothing there. */
function sourceOf(ref: string, source: string, target: string): string | null {
  const [start = "", end] = target.split("*");
  if (end === undefined) return ref === target ? source : null;
  if (!ref.startsWith(start) || !ref.endsWith(end) || ref.length < start.length + end.length) return null;
  return source.replace("*", () => ref.slice(start.length, ref.length - end.length));
}

/** As globs of refs have it: `*` stays within a name between two slashes, and the whole is meant. */
export function isNamed(globs: readonly string[], name: string): boolean {
  return globs.some((glob) => new RegExp(`^${globSource(glob, { braces: true })}$`, "su").test(name));
}
