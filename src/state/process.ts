import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { errorCode } from "../failure.ts";

/** Which process: its id, and when it started, so that another that got the same id later is told apart. */
export interface ProcessMark {
  pid: number;
  /** Comparable only, in the system's own form; null where the system does not tell. */
  started: string | null;
}

/** The mark of this very process. */
export function thisProcess(): ProcessMark {
  return markOf(process.pid);
}

/** The mark of a process that is there. */
export function markOf(pid: number): ProcessMark {
  return { pid, started: startOf(pid) };
}

/** Whether just this process is still there; false where that cannot be told. */
export function isSurely({ pid, started }: ProcessMark): boolean {
  return started !== null && startOf(pid) === started;
}

/**
 * The processes of this user that were started with a variable of the environment, wherever they went since: also those
 * that left their process group. Known on Linux only; elsewhere none.
 */
export function processesWith(variable: string, value: string): number[] {
  const wanted = `${variable}=${value}`;
  return namesIn("/proc").filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(wanted) ? [Number(pid)] : [];
    } catch {
      // Another user's, or gone by now.
      return [];
    }
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Whether the process is still there. One that cannot be told apart from a later one counts as there. */
export function isAlive({ pid, started }: ProcessMark): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, and another user's.
    if (errorCode(error) !== "EPERM") return false;
  }
  const now = startOf(pid);
  return now === null || started === null || now === started;
}

function startOf(pid: number): string | null {
  if (process.platform === "linux") return linuxStart(pid);
  const { status, stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", env: { ...process.env, LC_ALL: "C", TZ: "UTC" } });
  return status === 0 && stdout.trim() !== "" ? stdout.trim() : null;
}

/** The boot, and the process's start in clock ticks since. */
function linuxStart(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name in parentheses may hold anything; start time is the 20th field behind it.
    const ticks = text.slice(text.lastIndexOf(")") + 2).split(" ")[19];
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").slice(0, 8);
    return ticks === undefined ? null : `${boot}-${ticks}`;
  } catch {
    return null;
  }
}
