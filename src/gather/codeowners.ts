import { globSource } from "../record/globs.ts";

/** GitHub's syntax (Gitea's and Bitbucket's files read the same) or GitLab's, which has sections. */
export type Dialect = "github" | "gitlab";

/** Who owns a path, in the order of the file; empty where nobody does. */
export type OwnersOf = (path: string) => string[];

interface Rule { pattern: RegExp; owners: string[]; excludes: boolean }
interface Section { defaults: string[]; rules: Rule[] }

/**
 * Which dialect a file is written in, where the forge does not say: GitHub knows no sections, so a heading
 * can only be GitLab's.
 */
export function dialectOf(text: string): Dialect {
  return text.split("\n").some((line) => sectionHeading.test(line)) ? "gitlab" : "github";
}

/**
 * Reads a CODEOWNERS file. Lines that the forge would ignore (GitHub: `!`, `[…]`, an owner that cannot be one)
 * are ignored here as well.
 */
export function parseCodeowners(text: string, dialect: Dialect): OwnersOf {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  return dialect === "github" ? githubOwners(lines) : gitlabOwners(lines);
}

function githubOwners(lines: readonly string[]): OwnersOf {
  const rules = lines.flatMap((line): Rule[] => {
    const [pattern, ...owners] = words(line);
    if (pattern === undefined || /^!|[[\]]/.test(pattern) || !owners.every(isOwner)) return [];
    return [{ pattern: githubPattern(pattern), owners, excludes: false }];
  }).reverse();
  return (path) => rules.find(({ pattern }) => pattern.test(path))?.owners ?? [];
}

/**
 * As in .gitignore: a pattern with a slash before its end starts at the root, another one anywhere, and what names
 * a folder takes all that lies in it; but `docs/*` takes the files of docs and none below.
 */
function githubPattern(pattern: string): RegExp {
  const below = pattern.endsWith("/") ? "/.+" : pattern.endsWith("/*") ? "" : "(?:/.+)?";
  const bare = pattern.replace(/\/$/, "");
  return compile(bare.includes("/") ? bare : `**/${bare}`, below);
}

const sectionHeading = /^\s*(?<optional>\^)?\[(?<name>[^\]]+)\](?:\[(?<approvals>\d+)\])?(?:\s+(?<rest>.*))?$/;

function gitlabOwners(lines: readonly string[]): OwnersOf {
  // Headings with the same name, whatever the case, are one section; what stands before any is one, too.
  const sections = new Map<string, Section>();
  const sectionOf = (name: string): Section => {
    const found = sections.get(name) ?? { defaults: [], rules: [] };
    sections.set(name, found);
    return found;
  };
  let section = sectionOf("");
  for (const line of lines) {
    const heading = /^\s*#/.test(line) ? null : sectionHeading.exec(line);
    if (heading !== null) {
      section = sectionOf(heading.groups?.["name"]?.trim().toLowerCase() ?? "");
      const defaults = words(heading.groups?.["rest"] ?? "").filter(isOwner);
      if (defaults.length > 0) section.defaults = defaults;
      continue;
    }
    const [pattern, ...named] = words(line);
    if (pattern === undefined) continue;
    const excludes = pattern.startsWith("!");
    const owners = named.filter(isOwner);
    section.rules.push({
      pattern: gitlabPattern(excludes ? pattern.slice(1) : pattern),
      owners: owners.length > 0 ? owners : section.defaults,
      excludes,
    });
  }
  const read = [...sections.values()].map(({ rules }) => ({
    exclusions: rules.filter(({ excludes }) => excludes),
    // Within a section the last match wins; what is excluded stays so, whatever comes after it.
    rules: rules.filter(({ excludes }) => !excludes).reverse(),
  }));
  return (path) => [...new Set(read.flatMap(({ exclusions, rules }) =>
    exclusions.some(({ pattern }) => pattern.test(path)) ? [] : (rules.find(({ pattern }) => pattern.test(path))?.owners ?? [])
  ))];
}

/** A pattern without a slash at its start may begin anywhere, one without a slash at its end names files only. */
function gitlabPattern(pattern: string): RegExp {
  return compile(pattern.startsWith("/") ? pattern : `**/${pattern}`, pattern.endsWith("/") ? "/.+" : "");
}

function compile(pattern: string, below: string): RegExp {
  const bare = pattern.replace(/^\/+|\/+$/g, "");
  return new RegExp(`^${globSource(bare, { braces: false })}${below}$`, "su");
}

/** The words of a line: `\ ` is a space within a word, and a word that starts with `#` starts a comment. */
function words(line: string): string[] {
  const found = [...line.matchAll(/(?:\\.|[^\s\\])+|\\/gsu)].map(([word]) => word);
  const comment = found.findIndex((word) => word.startsWith("#"));
  return comment === -1 ? found : found.slice(0, comment);
}

/** `@user`, `@org/team`, `@@role`, or an e-mail address. */
function isOwner(word: string): boolean {
  return /^@@?[\w.-]+(?:\/[\w.-]+)*$/.test(word) || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(word);
}
