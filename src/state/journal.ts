import { join } from "node:path";
import type { Command } from "../record/schema.ts";
import { listNames, readIfThere, replaceFile, stampOf } from "./files.ts";
import { isAlive, thisProcess } from "./process.ts";

/** What is kept at most of a tail: lines, and bytes of UTF-8. */
const keptLines = 100;
const keptBytes = 16 * 1024;

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
  durationMs: number | null;
  exitCode: number | null;
  signal: string | null;
  output: { tail: string; bytes: number; sha256: string } | null;
}

/** An entry that has been begun. */
export interface OpenEntry {
  id: string;
  /** Writes down how it ended; the tail is masked first, and cut then. @throws Failure `disk-full`, `not-writable` */
  finish: (ending: CommandEnding) => Promise<void>;
}

/**
 * Begins an entry: a file of its own, so that any number of runs at once never touch each other's, replaced
 * whole when the command has ended. Where this process is killed, the entry stays `running` and is read as `killed`.
 *
 * @param stateDir `<common git directory>/shipnote`
 * @throws Failure `disk-full`, `not-writable` where nothing can be written
 */
export async function beginEntry(stateDir: string, started: StartedCommand): Promise<OpenEntry> {
  const mark = thisProcess();
  const id = `${started.startedAt.replace(/[^0-9TZ]/g, "")}-${mark.pid}-${Math.random().toString(36).slice(2, 8)}`;
  const write = async ({ output, ...how }: CommandEnding & Pick<JournalEntry, "state">): Promise<void> => {
    const [command, name, tail] = await maskTogether([started.command, started.name ?? "", output?.tail ?? ""]);
    const entry: Omit<JournalEntry, "takenBy"> = {
      id,
      name: started.name === null ? null : (name?.text ?? null),
      kind: started.kind,
      kindSource: started.kindSource,
      source: "captured",
      command: command?.text ?? "",
      directory: started.directory,
      head: started.head,
      startedAt: started.startedAt,
      durationMs: how.durationMs,
      state: how.state,
      exitCode: how.exitCode,
      signal: how.signal,
      output: output === null ? null : { tail: keptTail(tail?.text ?? ""), bytes: output.bytes, sha256: output.sha256 },
      redactions: [...new Set([command, name, tail].flatMap((masked) => masked?.rules ?? []))].sort(),
      environment: started.environment,
      component: started.component,
      pid: mark.pid,
      processStart: mark.started,
    };
    replaceFile(join(folderOf(stateDir), `${id}.json`), `${JSON.stringify(entry, null, 2)}\n`);
  };
  await write({ state: "running", durationMs: null, exitCode: null, signal: null, output: null });
  return {
    id,
    finish: async ({ durationMs, exitCode, signal, output }) => write({ state: "ended", durationMs, exitCode, signal, output }),
  };
}

/** The last lines of a text, whole where they fit: at most 100 lines and 16 KiB. Masked before: a cut may hide what a secret is known by. */
function keptTail(text: string): string {
  const kept = text.split("\n").slice(-keptLines).join("\n");
  const bytes = Buffer.from(kept);
  if (bytes.length <= keptBytes) return kept;
  let start = bytes.length - keptBytes;
  const newline = bytes.indexOf(0x0a, start);
  if (newline !== -1 && newline < bytes.length - 1) return bytes.subarray(newline + 1).toString();
  // One line that is longer than everything that is kept: cut it between two characters.
  while (((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.subarray(start).toString();
}

interface Masked {
  text: string;
  rules: string[];
}

/** Masks the first text and the others; what is a secret in the first, by a flag's name say, is one in the others, even bare. */
async function maskTogether(texts: readonly [string, ...string[]]): Promise<Masked[]> {
  // Loaded only here, so that a command starts without waiting for it.
  const { maskAll } = await import("../secrets.ts");
  const masked = await maskAll(texts, { userPatterns: [], environment: process.env });
  const values = maskedValues(texts[0], masked[0]?.text ?? "");
  if (values.length === 0) return masked;
  const known = Object.fromEntries(values.map((value, place) => [`SECRET_${place}`, value]));
  const again = await maskAll(masked.map(({ text }) => text), { userPatterns: [], environment: known });
  return again.map(({ text, rules }, place) => ({ text, rules: [...(masked[place]?.rules ?? []), ...rules] }));
}

/** What stood where a mask is now. */
function maskedValues(text: string, masked: string): string[] {
  const around = masked.split("[masked]").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return (new RegExp(`^${around.join("([^]+?)")}$`).exec(text) ?? []).slice(1);
}

/**
 * All entries, oldest first. One that still runs by its own account, while the process that watched it is gone,
 * is `killed`. A file that is no entry is passed over: somebody else's, or a disk's mishap; no run writes half of one.
 *
 * @param since entries of an earlier second are not even read: a journal only grows; null reads all
 */
export async function readJournal(stateDir: string, since: string | null = null): Promise<JournalEntry[]> {
  const folder = folderOf(stateDir);
  const oldest = since === null ? "" : stampOf(since);
  const names = listNames(folder);
  const taken = new Set(names.filter((name) => name.endsWith(".taken")));
  const entries: JournalEntry[] = [];
  for (const name of names) {
    if (name.startsWith(".") || !name.endsWith(".json") || name.slice(0, oldest.length) < oldest) continue;
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
