import { relative } from "node:path";
import { readPartials } from "../archive/partials.ts";
import { loadTemplates } from "../render/templates.ts";
import { requireNotesDirectory } from "../workspace.ts";
import { type Plan, planWrites, type Write } from "../write/plan.ts";
import type { NotesPlace } from "./doctor-attachments.ts";
import type { SetUp } from "./doctor-finding.ts";
import type { JoinOptions } from "./doctor-join.ts";
import { writePlan } from "./plan-write.ts";

/** What mending a finding changes in the notes. */
export interface Change {
  writes: Write[];
  /** Files that go once all is written, absolute. */
  removed: string[];
  /** What that does, one line each. */
  done: string[];
}

/** Makes a change in the notes while nobody else writes there, or with `dryRun` says what it would be. */
export async function change({ workspace }: SetUp, dryRun: boolean, make: (notesDirectory: string) => Promise<Change>): Promise<string[]> {
  const notesDirectory = requireNotesDirectory(workspace);
  const { directory } = workspace.repository;
  const shown = (path: string): string => relative(directory, path);
  let made: Change = { writes: [], removed: [], done: [] };
  const plan = async (): Promise<Plan> => {
    made = await make(notesDirectory);
    return planWrites([notesDirectory], made.writes, { trusted: directory, removed: made.removed });
  };
  if (!dryRun) {
    await writePlan(workspace, notesDirectory, plan);
    return made.done;
  }
  const { writes, removals = [] } = await plan();
  return [
    ...made.done,
    ...writes.filter(({ state }) => state !== "unchanged").map(({ path, state }) => `  ${shown(path)} (${state})`),
    ...removals.map(({ path }) => `  ${shown(path)} (removed)`),
  ];
}

/** Where the records are here. */
export function placeOf({ workspace: { notes, repository } }: SetUp, notesDirectory: string): NotesPlace {
  return { notesDirectory, folder: notes.folder, trusted: repository.directory };
}

/** What records are joined by here. */
export async function joinOptions({ workspace: { config, notes } }: SetUp, notesDirectory: string): Promise<Pick<JoinOptions, "templates" | "judgement">> {
  return { templates: await loadTemplates(readPartials(notesDirectory), `${notes.folder}/templates`), judgement: config.compare };
}
