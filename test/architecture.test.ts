import { readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

/*
 * Who may import whom. A row is a folder or a file of src/; beside its own folder it may import what stands
 * behind it. `all` is every row above the commands.
 */
const rows: Record<string, readonly string[]> = {
  "failure": [],
  "version": [],
  "secrets": [],
  "invocation": ["terminal"],
  "workspace": ["failure", "record", "config", "git"],
  "record": ["failure"],
  "terminal": ["failure"],
  "write": ["failure"],
  "document": ["failure"],
  "formats": ["failure", "record"],
  "archive": ["failure", "record", "document"],
  "statistics": ["record"],
  "config": ["failure", "record"],
  "git": ["failure", "record"],
  "execute": ["failure", "secrets"],
  "state": ["failure", "record", "secrets"],
  "render": ["failure", "record", "document"],
  "checks": ["failure", "record", "config", "execute", "formats"],
  "rollback": ["failure", "record", "git"],
  "rollback/rehearse": ["failure", "record", "git", "execute", "rollback"],
  "gather": ["failure", "record", "config", "git", "state", "statistics", "secrets", "formats", "rollback"],
};
const mayRun = ["run", "before", "after", "compare", "watch", "rollback", "runbook", "doctor"];
const running = ["execute", "checks", "rollback/rehearse"];
const bannedNames = ["utils", "util", "helpers", "common", "shared", "types", "constants", "misc", "index"];

/** Which package may be imported where; a package that is not listed is not ours to import. */
const packages: Record<string, RegExp> = {
  "simple-git": /^git\//,
  "handlebars": /^render\/(?:templates|compiler)\.ts$/,
  "remark-stringify": /^render\//,
  "mdast-util-gfm": /^(?:document|render)\//,
  "unified": /^(?:document|render)\//,
  "remark-parse": /^document\//,
  "remark-gfm": /^document\//,
  "micromark-extension-gfm": /^document\//,
  "remark-frontmatter": /^document\//,
  "yaml": /^(?:config|document\/front-matter)/,
  "zod": /^(?:record|state|config|archive)/,
  "fast-xml-parser": /^formats\//,
  "d3-scale": /^render\/plot/,
  "@secretlint/core": /^secrets/,
  "@secretlint/secretlint-rule-preset-recommend": /^secrets/,
  "@lydell/node-pty": /^execute/,
};

const root = resolve(import.meta.dirname, "..");
const source = join(root, "src");
const files = walk(source);
const importPattern = /^\s*(?:import|export)\b[^"']*?\bfrom\s*"(\.[^"]+)"|\bimport\(\s*"(\.[^"]+)"\s*\)|^\s*import\s*"(\.[^"]+)"/gms;

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : path.endsWith(".ts") ? [path] : [];
  });
}

interface Import { target: string; lazy: boolean; typeOnly: boolean }

function importsOf(path: string): Import[] {
  const text = readFileSync(path, "utf8");
  return [...text.matchAll(importPattern)].map((match) => ({
    target: resolve(dirname(path), match[1] ?? match[2] ?? match[3] ?? ""),
    lazy: match[2] !== undefined,
    typeOnly: /^\s*(?:import|export)\s+type\b/.test(match[0]),
  }));
}

/** The row a file belongs to: the most special one that fits (`execute-terminal.ts` belongs to `execute`). */
function rowOf(path: string): string {
  const name = relative(source, path).replace(/\.ts$/, "");
  if (name === "rollback/rehearse") return name;
  const first = name.split("/")[0] ?? "";
  if (name.includes("/")) return first;
  return [...Object.keys(rows), "program"].find((row) => first === row || first.startsWith(`${row}-`)) ?? first;
}

/** The command that a file of commands/ belongs to: `compare-report.ts` to `compare`. */
function commandOf(path: string): string {
  return relative(join(source, "commands"), path).replace(/(?:-.*)?\.ts$/, "");
}

function mayImport(from: string, to: string): boolean {
  const [row, target] = [rowOf(from), rowOf(to)];
  if (row === target) return true;
  if (row === "main") return ["program", "terminal", "failure", "version"].includes(target);
  if (row === "program") return ["commands", "invocation", "terminal", "failure", "version"].includes(target);
  if (row === "commands") {
    return target in rows && (mayRun.includes(commandOf(from)) || !running.includes(target));
  }
  if (row === "rollback" && target === "rollback/rehearse") return false;
  return rows[row]?.includes(target) ?? false;
}

function reachableFrom(start: string): Set<string> {
  const seen = new Set<string>();
  const waiting = [start];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    waiting.push(...importsOf(next).filter(({ typeOnly }) => !typeOnly).map(({ target }) => target));
  }
  return seen;
}

describe("the layout of src/", () => {
  it("lets every import follow the table", () => {
    const wrong = files.flatMap((from) =>
      importsOf(from)
        .filter(({ target }) => !mayImport(from, target))
        .map(({ target }) => `${relative(source, from)} imports ${relative(source, target)}`),
    );
    expect(wrong).toEqual([]);
  });

  it("has a row for every file", () => {
    const known = new Set([...Object.keys(rows), "main", "program", "commands"]);
    expect(files.filter((path) => !known.has(rowOf(path))).map((path) => relative(source, path))).toEqual([]);
  });

  it("imports only files that are there", () => {
    const lost = files.flatMap((from) => importsOf(from).filter(({ target }) => !statSync(target, { throwIfNoEntry: false })).map(({ target }) => `${relative(source, from)}: ${relative(source, target)}`));
    expect(lost).toEqual([]);
  });

  it("keeps everything that runs something out of reach of the commands that must not", () => {
    const commands = files.filter((path) => rowOf(path) === "commands" && !mayRun.includes(commandOf(path)));
    expect(commands.length).toBeGreaterThan(0);
    const reached = commands.flatMap((command) =>
      [...reachableFrom(command)].filter((path) => running.includes(rowOf(path))).map((path) => `${relative(source, command)} reaches ${relative(source, path)}`),
    );
    expect(reached).toEqual([]);
  });

  it("loads commands only when they are called", () => {
    const toCommands = files.filter((path) => rowOf(path) === "program").flatMap(importsOf).filter(({ target, typeOnly }) => rowOf(target) === "commands" && !typeOnly);
    expect(toCommands.length).toBeGreaterThan(0);
    expect(toCommands.filter(({ lazy }) => !lazy)).toEqual([]);
  });

  it("names files by what they hold", () => {
    const banned = files.filter((path) => bannedNames.includes(relative(source, path).split("/").at(-1)?.replace(/\.ts$/, "") ?? "") && !path.endsWith("/pages/index.ts") && !path.endsWith("/commands/index.ts"));
    expect(banned.map((path) => relative(source, path))).toEqual([]);
  });

  it("keeps files short enough to hold one thing", () => {
    const long = files.filter((path) => readFileSync(path, "utf8").split("\n").length > 300);
    expect(long.map((path) => relative(source, path))).toEqual([]);
  });

  it("keeps each package where its knowledge belongs", () => {
    const packagePattern = /(?:^(?:import|export)\b[^"']*?\bfrom\s*|\bimport\(\s*|^\s*import\s*)"((?:@[^/"]+\/)?[^./"][^/"]*)/gms;
    const strays = files.flatMap((path) =>
      [...readFileSync(path, "utf8").matchAll(packagePattern)]
        .map((match) => match[1] ?? "")
        .filter((name) => !name.startsWith("node:") && !packages[name]?.test(relative(source, path)))
        .map((name) => `${relative(source, path)} imports ${name}`),
    );
    expect(strays).toEqual([]);
  });

  it("starts no process outside git/, execute, state/process and the user's own editor", () => {
    const starting = files.filter((path) => /from "node:child_process"/.test(readFileSync(path, "utf8"))).map((path) => relative(source, path));
    expect(starting.filter((path) => !/^(?:git\/|execute|state\/process|terminal-editor\.ts$)/.test(path))).toEqual([]);
  });

  // `record` runs nothing that is configured, and may open an editor all the same: on a file of ours, at a question only.
  it("opens the user's own editor at a question only", () => {
    const opening = files.filter((path) => importsOf(path).some(({ target }) => target.endsWith("/terminal-editor.ts")));
    expect(opening.map((path) => relative(source, path))).toEqual(["terminal-questions.ts"]);
  });
});
