import { accessSync, constants, existsSync, lstatSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { listRecords } from "../archive/read.ts";
import { namesIn } from "../archive/unreadable.ts";
import { Failure } from "../failure.ts";
import { shipMark } from "../record/joined.ts";
import { shellWord } from "../rollback/undo.ts";
import { readComparisons } from "../state/comparisons.ts";
import { deadClaims, withLock } from "../state/lock.ts";
import { readResults } from "../state/measurements.ts";
import { type PostponedShip, readPostponed } from "../state/pushes.ts";
import { leftWorktrees } from "../state/worktrees.ts";
import { oneLine } from "../terminal.ts";
import { intentPath } from "../workspace.ts";
import { finishPlan } from "../write/intent.ts";
import { isTemporaryName } from "../write/temporary.ts";
import { clearWorktrees } from "./compare-worktrees.ts";
import type { Found, SetUp } from "./doctor-finding.ts";
import { puttingAside } from "./doctor-whole.ts";
import { recordCommand } from "./hook-command.ts";

/** Folders that have to be written to, and may not be. Nothing is written to find out. */
export function examinePermissions({ workspace: { notes, repository, stateDirectory }, notesDirectory }: SetUp): Found[] {
  const places: [code: string, shown: string, path: string][] = [
    ...(notesDirectory === null ? [] : [["notes-not-writable", `${notes.folder}/`, notesDirectory] as [string, string, string]]),
    ["state-not-writable", relative(repository.directory, stateDirectory) || stateDirectory, stateDirectory],
  ];
  return places.flatMap(([code, shown, path]): Found[] => {
    const why = whyNotWritable(path);
    return why === null ? [] : [{ code, level: "problem", message: `${shown} ${why.words}.`, mend: why.mend }];
  });
}

function whyNotWritable(path: string): { words: string; mend: string } | null {
  // What is not there yet is made in the nearest folder that is.
  let there = path;
  while (lstatSync(there, { throwIfNoEntry: false }) === undefined && dirname(there) !== there) there = dirname(there);
  const stats = lstatSync(there);
  if (there === path && !stats.isDirectory()) {
    return { words: stats.isSymbolicLink() ? "is a symbolic link, which nothing is written through" : "is a file, where a folder has to be", mend: puttingAside({ directory: dirname(path) }, path) };
  }
  try {
    accessSync(there, constants.R_OK | constants.W_OK | constants.X_OK);
    return null;
  } catch {
    return { words: `may not be written to: its owner, user ${stats.uid}, can change that`, mend: `chmod u+rwx ${shellWord(there)}` };
  }
}

/** What runs that were killed have left, and what of our own state cannot be read. */
export async function examineState(setUp: SetUp): Promise<Found[]> {
  const { workspace, notesDirectory } = setUp;
  const { stateDirectory } = workspace;
  if (!existsSync(stateDirectory)) return [];
  const worktrees = leftWorktrees(stateDirectory).map(({ directory }) => directory);
  const intent = intentPath(workspace);
  const unfinished = existsSync(intent) ? [intent] : [];
  const temporaries = notesDirectory === null ? [] : temporariesIn(notesDirectory);
  const claims = deadClaims(stateDirectory);
  const left = [...worktrees, ...unfinished, ...temporaries, ...claims];
  const words = [
    [worktrees.length, "throw-away worktree"], [unfinished.length, "record half written"], [temporaries.length, "temporary file"], [claims.length, "lock"],
  ].flatMap(([amount, what]) => (amount === 0 ? [] : [amount === 1 ? `a ${what}` : `${amount} ${String(what).replace(/^record/, "records").replace(/(?<!n)$/, "s")}`]));
  return [
    ...(left.length === 0 ? [] : [{
      code: "leftovers", level: "advice" as const,
      message: `Runs that were killed have left ${words.join(", ")}.`,
      mend: "shipnote doctor --fix",
      fix: async (dryRun: boolean) => {
        if (!dryRun) await clearUp(setUp, temporaries);
        return left.map((path) => `cleared up ${path}`);
      },
    }]),
    ...(await unreadable(readResults(stateDirectory))),
    ...(await unreadable(readComparisons(stateDirectory))),
  ];
}

/** Temporary files of ours in the notes whose writers are no more. */
function temporariesIn(folder: string): string[] {
  return namesIn(folder).flatMap((name) => {
    const path = join(folder, name);
    const stats = lstatSync(path);
    if (stats.isDirectory()) return temporariesIn(path);
    return stats.isFile() && isTemporaryName(name) && !isWriting(name) ? [path] : [];
  }).sort();
}

function isWriting(name: string): boolean {
  try {
    process.kill(Number(/^\.shipnote-(\d+)-/.exec(name)?.[1]), 0);
    return true;
  } catch {
    return false;
  }
}

async function clearUp({ workspace, notesDirectory }: SetUp, temporaries: readonly string[]): Promise<void> {
  await withLock(workspace.stateDirectory, async () => {
    await finishPlan(intentPath(workspace), notesDirectory === null ? [] : [notesDirectory], { trusted: workspace.repository.directory });
    for (const path of temporaries) rmSync(path, { force: true });
  });
  await clearWorktrees(workspace);
}

/** Kept results that keep a record from being written. */
async function unreadable(reading: Promise<unknown>): Promise<Found[]> {
  try {
    await reading;
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const path = /(\/.*?\.json)\b/.exec(error.message)?.[1];
    return [{ code: "results-unreadable", level: "problem", message: path === undefined ? error.message : `${error.message.replace(/\.$/, "")}. Without it, its check wants measuring again.`, mend: path === undefined ? error.expected : `rm ${shellWord(path)}` }];
  }
}

/** Ships that whoever pushed them said to record later, and whose line has had no record since. */
export function examinePostponed({ workspace: { stateDirectory, config }, notesDirectory }: SetUp): Found[] {
  const postponed = readPostponed(stateDirectory);
  if (postponed.length === 0) return [];
  const records = notesDirectory === null ? [] : listRecords(notesDirectory, shipMark).rows;
  const isRecorded = ({ environment, component, at, to }: PostponedShip): boolean => records.some((record) =>
    record.environment === environment && record.component === component && (record.range?.to === to || Date.parse(record.recordedAt) > Date.parse(at)));
  return postponed.filter((ship) => !isRecorded(ship)).map((ship): Found => ({
    code: "ship-postponed", level: "advice",
    message: oneLine(`A ship to ${ship.component === null ? ship.environment : `${ship.environment} (${ship.component})`} of ${ship.at.slice(0, 10)} was put off, and has no record yet.`),
    mend: recordCommand(ship, config.environment),
  }));
}
