import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Command } from "../record/schema.ts";
import { listNames, readIfThere, replaceFile } from "./files.ts";
import { isAlive, thisProcess } from "./process.ts";

/** A command that was captured. `id` sorts by start. */
export interface JournalEntry extends Command {
  startedAt: string;
  /** Where it was said to belong, by flag or environment variable; null: to any. */
  environment: string | null;
  component: string | null;
  /** The id of the record that has taken it. */
  takenBy: string | null;
  /** The `shipnote run` that watched it, and when that started; see state/process.ts. */
  pid: number;
  processStart: string | null;
}

/** What is known of a command when it starts; masked before it is written. */
export type StartedCommand = Pick<JournalEntry, "name" | "kind" | "kindSource" | "command" | "directory" | "head" | "startedAt" | "environment" | "component">;

/** How it ended; the tail neither masked nor cut yet. */
export interface CommandEnding {
  durationMs: number;
  exitCode: number | null;
  signal: string | null;
  output: { tail: string; bytes: number; sha256: string } | null;
}

/** An entry that has been begun. */
export interface OpenEntry {
  id: string;
  /** Writes down how it ended. Throws what the system says. */
  finish: (ending: CommandEnding, cut: (tail: string) => string) => Promise<void>;
}

/**
 * Begins an entry: a file of its own, so that any number of runs at once never touch each other's, replaced
 * whole when the command has ended. Where this process is killed, the entry stays `running` and is read as `killed`.
 *
 * @param stateDir `<common git directory>/shipnote`
 * @throws what the system says where nothing can be written
 */
export async function beginEntry(stateDir: string, started: StartedCommand): Promise<OpenEntry> {
  const mark = thisProcess();
  const id = `${started.startedAt.replace(/[^0-9TZ]/g, "")}-${randomBytes(4).toString("hex")}`;
  const [command, name] = await mask([started.command, started.name ?? ""]);
  const entry: JournalEntry = {
    id,
    name: started.name === null ? null : (name?.text ?? ""),
    kind: started.kind,
    kindSource: started.kindSource,
    source: "captured",
    command: command?.text ?? "",
    directory: started.directory,
    head: started.head,
    startedAt: started.startedAt,
    durationMs: null,
    state: "running",
    exitCode: null,
    signal: null,
    output: null,
    redactions: [...new Set([...(command?.rules ?? []), ...(name?.rules ?? [])])].sort(),
    environment: started.environment,
    component: started.component,
    takenBy: null,
    pid: mark.pid,
    processStart: mark.started,
  };
  write(stateDir, entry);
  return {
    id,
    async finish({ durationMs, exitCode, signal, output }, cut) {
      // Command and output together: what is a secret in the one is a secret in the other.
      const [again, tail] = await mask([started.command, output?.tail ?? ""]);
      write(stateDir, {
        ...entry,
        command: again?.text ?? entry.command,
        durationMs,
        state: "ended",
        exitCode,
        signal,
        output: output === null ? null : { tail: cut(tail?.text ?? ""), bytes: output.bytes, sha256: output.sha256 },
        redactions: [...new Set([...entry.redactions, ...(again?.rules ?? []), ...(tail?.rules ?? [])])].sort(),
      });
    },
  };
}

/** Loaded only here, so that a command starts without waiting for it. */
async function mask(texts: readonly string[]): Promise<{ text: string; rules: string[] }[]> {
  const { maskAll } = await import("../secrets.ts");
  return maskAll(texts, { userPatterns: [], environment: process.env });
}

function write(stateDir: string, entry: JournalEntry): void {
  const { takenBy: _elsewhere, ...kept } = entry;
  replaceFile(join(folderOf(stateDir), `${entry.id}.json`), `${JSON.stringify(kept, null, 2)}\n`);
}

/**
 * All entries, oldest first. One that still runs by its own account, while the process that watched it is gone,
 * is `killed`. A file that is no entry is passed over: somebody else's, or a disk's mishap; no run writes half of one.
 */
export async function readJournal(stateDir: string): Promise<JournalEntry[]> {
  const folder = folderOf(stateDir);
  const names = listNames(folder);
  const taken = new Set(names.filter((name) => name.endsWith(".taken")));
  const entries: JournalEntry[] = [];
  for (const name of names) {
    if (name.startsWith(".") || !name.endsWith(".json")) continue;
    const entry = parseEntry(readIfThere(join(folder, name)) ?? "");
    if (entry === null) continue;
    const mark = name.replace(/\.json$/, ".taken");
    const takenBy = taken.has(mark) ? (readIfThere(join(folder, mark))?.trim() ?? null) : null;
    entries.push(settled({ ...entry, takenBy }));
  }
  return entries.sort((a, b) => (a.startedAt === b.startedAt ? (a.id < b.id ? -1 : 1) : a.startedAt < b.startedAt ? -1 : 1));
}

function settled(entry: JournalEntry): JournalEntry {
  const alive = entry.state !== "running" || isAlive({ pid: entry.pid, started: entry.processStart });
  return alive ? entry : { ...entry, state: "killed" };
}

function parseEntry(text: string): JournalEntry | null {
  try {
    const value: unknown = JSON.parse(text);
    return isEntry(value) ? value : null;
  } catch {
    return null;
  }
}

/** Enough for our own files; record.json's schema looks closer at what is taken. */
function isEntry(value: unknown): value is JournalEntry {
  const entry: Partial<Record<string, unknown>> = Object(value);
  return (
    typeof entry["id"] === "string" && typeof entry["command"] === "string" && typeof entry["startedAt"] === "string" &&
    typeof entry["state"] === "string" && typeof entry["pid"] === "number" && Array.isArray(entry["redactions"])
  );
}

/**
 * Says which record has taken entries. A mark is a file beside the entry, so that a command that still runs can
 * be taken while its run writes down how it ended.
 */
export async function markTaken(stateDir: string, entryIds: readonly string[], recordId: string): Promise<void> {
  for (const id of entryIds) {
    if (!/^[\w-]+$/.test(id)) continue;
    const path = join(folderOf(stateDir), `${id}.taken`);
    if (readIfThere(path)?.trim() !== recordId) replaceFile(path, `${recordId}\n`);
  }
}

function folderOf(stateDir: string): string {
  return join(stateDir, "journal");
}
