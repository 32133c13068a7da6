import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Life, makeLife, removeAll } from "../e2e/life.ts";
import { node } from "../e2e/tool.ts";

/*
 * The jobs that `init --ci` writes, against the forges' own schemas: GitHub's workflow schema, in the parser that its
 * language server uses, and GitLab's, in a runner for one's own machine.
 */
const parsers = ["@actions/workflow-parser@0.3.61", "gitlab-ci-local@4.62.0"];

let folder: string;
let life: Life;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "shipnote-schemas-"));
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error", ...parsers], { cwd: folder });
  writeFileSync(join(folder, "check.mjs"), `
import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { readFileSync } from "node:fs";
const parsed = parseWorkflow({ name: "a.yml", content: readFileSync(process.argv[2], "utf8") }, new NoOperationTraceWriter());
console.log(JSON.stringify(parsed.context.errors.getErrors().map(String)));
`);
  // Its own files import JSON in a way that Node 20 does not take.
  await build({ absWorkingDir: folder, entryPoints: ["check.mjs"], outfile: join(folder, "bundled.cjs"), bundle: true, platform: "node", format: "cjs", logLevel: "error" });
  life = makeLife();
  life.git("remote", "add", "origin", "https://gitlab.com/acme/web.git");
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  removeAll();
});

const configurations: Record<string, string> = {
  "no configuration": "record: { by: ci }\n",
  "branches": 'record: { by: ci }\nbranches: [main, "release/**", "a+b", "v[0-9].x", "{x,y}/?"]\n',
  "environments": 'record: { by: ci }\nenvironments:\n  staging: { branches: [main] }\n  production: { branches: ["release/*"], tags: ["v*", "api-[0-9]*"] }\n',
  "tags alone": 'record: { by: ci }\nenvironments: { production: { tags: ["v*"] } }\n',
  "components": "record: { by: ci }\ncomponents: { api: { paths: [api/**] }, web: { paths: [web/**] } }\n",
  "a component's tags": 'record: { by: ci }\ncomponents: { api: { paths: [api/**], tags: "api-v?" }, web: { paths: [web/**] } }\n',
  "another folder": 'record: { by: ci }\nnotes: "docs/change records"\n',
};
const deliveries = ["pull-request", "commit", "artifact", "summary"];
const cases = [...Object.keys(configurations).map((name) => [name, "pull-request"] as const), ...deliveries.slice(1).map((deliver) => ["environments", deliver] as const)];

function write(name: string, forge: string, deliver: string): void {
  life.write("shipnote.config.yaml", configurations[name] ?? "");
  expect(life.call(["init", "-y", "--no-hook", "--force", "--ci", forge, "--deliver", deliver])).toMatchObject({ status: 0 });
  // The runner for GitLab's looks up what a file includes among those that git knows.
  life.commit("Set up");
}

function githubProblems(path: string): string[] {
  return JSON.parse(execFileSync(node, [join(folder, "bundled.cjs"), path], { encoding: "utf8" })) as string[];
}

function gitlab(...args: string[]): { status: number | null; output: string } {
  const done = spawnSync(node, [join(folder, "node_modules/gitlab-ci-local/src/index.js"), ...args], { cwd: life.directory, encoding: "utf8", env: { ...process.env, HOME: folder, NO_COLOR: "1" } });
  return { status: done.status, output: `${done.stdout}${done.stderr}` };
}

describe("GitHub's schema", () => {
  it.each(cases)("takes the job for %s, delivered as %s", (name, deliver) => {
    write(name, "github", deliver);
    expect(githubProblems(join(life.directory, ".github/workflows/shipnote.yml"))).toEqual([]);
  });

  it("would not take another", () => {
    write("branches", "github", "commit");
    const broken = join(folder, "broken.yml");
    writeFileSync(broken, readFileSync(join(life.directory, ".github/workflows/shipnote.yml"), "utf8").replace("runs-on:", "runs_on:").replace("contents: write", "contents: some"));
    expect(githubProblems(broken).length).toBeGreaterThan(1);
  });
});

describe("GitLab's schema", () => {
  it.each(cases)("takes the job for %s, delivered as %s", (name, deliver) => {
    write(name, "gitlab", deliver);
    const { status, output } = gitlab("--list-csv-all");
    expect(output).not.toContain("Invalid");
    expect({ status, output }).toMatchObject({ status: 0, output: expect.stringContaining("change-record") });
  });

  it("runs the job for pushes to what ships, and for no other pipeline", () => {
    write("environments", "gitlab", "commit");
    const isListed = (...variables: string[]): boolean => gitlab("--list-csv", ...variables.flatMap((variable) => ["--variable", variable])).output.includes("change-record");
    life.git("switch", "-q", "-c", "release/1.2");
    expect(isListed("CI_PIPELINE_SOURCE=push", "CI_COMMIT_BRANCH=release/1.2")).toBe(true);
    expect(isListed("CI_PIPELINE_SOURCE=push", "CI_COMMIT_BRANCH=release/1.2/x")).toBe(false);
    expect(isListed("CI_PIPELINE_SOURCE=schedule", "CI_COMMIT_BRANCH=release/1.2")).toBe(false);
    expect(isListed("CI_PIPELINE_SOURCE=push", "CI_COMMIT_BRANCH=feature")).toBe(false);
    expect(isListed("CI_PIPELINE_SOURCE=push", "CI_COMMIT_BRANCH=", "CI_COMMIT_TAG=v1.2")).toBe(true);
    expect(isListed("CI_PIPELINE_SOURCE=merge_request_event", "CI_COMMIT_BRANCH=")).toBe(false);
  });

  it("takes the job into a pipeline that stands, and would not take another", () => {
    life.write(".gitlab-ci.yml", "# ours\nstages: [build]\nbuild:\n  stage: build\n  script: [make]\n");
    write("no configuration", "gitlab", "pull-request");
    expect(readFileSync(join(life.directory, ".gitlab-ci.yml"), "utf8")).toBe("# ours\ninclude:\n  - local: .gitlab/ci/shipnote.gitlab-ci.yml\n\nstages: [build]\nbuild:\n  stage: build\n  script: [make]\n");
    expect(gitlab("--list-csv-all").output).toMatch(/change-record;.*;\.post;/);
    life.edit(".gitlab/ci/shipnote.gitlab-ci.yml", "image:", "imge:");
    expect(gitlab("--list-csv-all").output).toContain("Invalid");
  });

  it("runs the job for a push where all others are for merge requests, and takes it into a pipeline with a header", () => {
    life.write(".gitlab-ci.yml", 'spec:\n  inputs:\n    where: { default: live }\n---\nstages: [check, ship]\nlint:\n  stage: check\n  script: [make]\n  rules: [{ if: $CI_PIPELINE_SOURCE == "merge_request_event" }]\n');
    write("branches", "gitlab", "pull-request");
    life.git("switch", "-q", "-C", "main");
    const listed = gitlab("--list-csv", "--variable", "CI_PIPELINE_SOURCE=push", "--variable", "CI_COMMIT_BRANCH=main").output.split("\n").filter((line) => line.includes(";"));
    expect(listed.slice(1).map((line) => line.split(";").filter((_, place) => place === 0 || place === 2))).toEqual([["change-record", "ship"]]);
  });
});
