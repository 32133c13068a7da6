import { existsSync } from "node:fs";
import { join } from "node:path";
import { runGit } from "./process.ts";
import { factsGit, type Repository } from "./repository.ts";

/** A file that a merge could not put together: the ids of what each side has; null where a side has none. */
export interface UnmergedFile {
  /** Relative to the root. */
  path: string;
  base: string | null;
  ours: string | null;
  theirs: string | null;
}

/** Where the other side of what is being put together stands: a merge, a commit that is picked, one that is rebased. */
const otherHeads = ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REBASE_HEAD"];

/** The paths that git tracks here, by bytes; in a bare repository those of HEAD. */
export async function trackedPaths(repository: Repository): Promise<string[]> {
  if (repository.workTree === null && repository.head === null) return [];
  const { stdout } = repository.workTree === null
    ? await factsGit(repository, ["ls-tree", "-r", "-z", "--name-only", repository.head ?? ""])
    : await runGit(["ls-files", "-z"], here(repository));
  return stdout.toString("utf8").split("\0").filter(Boolean);
}

/** The files below a folder (`""`: all) that a merge left unmerged. */
export async function unmergedFiles(repository: Repository, folder: string): Promise<UnmergedFile[]> {
  if (repository.workTree === null) return [];
  const { stdout } = await runGit(["ls-files", "-z", "--unmerged", "--", `:(top,literal)${folder}`], here(repository));
  const files = new Map<string, UnmergedFile>();
  for (const entry of stdout.toString("utf8").split("\0")) {
    const [, id, stage, path] = /^\d+ ([0-9a-f]+) ([123])\t(.*)$/s.exec(entry) ?? [];
    if (id === undefined || path === undefined) continue;
    const known = files.get(path) ?? { path, base: null, ours: null, theirs: null };
    files.set(path, { ...known, [stage === "1" ? "base" : stage === "2" ? "ours" : "theirs"]: id });
  }
  return [...files.values()];
}

/** The commit whose changes are being put into HEAD; null where nothing is under way. */
export async function otherHead(repository: Repository): Promise<string | null> {
  for (const name of otherHeads) {
    const { status, stdout } = await runGit(["rev-parse", "--quiet", "--verify", `${name}^{commit}`], { ...here(repository), allow: [1, 128] });
    if (status === 0) return stdout.toString().trim();
  }
  return null;
}

/** What git is in the middle of, where another commit's changes are being put into HEAD; null: nothing that it would go on with. */
export function underWay({ gitDir }: Repository): "merge" | "rebase" | "cherry-pick" | null {
  const has = (name: string): boolean => existsSync(join(gitDir, name));
  if (has("rebase-merge") || has("rebase-apply")) return "rebase";
  return has("MERGE_HEAD") ? "merge" : has("CHERRY_PICK_HEAD") ? "cherry-pick" : null;
}

/** The content of an object, or of a file at a commit (`COMMIT:PATH`), as text; null where there is none, or it is not UTF-8. */
export async function blobText(repository: Repository, name: string): Promise<string | null> {
  const { status, stdout } = await factsGit(repository, ["cat-file", "blob", name], { allow: [1, 128] });
  const text = stdout.toString("utf8");
  return status === 0 && Buffer.from(text, "utf8").equals(stdout) ? text : null;
}

/** The bytes of an object by its id. */
export async function blobBytes(repository: Repository, id: string): Promise<Buffer> {
  return (await factsGit(repository, ["cat-file", "blob", id])).stdout;
}

/** The paths of the files that a commit has below a folder. */
export async function pathsAt(repository: Repository, commit: string, folder: string): Promise<string[]> {
  const { stdout } = await factsGit(repository, ["ls-tree", "-r", "-z", "--full-tree", "--name-only", commit, "--", `${folder}/`]);
  return stdout.toString("utf8").split("\0").filter(Boolean);
}

/** The commits that changed a file, of HEAD or of all branches, newest first, at most so many. */
export async function commitsOf(repository: Repository, path: string, { tips, most }: { tips: "HEAD" | "--all"; most: number }): Promise<string[]> {
  if (repository.head === null) return [];
  const { stdout } = await factsGit(repository, ["log", tips === "HEAD" ? repository.head : tips, `--max-count=${most}`, "--format=%H", "--", path], { allow: [128] });
  return stdout.toString().split("\n").filter(Boolean);
}

function here({ directory, env }: Repository): { cwd: string; env: NodeJS.ProcessEnv } {
  return { cwd: directory, env: { ...env, GIT_OPTIONAL_LOCKS: "0" } };
}
