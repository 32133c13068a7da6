import type { Config } from "../config.ts";
import { yamlFlow } from "../config-edit.ts";
import { githubPattern, gitlabExpression, type ShipLine, shipLines, withoutBraces } from "../gather/set-up-ships.ts";
import { shellWord } from "../rollback/undo.ts";
import { gitlabJob } from "./init-ci-gitlab.ts";
import { recordingLines } from "./init-ci-lines.ts";

/** The forges that a job can be written for. */
export const forges = ["github", "gitlab", "other"] as const;
export type JobForge = (typeof forges)[number];
/** How a job hands over what it recorded. */
export const deliveries = ["pull-request", "commit", "artifact", "summary"] as const;
export type Delivery = (typeof deliveries)[number];

/** What a job is made for. */
export interface JobRequest {
  forge: JobForge;
  deliver: Delivery;
  config: Config;
  /** Where the configuration stands, relative to the root; null for the usual place. */
  configFile: string | null;
  /** null where it is not known. */
  defaultBranch: string | null;
  /** Of shipnote, for npx. */
  version: string;
  /** Of GitLab's job; null: the usual one. */
  stage: string | null;
}

/** Where each forge's job is written; relative to the root. */
export const jobFiles: Readonly<Record<JobForge, string>> = {
  github: ".github/workflows/shipnote.yml",
  gitlab: gitlabJob,
  other: "ci/shipnote.sh",
};

/** The file of the template that each job is made from. */
export const jobTemplates: Readonly<Record<JobForge, string>> = { github: "ci-github.yml", gitlab: "ci-gitlab.yml", other: "ci-other.sh" };

/**
 * The text of a job. In a template, lines between `#@ WORD …` and `#@ end` stand only where one of the words does, and
 * `@NAME@` stands for a value; one that is alone on its line may have several, each indented alike.
 */
export function jobText(template: string, request: JobRequest): string {
  const { forge, deliver, config, defaultBranch, stage } = request;
  const lines = shipLines(config, defaultBranch);
  const patterns = (globs: readonly string[]): string => yamlFlow([...new Set(globs.flatMap(withoutBraces).map(githubPattern))]);
  const [branches, tags] = [lines.flatMap((line) => line.branches), lines.flatMap((line) => line.tags)];
  const words = new Set<string>([deliver, ...(branches.length > 0 ? ["branches"] : []), ...(tags.length > 0 ? ["tags"] : []), ...(stage === null ? [] : ["stage"]), ...(stage === null || stage === ".post" ? [] : ["named"])]);
  // GitHub looks for its expressions before the shell sees a word, inside quotes as well.
  const shell = (text: string): string => text.replaceAll("${{", forge === "github" ? "$''{{" : "${{");
  const values: Readonly<Record<string, string>> = {
    PATH: jobFiles.other, FOLDER: shell(shellWord(config.notes)), BRANCHES: patterns(branches), TAGS: patterns(tags), STAGE: yamlFlow(stage),
    NOTES: yamlFlow([`${config.notes}/[0-9]*/**`, `${config.notes}/README.md`, `${config.notes}/runbooks/*.md`, `${config.notes}/templates/*.hbs`]),
    RULES: yamlFlow(rules(config, lines)),
    SHOW: shell(toolWith(request, "show")),
    RECORD: shell(recordingLines({ forge, config, record: toolWith(request, "record --yes --fetch --commit") }, lines).join("\n")),
  };
  return chosen(template, words).flatMap((line) => {
    const [, indent, name = ""] = /^(\s*)@([A-Z]+)@$/.exec(line) ?? [];
    if (indent !== undefined) return (values[name] ?? "").split("\n").map((one) => `${indent}${one}`);
    return line.replaceAll(/@([A-Z]+)@/g, (whole, key: string) => values[key] ?? whole);
  }).join("\n");
}

function chosen(template: string, words: ReadonlySet<string>): string[] {
  let isOpen = true;
  return template.split("\n").filter((line) => {
    const mark = /^#@ (.*)$/.exec(line)?.[1];
    if (mark === undefined) return isOpen;
    isOpen = mark === "end" || mark.split(" ").some((word) => words.has(word));
    return false;
  }).filter((line, place, all) => line !== "" || all[place - 1] !== "");
}

/** Pipelines of pushes to what ships; without configured branches the project's own default branch, whatever it is called. */
function rules(config: Config, lines: readonly ShipLine[]): { if: string }[] {
  const names = config.environments === null && config.branches === null ? ["== $CI_DEFAULT_BRANCH"] : lines.flatMap((line) => line.branches).map((glob) => `=~ ${gitlabExpression(glob)}`);
  const branches = names.map((name) => ({ if: `$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH ${name}` }));
  return [...branches, ...lines.flatMap((line) => line.tags).map((glob) => ({ if: `$CI_COMMIT_TAG =~ ${gitlabExpression(glob)}` }))];
}

/** npx with a folder of its own: a package.json here may demand another package manager, and its .npmrc another registry. */
function toolWith({ forge, version, configFile }: JobRequest, command: string): string {
  const folder = { github: '"$RUNNER_TEMP"', gitlab: "/tmp", other: '"${TMPDIR:-/tmp}"' }[forge];
  return `npx --yes --prefix ${folder} shipnote@${version} ${command}${configFile === null ? "" : ` --config ${shellWord(configFile)}`}`;
}
