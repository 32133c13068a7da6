import { existsSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import { runGit } from "./process.ts";
import { emptyTree, factsGit, type Repository } from "./repository.ts";

/** How many commits the first step fetches; each further one fetches twice as many as the one before. */
const firstStep = 50;

/**
 * Does work that may find a shallow clone's history too short, and fetches more of it for as long as it does: in
 * steps that double, so that at most about twice as much is fetched as is needed.
 *
 * @param at the commit whose history is needed; null for HEAD
 * @throws Failure whatever `work` throws, but `history-missing` only once all history is there; `fetch-failed`
 */
export async function withHistory<T>(
  repository: Repository,
  at: string | null,
  work: (repository: Repository) => Promise<T>,
): Promise<{ repository: Repository; done: T }> {
  let current = repository;
  for (let step = firstStep; ; step *= 2) {
    try {
      return { repository: current, done: await work(current) };
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "history-missing" || !current.shallow) throw error;
      await deepen(current, step, at ?? current.head);
      current = { ...current, shallow: existsSync(join(current.commonDir, "shallow")) };
    }
  }
}

/** Fetches the blobs that differ between two trees, where a partial clone does not have them, in one go. */
export async function fetchBlobs(repository: Repository, { from, to }: { from: string | null; to: string }): Promise<void> {
  if (!repository.partial) return;
  // Counting lines needs just these blobs, and git fetches all it needs at once.
  await factsGit(repository, ["diff", "--numstat", "-z", from ?? emptyTree(repository), to], { mayFetch: true });
}

/** The servers of forges hand out any commit by its id; one that does not hands out its branches. */
async function deepen(repository: Repository, commits: number, at: string | null): Promise<void> {
  const remote = remoteOf(repository);
  const fetched = [...(at === null ? [] : [[at]]), []];
  let said = "";
  for (const wanted of fetched) {
    const { status, stderr } = await runGit(
      ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-auto-maintenance", `--deepen=${commits}`, "--end-of-options", remote, ...wanted],
      { cwd: repository.directory, env: { ...repository.env, GIT_TERMINAL_PROMPT: "0" }, allow: [1, 128] },
    );
    if (status === 0) return;
    said = (stderr.trim().split("\n").at(-1) ?? "").replaceAll(/\/\/[^/@\s]+@/g, "//");
  }
  throw new Failure("fetch-failed", `The history could not be fetched from ${remote}: ${said}`, {
    expected: "a remote that can be reached without a question; `git fetch --unshallow` shows what is in the way",
    retry: true,
  });
}

function remoteOf({ branch, config }: Repository): string {
  const tracked = branch === null ? undefined : config.get(`branch.${branch.replace(/^refs\/heads\//, "")}.remote`)?.at(-1);
  return tracked ?? "origin";
}
