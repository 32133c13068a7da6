import { readYaml } from "../config-edit.ts";
import type { WorkTreeFiles } from "./set-up-files.ts";

/** A package.json, as far as it says how its repository is worked with. */
export interface Manifest {
  scripts: Readonly<Record<string, string>>;
  /** All packages that it names, of every kind. */
  dependencies: ReadonlySet<string>;
  workspaces: readonly string[];
}

/** What a package manager calls its words. */
export interface PackageManager {
  name: string;
  /** Before the name of a program of a package. */
  exec: string;
  /** Before the name of a script. */
  run: string;
  /** Installs what the lock file says. */
  install: string;
}

/** @returns null where the file is none, or no object */
export function readManifest(files: Pick<WorkTreeFiles, "read">, path = "package.json"): Manifest | null {
  const text = files.read(path);
  const parsed = text === null ? null : fieldsOf(readYaml(text));
  if (parsed === null) return null;
  const groups = ["dependencies", "devDependencies", "optionalDependencies"];
  const workspaces = parsed["workspaces"];
  return {
    scripts: Object.fromEntries(Object.entries(fieldsOf(parsed["scripts"]) ?? {}).flatMap(([name, script]) => (typeof script === "string" ? [[name, script]] : []))),
    dependencies: new Set(groups.flatMap((group) => Object.keys(fieldsOf(parsed[group]) ?? {}))),
    workspaces: textsOf(Array.isArray(workspaces) ? workspaces : fieldsOf(workspaces)?.["packages"]),
  };
}

/** By the lock file that is there; npm's words where there is none. */
export function packageManager({ has }: Pick<WorkTreeFiles, "has">): PackageManager {
  if (has("pnpm-lock.yaml")) return { name: "pnpm", exec: "pnpm exec", run: "pnpm run", install: "pnpm install --frozen-lockfile" };
  if (has("yarn.lock")) return { name: "yarn", exec: "yarn", run: "yarn run", install: has(".yarnrc.yml") ? "yarn install --immutable" : "yarn install --frozen-lockfile" };
  if (has("bun.lock") || has("bun.lockb")) return { name: "bun", exec: "bunx", run: "bun run", install: "bun install --frozen-lockfile" };
  const locked = has("package-lock.json") || has("npm-shrinkwrap.json");
  return { name: "npm", exec: "npx", run: "npm run", install: locked ? "npm ci" : "npm install" };
}

/** What begins a command of Python's tools here, a space behind it, and what lays their packages out in a worktree. */
export function pythonRunner({ has }: Pick<WorkTreeFiles, "has">): { prefix: string; install: string | null } {
  if (has("uv.lock")) return { prefix: "uv run ", install: "uv sync --frozen" };
  if (has("poetry.lock")) return { prefix: "poetry run ", install: "poetry install" };
  if (has("pdm.lock")) return { prefix: "pdm run ", install: "pdm sync" };
  if (has("Pipfile.lock")) return { prefix: "pipenv run ", install: "pipenv sync --dev" };
  return { prefix: "", install: null };
}

/** An object's fields; null for all else. */
export function fieldsOf(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : null;
}

/** The texts in a list, or the one that stands in its place. */
export function textsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === "string");
}
