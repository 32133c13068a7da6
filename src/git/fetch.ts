import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import { type GitOptions, runGit } from "./process.ts";
import { emptyTree, factsGit, type Repository } from "./repository.ts";
import { commitAt, hasCommit, kinship } from "./revisions.ts";

/** How many commits the first step fetches; each further one fetches twice as many as the one before. */
const firstStep = 50;

/**
 * Does work that may find a shallow clone's history too short, and fetches more of it for as long as it does: in
 * steps that double, so that at most about twice as much is fetched as is needed.
 *
 * What was there before a force push lies nowhere below the commit at hand. So once the first step has not brought it,
 * it is asked for by name, with as much of its own history, until the two meet. In a clone that is whole it is asked for
 * at once.
 *
 * @param at the commit whose history is needed; null for HEAD
 * @param before what the commit's branch was before, as somebody says; null where nobody does
 * @param work gets `before`; null once the remote has said that it has no such commit
 * @throws Failure whatever `work` throws, but `history-missing` only once all history is there that the remote has;
 *   `fetch-failed`
 */
export async function withHistory<T>(
  repository: Repository,
  { at, before }: { at: string | null; before: string | null },
  work: (repository: Repository, before: string | null) => Promise<T>,
): Promise<{ repository: Repository; done: T }> {
  const tip = at ?? repository.head;
  let current = repository;
  let known = before;
  let isApart = false;
  let wasIdle = false;
  for (let step = firstStep; ;) {
    if (!current.shallow && known !== null && isWhole(known) && !(await fetchCommit(current, known))) known = null;
    try {
      return { repository: current, done: await work(current, known) };
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "history-missing" || !current.shallow) throw error;
    }
    isApart ||= known !== null && isWhole(known) && step > firstStep && (tip === null || !isWhole(tip) || (await kinship(current, known, tip)) !== "ancestor");
    const stood = shallowEnd(current);
    if ((await deepen(current, step, tip, isApart ? known : null)) === "gone") {
      known = null;
      continue;
    }
    const end = shallowEnd(current);
    // The first step leaves out what lies apart; from then on, what brings nothing never will.
    const isIdle = end !== null && end === stood;
    if (isIdle && wasIdle) throw nothingMore(current);
    wasIdle = isIdle;
    current = { ...current, shallow: end !== null };
    step *= 2;
  }
}

/** Where the history at hand ends; null where it is whole. */
function shallowEnd({ commonDir }: Repository): string | null {
  const path = join(commonDir, "shallow");
  return existsSync(path) ? readFileSync(path, "latin1") : null;
}

function nothingMore(repository: Repository): Failure {
  const remote = remoteOf(repository);
  return new Failure("history-missing", `This clone is shallow, its history ends before what this ship needs, and ${remote} has no more of it.`, {
    expected: `a remote with the whole history (${remote} may be a shallow clone itself), or --from with a commit that is here`,
    retry: true,
  });
}

/**
 * Fetches a remote's default branch to where a clone of all branches tracks it, unless it is there: in a shallow clone
 * no more of it than there is of the commit at hand, and one step.
 *
 * @param at the commit at hand; null for HEAD
 * @returns its newest commit; null where it was there, or the remote names none
 * @throws Failure `fetch-failed`
 */
export async function fetchDefaultBranch(repository: Repository, remote: string, at: string | null): Promise<string | null> {
  const head = `refs/remotes/${remote}/HEAD`;
  if ((await commitAt(repository, head)) !== null) return null;
  const { status, stdout, stderr } = await runGit(["ls-remote", "--symref", "--end-of-options", remote, "HEAD"], quietly(repository));
  if (status !== 0) throw fetchFailed(remote, stderr);
  const branch = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(stdout.toString("utf8"))?.[1];
  if (branch === undefined) return null;
  const ref = `refs/remotes/${remote}/${branch}`;
  if ((await commitAt(repository, ref)) === null) {
    const tip = at ?? repository.head;
    const depth = !repository.shallow || tip === null ? null : await depthBelow(repository, tip, firstStep) ?? `--depth=${firstStep}`;
    const fetched = await fetch(repository, [...(depth === null ? [] : [depth]), "--end-of-options", remote, `+refs/heads/${branch}:${ref}`]);
    if (fetched.status !== 0) throw fetchFailed(remote, fetched.stderr);
  }
  // As a clone notes it.
  await factsGit(repository, ["symbolic-ref", head, ref]);
  return commitAt(repository, ref);
}

