import { createHash } from "node:crypto";
import type { Command } from "../record/schema.ts";
import type { JournalEntry } from "../state/journal.ts";
import { guessKind, plainWords } from "./command-kinds.ts";

/** Which commands a record takes. */
export interface CommandScope {
  environment: string;
  component: string | null;
  /**
   * Only what began after this moment: the line's previous record was first written then (`recordedAt`), or,
   * for a line's first record, the committer date of `from`. ISO 8601 in UTC; null takes everything.
   */
  since: string | null;
  /**
   * Nothing that began after this moment: the line's next record was first written then, and what began later belongs
   * to a later ship, though no record has it yet. Null where the record is the line's newest.
   */
  until: string | null;
  /** The record itself, where it stands already: it keeps what it has, and takes what runs of it have become. */
  standing: { id: string; commands: readonly Command[] } | null;
  /** False (`--no-commands`): takes no captured command that the record does not have yet. */
  capture: boolean;
}

/** A command that somebody says was run (`--command`), masked, and by which rules. */
export interface StatedCommand {
  command: string;
  redactions: readonly string[];
}

/**
 * The commands of a record, by start, then id; and the journal's entries that it has newly taken.
 *
 * Commands are added, never dropped: what stands stays, even where the journal at hand is empty. A command
 * that was taken while it ran is completed.
 *
 * @param stated commands that somebody says were run; masked already, as their ids are made of their words
 */
export function selectCommands(
  journal: readonly JournalEntry[],
  stated: readonly StatedCommand[],
  scope: CommandScope,
): { commands: Command[]; taken: string[] } {
  const chosen = new Map<string, Command>((scope.standing?.commands ?? []).map((command) => [command.id, command]));
  const taken: string[] = [];
  for (const entry of journal) {
    const standing = chosen.get(entry.id);
    if (standing !== undefined) {
      if (standing.state === "running") chosen.set(entry.id, { ...standing, ...completion(entry) });
      if (entry.takenBy !== scope.standing?.id) taken.push(entry.id);
    } else if (takes(scope, entry)) {
      chosen.set(entry.id, commandOf(entry));
      taken.push(entry.id);
    }
  }
  for (const said of stated) {
    const command = statedCommand(said);
    if (!chosen.has(command.id)) chosen.set(command.id, command);
  }
  return { commands: [...chosen.values()].sort(byStart), taken };
}

function takes(scope: CommandScope, entry: JournalEntry): boolean {
  // Taken by this very record, yet not in it: git brought back an older record.json.
  const free = entry.takenBy === null || entry.takenBy === scope.standing?.id;
  return (
    scope.capture && free &&
    (entry.environment === null || entry.environment === scope.environment) &&
    (entry.component === null || entry.component === scope.component) &&
    (scope.since === null || instantOf(entry.startedAt) > instantOf(scope.since)) &&
    (scope.until === null || instantOf(entry.startedAt) <= instantOf(scope.until))
  );
}

/** How a command went on that was taken while it ran. */
function completion({ durationMs, state, exitCode, signal, output, redactions, command }: JournalEntry): Partial<Command> {
  return { durationMs, state, exitCode, signal, output, redactions, command };
}

function commandOf(entry: JournalEntry): Command {
  const { environment: _environment, component: _component, takenBy: _takenBy, pid: _pid, processStart: _start, ...command } = entry;
  return command;
}

/** Nothing about it is known but its words. What was masked in them does not hide what kind of command it is. */
function statedCommand({ command: text, redactions }: StatedCommand): Command {
  const kind = guessKind(plainWords(text.replaceAll("[masked]", "masked")) ?? []);
  return {
    id: `stated-${createHash("sha256").update(text).digest("hex").slice(0, 12)}`,
    name: null,
    kind: kind ?? "other",
    kindSource: kind === null ? null : "guessed",
    source: "stated",
    command: text,
    directory: null,
    head: null,
    startedAt: null,
    durationMs: null,
    state: "ended",
    exitCode: null,
    signal: null,
    output: null,
    redactions: [...redactions],
  };
}

/** By start, then id; what has no known start comes last. */
function byStart(a: Command, b: Command): number {
  const [one, other] = [instantOf(a.startedAt), instantOf(b.startedAt)];
  return one === other ? (a.id < b.id ? -1 : a.id > b.id ? 1 : 0) : one - other;
}

function instantOf(time: string | null): number {
  return time === null ? Number.MAX_SAFE_INTEGER : Date.parse(time);
}
