import type { History } from "../gather/audit-history.ts";
import { changedSince } from "../git/changed.ts";
import type { Repository } from "../git/repository.ts";
import { resolveCommit } from "../git/revisions.ts";
import type { Landed } from "../gather/ship-lines.ts";
import { isDay } from "../record/day.ts";
import { recordPaths } from "../record/id.ts";
import type { Workspace } from "../workspace.ts";

/** Which records and ships are looked at. */
export type Scope =
  | { kind: "all" }
  /** UTC, `YYYY-MM-DD`. */
  | { kind: "day"; day: string }
  /** What changed since a commit; paths are relative to the repository's root. */
  | { kind: "commit"; commit: string; changed: ReadonlySet<string> };

/** Reads `--since`. @throws Failure `revision-unknown`, `history-missing` */
export async function readScope(since: string | null, { repository, notes }: Workspace): Promise<Scope> {
  if (since === null) return { kind: "all" };
  if (isDay(since)) return { kind: "day", day: since };
  const commit = await resolveCommit(repository, since);
  return { kind: "commit", commit, changed: await changedSince(repository, commit, notes.folder) };
}

/**
 * What tells whether a commit came before. Where a shallow clone ends, all that is beyond did: what came since is there,
 * or it could not have been named.
 */
export function beforeScope(scope: Scope, history: History, { shallow }: Repository): (commit: string) => boolean {
  if (scope.kind !== "commit") return () => false;
  const isReached = history.reachedFrom([scope.commit]);
  return (commit) => isReached(commit) || (shallow && !history.has(commit));
}

/** Whether a record changed, or its ship came, since. */
export function isInScope(scope: Scope, record: { id: string; shippedAt: string; to: string | null }, folder: string, isBefore: (commit: string) => boolean): boolean {
  if (scope.kind === "all") return true;
  if (scope.kind === "day") return record.shippedAt.slice(0, 10) >= scope.day;
  return isTouched(scope, record.id, folder) || (record.to !== null && !isBefore(record.to));
}

/** Whether a file of a record changed since a commit. */
function isTouched({ changed }: Extract<Scope, { kind: "commit" }>, id: string, folder: string): boolean {
  const paths = recordPaths(id);
  if (changed.has(`${folder}/${paths.markdown}`) || changed.has(`${folder}/${paths.facts}`)) return true;
  return [...changed].some((path) => path.startsWith(`${folder}/${paths.folder}/`));
}

/** What a CI run says was pushed; null for pull requests and outside CI. Sources: the systems' documentation. */
export function pushedInCi(variables: Readonly<Record<string, string | undefined>>): { landed: Landed; commit: string } | null {
  const { GITHUB_ACTIONS: github, GITHUB_EVENT_NAME: event, GITHUB_REF_TYPE: type, GITHUB_REF_NAME: name, GITHUB_SHA: sha } = variables;
  if (github === "true" && event === "push" && name !== undefined && sha !== undefined) {
    return { landed: type === "tag" ? { tag: name } : { branch: name }, commit: sha };
  }
  const { GITLAB_CI: gitlab, CI_COMMIT_BRANCH: branch, CI_COMMIT_TAG: tag, CI_COMMIT_SHA: commit } = variables;
  if (gitlab !== "true" || commit === undefined) return null;
  if (tag !== undefined) return { landed: { tag }, commit };
  return branch === undefined ? null : { landed: { branch }, commit };
}
