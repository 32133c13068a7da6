import { chmod, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { errorCode, Failure } from "../failure.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import { type GitResult, runGit } from "./process.ts";
import type { Repository } from "./repository.ts";

const attempts = 3;

/** None of the repository's hooks and watchers has a say in a tree that is thrown away. */
const apart = ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "worktree.useRelativePaths=false"];

/**
 * Lays a commit out in a folder of its own, detached, for as long as something works there; then folder and git's
 * entry for it are gone, whatever happened: see {@link removeWorktree}. Submodules are empty folders in it. Contents that a partial clone lacks
 * are not fetched.
 *
 * @param revision a full id
 * @param directory absolute, in a folder that is there; nothing may stand there yet
 * @throws Failure `not-writable`, `disk-full`, `git-failed`; `history-missing` where contents are not in the repository
 */
export async function withWorktree<T>(
  repository: Repository,
  revision: string,
  directory: string,
  use: () => Promise<T>,
): Promise<T> {
  try {
    await mkdir(directory, { mode: 0o700 });
  } catch (cause) {
    throw notMade(directory, cause);
  }
  try {
    await add(repository, revision, directory);
    return await use();
  } finally {
    await removeWorktree(repository, directory);
  }
}

/**
 * Removes such a folder and git's entry for it, also where it was left half made; no other worktree is touched. What
 * belongs to another user (a container's, say) may stay in the folder; it is no failure of what was done there.
 */
export async function removeWorktree(repository: Repository, directory: string): Promise<void> {
  // Twice: an entry that was left half made is locked.
  await worktree(repository, ["remove", "--force", "--force", directory]).catch(() => undefined);
  await removeFolder(directory).catch(async () => {
    // A build may have taken away its own right to write there.
    await openFolders(directory).catch(() => undefined);
    await removeFolder(directory).catch(() => undefined);
  });
  await removeEntry(repository, directory);
}

/** Whether the work tree holds anything that is not committed, notes and what is ignored aside; false where there is none. */
export async function hasChanges(repository: Repository, notes: NotesPaths): Promise<boolean> {
  if (repository.workTree === null) return false;
  const { stdout } = await runGit(
    ["-c", "core.fsmonitor=false", "status", "--porcelain", "-z", "--ignore-submodules", "--untracked-files=normal", "--", ":/", ...notes.exclude],
    { cwd: repository.workTree, env: { ...repository.env, GIT_OPTIONAL_LOCKS: "0" } },
  );
  return stdout.length > 0;
}

async function add(repository: Repository, revision: string, directory: string, attempt = 1): Promise<void> {
  try {
    await worktree(repository, ["add", "--detach", "--quiet", directory, revision]);
  } catch (cause) {
    // git removes the folder of its entries with the last of them, and another run may just do that.
    if (attempt < attempts && /could not create directory|could not create leading directories/i.test(String(cause))) {
      await wait(100);
      return add(repository, revision, directory, attempt + 1);
    }
    if (!(cause instanceof Failure) || cause.code !== "git-failed") throw cause;
    if (/no space left/i.test(String(cause.cause))) throw notMade(directory, Object.assign(new Error(cause.message), { code: "ENOSPC" }));
    if (!repository.partial) throw cause;
    throw new Failure("history-missing", `This clone is partial, and lacks contents of ${revision}.`, {
      expected: `all contents of that commit; \`git archive --output=/dev/null ${revision}\` fetches them`,
      retry: true,
      cause,
    });
  }
}

async function worktree(repository: Repository, args: readonly string[]): Promise<GitResult> {
  const { GIT_INDEX_FILE: _index, GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_PREFIX: _prefix, ...env } = repository.env;
  const offline = repository.partial ? ["-c", "protocol.allow=never"] : [];
  return runGit([`--git-dir=${repository.gitDir}`, ...apart, ...offline, "worktree", ...args], {
    cwd: repository.commonDir, env: { ...env, LC_ALL: "C" },
  });
}

async function removeFolder(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

async function openFolders(directory: string): Promise<void> {
  await chmod(directory, 0o700);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) await openFolders(join(directory, entry.name));
  }
}

/** What git itself would not remove: it may have been killed in the middle of an entry. */
async function removeEntry({ commonDir }: Repository, directory: string): Promise<void> {
  const entries = join(commonDir, "worktrees");
  for (const name of await namesIn(entries)) {
    const points = await readFile(join(entries, name, "gitdir"), "utf8").catch(() => "");
    if (dirname(points.trim()) === directory) await removeFolder(join(entries, name)).catch(() => undefined);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

function notMade(directory: string, cause: unknown): Failure {
  const full = errorCode(cause) === "ENOSPC" || errorCode(cause) === "EDQUOT";
  return new Failure(full ? "disk-full" : "not-writable", `No worktree could be made at ${directory} (${errorCode(cause) ?? String(cause)}).`, {
    expected: `${full ? "room" : "a folder that this user may write to"}; TMPDIR names another place`,
    retry: true,
    cause,
  });
}
