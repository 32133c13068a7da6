import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { isatty } from "node:tty";

/** What a terminal sends to every process in its foreground, and so to the command without our help. */
const typed: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT", "SIGTSTP"];
const always: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2"];

/**
 * Whether this process is in the foreground of its terminal: what is typed there (Ctrl-C) reaches it and the
 * commands it started in its own process group alike. Where that cannot be found out, having a terminal counts.
 */
export function inForeground(): boolean {
  const [, group, , , foreground] = processFields("self");
  if (group !== undefined && foreground !== undefined) return group === foreground;
  return isatty(0) || isatty(1) || isatty(2);
}

/** State, parent, process group, session, terminal, foreground group … of a process, as Linux lists them; else empty. */
export function processFields(pid: number | "self"): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name before the last parenthesis may hold anything; the state in front is left out.
    return text.slice(text.lastIndexOf(")") + 2).split(" ").slice(1);
  } catch {
    return [];
  }
}

/** A way to hand signals on to a command, until `stop`. */
export interface SignalRelay {
  /** The command is there: sends what came in before. */
  to: (pid: number) => void;
  stop: () => void;
}

/**
 * Hands the signals that reach this process on to a command, and stays alive for it.
 *
 * @param sharesGroup whether the command shares our process group: then what is typed at the terminal has
 * reached it already and is not sent twice. Else stopping and going on are left to the caller.
 */
export function relaySignals(sharesGroup: boolean): SignalRelay {
  const handed = sharesGroup ? [...always, "SIGTSTP" as const, "SIGCONT" as const] : always;
  const waiting: NodeJS.Signals[] = [];
  let target: number | null = null;
  const send = (signal: NodeJS.Signals): void => {
    if (target === null) waiting.push(signal);
    else signalProcess(target, signal);
  };
  const take = (signal: NodeJS.Signals): void => {
    if (!(sharesGroup && typed.includes(signal) && target !== null && inForeground())) send(signal);
    // Only SIGSTOP stops a process that listens to SIGTSTP; SIGCONT wakes it, and the command with it.
    if (signal === "SIGTSTP") process.kill(process.pid, "SIGSTOP");
  };
  for (const signal of handed) process.on(signal, take);
  return {
    to(pid) {
      target = pid;
      for (const signal of waiting.splice(0)) send(signal);
    },
    stop() {
      for (const signal of handed) process.off(signal, take);
    },
  };
}

/** Sends a signal to a process (or, negative, to a group) that may be gone already. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in between, or is another user's by now (sudo): nothing to hand on to.
  }
}

/**
 * Ends this process by a signal, as the command ended, so that whoever waits for us sees the same.
 *
 * @returns only where the signal does not end us: the exit status that shells give for it
 */
export async function endBySignal(signal: NodeJS.Signals): Promise<number> {
  if (signal !== "SIGKILL" && signal !== "SIGSTOP") {
    // Node ignores SIGPIPE, and may listen to others; a handler that goes leaves the default behind.
    process.on(signal, () => undefined);
    process.removeAllListeners(signal);
  }
  process.kill(process.pid, signal);
  await new Promise((resolve) => setTimeout(resolve, 100));
  return 128 + constants.signals[signal];
}
