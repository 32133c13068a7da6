import { basename, join } from "node:path";
import { Failure } from "./failure.ts";
import { type Config, loadConfig } from "./config.ts";
import { type Repository, openRepository, stateDirectory } from "./git/repository.ts";
import { type NotesPaths, notesPaths } from "./record/notes-paths.ts";

/** A repository, its configuration, and where its notes and our own state lie. */
export interface Workspace {
  repository: Repository;
  config: Config;
  notes: NotesPaths;
  /** The notes folder, absolute; null in a bare repository. */
  notesDirectory: string | null;
  /** `<git common dir>/shipnote`, absolute. */
  stateDirectory: string;
}

/**
 * Opens the repository of a folder and reads its configuration.
 *
 * @throws Failure what {@link openRepository} and {@link loadConfig} throw
 */
export async function openWorkspace(at: { directory: string; named: boolean; configFile: string | null }): Promise<Workspace> {
  const repository = await openRepository(at.directory, { named: at.named });
  const { config } = await loadConfig({ root: repository.workTree, file: at.configFile });
  return workspaceOf(repository, config);
}

/** The same of a repository that is open, and a configuration that is read. */
export function workspaceOf(repository: Repository, config: Config): Workspace {
  const notes = notesPaths(config.notes);
  return {
    repository,
    config,
    notes,
    notesDirectory: repository.workTree === null ? null : join(repository.workTree, notes.folder),
    stateDirectory: stateDirectory(repository),
  };
}

/**
 * Where it is kept what a run is moving into place (write/intent.ts). Each work tree has its own: the run of another
 * one cannot finish what is not in its notes.
 */
export function intentPath({ repository: { gitDir, commonDir }, stateDirectory }: Workspace): string {
  const linked = basename(gitDir);
  return join(stateDirectory, linked === basename(commonDir) ? "intent.json" : `intent-${linked}.json`);
}

/** What counts as a secret here, beyond the known kinds. */
export function secretRules({ config }: Workspace): { userPatterns: readonly string[]; environment: NodeJS.ProcessEnv; secretVariables: readonly string[] } {
  return { userPatterns: config.redact, environment: process.env, secretVariables: sentVariables(config) };
}

/** The variables whose values checks send in a header, a body, or behind the `?` of an address. */
function sentVariables({ checks }: Config): string[] {
  const sent = Object.values(checks).flatMap((check) => {
    if (check.kind !== "http" && check.kind !== "prometheus") return [];
    const [, query = ""] = (check.kind === "http" ? check.http : check.prometheus).split(/\?(.*)/s);
    return [...Object.values(check.headers), ...(check.kind === "http" ? [check.body ?? ""] : []), query];
  });
  return [...new Set(sent.flatMap((text) => [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""]) => name)))];
}

/** The notes folder of a repository with a work tree. @throws Failure `no-work-tree` */
export function requireNotesDirectory({ notesDirectory }: Workspace): string {
  if (notesDirectory !== null) return notesDirectory;
  throw new Failure("no-work-tree", "This repository is bare: it has no work tree with notes in it.", {
    expected: "a clone with a work tree",
    retry: true,
  });
}
