import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Forge, type JobRun, makeForge, type Push, runGithub, runGitlab, runOther } from "./ci-rig.ts";
import { lifeAt, removeAll } from "./life.ts";

afterAll(removeAll);

/** A repository whose job is written and pushed, beside what else is committed. */
function setUp(job: readonly string[], files: Record<string, string>): Forge {
  const forge = makeForge({ "a.txt": "1\n", ...files });
  const done = forge.life.call(["init", "-y", "--no-hook", "--ci", ...job]);
  expect(done, `it said: ${done.stderr}`).toMatchObject({ status: 0 });
  forge.life.commit("Set shipnote up");
  forge.push("HEAD:refs/heads/main");
  return forge;
}

function ship({ life, push }: Forge, files: Record<string, string> = { "a.txt": "2\n" }, ref = "refs/heads/main"): Push {
  life.commit("Widen the cache", files);
  return push(`HEAD:${ref}`);
}

function tagged({ life, push }: Forge, name: string): Push {
  life.git("tag", name);
  return push(name);
}

/** Environment and component of each record that a branch of the remote holds, with its folder. */
function recordsIn({ git }: Forge, ref: string): string[] {
  const paths = git("ls-tree", "-r", "-z", "--name-only", ref).split("\0").filter((path) => path.endsWith("/record.json"));
  return paths.map((path) => {
    const { environment, component } = JSON.parse(git("show", `${ref}:${path}`)) as { environment: string; component: string | null };
    return `${path.replace(/\/\d{4}\/.*$/, "")}: ${environment} ${component ?? "whole"}`;
  }).sort();
}

const isFine = (run: JobRun | null): void => expect(Object.values(run?.steps ?? { none: -1 }).every((status) => status === 0), `it said: ${run?.output}`).toBe(true);
const recordBranch = ({ after }: Push): string => `shipnote/record-${after.slice(0, 12)}`;

const environments = 'record: { by: ci }\nenvironments:\n  staging: { branches: [main] }\n  production: { branches: ["release/*"], tags: ["v*"] }\n';

describe("the script for others", () => {
  let forge: Forge;
  let tag: Push;
  beforeAll(() => {
    forge = setUp(["other"], { "shipnote.config.yaml": environments });
    ship(forge);
    tag = tagged(forge, "v1");
  });

  it.each<[system: string, variables: Record<string, string>]>([
    ["SHIPNOTE_TAG", { SHIPNOTE_TAG: "v1" }],
    ["SHIPNOTE_TAG, whose record goes to a branch of one's own choice", { SHIPNOTE_TAG: "v1", SHIPNOTE_BRANCH: "main" }],
    ["Drone", { DRONE: "true", DRONE_TAG: "v1", DRONE_BRANCH: "main" }],
    ["Woodpecker", { CI_SYSTEM_NAME: "woodpecker", CI_COMMIT_TAG: "v1", CI_COMMIT_BRANCH: "main" }],
    ["Travis", { TRAVIS: "true", TRAVIS_TAG: "v1", TRAVIS_BRANCH: "v1" }],
    ["Jenkins, multibranch", { JENKINS_URL: "x", TAG_NAME: "v1", BRANCH_NAME: "v1" }],
    ["Jenkins", { JENKINS_URL: "x", GIT_BRANCH: "refs/tags/v1" }],
    ["CircleCI", { CIRCLECI: "true", CIRCLE_TAG: "v1" }],
    ["Buildkite", { BUILDKITE: "true", BUILDKITE_TAG: "v1", BUILDKITE_BRANCH: "v1" }],
    ["Bitbucket", { BITBUCKET_TAG: "v1" }],
    ["Azure", { TF_BUILD: "True", BUILD_SOURCEBRANCH: "refs/tags/v1" }],
  ])("records a tag in its environment, as %s names it, and delivers it to the default branch", (_, variables) => {
    isFine(runOther(forge, variables, "v1"));
    expect(recordsIn(forge, recordBranch(tag))).toEqual(["notes: production whole"]);
    expect(forge.git("rev-parse", `${recordBranch(tag)}~1`)).toBe(forge.git("rev-parse", "main"));
    forge.git("update-ref", "-d", `refs/heads/${recordBranch(tag)}`);
  });

  it.each<[system: string, variables: Record<string, string>]>([
    ["Jenkins", { JENKINS_URL: "x", GIT_BRANCH: "origin/main" }],
    ["Azure", { TF_BUILD: "True", BUILD_SOURCEBRANCH: "refs/heads/main" }],
  ])("records a branch as %s names it", (_, variables) => {
    isFine(runOther(forge, variables, "origin/main"));
    expect(recordsIn(forge, recordBranch(tag))).toEqual(["notes: staging whole"]);
    forge.git("update-ref", "-d", `refs/heads/${recordBranch(tag)}`);
  });

  it.each<[what: string, variables: Record<string, string>]>([
    ["nothing", {}],
    ["Azure for a pull request", { BUILD_SOURCEBRANCH: "refs/pull/7/merge" }],
    ["Jenkins for a commit by its id", { GIT_BRANCH: "detached" }],
    ["a branch that is not there", { SHIPNOTE_BRANCH: "v1" }],
  ])("names the variable where what was pushed cannot be told from %s", (_, variables) => {
    const { steps, output } = runOther(forge, variables, "v1");
    expect(steps).toEqual({ script: 2 });
    expect(output).toMatch(/[Ss]et SHIPNOTE_BRANCH, or SHIPNOTE_TAG, to its name\.$/m);
  });

  it("records no branch that does not ship", () => {
    const refs = ["feature", "release/1/try"].map((name) => ship(forge, { "a.txt": `${name}\n` }, `refs/heads/${name}`));
    for (const { ref, after } of refs) {
      const run = runOther(forge, { SHIPNOTE_BRANCH: ref.replace("refs/heads/", "") }, after);
      isFine(run);
      expect(run.output).toContain(`No record of ${ref} is to be delivered.`);
      expect(Object.keys(forge.refs())).not.toContain(`refs/heads/shipnote/record-${after.slice(0, 12)}`);
    }
  });
});

