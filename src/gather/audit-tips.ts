import type { Config } from "../config.ts";
import { factsGit, type Repository } from "../git/repository.ts";
import { defaultBranchOf, environmentsOf, type Landed, mayShip, trackedBy } from "./ship-lines.ts";

/** A branch or a tag that ships, and where it stands. */
export interface Tip {
  landed: Landed;
  commit: string;
  environments: readonly string[];
  /** The component whose tag it is; null: all that it touches. */
  component: string | null;
  /** Whether only merges are known to be ships: nobody saw this branch being pushed. */
  mergesOnly: boolean;
  /** When pushes of it ended where, as the reflog knows: ISO 8601 in UTC by commit. */
  pushes: ReadonlyMap<string, string>;
}

/** All branches and tags at which commits are held: each ref with its commit. */
export async function readRefs(repository: Repository): Promise<{ ref: string; commit: string }[]> {
  const { stdout } = await factsGit(repository, ["for-each-ref", "--format=%(refname)%00%(objectname)%00%(*objectname)"]);
  return stdout.toString("utf8").split("\n").filter(Boolean).map((line) => {
    const [ref = "", object = "", peeled = ""] = line.split("\0");
    return { ref, commit: peeled === "" ? object : peeled };
  });
}

/**
 * The branches and tags that ship by the configuration: those of remotes as this clone saw them last, tags, and what a
 * CI run says was pushed. In a repository without remotes its own branches, of which merges are known to be ships.
 */
export async function readTips(
  repository: Repository,
  refs: readonly { ref: string; commit: string }[],
  config: Config,
  seen: readonly { landed: Landed; commit: string }[],
): Promise<Tip[]> {
  const hasRemotes = [...repository.config.keys()].some((key) => /^remote\..+\.url$/s.test(key));
  const defaults = new Map<string, string | null>();
  const tips: Tip[] = [];
  for (const { ref, commit } of refs) {
    const tracked = ref.startsWith("refs/remotes/") ? trackedBy(ref, repository) : null;
    if (tracked !== null && tracked.branch !== "HEAD") {
      if (!mayShip(tracked, repository)) continue;
      if (!defaults.has(tracked.remote)) defaults.set(tracked.remote, await defaultBranchOf(repository, tracked.remote));
      const landed = { branch: tracked.branch };
      const environments = environmentsOf(landed, config, defaults.get(tracked.remote) ?? null);
      if (environments.length > 0) tips.push({ landed, commit, environments, component: null, mergesOnly: false, pushes: await readPushes(repository, ref) });
    } else if (ref.startsWith("refs/heads/") && !hasRemotes) {
      const landed = { branch: ref.slice("refs/heads/".length) };
      const environments = environmentsOf(landed, config, null);
      if (environments.length > 0) tips.push({ landed, commit, environments, component: null, mergesOnly: true, pushes: new Map() });
    } else if (ref.startsWith("refs/tags/")) {
      tips.push(...tagTips({ tag: ref.slice("refs/tags/".length) }, commit, config));
    }
  }
  for (const { landed, commit } of seen) {
    const environments = environmentsOf(landed, config, [...defaults.values()][0] ?? null);
    if (environments.length > 0) tips.push({ landed, commit, environments, component: null, mergesOnly: false, pushes: new Map() });
  }
  return tips;
}

function tagTips(landed: { tag: string }, commit: string, config: Config): Tip[] {
  const tip = { landed, commit, mergesOnly: false, pushes: new Map<string, string>() };
  const whole = environmentsOf(landed, config, null);
  const ofComponents = Object.entries(config.components).flatMap(([component, { tags }]) => {
    const environments = tags === null ? [] : environmentsOf(landed, { ...config, environments: { [config.environment]: { branches: [], tags: [tags] } } }, null);
    return environments.length === 0 ? [] : [{ ...tip, environments, component }];
  });
  return [...(whole.length === 0 ? [] : [{ ...tip, environments: whole, component: null }]), ...ofComponents];
}

/** Where pushes from this clone ended, and when: git notes each in the reflog of the tracking ref. */
async function readPushes(repository: Repository, ref: string): Promise<Map<string, string>> {
  const { stdout } = await factsGit(repository, ["log", "-g", "--no-patch", "--date=unix", "--format=%H %gd %gs", ref, "--"], { allow: [128] });
  return new Map(stdout.toString("utf8").split("\n").flatMap((line): [string, string][] => {
    const [, commit = "", seconds = ""] = /^([0-9a-f]+) \S*@\{(\d+)\} update by push$/.exec(line) ?? [];
    return commit === "" ? [] : [[commit, isoOf(seconds)]];
  }));
}

/** Seconds since 1970, as git says them, as ISO 8601 in UTC. */
export function isoOf(seconds: string): string {
  return new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z");
}
