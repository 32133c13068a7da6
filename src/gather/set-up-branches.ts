import { runGit } from "../git/process.ts";
import type { Repository } from "../git/repository.ts";
import { defaultBranches, defaultBranchOf } from "./ship-lines.ts";
import type { ShippingJob } from "./set-up-deploys.ts";

/** The branches and tags of a repository, as far as this clone knows. */
export interface Lines {
  /** Of the remote; where it is not known, the branch at hand, unless there is one that is taken for it without being named. */
  defaultBranch: string | null;
  /** Short names of all, here and of remotes. */
  branches: readonly string[];
  /** Short names of branches such as `release/1.2`. */
  releaseBranches: readonly string[];
  /** The form of most version tags, as a glob: `v*`, `[0-9]*`; null where there are none. */
  versionTags: string | null;
}

/** Reads refs, and nothing of the network. */
export async function linesOf(repository: Repository): Promise<Lines> {
  const { stdout } = await runGit(["for-each-ref", "--format=%(refname)", "refs/remotes", "refs/heads", "refs/tags"], { cwd: repository.directory, env: repository.env });
  const refs = stdout.toString("utf8").split("\n").filter(Boolean);
  const branches = new Set(refs.flatMap((ref) => /^refs\/(?:heads|remotes\/[^/]+)\/(.+)$/.exec(ref)?.[1] ?? []));
  const known = await defaultBranchOf(repository, "origin");
  const here = repository.branch?.replace(/^refs\/heads\//, "") ?? null;
  return {
    defaultBranch: known ?? (defaultBranches(null).some((name) => name === here || branches.has(name)) ? null : here),
    branches: [...branches].sort(),
    releaseBranches: [...branches].filter((name) => /^releases?\//.test(name)).sort(),
    versionTags: formOf(refs.flatMap((ref) => /^refs\/tags\/(.+)$/.exec(ref)?.[1] ?? [])),
  };
}

const forms: readonly (readonly [glob: string, tag: RegExp])[] = [["v*", /^v\d/], ["[0-9]*", /^\d/], ["release-*", /^release-/], ["*@*", /^.+@\d/]];

function formOf(tags: readonly string[]): string | null {
  const counts = forms.map(([glob, tag]) => ({ glob, count: tags.filter((name) => tag.test(name)).length }));
  const most = counts.sort((a, b) => b.count - a.count)[0];
  return most === undefined || most.count === 0 ? null : most.glob;
}

/** The patterns of the tags that ship, as globs of ours; where a pattern is none, the form of the tags that are there. */
export function shippingTags(jobs: readonly ShippingJob[], { versionTags }: Lines): { tags: string[]; seenIn: string; sure: boolean } | null {
  const onTag = jobs.filter((one) => one.onTag);
  const job = onTag.find(({ sure }) => sure) ?? onTag[0];
  if (job === undefined) return null;
  const plain = job.tags.filter((pattern) => !pattern.startsWith("!"));
  // GitHub's `+` and its kin repeat; ours are plain letters.
  const isOurs = plain.length > 0 && plain.every((pattern) => /^[\w@./*-]*\w[\w@./*-]*$/.test(pattern));
  const tags = isOurs ? plain : versionTags === null ? plain.map((pattern) => pattern.replace(/[^\w@./*-].*$/, "*")).filter((glob) => glob !== "*") : [versionTags];
  return tags.length === 0 ? null : { tags: [...new Set(tags)], seenIn: job.path, sure: job.sure };
}

/** The branches that ship when they are pushed to, as globs of ours; what ships but documents beside tags is left out. */
export function shippingBranches(jobs: readonly ShippingJob[], { branches: known }: Lines): { branches: string[]; seenIn: string; sure: boolean } | null {
  const [first, ...others] = jobs.filter(({ branches }) => branches.length > 0).sort((a, b) =>
    Number(b.sure) - Number(a.sure) || Number(a.isAside) - Number(b.isAside) || Number(a.isBefore) - Number(b.isBefore));
  const job = first?.isAside === true && jobs.some(({ onTag }) => onTag) ? others.find(({ isAside }) => !isAside) : first;
  if (job === undefined) return null;
  const plain = job.branches.filter((pattern) => /^[\w@./*-]+$/.test(pattern) && !/^\*+$/.test(pattern));
  // Many a workflow names both main and master, for whichever there is.
  const usual = defaultBranches(null).filter((name) => plain.includes(name));
  const branches = plain.filter((name) => !usual.includes(name) || known.includes(name) || !usual.some((other) => known.includes(other)));
  return branches.length === 0 ? null : { branches, seenIn: job.path, sure: job.sure };
}
