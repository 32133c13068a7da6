import type { ShipEvent } from "./range-search.ts";

/*
 * What a CI run ships: the commits between what a branch was and what it is now, as the CI system's variables and,
 * on GitHub, the event's file tell. Sources: the systems' documentation of their predefined variables.
 */

type Variables = Readonly<Record<string, string | undefined>>;

/** How each system says it; the first whose mark is there is asked. */
const systems: readonly { isHere: (variables: Variables) => boolean; ship: (variables: Variables, event: unknown) => Ends | null }[] = [
  { isHere: ({ GITHUB_ACTIONS: mark }) => mark === "true", ship: githubShip },
  { isHere: ({ GITLAB_CI: mark }) => mark === "true", ship: gitlabShip },
  { isHere: ({ DRONE: mark }) => mark === "true", ship: ends("DRONE_COMMIT_BEFORE", "DRONE_COMMIT_AFTER") },
  { isHere: ({ CI_SYSTEM_NAME: mark }) => mark === "woodpecker", ship: ends("CI_PREV_COMMIT_SHA", "CI_COMMIT_SHA") },
  { isHere: ({ TRAVIS: mark }) => mark === "true", ship: travisShip },
  { isHere: ({ JENKINS_URL: mark }) => Boolean(mark), ship: ends("GIT_PREVIOUS_SUCCESSFUL_COMMIT", "GIT_COMMIT") },
  { isHere: ({ CIRCLECI: mark }) => mark === "true", ship: ends(null, "CIRCLE_SHA1") },
  { isHere: ({ BUILDKITE: mark }) => mark === "true", ship: ends(null, "BUILDKITE_COMMIT") },
  { isHere: ({ BITBUCKET_COMMIT: mark }) => Boolean(mark), ship: ends(null, "BITBUCKET_COMMIT") },
  { isHere: ({ TF_BUILD: mark }) => mark === "True", ship: ends(null, "BUILD_SOURCEVERSION") },
];

interface Ends {
  from: string | null | undefined;
  to: string | null | undefined;
  /** The head of a pull request that `to` may be a merge of. */
  merged?: string | null;
}

/**
 * What this CI run ships; null outside CI, and where a ref was deleted.
 *
 * A beginning that is all zeros (a new branch, a tag, a scheduled run) is unknown: null.
 *
 * @param variables the process's environment
 * @param event the parsed GITHUB_EVENT_PATH file; null where there is none
 */
export function ciShip(variables: Variables, event: unknown): ShipEvent | null {
  const found = systems.find(({ isHere }) => isHere(variables))?.ship(variables, event) ?? null;
  if (found === null) return null;
  const [to, merged] = [commitId(found.to), commitId(found.merged)];
  return to === null ? null : { from: commitId(found.from) ?? shortId(found.from), to, source: "ci", ...(merged === null ? {} : { merged }) };
}

/** A push says both ends; a pull request and a merge queue say what they are merged onto; Gitea's runs speak alike. */
function githubShip({ GITHUB_EVENT_NAME: name, GITHUB_SHA: sha }: Variables, event: unknown): Ends | null {
  const said = (...path: string[]): string | null => textAt(event, path);
  switch (name) {
    case "push":
      return { from: said("before"), to: sha ?? said("after") };
    case "pull_request":
    case "pull_request_target": {
      // A merge made as a try says itself what it was merged onto, and the event's base may be older. Gitea runs at the head.
      const head = said("pull_request", "head", "sha");
      return { from: head === sha ? said("pull_request", "base", "sha") : null, to: sha, merged: head };
    }
    case "merge_group":
      return { from: said("merge_group", "base_sha"), to: said("merge_group", "head_sha") ?? sha };
    case "delete":
      return null;
    default:
      return { from: null, to: sha };
  }
}

/**
 * Pipelines of merge requests, tags and schedules say zeros for what was before. That of a merge as a try says what it
 * was merged onto; its merge base may be older. Others of merge requests run at the branch itself.
 */
function gitlabShip(variables: Variables): Ends {
  const { CI_PIPELINE_SOURCE: source, CI_COMMIT_SHA: to } = variables;
  if (source === "merge_request_event") return { from: variables["CI_MERGE_REQUEST_TARGET_BRANCH_SHA"] || variables["CI_MERGE_REQUEST_DIFF_BASE_SHA"], to };
  return { from: source === "push" && variables["CI_COMMIT_TAG"] === undefined ? variables["CI_COMMIT_BEFORE_SHA"] : null, to };
}

/** `before...after`, also abbreviated, as GitHub's addresses of comparisons have it. */
function travisShip({ TRAVIS_COMMIT_RANGE: range, TRAVIS_COMMIT: to }: Variables): Ends {
  return { from: range?.split("..")[0], to };
}

function ends(from: string | null, to: string): (variables: Variables) => Ends {
  return (variables) => ({ from: from === null ? null : variables[from], to: variables[to] });
}

/** An id that may be abbreviated; git has to say whose it is. */
function shortId(text: string | null | undefined): string | null {
  return text !== null && text !== undefined && /^[0-9a-f]{7,63}$/.test(text) && !/^0+$/.test(text) ? text : null;
}

/** Whole ids only: whatever else stands there is no commit. */
function commitId(text: string | null | undefined): string | null {
  return text !== null && text !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) && !/^0+$/.test(text) ? text : null;
}

function textAt(value: unknown, path: readonly string[]): string | null {
  const found = path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
  return typeof found === "string" ? found : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
