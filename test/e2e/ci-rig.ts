import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { inject } from "vitest";
import { parse } from "yaml";
import { fixtureEnvironment } from "../git-fixture.ts";
import { type Life, lifeAt, makeFolder } from "./life.ts";
import { node } from "./tool.ts";

/** A repository with a bare remote, as a forge has it, and what runs its jobs. */
export interface Forge {
  /** Where people work: a clone. */
  life: Life;
  /** The remote, bare. */
  remote: string;
  /** git in the remote. */
  git: (...args: string[]) => string;
  /** All refs of the remote, and what they are. */
  refs: () => Record<string, string>;
  /** The pull requests that `gh` was asked to open. */
  pullRequests: () => Record<string, string>[];
  /** The options of each push that the remote has seen. */
  pushOptions: () => string[];
  /** Pushes, and says what the push was. */
  push: (...refs: string[]) => Push;
  folder: string;
}

/** One ref that a push moved. */
export interface Push {
  ref: string;
  before: string;
  after: string;
}

const start = Date.UTC(2024, 2, 4, 9) / 1000;
const zeros = "0".repeat(40);

/** @param files of the first commit, which is pushed */
export function makeForge(files: Record<string, string>): Forge {
  const folder = makeFolder();
  const remote = join(folder, "remote.git");
  const run = (cwd: string, ...args: string[]): string => execFileSync("git", args, { cwd, encoding: "utf8", env: fixtureEnvironment(start), stdio: ["ignore", "pipe", "pipe"] }).trimEnd();
  run(folder, "-c", "init.defaultBranch=main", "init", "-q", "--bare", "remote.git");
  run(remote, "config", "uploadpack.allowAnySHA1InWant", "true");
  run(remote, "config", "receive.advertisePushOptions", "true");
  writeFileSync(join(remote, "hooks", "post-receive"), '#!/bin/sh\nat=0\nwhile [ "$at" -lt "${GIT_PUSH_OPTION_COUNT:-0}" ]; do\n  eval "echo \\"\\$GIT_PUSH_OPTION_$at\\"" >> push-options\n  at=$((at + 1))\ndone\n', { mode: 0o755 });
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin", "npx"), `#!/bin/sh
[ "$1 $2" = "--yes --prefix" ] && [ -d "$3" ] || { echo "npx: unexpected: $*" >&2; exit 1; }
case $4 in shipnote@[0-9]*) ;; *) echo "npx: unexpected: $*" >&2; exit 1 ;; esac
shift 4
exec "${node}" "${inject("tool")}" "$@"
`, { mode: 0o755 });
  writeFileSync(join(folder, "bin", "gh"), `#!${node}
const { appendFileSync, existsSync, readFileSync } = require("node:fs");
const [, , pr, verb, ...rest] = process.argv;
if (pr !== "pr" || !process.env.GH_TOKEN) process.exit(4);
const flags = {};
for (let at = 0; at < rest.length; at += 2) flags[rest[at].slice(2)] = rest[at + 1];
const file = ${JSON.stringify(join(folder, "pull-requests"))};
const standing = existsSync(file) ? readFileSync(file, "utf8").trim().split("\\n").map((line) => JSON.parse(line)) : [];
if (verb === "list") standing.forEach((one, at) => { if (one.head === flags.head) console.log(at + 1); });
else if (verb === "create") appendFileSync(file, JSON.stringify(flags) + "\\n");
else process.exit(4);
`, { mode: 0o755 });
  run(folder, "clone", "-q", `file://${remote}`, "work");
  const life = lifeAt(join(folder, "work"));
  const push = (...refs: string[]): Push => {
    const before = refsOf();
    life.git("push", "-q", "origin", ...refs);
    const after = refsOf();
    const moved = Object.keys(after).find((ref) => after[ref] !== before[ref]) ?? "";
    return { ref: moved, before: before[moved] ?? zeros, after: life.git("rev-parse", `${after[moved] ?? ""}^{commit}`) };
  };
  const refsOf = (): Record<string, string> => Object.fromEntries(run(remote, "for-each-ref", "--format=%(refname) %(objectname)").split("\n").filter(Boolean).map((line) => line.split(" ") as [string, string]));
  life.commit("Begin", files);
  push("HEAD:refs/heads/main");
  life.git("remote", "set-head", "origin", "main");
  const lines = (path: string): string[] => { try { return readFileSync(path, "utf8").trim().split("\n"); } catch { return []; } };
  return {
    life, remote, folder, push,
    git: (...args) => run(remote, ...args),
    refs: refsOf,
    pullRequests: () => lines(join(folder, "pull-requests")).map((line) => JSON.parse(line) as Record<string, string>),
    pushOptions: () => lines(join(remote, "push-options")),
  };
}

