import { median } from "./yielded.ts";
import type { ChangeRecord, Command, CommandKind } from "./schema.ts";

/** The kinds of work that runbooks are kept of, in the order in which a ship does them. */
export const runbookKinds = ["backup", "migrate", "deploy", "verify", "rollback"] as const satisfies readonly CommandKind[];
export type RunbookKind = (typeof runbookKinds)[number];

/** What a runbook needs to know of a record: those of its commands that are of a runbook's kind, and its undoing. */
export type RunRecord = Pick<ChangeRecord, "id" | "title" | "shippedAt" | "environment" | "component" | "commands"> & {
  undo: readonly string[];
  hazards: number;
};

/** One step: a command as it was last run, and how it went over all ships of its line. Durations in milliseconds. */
export interface RunbookStep {
  command: string;
  directory: string | null;
  stated: boolean;
  last: { durationMs: number | null; state: Command["state"]; exitCode: number | null; signal: string | null };
  runs: number;
  succeeded: number;
  /** Of the runs that succeeded; null where none did. */
  medianMs: number | null;
}

/** How a kind of work was last done on one line. */
export interface RunbookLine {
  environment: string;
  component: string | null;
  /** The record of the last ship that did it well; where none did, of the last that did it. */
  last: RunRecord;
  steps: RunbookStep[];
  /** How many ships did it. */
  ships: number;
}

/** @returns what runbooks need of a record; null where it holds no such command */
export function runRecord(record: ChangeRecord): RunRecord | null {
  const { id, title, shippedAt, environment, component, commands, rollback } = record;
  const kept = commands.filter(({ kind }) => kind !== "other");
  if (kept.length === 0) return null;
  return { id, title, shippedAt, environment, component, commands: kept, undo: rollback.commands, hazards: rollback.hazards.length };
}

/** How a kind of work was last done, line by line, by environment, then component. @param records newest first */
export function runbookLines(records: readonly RunRecord[], kind: RunbookKind): RunbookLine[] {
  const lines = new Map<string, RunRecord[]>();
  for (const record of records) lines.set(lineKey(record), [...(lines.get(lineKey(record)) ?? []), record]);
  return [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, line]) => {
    const doing = line.filter((record) => record.commands.some((command) => command.kind === kind));
    // A way that worked, where there is one.
    const last = doing.find((record) => record.commands.every((command) => command.kind !== kind || endedWell(command))) ?? doing[0];
    if (last === undefined) return [];
    const runs = doing.flatMap((record) => record.commands.filter((command) => command.kind === kind));
    return [{
      environment: last.environment,
      component: last.component,
      last,
      steps: last.commands.filter((command) => command.kind === kind).map((command) => stepOf(command, runs)),
      ships: doing.length,
    }];
  });
}

function endedWell({ source, state, exitCode }: Command): boolean {
  return source === "stated" || (state === "ended" && exitCode === 0);
}

function lineKey({ environment, component }: RunRecord): string {
  return JSON.stringify([environment, component]);
}

function stepOf(command: Command, runs: readonly Command[]): RunbookStep {
  const same = runs.filter((run) => run.command === command.command && run.source === "captured");
  const good = same.filter(({ state, exitCode }) => state === "ended" && exitCode === 0);
  return {
    command: command.command,
    directory: command.directory,
    stated: command.source === "stated",
    last: { durationMs: command.durationMs, state: command.state, exitCode: command.exitCode, signal: command.signal },
    runs: same.length,
    succeeded: good.length,
    medianMs: median(good.flatMap(({ durationMs }) => durationMs ?? [])),
  };
}
