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

/**
 * The remote from whose branch something ships, by its name: the one that the local branch of that name follows, else
 * the one that main follows, else `origin`, else the only one. Null where there is none of them: then any may be it.
 *
 * @param branch null for a tag, which follows nothing
 */
export function shipRemote(branch: string | null, { config }: Pick<Repository, "config">): string | null {
  const remotes = remoteNames(config);
  const followed = [...(branch === null ? [] : [branch]), ...defaultBranches(null)].map((name) => config.get(`branch.${name}.remote`)?.at(-1));
  const first = [...followed, "origin"].find((name) => name !== undefined && remotes.includes(name));
  return first ?? (remotes.length === 1 ? (remotes[0] ?? null) : null);
}

/** Whether a remote's branch, or a tag there (null), may ship: nothing does at others, a fork say. */
export function mayShip({ remote, branch }: { remote: string; branch: string | null }, repository: Pick<Repository, "config">): boolean {
  return (shipRemote(branch, repository) ?? remote) === remote;
}

/** The name of the remote that git was told to push to, by name or by URL; null for a URL of none of them. */
export function remoteOf(told: string, { config }: Pick<Repository, "config">): string | null {
  const same = (url: string): boolean => bareUrl(url) === bareUrl(told);
  return remoteNames(config).find((name) => name === told) ??
    remoteNames(config).find((name) => ["url", "pushurl"].some((key) => config.get(`remote.${name}.${key}`)?.some(same) === true)) ?? null;
}

/** All remotes, by the order of the configuration. */
export function remoteNames(config: Repository["config"]): string[] {
  return [...new Set([...config.keys()].flatMap((key) => /^remote\.(.+)\.(?:url|pushurl|fetch)$/s.exec(key)?.[1] ?? []))];
}

function bareUrl(url: string): string {
  return url.replace(/\/+$/, "").replace(/\.git$/, "");
}

/** The ref that a remote's branch is tracked by here; null where it is not. */
export function trackingRef(remote: string, branch: string, { config }: Pick<Repository, "config">): string | null {
  for (const refspec of config.get(`remote.${remote}.fetch`) ?? []) {
    const [source = "", target = ""] = refspec.replace(/^\+/, "").split(":");
    const ref = target === "" ? null : sourceOf(`refs/heads/${branch}`, target, source);
    if (ref !== null) return ref;
  }
  return null;
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
