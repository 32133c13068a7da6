import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { type HookName, hookNames, isOurs, namesIn, textOf } from "./hook-files.ts";
import { runGit } from "./process.ts";
import type { Repository } from "./repository.ts";

/** Where git looks for hooks. */
export interface HookPlace {
  /** Absolute. */
  directory: string;
  /**
   * Whose it is, where it serves other repositories as well: `configuration`, that of a user or of the machine names it;
   * `elsewhere`, it lies outside of this repository. Null where it is this repository's alone.
   */
  shared: "configuration" | "elsewhere" | null;
  /** Where core.hooksPath names no folder, so that git runs no hook at all: what takes that back. */
  off: string | null;
  /** Who else writes there, as far as can be seen. */
  manager: HookManager | null;
  /** The hooks that are files of the repository itself: a change there would be committed. */
  tracked: HookName[];
  /** Whether git would offer what is put there for a commit. */
  untracked: boolean;
}

export type HookManager = "husky" | "lefthook" | "simple-git-hooks" | "pre-commit";

/** Finds where git looks for hooks here. */
export async function findHooks(repository: Repository): Promise<HookPlace> {
  const { stdout } = await runGit(["config", "--show-scope", "--type=path", "--get", "core.hooksPath"], { cwd: repository.directory, env: repository.env, allow: [1] });
  const [, scope = "", path] = /^(\S+)\t(.*)\n$/s.exec(stdout.toString("utf8")) ?? [];
  // git takes an empty one for the root folder's.
  const directory = path === undefined ? join(repository.commonDir, "hooks") : path === "" ? "/" : resolve(repository.directory, path);
  const off = path === "" || isNoFolder(directory) ? `git config ${["system", "global", "worktree"].includes(scope) ? `--${scope} ` : ""}--unset core.hooksPath` : null;
  const shared = scope === "global" || scope === "system" ? "configuration" : isWithin(repository, directory) ? null : "elsewhere";
  return { directory, shared, off, manager: managerOf(repository, directory), ...(await trackedIn(repository, directory)) };
}

/** Where git looks for hooks in all work trees of a repository: a relative core.hooksPath leads to a folder in each. */
export async function hookFolders({ directory, env }: Repository): Promise<string[]> {
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_COMMON_DIR: _common, GIT_INDEX_FILE: _index, GIT_PREFIX: _prefix, ...rest } = env;
  const { stdout } = await runGit(["worktree", "list", "--porcelain"], { cwd: directory, env });
  const trees = stdout.toString("utf8").split("\n").flatMap((line) => (line.startsWith("worktree ") ? [line.slice("worktree ".length)] : [])).filter((tree) => existsSync(tree));
  const answers = await Promise.all(trees.map(async (cwd) => runGit(["rev-parse", "--git-path", "hooks"], { cwd, env: rest, allow: [128] })));
  return answers.flatMap(({ status, stdout: path }, place) => (status === 0 ? [resolve(trees[place] ?? "/", path.toString("utf8").replace(/\n$/, ""))] : []));
}

/** Whether two paths lead to the same place. */
export function isSamePlace(one: string, other: string): boolean {
  return one === other || real(one) === real(other);
}

function isNoFolder(path: string): boolean {
  try {
    return !statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Whether a folder belongs to the repository: to its work tree, to the main one, or to its git directory. */
function isWithin({ workTree, commonDir }: Repository, directory: string): boolean {
  const roots = [commonDir, ...(workTree === null ? [] : [workTree]), ...(basename(commonDir) === ".git" ? [dirname(commonDir)] : [])];
  return [directory, real(directory)].some((path) => roots.some((root) => isBelow(path, root) || isBelow(path, real(root))));
}

function isBelow(path: string, root: string): boolean {
  const way = relative(root, path);
  return way !== ".." && !way.startsWith("../") && !isAbsolute(way);
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

async function trackedIn({ workTree, env, gitDir }: Repository, directory: string): Promise<Pick<HookPlace, "tracked" | "untracked">> {
  if (workTree === null || !isBelow(directory, workTree) || isBelow(directory, gitDir)) return { tracked: [], untracked: false };
  const paths = hookNames.map((name) => join(directory, name));
  const options = { cwd: workTree, env, allow: [1, 128] };
  const [known, ignored] = await Promise.all([
    runGit(["--literal-pathspecs", "ls-files", "-z", "--", ...paths], options),
    runGit(["check-ignore", "-z", "--", ...paths], options),
  ]);
  const names = (stdout: Buffer): string[] => stdout.toString("utf8").split("\0").filter(Boolean).map((path) => basename(path));
  const tracked = names(known.stdout);
  return { tracked: hookNames.filter((name) => tracked.includes(name)), untracked: names(ignored.stdout).length + tracked.length < paths.length };
}

const managers: readonly (readonly [manager: HookManager, ofRoot: RegExp, ofHook: RegExp])[] = [
  ["lefthook", /^\.?lefthook(?:-local)?\.(?:ya?ml|toml|json)$/, /lefthook/i],
  ["pre-commit", /^\.pre-commit-config\.yaml$/, /File generated by pre-commit/],
  ["simple-git-hooks", /^\.?simple-git-hooks\.[a-z]+$/, /SKIP_SIMPLE_GIT_HOOKS/],
];

function managerOf({ workTree }: Repository, directory: string): HookManager | null {
  const parts = directory.split("/").slice(-2);
  if (parts.includes(".husky")) return "husky";
  const root = workTree === null ? [] : namesIn(workTree);
  const texts = namesIn(directory).filter((name) => !name.endsWith(".sample")).map((name) => textOf(join(directory, name)) ?? "").filter((text) => !isOurs(text));
  const found = managers.find(([, ofRoot, ofHook]) => root.some((name) => ofRoot.test(name)) || texts.some((text) => ofHook.test(text)));
  if (found !== undefined) return found[0];
  return workTree !== null && namesSimpleGitHooks(workTree) ? "simple-git-hooks" : null;
}

function namesSimpleGitHooks(workTree: string): boolean {
  try {
    return Object.hasOwn(Object(JSON.parse(readFileSync(join(workTree, "package.json"), "utf8"))), "simple-git-hooks");
  } catch {
    return false;
  }
}
