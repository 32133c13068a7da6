import { simpleGit } from "simple-git";
import { Failure } from "../failure.ts";
import type { Repository } from "./repository.ts";

/**
 * What git may see of the environment beside what is harmless: which repository and index a hook works in,
 * who commits, and whose configuration counts. simple-git hides the rest (editors, pagers, traces).
 */
const passedOn = [
  "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_CEILING_DIRECTORIES",
  "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE",
  "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "GIT_COMMITTER_DATE",
  "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM",
];

/** A user's hooks may run tests, and say nothing meanwhile. */
const longestSilence = 30 * 60 * 1000;

/**
 * Commits precisely these files as they stand in the work tree, new ones included, whatever else is staged
 * or changed; the rest of the index stays as it is. The user's hooks, identity and signing apply.
 *
 * @param paths relative to the root of the work tree
 * @returns the commit's id; null where nothing of them differs from HEAD
 * @throws Failure `no-work-tree`; `git-failed` where git or a hook says no: then nothing is left staged
 */
export async function commitPaths(repository: Repository, paths: readonly string[], message: string): Promise<string | null> {
  if (repository.workTree === null) {
    throw new Failure("no-work-tree", "There is no work tree to commit from.", { expected: "a repository that is not bare", retry: true });
  }
  const git = simpleGit({
    baseDir: repository.workTree,
    // Where the user named the repository, its environment was dropped when it was opened.
    allowEnvironment: passedOn.filter((name) => repository.env[name] !== undefined),
    timeout: { block: longestSilence },
    // By itself simple-git takes an exit status without a word on stderr for success.
    errors: (error, { exitCode, stdOut, stdErr }) => error ?? (exitCode === 0 ? undefined : Buffer.concat([...stdErr, ...stdOut])),
  });
  const pathspecs = paths.map((path) => `:(top,literal)${path}`);
  let added: string[] = [];
  try {
    const tracked = new Set((await git.raw(["ls-files", "-z", "--full-name", "--", ...pathspecs])).split("\0"));
    added = paths.filter((path) => !tracked.has(path));
    if (added.length === 0 && repository.head !== null) {
      const changed = await git.raw(["diff", "--name-only", "--no-ext-diff", "-z", "HEAD", "--", ...pathspecs]);
      if (changed === "") return null;
    }
    // git commits only what the index knows of; whoever asks for a commit means ignored files as well.
    if (added.length > 0) await git.raw(["add", "--intent-to-add", "--force", "--", ...added.map((path) => `:(top,literal)${path}`)]);
    await git.raw(["commit", "--only", "--quiet", `--message=${message}`, "--", ...pathspecs]);
    return (await git.raw(["rev-parse", "HEAD"])).trim();
  } catch (cause) {
    if (added.length > 0) await git.raw(["update-index", "--force-remove", "--", ...added]).catch(() => undefined);
    throw new Failure("git-failed", `git commit failed: ${said(cause)}`, {
      expected: "git and the hooks of the repository to take the commit; the files themselves are written",
      retry: true,
      cause,
    });
  }
}

function said(cause: unknown): string {
  const text = cause instanceof Error ? cause.message.trim() : String(cause);
  return text.split("\n").slice(0, 5).join(" ") || "it said nothing";
}
