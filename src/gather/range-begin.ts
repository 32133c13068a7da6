import { factsGit, type Repository } from "../git/repository.ts";
import { commitAt, hasCommit, historyMissing, kinship, shallowBoundary } from "../git/revisions.ts";
import type { Caveat, Range } from "../record/schema.ts";
import type { TakenBack } from "./note-commits.ts";
import type { Span } from "./scope.ts";
import { defaultBranches, defaultBranchOf, shipRemote, trackingRef } from "./ship-lines.ts";

/** Where a range begins and ends, and by which rule its beginning was found. */
export interface SourcedSpan extends Span {
  source: Range["source"];
  /** Whether it begins where its branch left another one of the remote. */
  forked?: boolean;
}

/** A tag further away than so many commits is no ship's beginning. */
const farthestTag = 100;

/** The caveats that follow from the way a range was found. */
export function caveatsOf({ from, source, forked }: SourcedSpan, hasEarlier: boolean): Caveat[] {
  if (forked === true) {
    return [{
      code: "since-fork",
      text: "It is taken to begin where its branch left the remote's default branch: no earlier record leads up to it. `--from` takes more.",
    }];
  }
  if (source !== "first" || from === null) return [];
  const why = hasEarlier ? "no earlier record leads up to it, and no upstream branch or tag says where it begins" : "no earlier record, upstream branch or tag says where this ship begins";
  return [{ code: "only-newest-commit", text: `Only the newest commit is recorded: ${why}. \`--from\` takes more.` }];
}

/**
 * Where a range begins that no flag, no event and no earlier record begins: at the upstream branch, where
 * `to` is ahead of it; at the nearest tag below `to` that is at most 100 commits away, or, where no tags of ships are
 * configured and that is nearer, where it left the remote's default branch; else at the first parent.
 *
 * @param named the revision that the user gave for `to`: a branch's upstream is looked at, HEAD's without one
 * @param tags the globs of which tags must match one; empty for all
 * @throws Failure `history-missing` where a shallow clone cannot tell
 */
export async function beginning(
  repository: Repository,
  to: TakenBack,
  { named, tags }: { named: string | null; tags: readonly string[] },
): Promise<SourcedSpan> {
  const upstream = await upstreamBelow(repository, to.commit, named);
  if (upstream !== null) return { from: upstream, to: to.commit, source: "upstream" };
  const tag = await tagBelow(repository, to.commit, tags);
  const fork = tag !== null && tags.length > 0 ? null : await defaultBranchBelow(repository, to.commit);
  // A tag that says nothing of ships may be older than what all have.
  const isNearer = tag !== null && (fork === null || (await kinship(repository, tag, fork)) !== "ancestor");
  if (isNearer) return { from: tag, to: to.commit, source: "tag" };
  if (fork !== null) return { from: fork, to: to.commit, source: "upstream", forked: true };
  if (repository.shallow && (await endsWithin(repository, to.commit))) throw historyMissing("the beginning of this ship");
  return { from: to.parent, to: to.commit, source: "first" };
}

/**
 * Where the remote's default branch, as this clone saw it last, and a ship parted; null where that has the ship as well.
 *
 * @throws Failure `history-missing` where a shallow clone cannot tell
 */
async function defaultBranchBelow(repository: Repository, to: string): Promise<string | null> {
  const remote = shipRemote(null, repository);
  if (remote === null) return null;
  for (const branch of defaultBranches(await defaultBranchOf(repository, remote))) {
    // A clone of a single branch tracks no other, but `--fetch` may have brought this one.
    const tip = await commitAt(repository, trackingRef(remote, branch, repository) ?? `refs/remotes/${remote}/${branch}`);
    if (tip === null) continue;
    const fork = await forkBelow(repository, tip, to);
    if (fork === null && (await kinship(repository, tip, to)) === "diverged" && (await mayMeetLater(repository, tip, to))) {
      throw historyMissing(`where ${branch} and ${to} meet`);
    }
    return fork;
  }
  return null;
}

/** The newest commit that `to` and another one have, where it is a proper ancestor of `to`; null where it is none, or cannot be told. */
export async function forkBelow(repository: Repository, other: string, to: string): Promise<string | null> {
  const { status, stdout } = await factsGit(repository, ["merge-base", other, to], { allow: [1, 128] });
  const base = stdout.toString("latin1").trim();
  if (status !== 0 || base === to) return null;
  // In a shallow clone they may meet later than it shows.
  return (await mayBeBeyond(repository, other, to)) ? null : base;
}