/** What a run of a job came to. */
export interface JobRun {
  /** Exit statuses by the step's name; a step that was passed over has none. */
  steps: Record<string, number>;
  output: string;
  summary: string;
  /** Where the job ran, and its folder for temporary files. */
  workspace: string;
  temporary: string;
}

interface Step { name?: string; uses?: string; with?: Record<string, string>; run?: string; if?: string; env?: Record<string, string> }
interface Workflow { jobs: { record: { if: string; env: Record<string, string>; steps: Step[] } } }

function environmentOf({ folder }: Forge, more: Record<string, string>): NodeJS.ProcessEnv {
  const { GIT_CONFIG_GLOBAL: _0, GIT_AUTHOR_NAME: _1, GIT_AUTHOR_EMAIL: _2, GIT_COMMITTER_NAME: _3, GIT_COMMITTER_EMAIL: _4, GIT_AUTHOR_DATE: _5, GIT_COMMITTER_DATE: _6, ...clean } = fixtureEnvironment(0);
  return { ...clean, PATH: `${join(folder, "bin")}${delimiter}${process.env["PATH"] ?? ""}`, HOME: join(folder, "home"), CI: "true", ...more };
}

/** Runs the workflow's job for a push as GitHub's runner does: expressions first, then each `run` in a file of its own by `bash -e`. */
export function runGithub(forge: Forge, push: Push, { fork = false } = {}): JobRun | null {
  const workflow = parse(forge.git("show", "main:.github/workflows/shipnote.yml")) as Workflow;
  const { record } = workflow.jobs;
  const [, kind, name = ""] = /^refs\/(heads|tags)\/(.*)$/.exec(push.ref) ?? [];
  const expressions: Record<string, string> = {
    "!github.event.repository.fork": String(!fork), "!cancelled()": "true", "github.token": "token-of-the-run", "runner.temp": "",
    "github.ref_type == 'tag' && github.event.repository.default_branch || github.ref_name": kind === "tags" ? "main" : name,
    "github.server_url": "https://github.com", "github.repository": "acme/web", "github.run_id": "77",
  };
  const filled = (text: string): string => text.replaceAll(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => {
    const value = expressions[expression];
    if (value === undefined) throw new Error(`The runner knows no expression ${expression}`);
    return value;
  });
  if (filled(record.if) !== "true") return null;
  const env = Object.fromEntries(Object.entries(record.env).map(([key, value]) => [key, filled(value)]));
  const [workspace, temporary] = [join(forge.folder, "workspace"), join(forge.folder, "temporary")];
  for (const folder of [workspace, temporary]) rmSync(folder, { recursive: true, force: true });
  mkdirSync(temporary);
  expressions["runner.temp"] = temporary;
  const event = join(temporary, "event.json");
  writeFileSync(event, JSON.stringify({ ref: push.ref, before: push.before, after: push.after, repository: { fork, default_branch: "main", pushed_at: 1_709_600_000 } }));
  const run: JobRun = { steps: {}, output: "", summary: "", workspace, temporary };
  let failed = false;
  for (const [place, step] of record.steps.entries()) {
    const isDue = step.if === undefined ? !failed : filled(step.if) === "true";
    if (!isDue) continue;
    if (step.uses !== undefined) {
      if (step.uses.startsWith("actions/checkout@")) checkout(forge, workspace, push, Number(step.with?.["fetch-depth"]));
      continue;
    }
    const script = join(temporary, `step-${place}.sh`);
    writeFileSync(script, filled(step.run ?? ""));
    const done = spawnSync("bash", ["-e", script], {
      cwd: workspace, encoding: "utf8", input: "",
      env: environmentOf(forge, {
        GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: "push", GITHUB_EVENT_PATH: event, GITHUB_SHA: push.after, GITHUB_REF: push.ref, GITHUB_REF_NAME: name, GITHUB_REF_TYPE: kind === "tags" ? "tag" : "branch",
        GITHUB_REPOSITORY: "acme/web", GITHUB_SERVER_URL: "https://github.com", GITHUB_RUN_ID: "77", GITHUB_ACTOR: "ada", RUNNER_TEMP: temporary, GITHUB_STEP_SUMMARY: join(temporary, "summary.md"),
        ...env, ...Object.fromEntries(Object.entries(step.env ?? {}).map(([key, value]) => [key, filled(value)])),
      }),
    });
    run.steps[step.name ?? String(place)] = done.status ?? -1;
    run.output += `${done.stdout}${done.stderr}`;
    failed ||= done.status !== 0;
  }
  run.summary = summaryIn(temporary);
  return run;
}

