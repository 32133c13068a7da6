import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRepository } from "../../src/git/repository.ts";
import { notesPaths } from "../../src/record/notes-paths.ts";
import { type PlannedRollback, type RollbackInput, planRollback } from "../../src/rollback/plan.ts";
import { type Fixture, fixtureEnvironment } from "../git-fixture.ts";

export const notes = notesPaths("notes");

/** A record's files, as a notes commit would hold them. */
export function recordFiles(day: number, name = "a-ship"): Record<string, string> {
  const id = `2026-11-${String(day).padStart(2, "0")}-${name}`;
  return { [`notes/2026/${id}.md`]: `# ${id}\n`, [`notes/2026/${id}/record.json`]: `{"id":"${id}"}\n` };
}

/** The ship's own commits as gathering gives them: notes-only ones left out, newest first. */
export function shipCommits(fixture: Fixture, from: string | null, to: string): RollbackInput["commits"] {
  const shas = fixture.git("rev-list", "--topo-order", to, ...(from === null ? [] : [`^${from}`])).split("\n").filter((sha) => sha !== "");
  return shas.flatMap((sha) => {
    const parents = fixture.git("rev-list", "--no-walk", "--parents", sha).split(" ").length - 1;
    const against = parents === 0 ? [emptyTree, sha] : [`${sha}^1`, sha];
    const paths = fixture.git("diff-tree", "-r", "-z", "--name-only", ...against).split("\0").filter((path) => path !== "");
    const touchesNotes = paths.some(notes.isNote);
    return touchesNotes && paths.every(notes.isNote) ? [] : [{ sha, parents, touchesNotes }];
  });
}

const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

export async function plan(fixture: Fixture, from: string | null, to: string, more: Partial<RollbackInput> = {}): Promise<PlannedRollback> {
  const repository = await openRepository(fixture.directory, { named: true });
  const rollback = more.direction === "rollback" && from !== null;
  return planRollback(repository, {
    range: { from, to },
    direction: "forward",
    commits: rollback ? shipCommits(fixture, to, from) : shipCommits(fixture, from, to),
    configured: null,
    notes,
    component: null,
    deployCommand: null,
    ...more,
  });
}

/** A clone of what HEAD of a fixture stands at, with all its branches. */
export function clone(fixture: Fixture): { directory: string; git: (...args: string[]) => string; remove: () => void } {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "shipnote-clone-")));
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: directory, encoding: "utf8", env: fixtureEnvironment(1_800_000_000), stdio: ["ignore", "pipe", "pipe"] }).trimEnd();
  git("clone", "-q", "--no-local", fixture.directory, ".");
  return { directory, git, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** The entries of a tree, the notes apart from the rest. */
export function entries(git: (...args: string[]) => string, tree: string): { code: string[]; notes: string[] } {
  const all = git("ls-tree", "-r", "-z", tree).split("\0").filter((line) => line !== "");
  const isNote = (line: string): boolean => notes.isNote(line.slice(line.indexOf("\t") + 1));
  return { code: all.filter((line) => !isNote(line)), notes: all.filter(isNote) };
}

/**
 * Runs a plan's lines as they are pasted: all of them, one after the other, in one shell.
 *
 * @returns whether the last command succeeded, and what all said
 */
export function runCommands(directory: string, commands: readonly string[], shell = "sh"): { ok: boolean; said: string } {
  const { status, stdout, stderr } = spawnSync(shell, ["-c", commands.join("\n")], { cwd: directory, encoding: "utf8", env: fixtureEnvironment(1_800_000_060) });
  return { ok: status === 0, said: `${stdout}${stderr}` };
}
