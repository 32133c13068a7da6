import { realpath } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { Failure } from "../failure.ts";
import { type GitOptions, type GitResult, type PipeEnd, pipeGit, runGit } from "./process.ts";

/** A repository as git sees it from a folder. All paths are absolute. */
export interface Repository {
  /** The folder that git runs in: the root of the work tree, else the git directory. */
  directory: string;
  gitDir: string;
  /** Shared by all linked worktrees. */
  commonDir: string;
  /** null in a bare repository. */
  workTree: string | null;
  /** Where the command was typed, relative to the work tree; `""` at its root, else with `/` at its end. */
  prefix: string;
  objectFormat: "sha1" | "sha256";
  /** The commit that HEAD stands at; null where the branch is unborn. */
  head: string | null;
  /** The full name of the ref that HEAD stands for; null where it is detached. */
  branch: string | null;
  shallow: boolean;
  /** A partial clone: objects may be missing and are never fetched unasked. */
  partial: boolean;
  version: readonly [major: number, minor: number];
  /** git's configuration as the user has it: lower-case section and key → values, the last one wins. */
  config: ReadonlyMap<string, readonly string[]>;
  /** The environment in which git is run. */
  env: NodeJS.ProcessEnv;
}

/** The oldest git whose output we read. */
const oldestGit = [2, 30] as const;

/** Variables that point git to a repository; a folder the user named overrides them. */
const repositoryVariables = [
  "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_CEILING_DIRECTORIES",
];

/** Variables that change what git prints or which objects it sees, whatever its configuration says. */
const outputVariables = [
  "GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_PAGER", "GIT_TRACE", "GIT_TRACE2", "GIT_TRACE_SETUP", "GIT_LITERAL_PATHSPECS",
  "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS", "GIT_ATTR_SOURCE",
];

/**
 * Every setting that could change a fact, pinned. Replace refs are ignored: a record speaks of the commits
 * that were shipped, not of what somebody's clone shows in their place.
 */
const pinned = [
  "--no-replace-objects", "--no-pager", "--literal-pathspecs",
  "-c", "core.quotePath=false",
  "-c", "core.attributesFile=/dev/null",
  "-c", "core.commitGraph=true",
  "-c", "core.abbrev=40",
  "-c", "core.bigFileThreshold=512m",
  "-c", "diff.algorithm=myers",
  "-c", "diff.renameLimit=1000",
  "-c", "diff.ignoreSubmodules=none",
  "-c", "diff.orderFile=/dev/null",
  "-c", "diff.submodule=short",
  "-c", "diff.renames=false",
  "-c", "diff.suppressBlankEmpty=false",
  "-c", "diff.interHunkContext=0",
  "-c", "diff.context=3",
  "-c", "diff.indentHeuristic=true",
  "-c", "diff.noprefix=false",
  "-c", "diff.mnemonicPrefix=false",
  "-c", "diff.relative=false",
  "-c", "log.showSignature=false",
  "-c", "log.mailmap=true",
  "-c", "log.follow=false",
  "-c", "log.diffMerges=separate",
  "-c", "log.showRoot=true",
  "-c", "i18n.logOutputEncoding=UTF-8",
  "-c", "mailmap.file=",
  "-c", "color.ui=false",
  "-c", "color.diff=false",
  "-c", "core.fsmonitor=false",
  "-c", "core.untrackedCache=false",
];

/**
 * Finds the repository of a folder.
 *
 * @param directory the folder to start in
 * @param named whether the user named it (`-C`): then GIT_DIR and its kin in the environment do not count
 * @throws Failure `git-missing`, `git-too-old`, `not-a-repository`, `repository-untrusted`
 */
export async function openRepository(directory: string, { named }: { named: boolean }): Promise<Repository> {
  const env = gitEnvironment(named);
  // What git complains about is read below, so it has to speak English.
  const options: GitOptions = { cwd: directory, env: { ...env, LC_ALL: "C" }, allow: [1, 128, 129] };
  const [version, places, head, branch, config] = await Promise.all([
    runGit(["version"], { cwd: directory, env }),
    runGit(
      [
        "rev-parse", "--is-bare-repository", "--is-shallow-repository", "--show-object-format",
        "--absolute-git-dir", "--git-common-dir", "--show-prefix", "--show-toplevel",
      ],
      options,
    ),
    runGit(["rev-parse", "--quiet", "--verify", "HEAD^{commit}"], options),
    runGit(["symbolic-ref", "--quiet", "HEAD"], options),
    runGit(["config", "-z", "--list"], options),
  ]);
  const parsedVersion = requireVersion(version.stdout.toString());
  const lines = places.stdout.toString("utf8").split("\n");
  const [bare, shallow, objectFormat, gitDir, commonDir, prefix, workTree] = lines;
  if (gitDir === undefined || commonDir === undefined || !isAbsolute(gitDir)) throw notFound(directory, places);
  const settings = parseConfig(config.stdout.toString("utf8"));
  const top = bare === "true" || !workTree ? null : workTree;
  return {
    directory: top ?? gitDir,
    gitDir,
    commonDir: await realpath(resolve(directory, commonDir)),
    workTree: top,
    prefix: top === null ? "" : (prefix ?? ""),
    objectFormat: objectFormat === "sha256" ? "sha256" : "sha1",
    head: head.status === 0 ? head.stdout.toString().trim() : null,
    branch: branch.status === 0 ? branch.stdout.toString().trim() : null,
    shallow: shallow === "true",
    partial: settings.has("extensions.partialclone") || [...settings.keys()].some((key) => /^remote\..*\.promisor$/s.test(key)),
    version: parsedVersion,
    config: settings,
    env,
  };
}

