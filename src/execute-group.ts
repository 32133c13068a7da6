import { readdirSync, readFileSync } from "node:fs";
import { monotonicMs } from "./execute-clock.ts";
import { signalProcess } from "./execute-signals.ts";

/** How long what a command left behind may still take to end by itself, and then to end when it is asked to. */
const graceMs = 100;
const askedMs = 500;
/** How long to wait for what was killed to be gone. */
export const killedMs = 300;
const lookMs = 10;

/**
 * Ends what is left in the process group of a command that is over: asked first (SIGTERM), so that a server tidies
 * up after itself, then killed.
 *
 * @param group the group's id: that of the process that began it
 * @returns whether there was something that did not end by itself
 */
export async function endGroup(group: number): Promise<boolean> {
  if (await goneWithin(group, graceMs)) return false;
  signalProcess(-group, "SIGTERM");
  if (await goneWithin(group, askedMs)) return true;
  signalProcess(-group, "SIGKILL");
  await goneWithin(group, killedMs);
  return true;
}

/** Waits until nothing of a process group runs any more. @returns whether that was reached in time */
export async function goneWithin(group: number, milliseconds: number): Promise<boolean> {
  const end = monotonicMs() + milliseconds;
  while (isThere(group)) {
    if (monotonicMs() >= end) return false;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  return true;
}

/** Whether a process of the group still runs. The dead that nobody buried yet can be signalled, too. */
function isThere(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch {
    return false;
  }
  return membersOf(group)?.some((state) => state !== "Z" && state !== "X") ?? true;
}

/** The states of a group's processes, as Linux lists them; null elsewhere. */
function membersOf(group: number): string[] | null {
  try {
    return readdirSync("/proc").flatMap((name) => {
      const [state = "", , of] = /^\d+$/.test(name) ? statusOf(name) : [];
      return of === String(group) ? [state] : [];
    });
  } catch {
    return null;
  }
}

/** State, parent, process group …; nothing where it ended in between. */
function statusOf(pid: string): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name in parentheses may hold anything.
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}
