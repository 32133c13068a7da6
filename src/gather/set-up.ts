import type { Repository } from "../git/repository.ts";
import type { Forge } from "../record/schema.ts";
import { forgeOf } from "./forge.ts";
import { fileKind } from "./kinds.ts";
import { codeownersPlaces } from "./owners.ts";
import { type Lines, linesOf } from "./set-up-branches.ts";
import { type Part, partsOf } from "./set-up-components.ts";
import { readManifest } from "./set-up-manifest.ts";
import { ciSystems, type CiSystem, type DeployCommand, deployCommands, type ShippingJob, shippingJobs } from "./set-up-deploys.ts";
import { type WorkTreeFiles, workTreeFiles } from "./set-up-files.ts";
import { type HealthRoute, healthRoutes, type Port, portOf } from "./set-up-routes.ts";
import type { TestRun } from "./set-up-test-run.ts";
import { type ReportFolder, reportFolder, testRuns } from "./set-up-tests.ts";

/** What a repository shows of how it is built, tested and shipped. Read from its files and refs; nothing is run. */
export interface SetUp {
  /** Most used first. */
  languages: readonly string[];
  forge: Forge | null;
  codeowners: string | null;
  ci: readonly CiSystem[];
  deploys: readonly DeployCommand[];
  jobs: readonly ShippingJob[];
  tests: readonly TestRun[];
  /** Those of package.json. */
  scripts: Readonly<Record<string, string>>;
  reports: ReportFolder;
  health: HealthRoute | null;
  port: Port | null;
  parts: readonly Part[];
  lines: Lines;
  /** Globs of what .gitattributes calls generated or vendored. */
  generated: readonly string[];
  /** Why records could not lie in `notes`; null where they can. */
  notesTaken: string | null;
}

const endings: Readonly<Record<string, string>> = {
  js: "JavaScript", mjs: "JavaScript", cjs: "JavaScript", jsx: "JavaScript", ts: "TypeScript", mts: "TypeScript", cts: "TypeScript", tsx: "TypeScript", vue: "Vue",
  py: "Python", rb: "Ruby", go: "Go", rs: "Rust", java: "Java", kt: "Kotlin", scala: "Scala", cs: "C#", fs: "F#", php: "PHP", swift: "Swift", c: "C", h: "C", cc: "C++", cpp: "C++", hpp: "C++",
  ex: "Elixir", exs: "Elixir", erl: "Erlang", hs: "Haskell", ml: "OCaml", clj: "Clojure", lua: "Lua", pl: "Perl", dart: "Dart", jl: "Julia", r: "R", zig: "Zig", sh: "Shell", sql: "SQL",
};

/** @param repository with a work tree */
export async function setUpOf(repository: Repository): Promise<SetUp> {
  const [files, lines] = await Promise.all([workTreeFiles(repository), linesOf(repository)]);
  const [reports, routes, ignored] = await Promise.all([reportFolder(files), healthRoutes(files), files.ignored(["notes/2026/2026-01-01-x.md"])]);
  const forge = forgeOf(repository.config.get("remote.origin.url")?.at(-1) ?? null, null);
  const health = routes[0] ?? null;
  return {
    languages: languagesOf(files), forge, lines, reports, health,
    codeowners: codeownersPlaces(forge?.kind ?? null).find(files.has) ?? null,
    ci: ciSystems(files),
    deploys: deployCommands(files),
    jobs: shippingJobs(files),
    tests: testRuns(files, reports.path === "node_modules/.cache" ? "node_modules/.cache/shipnote" : reports.path),
    scripts: readManifest(files)?.scripts ?? {},
    port: portOf(files, health?.path ?? null),
    parts: partsOf(files),
    generated: generatedOf(files),
    notesTaken: files.has("notes") ? "`notes` is a file here" : ignored.size > 0 ? "git ignores `notes` here" : null,
  };
}

function languagesOf({ paths }: WorkTreeFiles): string[] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const ending = /\.(\w+)$/.exec(path)?.[1] ?? "";
    const language = Object.hasOwn(endings, ending) ? endings[ending] : undefined;
    if (language !== undefined && ["code", "test"].includes(fileKind(path))) counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [...counts].filter(([, count]) => count >= all / 20).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 3).map(([name]) => name);
}

/** A pattern of .gitattributes without a slash is about every folder; so it is said. */
function generatedOf(files: WorkTreeFiles): string[] {
  return (files.read(".gitattributes") ?? "").split("\n").flatMap((row) => {
    const [pattern = "", ...attributes] = row.trim().split(/\s+/);
    const isGenerated = attributes.some((attribute) => /^linguist-(?:generated|vendored)(?:=true)?$/.test(attribute));
    if (!isGenerated || !/^[\w@.*/+-]+$/.test(pattern)) return [];
    return [pattern.includes("/") ? pattern.replace(/^\//, "") : `**/${pattern}`];
  });
}