/** The id of the tree without entries: what the first commit is compared with. */
export function emptyTree(repository: Repository): string {
  return repository.objectFormat === "sha256"
    ? "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
    : "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
}

/** Where shipnote keeps its own state: journal, results, drafts, lock. */
export function stateDirectory(repository: Repository): string {
  return join(repository.commonDir, "shipnote");
}

/** What {@link factsGit} takes beside the command. */
export interface FactsOptions {
  input?: string | Uint8Array;
  allow?: readonly number[];
  /** The commit whose .mailmap counts. */
  mailmapAt?: string;
  /** More environment, for instance a temporary object directory. */
  env?: Record<string, string>;
  /** Lets `:(glob)` and its kin in paths mean what they say; else paths are literal. */
  pathspecMagic?: boolean;
  /** Lets a partial clone fetch what is missing (`--fetch`). */
  mayFetch?: boolean;
}

/**
 * Runs git for a fact: nothing that the user configured, no attribute of the work tree, no index and no
 * network has a say in what comes out, so that bare, linked and dirty trees give the same bytes.
 */
export async function factsGit(repository: Repository, args: readonly string[], options: FactsOptions = {}): Promise<GitResult> {
  const { input, allow } = options;
  const pinnedDown = pin(repository, args, options);
  return runGit(pinnedDown.args, {
    ...pinnedDown.options,
    ...(input === undefined ? {} : { input }),
    ...(allow === undefined ? {} : { allow }),
  });
}

/**
 * Runs two git processes for a fact, as {@link factsGit} does, the first one's output going into the second, `input`
 * into the first.
 *
 * @param mayGoOn sees each chunk on its way; once it says no, both are ended and the answer is null
 */
export async function factsPipe(
  repository: Repository,
  first: readonly string[],
  second: readonly string[],
  { mayGoOn, input, ...options }: Omit<FactsOptions, "allow"> & { mayGoOn: (chunk: Buffer) => boolean },
): Promise<GitResult | null> {
  const start = pin(repository, first, options);
  return pipeGit(input === undefined ? start : { ...start, options: { ...start.options, input } }, pin(repository, second, options), mayGoOn);
}

function pin(
  repository: Repository,
  args: readonly string[],
  { mailmapAt, env, pathspecMagic = false, mayFetch = false }: FactsOptions,
): PipeEnd {
  // A folder that exists in every repository and holds neither .gitattributes nor .mailmap.
  const nowhere = join(repository.commonDir, "objects", "pack");
  const { GIT_INDEX_FILE: _index, GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_PREFIX: _prefix, ...rest } = repository.env;
  return {
    args: [
      `--git-dir=${repository.gitDir}`, `--work-tree=${nowhere}`,
      ...(pathspecMagic ? pinned.filter((arg) => arg !== "--literal-pathspecs") : pinned),
      "-c", `mailmap.blob=${mailmapAt === undefined ? "" : `${mailmapAt}:.mailmap`}`,
      ...(mayFetch ? [] : ["-c", "protocol.allow=never"]),
      ...args,
    ],
    options: {
      cwd: nowhere,
      env: {
        ...rest,
        GIT_INDEX_FILE: join(nowhere, "shipnote-no-index"),
        GIT_GRAFT_FILE: join(nowhere, "shipnote-no-grafts"),
        GIT_ATTR_NOSYSTEM: "1",
        GIT_OPTIONAL_LOCKS: "0",
        LC_ALL: "C",
        ...env,
      },
    },
  };
}

function gitEnvironment(named: boolean): NodeJS.ProcessEnv {
  const left = new Set(named ? [...repositoryVariables, ...outputVariables] : outputVariables);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !left.has(name)));
}

function requireVersion(text: string): readonly [number, number] {
  const found = /(\d+)\.(\d+)/.exec(text);
  const version = [Number(found?.[1] ?? 0), Number(found?.[2] ?? 0)] as const;
  if (version[0] > oldestGit[0] || (version[0] === oldestGit[0] && version[1] >= oldestGit[1])) return version;
  throw new Failure("git-too-old", `This git is too old: ${text.trim()}.`, {
    expected: `git ${oldestGit.join(".")} or newer`,
    retry: true,
  });
}

function notFound(directory: string, { stderr }: GitResult): Failure {
  if (stderr.includes("dubious ownership") || stderr.includes("unsafe repository")) {
    return new Failure("repository-untrusted", `git does not trust the repository at ${directory}: another user owns it.`, {
      expected: `your own repository, or your word for this one: git config --global --add safe.directory '${directory}'`,
      retry: true,
      cause: stderr,
    });
  }
  if (!/not a git repository/i.test(stderr)) {
    return new Failure("git-failed", `git cannot read the repository at ${directory}: ${stderr.trim()}`, {
      expected: "a repository that git can read",
      retry: true,
      cause: stderr,
    });
  }
  return new Failure("not-a-repository", `${directory} is not in a git repository.`, {
    expected: "a folder inside a git repository (name one with -C DIR)",
    retry: true,
    cause: stderr,
  });
}

function parseConfig(text: string): Map<string, string[]> {
  const settings = new Map<string, string[]>();
  for (const entry of text.split("\0")) {
    if (entry === "") continue;
    const end = entry.indexOf("\n");
    const key = end === -1 ? entry : entry.slice(0, end);
    // A key without `=` means true.
    const value = end === -1 ? "true" : entry.slice(end + 1);
    const values = settings.get(key);
    if (values === undefined) settings.set(key, [value]);
    else values.push(value);
  }
  return settings;
}
