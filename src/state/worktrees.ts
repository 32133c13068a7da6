import { randomBytes } from "node:crypto";
import { realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, isAbsolute, join } from "node:path";
import { listNames, readIfThere, replaceFile } from "./files.ts";
import { isAlive, isSurely, markOf, type ProcessMark, thisProcess } from "./process.ts";

/**
 * A throw-away worktree that is announced before it is made, so that a later run can clear up where this one is
 * killed: its folder, git's entry, and what still runs for it.
 */
export interface WorktreeMark {
  /** Where it is to be made: below the system's folder for temporary files, nothing stands there yet. */
  directory: string;
  /** Notes a process that leads a group of its own and is to end with the worktree. */
  addGroup: (leader: number) => void;
  /** Once all of it is gone. */
  remove: () => void;
}

/** A mark of a run that is no more. */
export interface LeftWorktree {
  directory: string;
  /** The leaders of process groups that it started. */
  groups: readonly ProcessMark[];
  remove: () => void;
}

/** The last part of the folder of every throw-away worktree. */
const named = /^shipnote-[a-z]+-[0-9a-f]{12}$/;

/**
 * @param purpose the command that needs it; letters only
 * @throws Failure `disk-full`, `not-writable`
 */
export function markWorktree(stateDirectory: string, purpose: string): WorktreeMark {
  // Of one length whatever it is for: where a program lies can change how fast it is.
  const name = `shipnote-${purpose}-${randomBytes(6).toString("hex")}`;
  const directory = join(realpathSync(tmpdir()), name);
  const path = join(stateDirectory, "worktrees", `${name}.json`);
  const owner = thisProcess();
  const groups: ProcessMark[] = [];
  const write = (): void => replaceFile(path, `${JSON.stringify({ directory, owner, groups })}\n`);
  write();
  return {
    directory,
    addGroup(leader) {
      groups.push(markOf(leader));
      write();
    },
    remove: () => rmSync(path, { force: true }),
  };
}

/** What killed runs have left. */
export function leftWorktrees(stateDirectory: string): LeftWorktree[] {
  return marksIn(stateDirectory).flatMap(({ path, directory, owner, groups }) =>
    isAlive(owner) ? [] : [{ directory, groups, remove: () => rmSync(path, { force: true }) }]);
}

/** The folders of this very run that are marked still. */
export function ownWorktrees(stateDirectory: string): string[] {
  return marksIn(stateDirectory).filter(({ owner }) => owner.pid === process.pid && isSurely(owner)).map(({ directory }) => directory);
}

interface Mark {
  directory: string;
  owner: ProcessMark;
  groups: ProcessMark[];
}

function marksIn(stateDirectory: string): (Mark & { path: string })[] {
  const folder = join(stateDirectory, "worktrees");
  return listNames(folder).filter((name) => name.endsWith(".json")).flatMap((name) => {
    const path = join(folder, name);
    const mark = parseMark(readIfThere(path) ?? "");
    // Whatever stands in the file, nothing but a folder that could be ours is ever removed.
    const isOurs = mark !== null && isAbsolute(mark.directory) && named.test(basename(mark.directory));
    return isOurs ? [{ ...mark, path }] : [];
  });
}

function parseMark(text: string): Mark | null {
  try {
    const { directory, owner, groups } = Object(JSON.parse(text));
    return typeof directory === "string" && isMark(owner) && Array.isArray(groups) && groups.every(isMark) ? { directory, owner, groups } : null;
  } catch {
    return null;
  }
}

function isMark(value: unknown): value is ProcessMark {
  const { pid, started } = Object(value);
  return Number.isInteger(pid) && pid > 1 && (typeof started === "string" || started === null);
}
