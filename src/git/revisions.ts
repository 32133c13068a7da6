import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import { factsGit, type Repository } from "./repository.ts";

/** How one commit stands to another: `ancestor` says that the first is a proper ancestor of the second. */
export type Kinship = "same" | "ancestor" | "descendant" | "diverged" | "missing";

/**
 * The full id of the commit that a revision names; a tag is followed to its commit.
 *
 * @throws Failure `revision-unknown`; `history-missing` where a shallow clone ends before it
 */
export async function resolveCommit(repository: Repository, revision: string): Promise<string> {
  const [id, kind] = await look(repository, revision);
  if (kind === "commit") return id;
  if (kind === "tag") {
    const [commit, target] = await look(repository, `${id}^{commit}`);
    if (target === "commit") return commit;
  }
  if (repository.shallow && /^[0-9a-f]{7,64}$/.test(revision) && kind === "missing") {
    throw historyMissing(`the commit ${revision}`);
  }
  const why = kind === "missing" ? "names nothing here" : `is a ${kind}, not a commit`;
  throw new Failure("revision-unknown", `\`${revision}\` ${why}.`, {
    expected: "a commit: an id, a branch, a tag, or what else git rev-parse takes",
    retry: true,
  });
}

/** `git cat-file --batch-check` reads the revision from stdin, so that none of them can pass for an option. */
async function look(repository: Repository, revision: string): Promise<[id: string, kind: string]> {
  if (/[\n\0]/.test(revision) || revision === "") return ["", "missing"];
  // 128: `branch@{upstream}` where there is none, and its like, ends git at once.
  const { stdout } = await factsGit(repository, ["cat-file", "--batch-check=%(objectname) %(objecttype)"], {
    input: `${revision}\n`,
    allow: [128],
  });
  const found = /^([0-9a-f]{40,64}) (\w+)$/m.exec(stdout.toString("utf8"));
  return [found?.[1] ?? "", found?.[2] ?? "missing"];
}

/** The full id of the commit that a ref, or an id that may be abbreviated, leads to; null where there is none. */
export async function commitAt(repository: Repository, revision: string): Promise<string | null> {
  const { stdout } = await factsGit(repository, ["rev-parse", "--quiet", "--verify", `${revision}^{commit}`], { allow: [1, 128] });
  return stdout.toString("latin1").trim() || null;
}

/** How commit `a` stands to commit `b`, both full ids; `missing` where one of them is not in the repository. */
export async function kinship(repository: Repository, a: string, b: string): Promise<Kinship> {
  if (a === b) return "same";
  const { status, stdout, stderr } = await factsGit(repository, ["merge-base", a, b], { allow: [1, 128] });
  // An ancestor is the one best merge base; so one process answers both ways.
  if (status === 128) {
    if (/not a valid (?:commit|object) name/i.test(stderr)) return "missing";
    throw new Failure("git-failed", `git merge-base failed: ${stderr.trim()}`, {
      expected: "a repository that git can read",
      retry: true,
    });
  }
  const base = stdout.toString("latin1").trim();
  if (base === a) return "ancestor";
  return base === b ? "descendant" : "diverged";
}

/** Those of the commits that `tip` descends from or is; commits that are not in the repository are none. */
export async function ancestorsAmong(repository: Repository, commits: readonly string[], tip: string): Promise<Set<string>> {
  if (commits.length === 0) return new Set();
  const { stdout } = await factsGit(repository, ["cat-file", "--batch-check=%(objectname) %(objecttype)"], {
    input: commits.map((commit) => `${commit}\n`).join(""),
  });
  const present = new Set(stdout.toString("latin1").split("\n").flatMap((line) => (line.endsWith(" commit") ? [line.slice(0, -7)] : [])));
  // What is reachable from one of them and not from the tip holds just those that are no ancestors.
  const outside = await factsGit(repository, ["rev-list", "--stdin"], {
    input: `${[...present, `^${tip}`].join("\n")}\n`,
  });
  for (const commit of outside.stdout.toString("latin1").split("\n")) present.delete(commit);
  return present;
}

/** The full ids of a commit's parents, as it names them: in a shallow clone they may be missing. */
export async function parentsOf(repository: Repository, commit: string): Promise<string[]> {
  const { stdout } = await factsGit(repository, ["cat-file", "commit", commit]);
  const [header = ""] = stdout.toString("latin1").split("\n\n", 1);
  return [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].map(([, parent = ""]) => parent);
}

/** Whether a commit, by its full id, is in the repository. */
export async function hasCommit(repository: Repository, commit: string): Promise<boolean> {
  return (await factsGit(repository, ["cat-file", "-e", `${commit}^{commit}`], { allow: [1, 128] })).status === 0;
}

/** Whether a commit, by its full id, has a file at a path. */
export async function hasFile(repository: Repository, commit: string, path: string): Promise<boolean> {
  return (await factsGit(repository, ["cat-file", "-e", `${commit}:${path}`], { allow: [1, 128] })).status === 0;
}

/** The commits at which a shallow clone ends: git shows them as if they had no parents. */
export async function shallowBoundary(repository: Repository): Promise<Set<string>> {
  if (!repository.shallow) return new Set();
  const text = await readFile(join(repository.commonDir, "shallow"), "latin1");
  return new Set(text.split("\n").filter((line) => line !== ""));
}

/** @param what what lies beyond the end of the history that is there: what stands after 'ends before' */
export function historyMissing(what: string): Failure {
  return new Failure("history-missing", `This clone is shallow, and its history ends before ${what}.`, {
    expected: "the history of the ship; `record --fetch` fetches what it needs of it, `git fetch --unshallow` all",
    retry: true,
  });
}
