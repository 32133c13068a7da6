import { runGit } from "../git/process.ts";
import { factsGit, type Repository } from "../git/repository.ts";

/**
 * Where what came to a branch begins, both being full ids: what it was; after a force push what both have, unless it
 * was taken back to an older commit. Null where the two have nothing in common, or what it was is not here.
 */
export async function forkPoint(repository: Repository, from: string, to: string): Promise<string | null> {
  const { status, stdout } = await factsGit(repository, ["merge-base", from, to], { allow: [1, 128] });
  const base = stdout.toString("latin1").trim();
  if (status !== 0) return null;
  return base === to ? from : base;
}

/** Whether whoever commits here, by the e-mail address that git would write, has made or committed one of a range's commits. */
export async function hasAuthor(repository: Repository, from: string, to: string): Promise<boolean> {
  const [{ status, stdout: ident }, { stdout: people }] = await Promise.all([
    runGit(["var", "GIT_AUTHOR_IDENT"], { cwd: repository.directory, env: repository.env, allow: [1, 128] }),
    factsGit(repository, ["log", "--format=%ae%n%ce", `${from}..${to}`]),
  ]);
  const own = /<([^>]*)> \d+ [+-]\d+$/m.exec(ident.toString("utf8"))?.[1]?.toLowerCase();
  return status === 0 && own !== undefined && people.toString("utf8").toLowerCase().split("\n").includes(own);
}

/** Whether a branch of some remote, as this clone saw it last, has a commit. */
export async function isOnRemote(repository: Repository, commit: string): Promise<boolean> {
  const { stdout } = await factsGit(repository, ["for-each-ref", "--count=1", `--contains=${commit}`, "--format=%(refname)", "refs/remotes"], { allow: [1, 128, 129] });
  return stdout.length > 0;
}
