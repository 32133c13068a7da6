import { join, resolve } from "node:path";
import { endBySignal } from "../execute-signals.ts";
import { type ExecutedTyped, runTyped } from "../execute.ts";
import { Failure } from "../failure.ts";
import { guessKind } from "../gather/command-kinds.ts";
import { nearestRepository } from "../git/nearest.ts";
import type { Invocation } from "../invocation.ts";
import type { CommandKind } from "../record/schema.ts";
import { beginEntry, type StartedCommand } from "../state/journal.ts";

/** How a command is run and kept. */
export interface RunOptions {
  /** `--as`, not looked at yet. */
  kind: string | null;
  name: string | null;
  environment: string | null;
  component: string | null;
  /** False (`--no-output`): nothing of what it prints is kept, and it gets our very own streams. */
  output: boolean;
  /** Where it runs; absolute. */
  directory: string;
  /** Whether `-C` named the directory: then git's variables in the environment do not say where the journal is. */
  named: boolean;
}

/** The kinds by name, without loading the schema that they come from. */
const kinds: Record<CommandKind, true> = { backup: true, migrate: true, deploy: true, verify: true, rollback: true, other: true };

/** `shipnote run` as the program calls it. */
export async function run({ args, flags, directory, named }: Invocation): Promise<number> {
  return runCommand(
    {
      kind: flags.text("as"),
      name: flags.text("name"),
      environment: flags.text("env"),
      component: flags.text("component"),
      output: !flags.on("no-output"),
      directory,
      named,
    },
    args,
  );
}

/**
 * Runs a command as if it were typed, keeps it in the journal, and ends as it did: where a signal ended the
 * command, this process ends by the same.
 *
 * The journal's place is looked for while the command runs. Whatever keeps it from being written costs one line
 * on stderr, never the command.
 *
 * @returns its exit status; 127 where it was not found, 126 where it cannot be run
 * @throws Failure `usage`
 */
export async function runCommand(options: RunOptions, argv: readonly string[]): Promise<number> {
  const kind = kindOf(options.kind);
  if (argv.length === 0) {
    throw new Failure("usage", "There is no command to run.", { expected: "shipnote run [flags] -- CMD ARG...", retry: true });
  }
  const startedAt = new Date().toISOString();
  const placed = locate(options);
  const running = runTyped(argv, { cwd: options.directory, keepOutput: options.output });
  // Loaded while the command starts and runs.
  void import("../secrets.ts").catch(() => undefined);
  const kept = keep(options, argv, { kind, startedAt, placed, running }).then(() => null, reasonOf);
  const executed = await running;
  if (executed.remark !== null) tell(executed.remark);
  const why = await kept;
  if (why !== null) tell(`shipnote: this command is not kept for the record: ${why}`);
  return executed.signal === null ? (executed.exitCode ?? 1) : endBySignal(executed.signal);
}

interface Running {
  kind: CommandKind | null;
  startedAt: string;
  placed: Promise<Place>;
  running: Promise<ExecutedTyped>;
}

/** Writes the command down, as soon as it is known where: first as running, then how it ended. */
async function keep(options: RunOptions, argv: readonly string[], { kind, startedAt, placed, running }: Running): Promise<void> {
  const place = await placed;
  const guessed = kind === null ? guessKind(argv) : null;
  const started: StartedCommand = {
    name: options.name,
    kind: kind ?? guessed ?? "other",
    kindSource: kind === null ? (guessed === null ? null : "guessed") : "flag",
    command: argv.map(quoted).join(" "),
    directory: place.directory,
    head: place.head,
    startedAt,
    environment: options.environment ?? (process.env["SHIPNOTE_ENV"] || null),
    component: options.component ?? (process.env["SHIPNOTE_COMPONENT"] || null),
  };
  const entry = await beginEntry(place.stateDir, started);
  await entry.finish(await running);
}

function kindOf(said: string | null): CommandKind | null {
  if (said === null || isKind(said)) return said;
  throw new Failure("usage", `'${said}' is no kind of command.`, { expected: `--as ${Object.keys(kinds).join(", ")}`, retry: true });
}

function isKind(text: string): text is CommandKind {
  return Object.hasOwn(kinds, text);
}

interface Place {
  stateDir: string;
  /** Relative to the work tree; null outside of one. */
  directory: string | null;
  head: string | null;
}

/** The journal's place, ours within the work tree, and HEAD: from the files of an ordinary repository, else from one git process. */
async function locate({ directory, named }: RunOptions): Promise<Place> {
  const env = { ...process.env };
  if (named) for (const name of Object.keys(env)) if (/^GIT_(?:DIR|WORK_TREE|COMMON_DIR|PREFIX|INDEX_FILE|OBJECT_DIRECTORY)$/.test(name)) delete env[name];
  const nearest = nearestRepository(directory, env);
  if (nearest !== null) return { stateDir: join(nearest.commonDir, "shipnote"), directory: nearest.directory, head: nearest.head };
  const { runGit } = await import("../git/process.ts");
  const places = ["--git-common-dir", "--is-inside-work-tree", "--show-prefix"];
  // 128: HEAD stands for no commit yet, and the rest is answered all the same.
  const { stdout, stderr } = await runGit(["rev-parse", ...places, "HEAD"], { cwd: directory, env, allow: [128] });
  const [commonDir, inside, prefix, head] = stdout.toString("utf8").split("\n");
  if (commonDir === undefined || inside === undefined) throw new Error(stderr.split("\n")[0]?.replace(/^fatal: /, "") ?? "");
  return {
    stateDir: resolve(directory, commonDir, "shipnote"),
    directory: inside === "true" ? (prefix ?? "").replace(/\/$/, "") || "." : null,
    head: head !== undefined && /^[0-9a-f]{40,64}$/.test(head) ? head : null,
  };
}

/** A word as one would type it in sh. */
function quoted(word: string): string {
  if (/^[\w@%+=:,./^~-]+$/.test(word) && !word.startsWith("~")) return word;
  if (!word.includes("'")) return `'${word}'`;
  return /[$`"\\!]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : `"${word}"`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.split("\n")[0] ?? "" : String(error);
}

function tell(line: string): void {
  // Whoever closed our stderr does not want to hear it.
  process.stderr.on("error", () => undefined);
  process.stderr.write(`${line}\n`);
}
