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

/**
 * What ships where, as configured; without a configuration the default branch. A component's own tags ship to the
 * default environment.
 */
export function shipLines(
  { environment, environments, branches, components }: Pick<Config, "environment" | "environments" | "branches" | "components">,
  defaultBranch: string | null,
): ShipLine[] {
  const lines = environments === null
    ? [{ environment, branches: branches ?? defaultBranches(defaultBranch), tags: [] }]
    : Object.entries(environments).map(([name, where]) => ({ environment: name, ...where }));
  const own = Object.values(components).flatMap(({ tags }) => tags ?? []);
  return lines.map((line) => (line.environment === environment ? { ...line, tags: [...new Set([...line.tags, ...own])] } : line));
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

/** Globs as clauses of the shell's `case`: the patterns that mean them, and one before them for what has too many slashes. */
export interface ShellClause {
  /** null where no star could pass a slash that it must not. */
  except: string | null;
  patterns: string[];
}

/** Globs of refs, told apart by how many slashes a name has: a shell's star passes them. */
export function shellClauses(globs: readonly string[]): ShellClause[] {
  const clauses = new Map<string | null, string[]>();
  for (const glob of globs.flatMap(withoutBraces)) {
    const except = glob.includes("**") || !/[*?[]/.test(glob) ? null : `*${"/*".repeat(glob.split("/").length)}`;
    clauses.set(except, [...(clauses.get(except) ?? []), ...shellPatterns(glob)]);
  }
  return [...clauses].map(([except, patterns]) => ({ except, patterns: [...new Set(patterns)] }));
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
