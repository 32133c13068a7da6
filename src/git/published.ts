import { factsGit, type Repository } from "./repository.ts";

/**
 * A commit that others have, by what this clone saw of its remotes, in which a file is as it is in HEAD: HEAD itself,
 * else the newest that a remote's branch ends at. Null where there is none.
 *
 * @param known a commit that others have in any case; null where none is known
 */
export async function publishedCommit(repository: Repository, path: string, known: string | null): Promise<string | null> {
  const { head } = repository;
  if (head === null) return null;
  const holding = await tips(repository, ["--count=1", `--contains=${head}`]);
  const candidates = holding.length > 0 ? [head] : [...(known === null ? [] : [known]), ...(await tips(repository, ["--sort=-committerdate"]))];
  // A path that holds a line end cannot be asked for by line; notes have none.
  const { stdout } = await factsGit(repository, ["cat-file", "--batch-check=%(objectname)"], {
    input: [head, ...candidates].map((commit) => `${commit}:${path}\n`).join(""),
    // What a partial clone never fetched cannot be told.
    allow: [128],
  });
  const [wanted = "", ...found] = stdout.toString("latin1").split("\n");
  return wanted === "" || wanted.endsWith(" missing") ? null : candidates.find((_, at) => found[at] === wanted) ?? null;
}

async function tips(repository: Repository, args: readonly string[]): Promise<string[]> {
  const { stdout } = await factsGit(repository, ["for-each-ref", ...args, "--format=%(objectname)", "refs/remotes"]);
  return stdout.toString("latin1").split("\n").filter(Boolean);
}
