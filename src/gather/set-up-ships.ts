import type { Config } from "../config.ts";
import { globSource } from "../record/globs.ts";
import { shellWord } from "../rollback/undo.ts";
import { defaultBranches } from "./ship-lines.ts";

/** What ships to an environment: globs of branches and of tags. */
export interface ShipLine {
  environment: string;
  branches: readonly string[];
  tags: readonly string[];
}

/** What ships where, as configured; without a configuration the default branch. */
export function shipLines({ environment, environments, branches }: Pick<Config, "environment" | "environments" | "branches">, defaultBranch: string | null): ShipLine[] {
  if (environments !== null) return Object.entries(environments).map(([name, where]) => ({ environment: name, ...where }));
  return [{ environment, branches: branches ?? defaultBranches(defaultBranch), tags: [] }];
}

/** `a{b,c}` as `ab` and `ac`: neither a shell's patterns nor GitHub's have alternatives. */
export function withoutBraces(glob: string): string[] {
  const [, before = "", inside = "", after = ""] = /^(.*?)\{([^{}]*)\}(.*)$/s.exec(glob) ?? [];
  if (inside === "") return [glob];
  return inside.split(",").flatMap((one) => withoutBraces(`${before}${one}${after}`));
}

/** A glob as the filters of GitHub's workflows have it, where `+`, `?` and a `!` in front mean something else. */
export function githubPattern(glob: string): string {
  return glob.replaceAll("+", "\\+").replaceAll("?", "*").replace(/^!/, "\\!");
}

/** A glob as patterns of the shell's `case`. What is no wildcard is quoted. A shell's star passes slashes. */
export function shellPatterns(glob: string): string[] {
  return withoutBraces(glob).flatMap(anyFolders).map((one) =>
    [...one.matchAll(/\*+|\?|\[[\w^!-]+\]|[^*?[]+|\[/g)].map(([part]) => (/^(?:\*|\?|\[.)/.test(part) ? part.replace(/^\*+/, "*").replace(/^\[\^/, "[!") : shellWord(part))).join(""));
}

/** `**` and its slash may stand for nothing. */
function anyFolders(glob: string): string[] {
  const at = /(?:^|\/)\*\*\//.exec(glob);
  if (at === null) return [glob];
  const [before, after] = [glob.slice(0, at.index + at[0].length - 3), glob.slice(at.index + at[0].length)];
  return anyFolders(after).flatMap((rest) => [`${before}${rest}`, `${before}*/${rest}`]);
}

/** A glob as GitLab's rules have a regular expression, in RE2's syntax. */
export function gitlabExpression(glob: string): string {
  const source = globSource(glob, { braces: true }).replaceAll("(?!/)", "").replaceAll("[^/]", "[^\\/]").replaceAll("(?:[^\\/]+/)*", "(?:[^\\/]+\\/)*");
  return `/^${source}$/`;
}
