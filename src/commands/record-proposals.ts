import { readRecord } from "../archive/read.ts";
import type { Config } from "../config.ts";
import { expectations } from "../document/expectations.ts";
import { Failure } from "../failure.ts";
import type { RollbackPlan } from "../record/schema.ts";
import { brief, cut } from "../render/visible.ts";
import type { Workspace } from "../workspace.ts";
import type { Ship } from "./record-gather.ts";

/** So much of what is known stands above a question; the record has all of it. */
const shownBodies = 3;
const shownCommands = 6;
const shownHazards = 5;
const shownOwners = 8;
const lineLength = 160;

/**
 * What the line's last record expected of what was measured after this ship, too, a line each; empty where there is none.
 */
export async function expectedBefore({ previous, facts: { metrics } }: Ship, { notesDirectory }: Workspace): Promise<string> {
  if (previous === null || notesDirectory === null) return "";
  try {
    const { markdown } = await readRecord(notesDirectory, previous);
    const kept = markdown === null ? [] : await expectations(markdown);
    return kept.filter(({ check }) => metrics.some((metric) => metric.check === check && metric.after !== null)).map(({ text }) => text).join("\n");
  } catch (error) {
    // What can only be proposed is no reason to stop.
    if (error instanceof Failure) return "";
    throw error;
  }
}

/** An expectation as it could be written, of something that was measured or is configured; null where nothing is. */
export function exampleExpectation({ facts: { metrics } }: Ship, config: Config): string | null {
  const [metric] = metrics;
  if (metric !== undefined) return `e.g. ${brief(metric.check, 60)} ${brief(metric.metric, 60)} ${metric.better === "higher" ? ">=" : "<="} ${example(metric.after?.value ?? metric.before?.value ?? 1)}`;
  const [name] = Object.entries(config.checks).find(([, check]) => "http" in check) ?? [];
  return name === undefined ? null : `e.g. ${brief(name, 60)} response-time < 150 ms`;
}

function example(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** What the commits say below their subjects, the beginning of each. */
export function bodyLines({ bodies }: Ship): string[] {
  const more = bodies.length - shownBodies;
  return [
    ...bodies.slice(0, shownBodies).map(({ sha, text }) => `  ${sha.slice(0, 7)} ${brief(text, lineLength)}`),
    ...(more > 0 ? [`  (${more} more)`] : []),
  ];
}

/** The commands that undo a ship, whether they would apply, and what they do not undo. */
export function rollbackLines({ commands, applies, hazards }: RollbackPlan): string[] {
  const steps = commands.flatMap((command) => command.split("\n"));
  return [
    ...(steps.length === 0 ? ["No command that undoes it is known."] : ["Undoing it:"]),
    ...steps.slice(0, shownCommands).map((step) => `  ${cut(step, lineLength)}`),
    ...moreThan(steps, shownCommands, "command"),
    ...(applies.status === "conflicts" ? [`  This would conflict in ${applies.conflicts.slice(0, 3).join(", ")}${applies.conflicts.length > 3 ? " …" : ""}.`] : []),
    ...(hazards.length === 0 ? [] : ["It does not undo:"]),
    ...hazards.slice(0, shownHazards).map(({ kind, path, why }) => `  ${cut(`${kind}${path === "" ? "" : ` ${path}`}: ${why}`, lineLength)}`),
    ...moreThan(hazards, shownHazards, "hazard"),
  ];
}

function moreThan(list: readonly unknown[], shown: number, word: string): string[] {
  const more = list.length - shown;
  return more > 0 ? [`  (${more} more ${more === 1 ? word : `${word}s`})`] : [];
}

/** Who may answer for a ship, with how they are known: who does by now first, then CODEOWNERS, the configuration, the authors. */
export function knownOwners({ facts: { owner, files, contributors } }: Ship, config: Config): { name: string; known: string }[] {
  const found = new Map<string, string>();
  const add = (name: string | null | undefined, known: string): void => {
    if (name && !found.has(name)) found.set(name, known);
  };
  const commitsOf = (count: number): string => `${count} ${count === 1 ? "commit" : "commits"}`;
  const authors = contributors.filter(({ bot }) => !bot);
  if (owner?.source !== "author") add(owner?.name, owner?.source === "codeowners" ? "CODEOWNERS" : "configured");
  else add(owner.name, commitsOf(contributors.find(({ name }) => name === owner.name)?.commits ?? 0));
  for (const file of files) for (const name of file.owners) add(name, "CODEOWNERS");
  add(config.owner, "configured");
  for (const component of Object.values(config.components)) add(component.owner, "configured");
  for (const { name, commits } of authors) add(name, commitsOf(commits));
  return Array.from(found, ([name, known]) => ({ name, known })).slice(0, shownOwners);
}
