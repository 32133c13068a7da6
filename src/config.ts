import { readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type { CheckConfig, Config } from "./config-schema.ts";
import { errorCode, Failure } from "./failure.ts";
import { defaultChecklist } from "./record/checklist.ts";

export type { CheckConfig, Config };

const fileNames = ["shipnote.config.yaml", "shipnote.config.yml", "shipnote.config.json"];

/**
 * The configuration of a repository that configured nothing. Written out, so that nobody loads zod to learn it;
 * a test holds it equal to what the schema makes of an empty file.
 */
export const defaultConfig: Config = {
  environment: "production",
  environments: null,
  branches: null,
  record: { by: "hook" },
  notes: "notes",
  owner: null,
  ignore: [],
  kinds: {},
  redact: [],
  tickets: null,
  forge: null,
  checklist: [...defaultChecklist],
  components: {},
  checks: {},
  compare: { alpha: 0.01, tolerance: { value: 2, percent: true }, setup: null, pairs: 15 },
  failOn: [],
  rollback: { strategy: "revert", commands: null, setup: null, rehearse: [] },
  hazards: [],
  watch: { for: 600_000, every: 10_000, checks: null, logs: [] },
  policy: {},
};

/**
 * Reads the configuration: `file` (relative to the working directory) where one is named, else
 * shipnote.config.yaml, .yml or .json in `root`, else the defaults, for which neither YAML nor zod is loaded.
 *
 * @returns the configuration with every default filled, and the file it came from, absolute
 * @throws Failure `config-invalid` with all problems, each with its file, line, column and key
 */
export async function loadConfig(at: { root: string | null; file: string | null }): Promise<{ config: Config; path: string | null }> {
  const path = at.file === null ? await findFile(at.root) : resolve(at.file);
  if (path === null) return { config: structuredClone(defaultConfig), path };
  const source = await readSource(path);
  if (source === null) throw invalid([`There is no configuration ${path}.`]);
  const { parseConfig } = await import("./config-problems.ts");
  const shown = at.file ?? (at.root === null ? path : relative(at.root, path));
  const parsed = parseConfig(source);
  if (parsed.config === null) {
    throw invalid(parsed.problems.map(({ line, column, key, message }) =>
      `${shown}:${line}:${column}: ${key === "" ? "" : `${key}: `}${message}`));
  }
  return { config: parsed.config, path };
}

/** The JSON Schema of shipnote.config.*, as people write it. */
export async function configJsonSchema(): Promise<unknown> {
  const { inputSchema } = await import("./config-problems.ts");
  return inputSchema();
}

/**
 * A configured text with each `${NAME}` in it taken from the environment: for the moment it is sent, never to be kept.
 *
 * @throws Failure `config-invalid` naming the variables that are not set, never a value
 */
export function expandEnvironment(text: string, environment: Readonly<Record<string, string | undefined>>): string {
  const reference = /\$\{([A-Za-z_]\w*)\}/g;
  const missing = [...text.matchAll(reference)].map(([, name = ""]) => name).filter((name) => environment[name] === undefined);
  if (missing.length > 0) {
    throw new Failure("config-invalid", `The configuration uses ${[...new Set(missing)].join(", ")}, not set in the environment.`, {
      expected: "each ${NAME} in the configuration to be a variable of the environment",
      retry: true,
    });
  }
  return text.replace(reference, (_, name: string) => environment[name] ?? "");
}

async function findFile(root: string | null): Promise<string | null> {
  if (root === null) return null;
  const found = await Promise.all(fileNames.map(async (name) => (await readSource(join(root, name))) === null ? null : name));
  const [first, second] = found.filter((name) => name !== null);
  if (first !== undefined && second !== undefined) throw invalid([`There are two configurations, ${first} and ${second}.`]);
  return first === undefined ? null : join(root, first);
}

async function readSource(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw invalid([`The configuration ${path} cannot be read (${String(code)}).`], error);
  }
}

function invalid(problems: string[], cause?: unknown): Failure {
  return new Failure("config-invalid", problems.join("\n"), {
    expected: "a configuration as `shipnote schema config` describes it",
    retry: true,
    cause,
  });
}
