import { runGit } from "./process.ts";
import type { Repository } from "./repository.ts";

/**
 * The files of a folder that are not as they were at a commit, new ones included, whether committed since or not;
 * relative to the repository's root. The work tree is what is looked at, so the user's attributes count.
 *
 * @param commit a full id
 * @param folder relative to the root
 */
export async function changedSince(repository: Repository, commit: string, folder: string): Promise<Set<string>> {
  const options = { cwd: repository.directory, env: { ...repository.env, GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" } };
  const pathspec = `:(top,literal)${folder}`;
  const answers = await Promise.all([
    runGit(["diff", "--name-only", "--no-ext-diff", "--no-renames", "--no-relative", "-z", commit, "--", pathspec], options),
    runGit(["ls-files", "--others", "--full-name", "-z", "--", pathspec], options),
  ]);
  return new Set(answers.flatMap(({ stdout }) => stdout.toString("utf8").split("\0").filter(Boolean)));
}

/** The paths below a folder that a sparse checkout leaves out of the work tree. */
export async function skippedPaths(repository: Repository, folder: string): Promise<Set<string>> {
  const options = { cwd: repository.directory, env: { ...repository.env, GIT_OPTIONAL_LOCKS: "0" } };
  const { stdout } = await runGit(["ls-files", "-z", "-t", "--", `:(top,literal)${folder}`], options);
  return new Set(stdout.toString("utf8").split("\0").flatMap((entry) => (entry.startsWith("S ") ? [entry.slice(2)] : [])));
}
