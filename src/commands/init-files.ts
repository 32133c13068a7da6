import { existsSync, readFileSync } from "node:fs";
import { readFile, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Config, defaultConfig, loadConfig } from "../config.ts";
import { type Addition, readYaml } from "../config-edit.ts";
import { Failure } from "../failure.ts";
import type { Proposal } from "../gather/set-up-proposal.ts";
import { applyPlan } from "../write/apply.ts";
import type { PlannedWrite } from "../write/plan.ts";
import { amendedConfig, newConfig } from "./init-config.ts";

/** A configuration as it stands; `text` is null where there is none yet. */
export interface StandingConfig {
  path: string;
  text: string | null;
  /** What it says of who records; null where it says nothing. */
  by: "hook" | "ci" | null;
  /** All that it says, or the defaults. */
  config: Config;
}

/**
 * The configuration that is there, in whichever format, or the place of the one to be.
 *
 * @throws Failure `config-invalid` where there are two, or one with problems
 */
export async function standingConfig(root: string, file: string | null): Promise<StandingConfig> {
  const fresh = file ?? join(root, "shipnote.config.yaml");
  if (file !== null && !existsSync(file)) return { path: fresh, text: null, by: null, config: defaultConfig };
  const { config, path } = await loadConfig({ root, file });
  if (path === null) return { path: fresh, text: null, by: null, config };
  const text = await readFile(path, "utf8");
  const read = readYaml(text);
  const says = typeof read === "object" && read !== null && "record" in read && typeof read.record === "object" && read.record !== null && "by" in read.record;
  return { path, text, by: says ? config.record.by : null, config };
}

/** The configuration with what is proposed in it, and what that means; of a standing one, what came in. */
export async function configWith(standing: StandingConfig, proposals: readonly Proposal[]): Promise<{ text: string; config: Config; added: readonly Addition[] }> {
  const template = readTemplate("config.yaml");
  const isJson = standing.path.endsWith(".json");
  const sure = proposals.filter(({ sure: isSure }) => isSure);
  const { text, added } = standing.text === null
    ? { text: isJson ? amendedConfig("{}\n", template, proposals).text : newConfig(template, proposals), added: sure }
    : amendedConfig(standing.text, template, proposals);
  const { parseConfig } = await import("../config-problems.ts");
  const { config, problems } = parseConfig(text);
  if (config !== null) return { text, config, added };
  // A file in a form that cannot be added to (one with an end mark, say) stays as it is.
  const alone = standing.text === null ? { config: null } : parseConfig(standing.text);
  if (alone.config === null || standing.text === null) throw new Error(`The configuration that was made is none: ${JSON.stringify(problems)}`);
  return { text: standing.text, config: alone.config, added: [] };
}

/** A template of the package. */
export function readTemplate(name: string): string {
  return readFileSync(join(fileURLToPath(new URL("../..", import.meta.url)), "templates", name), "utf8");
}

/**
 * Writes, does what comes after, and where that fails brings back what stood.
 *
 * @throws Failure what writing and `after` throw
 */
export async function writeAnd<T>(writes: readonly PlannedWrite[], after: () => Promise<T>): Promise<T> {
  const made = writes.map(({ path }) => firstMissing(dirname(path)));
  await applyPlan({ writes: [...writes] });
  try {
    return await after();
  } catch (error) {
    for (const [place, { path, standing }] of writes.entries()) {
      if (standing !== null) continue;
      await rm(path, { force: true });
      for (const folder of foldersUpTo(made[place] ?? null, dirname(path))) await rmdir(folder).catch(() => undefined);
    }
    await applyPlan({ writes: writes.flatMap(({ path, content, standing, state }) => (standing === null || state === "unchanged" ? [] : [{ path, content: standing.content, state: "changed" as const, standing: { content, mode: standing.mode } }])) });
    throw error;
  }
}

/** From the innermost outwards. */
function foldersUpTo(first: string | null, folder: string): string[] {
  return first === null || folder.length < first.length ? [] : [folder, ...foldersUpTo(first, dirname(folder))];
}

function firstMissing(folder: string): string | null {
  if (existsSync(folder)) return null;
  return firstMissing(dirname(folder)) ?? folder;
}

/** @throws Failure `no-work-tree` */
export function requireRoot(workTree: string | null): string {
  if (workTree !== null) return workTree;
  throw new Failure("no-work-tree", "This repository is bare: it has no work tree to be set up.", { expected: "a clone with a work tree", retry: true });
}
