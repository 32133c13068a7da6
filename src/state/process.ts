import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { errorCode } from "../failure.ts";

/** Which process: its id, and when it started, so that another that got the same id later is told apart. */
export interface ProcessMark {
  pid: number;
  /** Comparable only, in the system's own form; null where the system does not tell. */
  started: string | null;
}

/** The mark of this very process. */
export function thisProcess(): ProcessMark {
  return { pid: process.pid, started: startOf(process.pid) };
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