/** Fetches a commit that no branch may lead to any more, unless it is here. @returns whether it is here now */
async function fetchCommit(repository: Repository, id: string): Promise<boolean> {
  if (await hasCommit(repository, id)) return true;
  const { status, stderr } = await fetch(repository, ["--end-of-options", remoteOf(repository), id]);
  if (status === 0) return true;
  // A remote that was reached, and has no such commit or hands none out, names it.
  if (stderr.includes(id)) return false;
  throw fetchFailed(remoteOf(repository), stderr);
}

async function fetch(repository: Repository, args: readonly string[]): Promise<{ status: number; stderr: string }> {
  return runGit(["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-auto-maintenance", ...args], quietly(repository));
}

/** Without a question, and with what it says where it fails. */
function quietly({ directory, env }: Repository): GitOptions {
  return { cwd: directory, env: { ...env, GIT_TERMINAL_PROMPT: "0" }, allow: [1, 128] };
}

function fetchFailed(remote: string, stderr: string): Failure {
  const said = (stderr.trim().split("\n").at(-1) ?? "").replaceAll(/\/\/[^/@\s]+@/g, "//");
  return new Failure("fetch-failed", `The history could not be fetched from ${remote}: ${said}`, {
    expected: "a remote that can be reached without a question; `git fetch --unshallow` shows what is in the way",
    retry: true,
  });
}

/** Fetches the blobs that differ between two trees, where a partial clone does not have them, in one go. */
export async function fetchBlobs(repository: Repository, { from, to }: { from: string | null; to: string }): Promise<void> {
  if (!repository.partial) return;
  // Counting lines needs just these blobs, and git fetches all it needs at once.
  await factsGit(repository, ["diff", "--numstat", "-z", from ?? emptyTree(repository), to], { mayFetch: true });
}

/**
 * Fetches more of what lies below a commit, and as much below another one that need not be here: `gone` where the
 * remote has no such commit. The servers of forges hand out any commit by its id; one that does not hands out its branches.
 */
async function deepen(repository: Repository, commits: number, tip: string | null, apart: string | null): Promise<"deeper" | "gone"> {
  const relative = `--deepen=${commits}`;
  const absolute = tip === null ? relative : await depthBelow(repository, tip, commits) ?? relative;
  const alone = tip === null ? [] : [tip];
  let said = "";
  for (const ids of [...(apart === null ? [] : [[...alone, apart]]), ...(tip === null ? [] : [alone]), []]) {
    const { status, stderr } = await fetch(repository, [ids.length === 0 ? relative : absolute, "--end-of-options", remoteOf(repository), ...ids]);
    if (status === 0) return "deeper";
    // In the words of git, and of Gerrit.
    if (apart !== null && new RegExp(`not our ref ${apart}|want ${apart} not valid`).test(stderr)) return "gone";
    said = stderr;
  }
  throw fetchFailed(remoteOf(repository), said);
}

/** `--deepen` goes on only from where branches of the remote lead: not below a commit that was pushed away since, or beside. */
async function depthBelow(repository: Repository, tip: string, commits: number): Promise<string | null> {
  if (!isWhole(tip) || !(await hasCommit(repository, tip))) return null;
  const { stdout } = await factsGit(repository, ["rev-list", "--count", "--first-parent", tip, "--"]);
  return `--depth=${Number(stdout.toString()) + commits}`;
}

/** Whether an id is one that a remote can be asked for. */
function isWhole(id: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id);
}

function remoteOf({ branch, config }: Repository): string {
  const tracked = branch === null ? undefined : config.get(`branch.${branch.replace(/^refs\/heads\//, "")}.remote`)?.at(-1);
  return tracked ?? "origin";
}