describe("a job", () => {
  it("records a component's own tag as a ship of that component alone", () => {
    const config = 'record: { by: ci }\ncomponents:\n  api: { paths: ["api/**"], tags: "api-v*" }\n  web: { paths: ["web/**"] }\n';
    const forge = setUp(["github"], { "shipnote.config.yaml": config });
    expect(forge.life.read(".github/workflows/shipnote.yml")).toMatch(/^ {4}tags: \[api-v\*\]$/m);
    forge.life.call(["init", "-y", "--no-hook", "--ci", "gitlab"]);
    expect(forge.life.read(".gitlab/ci/shipnote.gitlab-ci.yml")).toContain("$CI_COMMIT_TAG =~ /^api-v[");
    forge.life.call(["init", "-y", "--no-hook", "--ci", "other"]);
    forge.life.commit("Set more up");
    ship(forge, { "api/a": "1\n", "web/a": "1\n" });
    const tag = tagged(forge, "api-v1");
    const runs = [() => runGithub(forge, tag), () => runGitlab(forge, tag), () => runOther(forge, { SHIPNOTE_TAG: "api-v1" }, "api-v1")];
    for (const run of runs) {
      isFine(run());
      expect(recordsIn(forge, recordBranch(tag))).toEqual(["notes: production api"]);
      forge.git("update-ref", "-d", `refs/heads/${recordBranch(tag)}`);
    }
  });

  it("records what `?` means, where GitHub's patterns start it for more", () => {
    const forge = setUp(["github"], { "shipnote.config.yaml": 'record: { by: ci }\nenvironments: { production: { tags: ["v?"] } }\n' });
    expect(forge.life.read(".github/workflows/shipnote.yml")).toMatch(/^ {4}tags: \[v\*\]$/m);
    const other = (ship(forge), tagged(forge, "v10"));
    isFine(runGithub(forge, other));
    expect(forge.pullRequests()).toEqual([]);
    const meant = (ship(forge, { "a.txt": "3\n" }), tagged(forge, "v2"));
    isFine(runGithub(forge, meant));
    expect(forge.pullRequests().map(({ head }) => head)).toEqual([recordBranch(meant)]);
  });

  it("reads the configuration that `init` was given, to record and to show", () => {
    const files = { "ops/ship notes.yaml": "record: { by: ci }\nnotes: docs/ships\nenvironment: live\n" };
    const forge = setUp(["github", "--deliver", "commit", "--config", "ops/ship notes.yaml"], files);
    isFine(runGithub(forge, ship(forge)));
    expect(recordsIn(forge, "main")).toEqual(["docs/ships: live whole"]);
    const showing = setUp(["github", "--deliver", "summary", "--config", "ops/ship notes.yaml"], files);
    const run = runGithub(showing, ship(showing));
    isFine(run);
    expect(run?.summary).toMatch(/Shipped to \*\*live\*\*.*1 commit/);
  });

  it.each(["docs/change records", "docs/décisions"])("shows the record, also from %s", (folder) => {
    for (const name of ["github", "gitlab", "other"]) {
      const forge = setUp([name, "--deliver", "summary"], { "shipnote.config.yaml": `record: { by: ci }\nnotes: ${folder}\n` });
      const push = ship(forge);
      const run = name === "github" ? runGithub(forge, push) : name === "gitlab" ? runGitlab(forge, push) : runOther(forge, {});
      isFine(run);
      expect(`${run?.summary}${run?.output}`).toMatch(/Shipped to .*production.*1 commit/);
    }
  });

  it("lets its own commit start no pipeline of GitLab's", () => {
    const forge = setUp(["gitlab", "--deliver", "commit"], {});
    isFine(runGitlab(forge, ship(forge)));
    expect(recordsIn(forge, "main").length).toBe(1);
    expect(forge.pushOptions()).toEqual(["ci.skip"]);
  });
});

describe("verify, in the run of a push whose record the job has yet to deliver", () => {
  it("waits for it a day, as a new configuration says", () => {
    const forge = setUp(["github", "--deliver", "commit"], {});
    isFine(runGithub(forge, ship(forge)));
    const verified = (committed: number): string => {
      const life = lifeAt(forge.life.directory, committed);
      life.git("pull", "-q", "--rebase", "origin", "main");
      life.commit("Warm it up", { "b.txt": `${committed}\n` });
      const { after } = forge.push("HEAD:refs/heads/main");
      const fresh = lifeAt(join(forge.folder, String(committed)));
      life.git("clone", "-q", forge.remote, fresh.directory);
      return fresh.call(["verify"], { env: { GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: "push", GITHUB_REF_TYPE: "branch", GITHUB_REF_NAME: "main", GITHUB_SHA: after } }).stdout;
    };
    const now = Math.floor(Date.now() / 1000);
    expect(verified(now)).not.toContain("missing");
    expect(verified(now - 86_400)).toContain("missing: no record of what followed in production");
  });
});
