import { readFile } from "node:fs/promises";
import { unknownActor } from "../record/actor.ts";
import type { ChangeRecord } from "../record/schema.ts";

/** What a CI system says of its run. */
export interface CiRun {
  /** The run's page; null outside CI. */
  url: string | null;
  /** Who started it; null where nobody says. */
  actor: string | null;
  /** When the job began, ISO 8601 in UTC; null where nobody says. */
  startedAt: string | null;
}

/**
 * Reads a CI run from the environment, as GitHub Actions, GitLab CI, Gitea Actions, Jenkins, CircleCI and
 * Buildkite document their variables.
 *
 * @param environment the process's environment
 * @param event the parsed GITHUB_EVENT_PATH file; null where there is none
 */
export function readCi(environment: Readonly<Record<string, string | undefined>>, event: unknown): CiRun {
  if (environment["GITLAB_CI"] === "true") {
    return {
      url: environment["CI_JOB_URL"] ?? environment["CI_PIPELINE_URL"] ?? null,
      actor: environment["GITLAB_USER_NAME"] ?? null,
      startedAt: instant(environment["CI_JOB_STARTED_AT"]),
    };
  }
  if (environment["GITHUB_ACTIONS"] === "true") {
    const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name, GITHUB_RUN_ID: run } = environment;
    return {
      url: server && name && run ? `${server}/${name}/actions/runs/${run}` : null,
      actor: environment["GITHUB_ACTOR"] ?? null,
      startedAt: instant(pushedAt(event)),
    };
  }
  return {
    url: environment["BUILD_URL"] ?? environment["CIRCLE_BUILD_URL"] ?? environment["BUILDKITE_BUILD_URL"] ?? null,
    actor: null,
    startedAt: null,
  };
}

/** The parsed event file of a CI run (GITHUB_EVENT_PATH); null where there is none that can be read. */
export async function readEvent(path: string | undefined): Promise<unknown> {
  if (path === undefined || path === "") return null;
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return null;
  }
}

/** Who records, and from which CI run. */
export function actorOf(ci: CiRun, userName: string | null): ChangeRecord["actor"] {
  return { name: ci.actor ?? userName ?? unknownActor, ci: ci.url };
}

/** GitHub's push event has `repository.pushed_at`, in seconds or as a date. */
function pushedAt(event: unknown): unknown {
  if (typeof event !== "object" || event === null || !("repository" in event)) return undefined;
  const { repository } = event;
  if (typeof repository !== "object" || repository === null || !("pushed_at" in repository)) return undefined;
  return typeof repository.pushed_at === "number" ? repository.pushed_at * 1000 : repository.pushed_at;
}

function instant(value: unknown): string | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? null : date.toISOString().replace(/\.\d{3}Z$/, "Z");
}
