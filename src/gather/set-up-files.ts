import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { runGit } from "../git/process.ts";
import type { Repository } from "../git/repository.ts";

/** The files of a work tree, those that git does not know yet included, ignored ones left out. */
export interface WorkTreeFiles {
  /** Relative to the root, sorted by code unit. */
  paths: readonly string[];
  has: (path: string) => boolean;
  /** A file's text; null where there is none, or it is larger than any file that says how a repository is set up. */
  read: (path: string) => string | null;
  /** The lines of tracked code that match an extended regular expression. */
  grep: (expression: string) => Promise<FoundLine[]>;
  /** Those of the paths that git ignores. */
  ignored: (paths: readonly string[]) => Promise<Set<string>>;
}

/** A line of code, and where it stands. */
export interface FoundLine {
  path: string;
  line: number;
  text: string;
}

const largest = 512 * 1024;
const mostLines = 2000;
/** Where routes and ports are named in code. */
const code = ["js", "mjs", "cjs", "ts", "mts", "cts", "jsx", "tsx", "py", "rb", "go", "rs", "java", "kt", "cs", "php", "ex", "exs", "scala", "cr"];

/** @param repository with a work tree */
export async function workTreeFiles(repository: Repository): Promise<WorkTreeFiles> {
  const root = repository.workTree ?? repository.directory;
  const git = (args: readonly string[], input?: string) => runGit(args, { cwd: root, env: { ...repository.env, LC_ALL: "C" }, allow: [1, 128], ...(input === undefined ? {} : { input }) });
  const { stdout } = await git(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  const paths = [...new Set(stdout.toString("utf8").split("\0").filter(Boolean))].sort();
  const known = new Set(paths);
  return {
    paths,
    has: (path) => known.has(path),
    read: (path) => (known.has(path) ? readSmall(join(root, path)) : null),
    async grep(expression) {
      const found = await git(["grep", "-n", "--no-column", "--full-name", "--no-color", "--null", "-I", "-E", "-e", expression, "--", ...code.map((ending) => `*.${ending}`)]);
      return found.stdout.toString("utf8").split("\n").slice(0, mostLines).flatMap((row) => {
        const [path = "", line = "", ...text] = row.split("\0");
        return text.length === 0 ? [] : [{ path, line: Number(line), text: text.join("\0").slice(0, 500) }];
      });
    },
    async ignored(asked) {
      const { stdout: answer } = await git(["check-ignore", "-z", "--stdin", "--no-index"], asked.map((path) => `${path}\0`).join(""));
      return new Set(answer.toString("utf8").split("\0").filter(Boolean));
    },
  };
}

/** A plain file's text. A link is not followed: it may lead anywhere. */
function readSmall(path: string): string | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    const { size } = fstatSync(file);
    if (!fstatSync(file).isFile() || size > largest) return null;
    const bytes = Buffer.alloc(size);
    return bytes.toString("utf8", 0, readSync(file, bytes, 0, size, 0));
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}
