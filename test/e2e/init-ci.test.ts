import { chmodSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import type { ChangeRecord } from "../../src/record/schema.ts";
import { type Forge, makeForge, type Push, runGithub, runGitlab, runOther } from "./ci-rig.ts";
import { removeAll } from "./life.ts";

afterAll(removeAll);

/** A repository whose job is written and pushed; then a ship of two commits. */
function shipped(job: readonly string[], files: Record<string, string> = {}): { forge: Forge; push: Push } {
  const forge = makeForge({ "a.txt": "1\n", ...files });
  const done = forge.life.call(["init", "-y", "--no-hook", "--ci", ...job]);
  expect(done, `it said: ${done.stderr}`).toMatchObject({ status: 0 });
  forge.life.commit("Set shipnote up");
  forge.push("HEAD:refs/heads/main");
  return { forge, push: ship(forge) };
}

function ship({ life, push }: Forge): Push {
  life.git("pull", "-q", "--rebase", "origin", "main");
  life.commit("Widen the cache", { "a.txt": `${Math.random()}\n` });
  life.commit("Warm it up", { "b.txt": `${Math.random()}\n` });
  return push("HEAD:refs/heads/main");
}

/** The record in a ref of the remote, and the files that its commit touches. */
function recordIn(forge: Forge, ref: string): { range: { from: string; to: string; source: string }; environment: string; component: string | null; touched: string[] } {
  const touched = forge.git("diff-tree", "-r", "--name-only", "--no-commit-id", ref).split("\n");
  const data = touched.find((path) => path.endsWith("record.json")) ?? "";
  return { ...(JSON.parse(forge.git("show", `${ref}:${data}`)) as { range: { from: string; to: string; source: string }; environment: string; component: string | null }), touched };
}

const inNotes = /^notes\/\d{4}\/\d{4}-\d{2}-\d{2}-/;

describe("the job for GitHub", () => {
  it("opens a pull request with the record, once, and does not go round in circles", () => {
    const { forge, push } = shipped(["github"]);
    const first = runGithub(forge, push);
    expect(first?.steps, `it said: ${first?.output}`).toEqual({ "Write the record": 0, "Deliver it as a pull request": 0 });
    const branch = `shipnote/record-${push.after.slice(0, 12)}`;
    const { range, touched } = recordIn(forge, branch);
    expect(range).toMatchObject({ from: push.before, to: push.after, source: "ci" });
    expect(touched.every((path) => inNotes.test(path))).toBe(true);
    expect(forge.pullRequests()).toEqual([{ base: "main", head: branch, title: "Record: Warm it up and 1 more commit", body: expect.stringContaining("https://github.com/acme/web/actions/runs/77") }]);
    expect(forge.git("log", "-1", "--format=%an <%ae>", branch)).toBe("github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>");

    const [refs, requests] = [forge.refs(), forge.pullRequests()];
    const second = runGithub(forge, push);
    expect(second?.steps).toEqual({ "Write the record": 0, "Deliver it as a pull request": 0 });
    expect([forge.refs(), forge.pullRequests()]).toEqual([refs, requests]);

    forge.life.git("fetch", "-q");
    forge.life.git("merge", "-q", "--no-ff", "-m", "Merge it", `origin/${branch}`);
    const merged = forge.push("HEAD:refs/heads/main");
    const settled = forge.refs();
    const third = runGithub(forge, merged);
    expect(third?.output).toContain("unchanged notes/");
    const fourth = runGithub(forge, push);
    expect(fourth?.steps).toEqual({ "Write the record": 0, "Deliver it as a pull request": 0 });
    expect([forge.refs(), forge.pullRequests()]).toEqual([settled, requests]);
  });

  it("opens the pull request that a first run could not", () => {
    const { forge, push } = shipped(["github"]);
    const branch = `shipnote/record-${push.after.slice(0, 12)}`;
    forge.git("update-ref", `refs/heads/${branch}`, push.after);
    expect(runGithub(forge, push)?.steps).toEqual({ "Write the record": 0, "Deliver it as a pull request": 0 });
    expect(forge.pullRequests().map(({ head }) => head)).toEqual([branch]);
  });

  it("records a push after the next one has come", () => {
    const { forge, push } = shipped(["github"]);
    const next = ship(forge);
    expect(runGithub(forge, push)?.steps).toEqual({ "Write the record": 0, "Deliver it as a pull request": 0 });
    expect(runGithub(forge, next)?.steps).toEqual({ "Write the record": 0, "Deliver it as a pull request": 0 });
    const ranges = [push, next].map(({ after }) => recordIn(forge, `shipnote/record-${after.slice(0, 12)}`).range);
    expect(ranges).toMatchObject([{ from: push.before, to: push.after }, { from: next.before, to: next.after }]);
  });

  it("commits it to the branch, also where somebody pushed meanwhile", () => {
    const { forge, push } = shipped(["github", "--deliver", "commit"]);
    // A commit of somebody else comes in between looking at the branch and pushing to it, once.
    const hooks = join(forge.folder, "home", "hooks");
    forge.life.write("../home/hooks/pre-push", `#!/bin/sh\nrm -f "$0"\nenv -u GIT_DIR git -C '${forge.life.directory}' push -q origin HEAD:refs/heads/main\n`);
    chmodSync(join(hooks, "pre-push"), 0o755);
    forge.life.write("../home/.gitconfig", `[core]\nhooksPath = ${hooks}\n`);
    forge.life.commit("Somebody else's", { "c.txt": "1\n" });
    const run = runGithub(forge, push);
    expect(run?.steps, `it said: ${run?.output}`).toEqual({ "Write the record": 0, "Deliver it": 0 });
    expect(run?.output).toContain("Somebody pushed meanwhile (attempt 1).");
    expect(forge.git("log", "--format=%s", "-2", "main").split("\n")).toEqual(["Record: Warm it up and 1 more commit", "Somebody else's"]);
    expect(recordIn(forge, "main").range).toMatchObject({ from: push.before, to: push.after });
    const others = { ref: "refs/heads/main", before: push.after, after: forge.git("rev-parse", "main~1") };
    expect(runGithub(forge, others)?.steps).toEqual({ "Write the record": 0, "Deliver it": 0 });
    expect(recordIn(forge, "main").range).toMatchObject({ from: push.after, to: others.after });
    const refs = forge.refs();
    expect(runGithub(forge, others)?.steps).toEqual({ "Write the record": 0, "Deliver it": 0 });
    expect(forge.refs()).toEqual(refs);
    const own = { ref: "refs/heads/main", before: forge.git("rev-parse", "main~1"), after: forge.git("rev-parse", "main") };
    expect(runGithub(forge, own)?.output).toContain("unchanged notes/");
    expect(forge.refs()).toEqual(refs);
  });

  it("lays it out as an artifact, or shows it in the summary, and writes nothing to the repository", () => {
    const { forge, push } = shipped(["github", "--deliver", "artifact"]);
    const refs = forge.refs();
    const run = runGithub(forge, push);
    const year = join(run?.temporary ?? "", "record", "notes", "2024");
    expect(readdirSync(year).sort()).toEqual(["2024-03-05-warm-it-up-and-1-more-commit", "2024-03-05-warm-it-up-and-1-more-commit.md"]);
    expect(forge.refs()).toEqual(refs);

    forge.life.call(["init", "-y", "--no-hook", "--ci", "github", "--deliver", "summary", "--force"]);
    forge.life.commit("Deliver otherwise");
    forge.push("HEAD:refs/heads/main");
    const next = ship(forge);
    const shown = runGithub(forge, next);
    expect(shown?.steps, `it said: ${shown?.output}`).toEqual({ "Write the record": 0, "Show it in the run's summary": 0 });
    expect(shown?.summary).toMatch(/^Shipped to \*\*production\*\* .* 2 commits, 2 files/m);
  });

  it("does not run in forks", () => {
    const { forge, push } = shipped(["github"]);
    expect(runGithub(forge, push, { fork: true })).toBe(null);
  });

  it("delivers the record all the same where `failOn` ends the run", () => {
    const { forge, push } = shipped(["github"]);
    const npx = join(forge.folder, "bin", "npx");
    forge.life.write(`../bin/npx`, `#!/bin/sh\nshift 4\n${process.execPath} ${npx}.js "$@"\nexit 1\n`);
    forge.life.write("../bin/npx.js", `import(${JSON.stringify(inject("tool"))});`);
    const run = runGithub(forge, push);
    expect(run?.steps, `it said: ${run?.output}`).toEqual({ "Write the record": 1, "Deliver it as a pull request": 0 });
    expect(forge.pullRequests().length).toBe(1);
  });

  it("records tags and branches in their environments, and a tag's record on the default branch", () => {
    const config = 'environments:\n  staging: { branches: [main] }\n  production: { branches: ["release/{1,2}.*"], tags: ["v*"] }\nrecord: { by: ci }\n';
    const { forge, push } = shipped(["github"], { "shipnote.config.yaml": config });
    expect(runGithub(forge, push)?.steps).toEqual({ "Write the record": 0, "Deliver it as a pull request": 0 });
    expect(recordIn(forge, `shipnote/record-${push.after.slice(0, 12)}`).environment).toBe("staging");
    forge.life.git("switch", "-q", "-c", "release/2.0");
    forge.life.commit("Release it", { "v.txt": "2\n" });
    const released = forge.push("HEAD:refs/heads/release/2.0");
    const run = runGithub(forge, released);
    expect(run?.steps, `it said: ${run?.output}`).toEqual({ "Write the record": 0, "Deliver it as a pull request": 0 });
    expect(recordIn(forge, `shipnote/record-${released.after.slice(0, 12)}`).environment).toBe("production");
    expect(forge.pullRequests().at(-1)?.["base"]).toBe("release/2.0");
    forge.life.commit("Mend it", { "v.txt": "2.0.1\n" });
    forge.life.git("tag", "-a", "-m", "x", "v2.0.1");
    const tagged = forge.push("v2.0.1");
    const atTag = runGithub(forge, tagged);
    expect(atTag?.steps, `it said: ${atTag?.output}`).toEqual({ "Write the record": 0, "Deliver it as a pull request": 0 });
    expect(recordIn(forge, `shipnote/record-${tagged.after.slice(0, 12)}`)).toMatchObject({ environment: "production", range: { to: tagged.after } });
    expect(forge.pullRequests().at(-1)?.["base"]).toBe("main");
  });

  it("records of each component what a push brought, whatever its last commit touches, and the whole where it touches none", () => {
    const config = "components:\n  api: { paths: [api/**] }\n  web: { paths: [web/**] }\nrecord: { by: ci }\n";
    const { forge, push } = shipped(["github", "--deliver", "commit"], { "shipnote.config.yaml": config });
    const records = (): [string, string | null, string, string[]][] => forge.git("ls-tree", "-r", "--name-only", "main", "notes").split("\n").filter((path) => path.endsWith("record.json"))
      .map((path) => JSON.parse(forge.git("show", `main:${path}`)) as ChangeRecord)
      .map(({ component, range, commits }): [string, string | null, string, string[]] => [component ?? "whole", range?.from ?? null, range?.source ?? "", commits.map(({ subject }) => subject)]).sort(([a], [b]) => (a < b ? -1 : 1));
    expect(runGithub(forge, push)?.steps).toEqual({ "Write the record": 0, "Deliver it": 0 });
    const whole = ["whole", push.before, "ci", ["Warm it up", "Widen the cache"]];
    expect(records()).toEqual([whole]);
    forge.life.git("pull", "-q", "--rebase", "origin", "main");
    for (const part of ["api 1", "web 1", "api 2", "web 2", "docs 1"]) forge.life.commit(part, { [part.replace(" ", "/")]: "1\n" });
    const both = forge.push("HEAD:refs/heads/main");
    expect(runGithub(forge, both)?.steps).toEqual({ "Write the record": 0, "Deliver it": 0 });
    expect(records()).toEqual([["api", both.before, "ci", ["api 2", "api 1"]], ["web", both.before, "ci", ["web 2", "web 1"]], whole]);
    const refs = forge.refs();
    expect(runGithub(forge, both)?.steps).toEqual({ "Write the record": 0, "Deliver it": 0 });
    expect(forge.refs()).toEqual(refs);
  });
});

describe("the job for GitLab", () => {
  it("opens a merge request with the record, once, and does not go round in circles", () => {
    const { forge, push } = shipped(["gitlab"]);
    const first = runGitlab(forge, push, { SHIPNOTE_TOKEN: "glpat-secret" });
    expect(first.steps, `it said: ${first.output}`).toEqual({ script: 0 });
    const branch = `shipnote/record-${push.after.slice(0, 12)}`;
    const { range, touched } = recordIn(forge, branch);
    expect(range).toMatchObject({ from: push.before, to: push.after, source: "ci" });
    expect(touched.every((path) => inNotes.test(path))).toBe(true);
    expect(forge.pushOptions()).toEqual(["merge_request.create", "merge_request.target=main", "merge_request.remove_source_branch", "merge_request.title=Record: Warm it up and 1 more commit"]);
    expect(first.output).not.toContain("glpat-secret");
    const refs = forge.refs();
    expect(runGitlab(forge, push).steps).toEqual({ script: 0 });
    forge.life.git("fetch", "-q");
    forge.life.git("merge", "-q", "--no-ff", "-m", "Merge it", `origin/${branch}`);
    const merged = forge.push("HEAD:refs/heads/main");
    expect(runGitlab(forge, merged)).toMatchObject({ steps: { script: 0 }, output: expect.stringContaining("unchanged notes/") });
    expect(Object.keys(forge.refs())).toEqual(Object.keys(refs));
    expect(forge.pushOptions().length).toBe(4);
  });

  it("commits it to the branch", () => {
    const { forge, push } = shipped(["gitlab", "--deliver", "commit"]);
    const run = runGitlab(forge, push);
    expect(run.steps, `it said: ${run.output}`).toEqual({ script: 0 });
    expect(recordIn(forge, "main").range).toMatchObject({ from: push.before, to: push.after });
    const refs = forge.refs();
    expect(runGitlab(forge, push).steps).toEqual({ script: 0 });
    expect(forge.refs()).toEqual(refs);
  });

  it("lays it out as an artifact, or shows it in the job's log", () => {
    const { forge, push } = shipped(["gitlab", "--deliver", "artifact"]);
    const run = runGitlab(forge, push);
    expect(run.steps, `it said: ${run.output}`).toEqual({ script: 0 });
    expect(readdirSync(join(run.workspace, "change-record", "notes", "2024")).length).toBe(2);
    forge.life.call(["init", "-y", "--no-hook", "--ci", "gitlab", "--deliver", "summary", "--force"]);
    forge.life.commit("Deliver otherwise");
    forge.push("HEAD:refs/heads/main");
    const shown = runGitlab(forge, ship(forge));
    expect(shown.steps, `it said: ${shown.output}`).toEqual({ script: 0 });
    expect(shown.output).toContain("Before and after");
  });

  it("records a tag in its environment", () => {
    const { forge } = shipped(["gitlab"], { "shipnote.config.yaml": 'environments:\n  staging: { branches: [main] }\n  production: { tags: ["v*"] }\nrecord: { by: ci }\n' });
    forge.life.git("tag", "v1");
    const tagged = forge.push("v1");
    const run = runGitlab(forge, tagged);
    expect(run.steps, `it said: ${run.output}`).toEqual({ script: 0 });
    expect(recordIn(forge, `shipnote/record-${tagged.after.slice(0, 12)}`)).toMatchObject({ environment: "production", range: { to: tagged.after } });
    expect(forge.pushOptions()).toContain("merge_request.target=main");
  });
});

describe("the script for others", () => {
  const drone = ({ ref, before, after }: Push): Record<string, string> => ({ DRONE: "true", DRONE_BRANCH: ref.replace("refs/heads/", ""), DRONE_COMMIT_BEFORE: before, DRONE_COMMIT_AFTER: after });

  it("pushes the branch of the record, once", () => {
    const { forge, push } = shipped(["other"]);
    const run = runOther(forge, drone(push));
    expect(run.steps, `it said: ${run.output}`).toEqual({ script: 0 });
    const branch = `shipnote/record-${push.after.slice(0, 12)}`;
    expect(recordIn(forge, branch).range).toMatchObject({ from: push.before, to: push.after, source: "ci" });
    const refs = forge.refs();
    expect(runOther(forge, drone(push)).output).toContain("is there");
    expect(forge.refs()).toEqual(refs);
  });

  it("commits it to the branch that SHIPNOTE_BRANCH names", () => {
    const { forge, push } = shipped(["other", "--deliver", "commit"]);
    const run = runOther(forge, { SHIPNOTE_BRANCH: "main" });
    expect(run.steps, `it said: ${run.output}`).toEqual({ script: 0 });
    expect(recordIn(forge, "main").range.to).toBe(push.after);
    expect(existsSync(join(run.workspace, "change-record"))).toBe(false);
  });
});