async function upstreamBelow(repository: Repository, to: string, named: string | null): Promise<string | null> {
  const ref = upstreamRef(repository.config, named === null || named === "HEAD" || named === "@" ? repository.branch : `refs/heads/${named}`);
  const upstream = ref === null ? null : await commitAt(repository, ref);
  return upstream !== null && (await kinship(repository, upstream, to)) === "ancestor" ? upstream : null;
}

/** The tracking ref of a branch, from the configuration: asking git would end it where there is none. */
export function upstreamRef(config: Repository["config"], branch: string | null): string | null {
  if (branch === null || !branch.startsWith("refs/heads/")) return null;
  const name = branch.slice("refs/heads/".length);
  const remote = config.get(`branch.${name}.remote`)?.at(-1);
  const merge = config.get(`branch.${name}.merge`)?.at(-1);
  if (remote === undefined || merge === undefined) return null;
  if (remote === ".") return merge;
  for (const refspec of config.get(`remote.${remote}.fetch`) ?? []) {
    const [source = "", target = ""] = refspec.replace(/^\+/, "").split(":");
    if (source === merge && target !== "") return target;
    const [start = "", end] = source.split("*");
    if (end === undefined || !merge.startsWith(start) || !merge.endsWith(end) || merge.length < start.length + end.length) continue;
    return target.replace("*", () => merge.slice(start.length, merge.length - end.length));
  }
  return null;
}

async function tagBelow(repository: Repository, to: string, globs: readonly string[]): Promise<string | null> {
  let nearest = await describe(repository, to, globs, []);
  if (nearest?.distance === 0) {
    const { stdout } = await factsGit(repository, ["for-each-ref", `--points-at=${to}`, "--format=%(refname)", "refs/tags"]);
    const here = stdout.toString("utf8").split("\n").filter(Boolean).map((ref) => ref.slice("refs/tags/".length));
    nearest = await describe(repository, to, globs, here);
  }
  if (nearest === null || nearest.distance > farthestTag) return null;
  return commitAt(repository, `refs/tags/${nearest.tag}`);
}

/** The nearest tag that `to` descends from or has, and how many commits it is away. No tag's name can be a glob. */
async function describe(
  repository: Repository,
  to: string,
  globs: readonly string[],
  leftOut: readonly string[],
): Promise<{ tag: string; distance: number } | null> {
  const { status, stdout } = await factsGit(
    repository,
    [
      "describe", "--tags", "--long", "--abbrev=40",
      ...globs.map((glob) => `--match=${glob}`),
      ...leftOut.map((tag) => `--exclude=${tag}`),
      to,
    ],
    { allow: [128] },
  );
  const found = /^(.+)-(\d+)-g[0-9a-f]+$/.exec(stdout.toString("utf8").trim());
  if (status !== 0 || found?.[1] === undefined) return null;
  return { tag: found[1], distance: Number(found[2]) };
}

/** Whether a shallow clone ends so near that a tag in reach may lie behind its end. */
async function endsWithin(repository: Repository, to: string): Promise<boolean> {
  return reachesBoundary(repository, [`--max-count=${farthestTag}`, to]);
}

/**
 * Makes sure that all commits of a span are there.
 *
 * @throws Failure `history-missing` where the span leaves the history of a shallow clone
 */
export async function requireHistory(repository: Repository, older: string | null, newer: string): Promise<void> {
  if (!repository.shallow) return;
  const ends = await Promise.all([older, newer].map((end) => end === null || hasCommit(repository, end)));
  if (ends.includes(false) || await reachesBoundary(repository, older === null ? [newer] : [newer, `^${older}`])) {
    throw historyMissing("this ship begins");
  }
}

/**
 * Whether a commit that is no ancestor of the tip, as far as the history is there, may be one all the same: beyond
 * the end of a shallow clone.
 */
export async function mayBeBeyond(repository: Repository, commit: string, tip: string): Promise<boolean> {
  if (!repository.shallow) return false;
  return !(await hasCommit(repository, commit)) || reachesBoundary(repository, [tip, `^${commit}`]);
}

/** Whether two commits of which neither descends from the other may have more in common than a shallow clone shows. */
export async function mayMeetLater(repository: Repository, one: string, other: string): Promise<boolean> {
  return (await mayBeBeyond(repository, one, other)) || mayBeBeyond(repository, other, one);
}

async function reachesBoundary(repository: Repository, revisions: readonly string[]): Promise<boolean> {
  const boundary = await shallowBoundary(repository);
  const { stdout } = await factsGit(repository, ["rev-list", ...revisions, "--"]);
  return stdout.toString("latin1").split("\n").some((commit) => boundary.has(commit));
}
