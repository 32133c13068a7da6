import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** An ordinary repository, found without asking git. */
export interface Nearest {
  commonDir: string;
  /** The folder it was looked for in, relative to the work tree; `.` is its root. */
  directory: string;
  /** The commit at HEAD; null where the branch is unborn. */
  head: string | null;
}

/** Variables that say where a repository is, or how far it is looked for. */
const placing = [
  "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_CONFIG_COUNT",
  "GIT_CONFIG_PARAMETERS",
];

const id = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/**
 * The repository of a folder, where it is of the most ordinary kind: a `.git` folder above, with loose or packed
 * refs, and nothing in the environment that says otherwise. A process is spared that would cost as much as
 * everything else that `run` adds to a command.
 *
 * @returns null wherever git itself has to be asked: no such folder, a linked worktree, a submodule, a bare
 * repository, other ref storage, a word in the environment
 */
export function nearestRepository(directory: string, environment: NodeJS.ProcessEnv): Nearest | null {
  if (placing.some((name) => environment[name] !== undefined)) return null;
  try {
    const start = realpathSync(directory);
    const root = rootAbove(start);
    if (root === null) return null;
    const commonDir = join(root, ".git");
    // git may be told there that the work tree is elsewhere, or that refs are kept in another way.
    if (/^\s*(?:worktree|refstorage|\[includeif|\[include)\b/im.test(readFileSync(join(commonDir, "config"), "utf8"))) return null;
    const head = headOf(commonDir);
    return head === undefined ? null : { commonDir, directory: relative(root, start) || ".", head };
  } catch {
    return null;
  }
}

function rootAbove(start: string): string | null {
  const device = statSync(start).dev;
  for (let folder = start; ; folder = dirname(folder)) {
    const status = statSync(folder, { throwIfNoEntry: false });
    // git does not look across file systems either.
    if (status?.dev !== device) return null;
    const found = statSync(join(folder, ".git"), { throwIfNoEntry: false });
    if (found !== undefined) return found.isDirectory() ? folder : null;
    if (statSync(join(folder, "HEAD"), { throwIfNoEntry: false }) !== undefined || dirname(folder) === folder) return null;
  }
}

/** undefined: not to be told from here. */
function headOf(commonDir: string): string | null | undefined {
  const head = readFileSync(join(commonDir, "HEAD"), "utf8").trim();
  if (id.test(head)) return head;
  const ref = /^ref: (refs\/\S+)$/.exec(head)?.[1];
  if (ref === undefined || ref === "refs/heads/.invalid") return undefined;
  const loose = textOf(join(commonDir, ref))?.trim();
  if (loose !== undefined) return id.test(loose) ? loose : undefined;
  const packed = textOf(join(commonDir, "packed-refs"))?.split("\n").find((line) => line.endsWith(` ${ref}`));
  return packed?.split(" ")[0] ?? null;
}

function textOf(path: string): string | undefined {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path, "utf8") : undefined;
}
