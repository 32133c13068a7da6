import { readYaml } from "../config-edit.ts";
import { fieldsOf, textsOf } from "../gather/set-up-manifest.ts";

/** Where GitLab's job is written; relative to the root. */
export const gitlabJob = ".gitlab/ci/shipnote.gitlab-ci.yml";

/** A pipeline's keys that are no jobs. Source: the reference of GitLab's CI/CD syntax. */
const keywords = new Set(["default", "include", "stages", "variables", "workflow", "spec", "image", "services", "cache", "before_script", "after_script"]);
/** What keeps a job out of some pipelines, or may bring such a thing in. */
const conditions = ["rules", "only", "except", "extends", "when"];

/** The stage of our job, beside those that stand. */
export interface Stage {
  /** null: the usual one. */
  name: string | null;
  /** Whether GitLab surely makes a pipeline with it for each push. */
  isSure: boolean;
}

/**
 * The stage of our job in a pipeline: `.post`, behind all others, where another job runs for each push, for GitLab makes
 * no pipeline of `.post` alone; else the last of its own stages, as far as the file names them.
 */
export function stageBeside(standing: string | null): Stage {
  if (standing === null) return { name: null, isSure: true };
  const pipeline = fieldsOf(readYaml(standing.slice(beginOf(standing))));
  if (pipeline === null) return { name: ".post", isSure: false };
  const jobs = Object.entries(pipeline).filter(([name]) => !keywords.has(name) && !name.startsWith(".")).map(([, job]) => fieldsOf(job)).filter((job) => job !== null);
  const hasOthers = pipeline["include"] !== undefined && [pipeline["include"]].flat().some((one) => fieldsOf(one)?.["local"] !== gitlabJob);
  if (jobs.length === 0 && !hasOthers) return { name: null, isSure: true };
  if (jobs.some((job) => conditions.every((key) => job[key] === undefined) && !/^\.(?:pre|post)$/.test(textsOf(job["stage"])[0] ?? ""))) return { name: ".post", isSure: true };
  const stages = pipeline["stages"] === undefined && !hasOthers ? ["build", "test", "deploy"] : textsOf(pipeline["stages"]);
  const last = stages.filter((name) => !/^\.(?:pre|post)$/.test(name)).at(-1);
  return last === undefined ? { name: ".post", isSure: false } : { name: last, isSure: true };
}

/** The file that names a GitLab project's jobs, with ours in it; null where people have to put it in. */
export function withInclude(standing: string | null): string | null {
  const include = `include:\n  - local: ${gitlabJob}\n`;
  if (standing === null) return include;
  if (standing.includes(gitlabJob)) return standing;
  const begin = beginOf(standing);
  const [head, pipeline] = [standing.slice(0, begin), standing.slice(begin)];
  if (/^include\s*:/m.test(pipeline)) {
    const list = /^include:[ \t]*\r?\n((?:[ \t]*#.*\r?\n)*)([ \t]*)- /m.exec(pipeline);
    if (list === null) return null;
    const [found = "", remarks = "", indent = ""] = list;
    const at = list.index + found.length - `${indent}- `.length - remarks.length;
    return `${head}${pipeline.slice(0, at)}${indent}- local: ${gitlabJob}\n${pipeline.slice(at)}`;
  }
  return `${head}${include}\n${pipeline}`;
}

/** Where the pipeline's own keys begin: behind the header with `spec`, which is a document of its own, or remarks. */
function beginOf(standing: string): number {
  const mark = [...standing.matchAll(/^---(?:[ \t]+#.*|[ \t]*)(?:\r?\n|$)/gm)].at(-1);
  return mark === undefined ? (/^\uFEFF?(?:#.*\r?\n)*/.exec(standing)?.[0].length ?? 0) : mark.index + mark[0].length;
}
