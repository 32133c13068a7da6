import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { factsText } from "../../src/record/assemble.ts";
import type { ChangeRecord } from "../../src/record/schema.ts";
import { fixtureEnvironment, makeRepository } from "../git-fixture.ts";
import { type Answer, type CallOptions, failure, shipnote } from "./tool.ts";

/** What `record --json` printed. */
export interface Written {
  status: "written" | "unchanged" | "nothing";
  id: string;
  path: string;
  data: string;
  record: ChangeRecord;
}

/** A refused call: its exit status and its error. */
export interface Refused {
  status: number | null;
  code: string;
  message: string;
  expected: string;
}

export type Files = Record<string, string | Uint8Array | null>;

/** A repository over the life of its ships. Commits are a minute apart from 2024-03-04T09:00:00Z on, well before any run. */
export interface Life {
  directory: string;
  git: (...args: string[]) => string;
  /** Commits everything, these files included (null removes one). @returns the sha */
  commit: (message: string, files?: Files, who?: { name?: string; email?: string }) => string;
  /** Commits the notes folder alone. @returns the sha */
  commitNotes: () => string;
  write: (path: string, content: string | Uint8Array) => void;
  read: (path: string) => string;
  has: (path: string) => boolean;
  call: (args: readonly string[], options?: CallOptions) => Answer;
  /** `record --yes --json ARGS`, which must end with 0. */
  record: (args?: readonly string[], options?: CallOptions) => Written;
  /** `ARGS --json`, which must not end with 0. */
  refused: (args: readonly string[], options?: CallOptions) => Refused;
  /** Replaces a text of a file, which must be there. */
  edit: (path: string, from: string | RegExp, to: string) => void;
}

const made: string[] = [];

/** Removes every folder that was made here; for afterAll. */
export function removeAll(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** A scratch folder outside of any repository. */
export function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "shipnote-life-")));
  made.push(folder);
  return folder;
}

export function makeLife(...initArgs: string[]): Life {
  const { directory } = makeRepository(...initArgs);
  made.push(directory);
  return lifeAt(directory);
}

/** The same for a repository that is there: a clone, a linked work tree. */
export function lifeAt(directory: string, started = Date.UTC(2024, 2, 4, 9) / 1000): Life {
  let seconds = started;
  const gitAs = (who: { name?: string; email?: string }, args: readonly string[]): string =>
    execFileSync("git", args, { cwd: directory, encoding: "utf8", env: fixtureEnvironment(seconds, who), stdio: ["ignore", "pipe", "pipe"] }).trimEnd();
  const life: Life = {
    directory,
    git: (...args) => gitAs({}, args),
    commit(message, files = {}, who = {}) {
      for (const [path, content] of Object.entries(files)) {
        if (content === null) rmSync(join(directory, path), { recursive: true, force: true });
        else life.write(path, content);
      }
      gitAs(who, ["add", "-A"]);
      gitAs(who, ["commit", "-q", "--allow-empty", "--cleanup=whitespace", "-m", message]);
      seconds += 60;
      return gitAs(who, ["rev-parse", "HEAD"]);
    },
    commitNotes() {
      gitAs({}, ["add", "notes"]);
      gitAs({}, ["commit", "-q", "-m", "Note the ship"]);
      seconds += 60;
      return gitAs({}, ["rev-parse", "HEAD"]);
    },
    write(path, content) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), content);
    },
    read: (path) => readFileSync(join(directory, path), "utf8"),
    has: (path) => existsSync(join(directory, path)),
    call: (args, options) => shipnote(directory, args, options),
    record(args = [], options) {
      const answer = shipnote(directory, ["record", "--yes", "--json", ...args], options);
      if (answer.status !== 0) throw new Error(`record ended with ${answer.status}: ${answer.stdout}${answer.stderr}`);
      return JSON.parse(answer.stdout) as Written;
    },
    refused(args, options) {
      const answer = shipnote(directory, [...args, "--json"], options);
      if (answer.status === 0) throw new Error(`${args.join(" ")} was not refused: ${answer.stdout}`);
      const { code, message, expected } = failure(answer);
      return { status: answer.status, code, message, expected };
    },
    edit(path, from, to) {
      const text = life.read(path);
      const edited = text.replace(from, () => to);
      if (edited === text) throw new Error(`${String(from)} is not in ${path}:\n${text}`);
      writeFileSync(join(directory, path), edited);
    },
  };
  return life;
}

/** Makes a record.json that was changed by hand look as if shipnote had written it so. */
export function writtenSo(life: Life, path: string): void {
  life.write(path, factsText(JSON.parse(life.read(path)) as ChangeRecord));
}

/** The commits of `older..newer` and the paths that differ, as git itself says, notes aside; sorted. */
export function gitSays(life: Life, older: string | null, newer: string): { commits: string[]; files: string[] } {
  const commits = life.git("rev-list", ...(older === null ? [newer] : [`${older}..${newer}`])).split("\n").filter(Boolean);
  const base = older ?? life.git("hash-object", "-t", "tree", "/dev/null");
  const files = life.git("diff-tree", "-r", "--no-renames", "--name-only", base, newer).split("\n").filter((path) => path !== "" && !path.startsWith("notes/2"));
  return { commits: commits.sort(), files: files.sort() };
}

/** The commits and paths of a record; sorted. */
export function recordSays({ record }: Written): { commits: string[]; files: string[] } {
  return { commits: record.commits.map(({ sha }) => sha).sort(), files: record.files.map(({ path }) => path).sort() };
}