function summaryIn(temporary: string): string {
  try {
    return readFileSync(join(temporary, "summary.md"), "utf8");
  } catch {
    return "";
  }
}

/** As actions/checkout lays the commit of a push out: a branch at it, or a tag. */
function checkout({ remote, folder }: Forge, workspace: string, { ref, after }: Push, depth: number): void {
  const git = (cwd: string, ...args: string[]) => execFileSync("git", args, { cwd, env: fixtureEnvironment(start), stdio: ["ignore", "pipe", "pipe"] });
  const branch = /^refs\/heads\/(.*)$/.exec(ref)?.[1];
  git(folder, "-c", "init.defaultBranch=x", "init", "-q", "workspace");
  git(workspace, "remote", "add", "origin", `file://${remote}`);
  git(workspace, "fetch", "-q", "--no-tags", "--prune", `--depth=${depth}`, "origin", branch === undefined ? `+${after}:${ref}` : `+${after}:refs/remotes/origin/${branch}`);
  git(workspace, "checkout", "-q", "--force", ...(branch === undefined ? [ref] : ["-B", branch, `refs/remotes/origin/${branch}`]));
}

/** Runs the job's script for a push as GitLab's runner does: all lines in one script, by `sh -e`, in a shallow clone at the commit. */
export function runGitlab(forge: Forge, push: Push, more: Record<string, string> = {}): JobRun {
  const job = (parse(forge.git("show", "main:.gitlab/ci/shipnote.gitlab-ci.yml")) as { "change-record": { script: string[]; variables: { GIT_DEPTH: string } } })["change-record"];
  const [, kind, name = ""] = /^refs\/(heads|tags)\/(.*)$/.exec(push.ref) ?? [];
  const [workspace, temporary] = [join(forge.folder, "workspace"), join(forge.folder, "temporary")];
  for (const folder of [workspace, temporary]) rmSync(folder, { recursive: true, force: true });
  mkdirSync(temporary);
  const git = (cwd: string, ...args: string[]) => execFileSync("git", args, { cwd, env: fixtureEnvironment(start), stdio: ["ignore", "pipe", "pipe"] });
  git(forge.folder, "-c", "init.defaultBranch=x", "init", "-q", "workspace");
  git(workspace, "remote", "add", "origin", `file://${forge.remote}`);
  git(workspace, "fetch", "-q", `--depth=${job.variables.GIT_DEPTH}`, "origin", push.after);
  git(workspace, "checkout", "-q", "--detach", push.after);
  const done = spawnSync("sh", ["-e", "-c", job.script.join("\n")], {
    cwd: workspace, encoding: "utf8", input: "",
    env: environmentOf(forge, {
      GITLAB_CI: "true", CI_PIPELINE_SOURCE: "push", CI_COMMIT_SHA: push.after, CI_COMMIT_BEFORE_SHA: push.before, CI_DEFAULT_BRANCH: "main", CI_JOB_STARTED_AT: "2024-03-05T09:00:00Z",
      ...(kind === "tags" ? { CI_COMMIT_TAG: name } : { CI_COMMIT_BRANCH: name }),
      CI_SERVER_PROTOCOL: "https", CI_SERVER_HOST: "gitlab.example.org", CI_SERVER_PORT: "443", CI_PROJECT_PATH: "acme/web", CI_JOB_TOKEN: "job-token",
      GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: `url.file://${forge.remote}.insteadOf`, GIT_CONFIG_VALUE_0: `https://gitlab-ci-token:${more["SHIPNOTE_TOKEN"] ?? "job-token"}@gitlab.example.org:443/acme/web.git`,
      ...more,
    }),
  });
  return { steps: { script: done.status ?? -1 }, output: `${done.stdout}${done.stderr}`, summary: "", workspace, temporary };
}

/** Runs the script for other systems, in a clone; with the name of a commit at that, on no branch. */
export function runOther(forge: Forge, variables: Record<string, string>, detachedAt: string | null = null): JobRun {
  const workspace = join(forge.folder, "workspace");
  rmSync(workspace, { recursive: true, force: true });
  execFileSync("git", ["clone", "-q", `file://${forge.remote}`, workspace], { env: fixtureEnvironment(start) });
  if (detachedAt !== null) execFileSync("git", ["checkout", "-q", "--detach", detachedAt], { cwd: workspace, env: fixtureEnvironment(start) });
  const done = spawnSync("sh", ["ci/shipnote.sh"], { cwd: workspace, encoding: "utf8", input: "", env: environmentOf(forge, variables) });
  return { steps: { script: done.status ?? -1 }, output: `${done.stdout}${done.stderr}`, summary: "", workspace, temporary: "" };
}
