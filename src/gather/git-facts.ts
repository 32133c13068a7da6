import type { Config } from "../config.ts";
import { factsGit, type Repository } from "../git/repository.ts";
import { pathMatcher } from "../record/globs.ts";
import type { NotesPaths } from "../record/notes-paths.ts";
import type { Caveat, ChangedFile, Forge, Range } from "../record/schema.ts";
import type { SecretRules } from "../secrets.ts";
import { type CommitFacts, readCommitFacts } from "./commit-facts.ts";
import { type GatheredCommit, readCommits } from "./commits.ts";
import { readFiles } from "./files.ts";
import { type ConfiguredKinds, configuredKinds, fileKind } from "./kinds.ts";
import { readOwners } from "./owners.ts";
import type { FoundRange } from "./range-search.ts";
import { completeRange } from "./range.ts";
import type { ComponentScope } from "./scope.ts";

/** What git alone says of a ship. */
export interface GitFacts {
  range: Range | null;
  commits: GatheredCommit[];
  told: CommitFacts;
  files: ChangedFile[];
  ignored: number;
  added: number | null;
  deleted: number | null;
  caveats: Caveat[];
  fromCommittedAt: string | null;
  toCommittedAt: string | null;
}

const noGitFacts: GitFacts = {
  range: null, commits: [], files: [],
  told: { recorded: [], contributors: [], references: [], approvals: [], title: null, bodies: [], caveats: [] },
  ignored: 0, added: 0, deleted: 0, caveats: [], fromCommittedAt: null, toCommittedAt: null,
};

/** What {@link gatherFromGit} asks for. */
export interface GitSources {
  repository: Repository;
  config: Config;
  notes: NotesPaths;
  found: FoundRange;
  component: ComponentScope | null;
  forge: Forge | null;
  rules: SecretRules;
}

/** Asks git for everything at once: the range whole, commits, files with kinds and owners, dates. */
export async function gatherFromGit({ repository, config, notes, found, component, forge, rules }: GitSources): Promise<GitFacts> {
  const { span, direction } = found;
  if (span === null) return noGitFacts;
  // A rollback's commits are those taken away; its files are the net diff from what was live.
  const taken = direction === "rollback" && span.from !== null ? { from: span.to, to: span.from } : span;
  const [whole, commits, files, ownersOf, dates] = await Promise.all([
    found.range === null ? completeRange(repository, span, notes) : { range: found.range, caveats: [] },
    readCommits(repository, taken, { notes, component }).then(async (read) => ({
      ...read,
      told: await readCommitFacts(read.commits, { tip: taken.to, takenAway: direction === "rollback", forge, tickets: config.tickets, rules }),
    })),
    readFiles(repository, span, { notes, component }),
    readOwners(repository, span.to, forge?.kind ?? null),
    committerDates(repository, span.from === null ? [span.to] : [span.to, span.from]),
  ]);
  const ignores = pathMatcher(config.ignore);
  const kinds = configuredKinds(config.kinds);
  const listed = files.files.filter(({ path }) => config.ignore.length === 0 || !ignores(path));
  return {
    range: whole.range,
    commits: commits.commits,
    told: commits.told,
    files: listed.map((file) => ({ ...file, kind: kindOf(file, kinds), owners: ownersOf?.(file.path) ?? [] })),
    ignored: files.files.length - listed.length,
    added: files.added,
    deleted: files.deleted,
    caveats: [...whole.caveats, ...commits.caveats, ...files.caveats, ...(ownersOf === null ? [codeownersMissing] : [])],
    fromCommittedAt: span.from === null ? null : (dates.get(span.from) ?? null),
    toCommittedAt: dates.get(span.to) ?? null,
  };
}

const codeownersMissing: Caveat = {
  code: "codeowners-missing",
  text: "This clone is partial and lacks the content of CODEOWNERS: it had no say in who the owner is.",
};

function kindOf(file: Pick<ChangedFile, "path" | "submodule">, kinds: ConfiguredKinds): ChangedFile["kind"] {
  return file.submodule === null ? fileKind(file.path, kinds) : "submodule";
}

async function committerDates(repository: Repository, commits: readonly string[]): Promise<Map<string, string>> {
  const { stdout } = await factsGit(repository, ["log", "--no-walk=unsorted", "--format=%H %ct", ...commits]);
  return new Map(
    stdout.toString("latin1").trim().split("\n").map((line) => {
      const [sha = "", seconds] = line.split(" ");
      return [sha, new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z")] as const;
    }),
  );
}
