import type { Config } from "../config.ts";
import { yamlFlow } from "../config-edit.ts";
import { githubPattern, gitlabExpression, type ShipLine, shellPatterns, shipLines, withoutBraces } from "../gather/set-up-ships.ts";
import { shellWord } from "../rollback/undo.ts";

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
  /** null where it is not known. */
  defaultBranch: string | null;
  /** Of shipnote, for npx. */
  version: string;
  /** Whether the pipeline has other jobs, which come first. */
  besideOthers: boolean;
}

/** Where each forge's job is written; relative to the root. */
export const jobFiles: Readonly<Record<JobForge, string>> = {
  github: ".github/workflows/shipnote.yml",
  gitlab: ".gitlab/ci/shipnote.gitlab-ci.yml",
  other: "ci/shipnote.sh",
};

/** The file of the template that each job is made from. */
export const jobTemplates: Readonly<Record<JobForge, string>> = { github: "ci-github.yml", gitlab: "ci-gitlab.yml", other: "ci-other.sh" };

/**
 * The text of a job. In a template, lines between `#@ WORD …` and `#@ end` stand only where one of the words does, and
 * `@NAME@` stands for a value; one that is alone on its line may have several, each indented alike.
 */
export function jobText(template: string, request: JobRequest): string {
  const { forge, deliver, config, defaultBranch, besideOthers } = request;
  const lines = shipLines(config, defaultBranch);
  const patterns = (globs: readonly string[]): string => yamlFlow([...new Set(globs.flatMap(withoutBraces).map(githubPattern))]);
  const [branches, tags] = [lines.flatMap((line) => line.branches), lines.flatMap((line) => line.tags)];
  const words = new Set<string>([deliver, ...(branches.length > 0 ? ["branches"] : []), ...(tags.length > 0 ? ["tags"] : []), ...(besideOthers ? ["post"] : [])]);
  const values: Readonly<Record<string, string>> = {
    SHIPNOTE: toolOf(request), PATH: jobFiles.other, FOLDER: shellWord(config.notes), BRANCHES: patterns(branches), TAGS: patterns(tags),
    NOTES: yamlFlow([`${config.notes}/[0-9]*/**`, `${config.notes}/README.md`, `${config.notes}/runbooks/*.md`, `${config.notes}/templates/*.hbs`]),
    RULES: yamlFlow(rules(config, lines)),
    // GitHub looks for its expressions before the shell sees a word, inside quotes as well.
    RECORD: recording(request, lines).join("\n").replaceAll("${{", forge === "github" ? "$''{{" : "${{"),
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
  if (config.environments === null && config.branches === null) return [{ if: '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' }];
  const branches = lines.flatMap((line) => line.branches).map((glob) => ({ if: `$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH =~ ${gitlabExpression(glob)}` }));
  return [...branches, ...lines.flatMap((line) => line.tags).map((glob) => ({ if: `$CI_COMMIT_TAG =~ ${gitlabExpression(glob)}` }))];
}

/** npx with a folder of its own: a package.json here may demand another package manager, and its .npmrc another registry. */
function toolOf({ forge, version }: JobRequest): string {
  const folder = { github: '"$RUNNER_TEMP"', gitlab: "/tmp", other: '"${TMPDIR:-/tmp}"' }[forge];
  return `npx --yes --prefix ${folder} shipnote@${version}`;
}

/** The lines of sh that record: once, or for each environment that the push ships to, and for each component that it touches. */
function recording(request: JobRequest, lines: readonly ShipLine[]): string[] {
  const { forge, config } = request;
  const record = `${toolOf(request)} record --yes --fetch --commit`;
  const components = Object.keys(config.components);
  const [only] = lines;
  const isOne = only !== undefined && lines.length === 1;
  if (isOne && components.length === 0) {
    const environment = only.environment === config.environment ? "" : ` --env ${only.environment}`;
    return [`${record}${environment}${forge === "github" ? "" : " || status=$?"}`];
  }
  return [
    ...(forge === "github" ? ["status=0"] : []),
    ...(components.length === 0 ? [`record() { ${record} "$@" || status=$?; }`] : componentwise(record, components)),
    ...lines.flatMap((line) => (isOne ? [`record --env ${line.environment}`] : casesOf(line, forge))),
    ...(forge === "github" ? ['exit "$status"'] : []),
  ];
}

/** What touches no component is the whole repository's. */
function componentwise(record: string, components: readonly string[]): string[] {
  return [
    "record() {",
    "  touched=",
    `  for component in ${components.join(" ")}; do`,
    `    said=$(${record} --component "$component" "$@") || status=$?`,
    '    echo "$component: $said"',
    "    case $said in 'nothing to record'*) ;; *) touched=yes ;; esac",
    "  done",
    `  if [ -z "$touched" ]; then ${record} "$@" || status=$?; fi`,
    "}",
  ];
}

/** Several environments may take one push. */
function casesOf({ environment, branches, tags }: ShipLine, forge: JobForge): string[] {
  const patterns = (globs: readonly string[]): string => globs.flatMap(shellPatterns).join(" | ");
  if (forge === "github") {
    const refs = [...branches.map((glob) => `refs/heads/${glob}`), ...tags.map((glob) => `refs/tags/${glob}`)];
    return refs.length === 0 ? [] : [`case $GITHUB_REF in ${patterns(refs)}) record --env ${environment} ;; esac`];
  }
  const variable = forge === "gitlab" ? "${CI_COMMIT_BRANCH:-}" : "$branch";
  return [
    ...(branches.length === 0 ? [] : [`case ${variable} in ${patterns(branches)}) record --env ${environment} ;; esac`]),
    ...(forge === "gitlab" && tags.length > 0 ? [`case \${CI_COMMIT_TAG:-} in ${patterns(tags)}) record --env ${environment} ;; esac`] : []),
  ];
}

/** The file that names a GitLab project's jobs, with ours in it; null where people have to put it in. */
export function withInclude(standing: string | null): string | null {
  const include = `include:\n  - local: ${jobFiles.gitlab}\n`;
  if (standing === null) return include;
  if (standing.includes(jobFiles.gitlab)) return standing;
  if (/^include\s*:/m.test(standing)) {
    const list = /^include:[ \t]*\r?\n((?:[ \t]*#.*\r?\n)*)([ \t]*)- /m.exec(standing);
    if (list === null) return null;
    const [head = "", remarks = "", indent = ""] = list;
    const at = list.index + head.length - `${indent}- `.length - remarks.length;
    return `${standing.slice(0, at)}${indent}- local: ${jobFiles.gitlab}\n${standing.slice(at)}`;
  }
  const begin = /^(?:\uFEFF?(?:#.*\r?\n)*)(?:---\r?\n)?/.exec(standing)?.[0] ?? "";
  return `${begin}${include}\n${standing.slice(begin.length)}`;
}
