import { readYaml } from "../config-edit.ts";
import { fieldsOf, packageManager, readManifest, textsOf } from "./set-up-manifest.ts";
import type { WorkTreeFiles } from "./set-up-files.ts";

/** A command that ships, as the repository itself says. */
export interface DeployCommand {
  command: string;
  seenIn: string;
}

/** What a CI file ships by itself: on a push to which branches, with which tags. */
export interface ShippingJob {
  path: string;
  branches: readonly string[];
  /** Patterns as written; empty and `anyTag` where a release is what starts it. */
  tags: readonly string[];
  onTag: boolean;
  /** Whether its name says that it is the documentation, a site or a demonstration that it ships. */
  isAside: boolean;
  /** Whether its name says that it ships to a stage that comes before the users. */
  isBefore: boolean;
  /** Whether all that starts it ships: the file or the workflow is named so, and not one of its jobs alone. */
  sure: boolean;
}

/** A CI system whose files are here. */
export interface CiSystem {
  name: string;
  path: string;
}

/** What is called release or publish may only prepare one: build its files, say. */
const shipWord = /^(?:deploy|ship|rollout|promote)(?:[:_-][\w:-]+)?$/;
const shipWords = /\b(?:deploy\w*|publish\w*|releas(?:e|es|ing)|continuous delivery|cd|pages)\b/i;
const asideWords = /\b(?:docs?|documentation|(?:gh )?pages|web ?site|site|demo|storybook|book)\b/i;
/** What is published, and yet no ship. */
const noShip = /previews?|draft|comment|coverage|\b(?:reports?|results?|notes)\b|clean ?up/i;

/** Tools whose file says how they ship; what they are called with is their own documentation's. */
const tools: readonly (readonly [file: RegExp, command: string])[] = [
  [/^config\/deploy\.ya?ml$/, "kamal deploy"],
  [/^Capfile$/, "cap production deploy"],
  [/^fly\.toml$/, "fly deploy"],
  [/^wrangler\.(?:toml|jsonc?)$/, "npx wrangler deploy"],
  [/^serverless\.ya?ml$/, "npx serverless deploy"],
  [/^firebase\.json$/, "npx firebase deploy"],
  [/^cdk\.json$/, "npx cdk deploy"],
  [/^skaffold\.yaml$/, "skaffold run"],
];

/** The commands that ship, from package.json, Makefile, justfile, Procfile, compose files and the tools' own. */
export function deployCommands(files: WorkTreeFiles): DeployCommand[] {
  const { run } = packageManager(files);
  const scripts = Object.keys(readManifest(files)?.scripts ?? {}).filter((name) => shipWord.test(name));
  const found = [
    ...scripts.map((name) => ({ command: `${run} ${name}`, seenIn: "package.json" })),
    ...targetsOf(files, ["GNUmakefile", "makefile", "Makefile"], "make", /^([\w-]+)\s*:(?!=)/gm),
    ...targetsOf(files, ["justfile", "Justfile", ".justfile"], "just", /^@?([\w-]+)[^:=\n]*:(?!=)/gm),
    ...tools.flatMap(([file, command]) => files.paths.filter((path) => file.test(path)).slice(0, 1).map((seenIn) => ({ command, seenIn }))),
    ...files.paths.filter((path) => /^(?:docker-)?compose\.(?:prod|production)\.ya?ml$/.test(path)).map((path) => ({ command: `docker compose -f ${path} up --detach --build`, seenIn: path })),
    ...(/^release:/m.test(files.read("Procfile") ?? "") ? [{ command: "git push heroku HEAD:main", seenIn: "Procfile" }] : []),
  ];
  return found.sort((a, b) => Number(!a.command.includes("deploy")) - Number(!b.command.includes("deploy")));
}

function targetsOf(files: WorkTreeFiles, names: readonly string[], tool: string, target: RegExp): DeployCommand[] {
  const seenIn = names.find(files.has);
  if (seenIn === undefined) return [];
  const targets = new Set([...(files.read(seenIn) ?? "").matchAll(target)].map(([, name = ""]) => name));
  return [...targets].filter((name) => shipWord.test(name)).map((name) => ({ command: `${tool} ${name}`, seenIn }));
}

const systems: readonly (readonly [name: string, path: RegExp])[] = [
  ["GitHub Actions", /^\.github\/workflows\/[^/]+\.ya?ml$/],
  ["GitLab CI", /^\.gitlab-ci\.ya?ml$/],
  ["Gitea Actions", /^\.(?:gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/],
  ["CircleCI", /^\.circleci\/config\.ya?ml$/],
  ["Jenkins", /^Jenkinsfile$/],
  ["Woodpecker", /^\.woodpecker(?:\.ya?ml$|\/)/],
  ["Drone", /^\.drone\.ya?ml$/],
  ["Travis CI", /^\.travis\.yml$/],
  ["Bitbucket Pipelines", /^bitbucket-pipelines\.yml$/],
  ["Azure Pipelines", /^azure-pipelines[^/]*\.ya?ml$/],
  ["Buildkite", /^\.buildkite\//],
  ["builds.sr.ht", /^\.build(?:s\/|\.yml$)/],
];

/** The CI systems whose files are here, each with its first file. */
export function ciSystems({ paths }: Pick<WorkTreeFiles, "paths">): CiSystem[] {
  return systems.flatMap(([name, file]) => {
    const path = paths.find((one) => file.test(one));
    return path === undefined ? [] : [{ name, path }];
  });
}

/**
 * The workflows of GitHub and its kin that ship on a push or a release: their file or name says so, or a job's. Of a job
 * among others nobody knows on which of the pushes it ships.
 */
export function shippingJobs(files: WorkTreeFiles): ShippingJob[] {
  return files.paths.filter((path) => /^\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/.test(path)).flatMap((path) => {
    const workflow = fieldsOf(readYaml(files.read(path) ?? ""));
    if (workflow === null) return [];
    const jobs = Object.entries(fieldsOf(workflow["jobs"]) ?? {}).map(([id, job]) => wordsOf([id, ...textsOf(fieldsOf(job)?.["name"])]));
    const own = wordsOf([path.split("/").at(-1) ?? "", ...textsOf(workflow["name"])]);
    const says = shipWords.test(own);
    if (noShip.test(own) || !(says || jobs.some((name) => shipWords.test(name) && !noShip.test(name) && !asideWords.test(name)))) return [];
    const events = fieldsOf(workflow["on"]) ?? Object.fromEntries(textsOf(workflow["on"]).map((name) => [name, {}]));
    const push = fieldsOf(events["push"]);
    const [branches, tags] = [textsOf(push?.["branches"] ?? []), textsOf(push?.["tags"] ?? [])];
    const onTag = tags.length > 0 || "release" in events;
    const [isAside, isBefore] = [asideWords.test(own), /\b(?:staging|stage|dev\w*|test\w*|qa|uat|nightly|canary|beta)\b/i.test(own)];
    return branches.length > 0 || onTag ? [{ path, branches, tags, onTag, isAside, isBefore, sure: says || branches.length === 0 }] : [];
  });
}

function wordsOf(names: readonly string[]): string {
  return names.join(" ").replace(/[_.-]/g, " ");
}
