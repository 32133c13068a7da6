import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { ChangeRecord } from "../../src/record/schema.ts";
import { fixtureEnvironment } from "../git-fixture.ts";
import { type Seat, sitDown } from "../run-rig.ts";
import { type Answer, shipnote } from "./tool.ts";
import { type Files, type Life, lifeAt, makeFolder } from "./life.ts";

/** A repository with a remote of its own, our hooks, and whatever is pushed seen as git shows it. */
export interface Desk extends Life {
  /** The bare repository behind `origin`. */
  remote: string;
  /** `git ARGS` without a terminal. */
  pushing: (args: readonly string[], options?: { env?: Record<string, string>; cwd?: string }) => Answer;
  /** A shell's command in a terminal. */
  sit: (command: string, options?: { env?: Record<string, string>; cwd?: string }) => Seat;
  /** The ships that wait for a record. */
  postponed: () => { environment: string; component: string | null; from: string | null; to: string; at: string }[];
  /** The records that stand in the work tree, by id. */
  records: () => ChangeRecord[];
}

/** What a desk is made with. */
export interface DeskOptions {
  /** shipnote.config.json of the first commit. */
  config?: object;
  files?: Files;
  /** The name of the remote. */
  origin?: string;
  /** Where it lies; else in a folder of its own. */
  at?: string;
  /** Flags of `hook install`; null: not installed. */
  install?: readonly string[] | null;
}

/** A repository whose first commit is pushed to `main` and whose hooks are installed after that. */
export function makeDesk({ config, files = {}, origin = "origin", at = makeFolder(), install = [] }: DeskOptions = {}): Desk {
  const remote = join(at, "remote.git");
  const directory = join(at, "work");
  run(at, ["git", "-c", "init.defaultBranch=main", "init", "-q", "--bare", remote]);
  run(at, ["git", "-c", "init.defaultBranch=main", "init", "-q", directory]);
  const desk = deskAt(directory, remote);
  desk.git("config", "user.name", "Ada Osei");
  desk.git("config", "user.email", "ada@example.org");
  desk.git("remote", "add", origin, remote);
  desk.commit("Base", { "a.txt": "1\n", ...(config === undefined ? {} : { "shipnote.config.json": JSON.stringify(config) }), ...files });
  desk.git("push", "-q", "-u", origin, "main");
  if (install !== null) {
    const answer = desk.call(["hook", "install", ...install]);
    if (answer.status !== 0) throw new Error(`hook install ended with ${answer.status}: ${answer.stderr}`);
  }
  return desk;
}

/** The same for a clone or a linked worktree that is there. */
export function deskAt(directory: string, remote: string): Desk {
  const life = lifeAt(directory);
  const common = (): string => life.git("rev-parse", "--path-format=absolute", "--git-common-dir");
  return {
    ...life,
    remote,
    pushing: (args, options = {}) => run(options.cwd ?? directory, ["git", ...args], options.env),
    sit: (command, options = {}) => sitDown("/bin/sh", ["-c", command], options.cwd ?? directory, { ...environment(), ...options.env }),
    postponed: () => {
      const text = run("/", ["cat", join(common(), "shipnote", "pushes", "postponed.json")]).stdout;
      return text === "" ? [] : (JSON.parse(text) as ReturnType<Desk["postponed"]>);
    },
    records: () => recordsIn(directory),
  };
}

/** The records in a work tree, by id. */
export function recordsIn(directory: string): ChangeRecord[] {
  const list = shipnote(directory, ["list", "--json"]);
  const { records } = JSON.parse(list.stdout) as { records: { id: string }[] };
  return records.map(({ id }) => (JSON.parse(shipnote(directory, ["show", id, "--json"]).stdout) as { record: ChangeRecord }).record).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Presses Enter at each question, until the command has ended. @returns its exit status */
export async function enterThrough(seat: Seat): Promise<number> {
  const timer = setInterval(() => seat.type("\r"), 150);
  try {
    return (await seat.ended).exitCode;
  } finally {
    clearInterval(timer);
  }
}

/** At a push's first question: answers it and two more, and leaves at the third by Ctrl-C. */
export async function breakOffAfterWhy(seat: Seat): Promise<void> {
  seat.type("\r");
  await seat.shows("Title?");
  seat.type("\r");
  await seat.shows("Why?");
  seat.type("Readers waited.\r");
  await seat.shows("Expected result?");
  seat.type("\u0003");
  await seat.shows("ended 0");
}

/** The words on a terminal, without what moves its cursor or paints. */
export function words(shown: string): string {
  return stripVTControlCharacters(shown).replaceAll("\r", "");
}

/** What shipnote said, line by line. */
export function said({ stderr }: Pick<Answer, "stderr">): string[] {
  return stderr.split("\n").filter((line) => line.startsWith("shipnote:"));
}

/** The hooks of a folder, samples aside. */
export function hooksIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => !name.endsWith(".sample")).sort();
}

/** Runs a command without a terminal, in a session of its own. */
export function run(cwd: string, [file = "", ...args]: readonly string[], env: Record<string, string> = {}): Answer {
  const result = spawnSync("setsid", ["-w", file, ...args], { cwd, encoding: "utf8", input: "", timeout: 60_000, env: { ...environment(), ...env } });
  return { status: result.status, signal: result.signal, stdout: result.stdout, stderr: result.stderr };
}

function environment(): Record<string, string> {
  const { GIT_AUTHOR_DATE: _author, GIT_COMMITTER_DATE: _committer, NODE_EXTRA_CA_CERTS: _certificates, ...rest } = fixtureEnvironment(0);
  const defined = Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(defined), CI: "", GITHUB_ACTIONS: "", GITLAB_CI: "", EDITOR: "true" };
}
