import { factsGit, type Repository } from "./repository.ts";

/**
 * The bytes of objects by how they are named (`<commit>:<path>`, an id), in one process; what is not there is left out,
 * and in a partial clone what stands behind the first that it lacks.
 */
export async function blobsAt(repository: Repository, names: readonly string[]): Promise<Map<string, Buffer>> {
  const asked = [...new Set(names)].filter((name) => !name.includes("\n"));
  const found = new Map<string, Buffer>();
  if (asked.length === 0) return found;
  const { stdout } = await factsGit(repository, ["cat-file", "--buffer", "--batch=%(objectsize)"], { input: `${asked.join("\n")}\n`, allow: [128] });
  let at = 0;
  for (const name of asked) {
    const end = stdout.indexOf(0x0a, at);
    if (end === -1) break;
    const size = stdout.toString("latin1", at, end);
    at = end + 1;
    if (!/^\d+$/.test(size)) continue;
    found.set(name, stdout.subarray(at, at + Number(size)));
    // git ends each content with a line feed of its own.
    at += Number(size) + 1;
  }
  return found;
}

/** The commits below HEAD that changed files, newest first, by path; in one process. */
export async function commitsByPath(repository: Repository, paths: readonly string[]): Promise<Map<string, string[]>> {
  const commits = new Map<string, string[]>(paths.map((path) => [path, []]));
  if (repository.head === null || paths.length === 0) return commits;
  const { stdout } = await factsGit(repository, ["log", "-z", "--no-renames", "--name-only", "--format=%x01%H", repository.head, "--", ...paths]);
  let commit = "";
  for (const entry of stdout.toString("utf8").split("\0").map((each) => each.replace(/^\n/, ""))) {
    if (entry.startsWith("\u0001")) commit = entry.slice(1).trim();
    else commits.get(entry)?.push(commit);
  }
  return commits;
}
