import { type ChildProcess, spawn } from "node:child_process";
import { Readable } from "node:stream";
import { monotonicMs } from "./execute-clock.ts";
import { endGroup, goneWithin, killedMs } from "./execute-group.ts";
import { signalProcess } from "./execute-signals.ts";
import { takeStream } from "./execute-streams.ts";
import { recordOutput } from "./execute-tail.ts";
import { accountFor, type Accounting, type Usage } from "./execute-usage.ts";
import type { Executed } from "./execute.ts";
import { Failure } from "./failure.ts";

/** How a configured command ran, with what it printed; stdout and stderr are neither masked nor cut to a tail. */
export interface ExecutedConfigured extends Executed {
  stdout: string;
  stderr: string;
  /** Whether it printed more to stdout than the first 64 MiB, which are what is handed over. */
  cut: boolean;
  /** Whether it left processes behind in the background that had to be ended. */
  leftBehind: boolean;
  /** null where it was not asked for, or cannot be told: the command was killed, or the system is without. */
  usage: Usage | null;
}

/** What ends us, and the command with us. */
const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** The shell tells the time by a clock that can be set: where it is this far from ours, ours counts. */
const clocksApartMs = 1000;

/**
 * Runs a shell command of the configuration, without a terminal and with nothing to read, in a process group of
 * its own that is killed whole when its time is over or when we are told to end. What is left of the group once the
 * command has ended by itself is ended, too: a check leaves no server running. Only what left the group, as daemons
 * do, lives on, and nobody waits for it.
 *
 * @param options.env added to our environment
 * @param options.usage account for its times and its memory; that takes two processes more, and about 3 ms, of which
 * `durationMs` holds nothing where there is bash 5
 * @throws Failure `interrupted` once a signal to end came and the group was killed; `check-failed` where there is no shell
 */
export async function runConfigured(
  command: string,
  options: { cwd: string; timeoutMs: number; env?: Record<string, string>; usage?: boolean },
): Promise<ExecutedConfigured> {
  const env = { ...process.env, ...options.env };
  let child: ChildProcess | null = null;
  let timedOut = false;
  let interrupted: NodeJS.Signals | null = null;
  const killAll = (): void => {
    if (child?.pid !== undefined) signalProcess(-child.pid, "SIGKILL");
  };
  const interrupt = (signal: NodeJS.Signals): void => {
    interrupted = signal;
    killAll();
  };
  for (const signal of endings) process.on(signal, interrupt);
  let timer: NodeJS.Timeout | undefined;
  let accounting: Accounting | null = null;
  try {
    accounting = options.usage === true ? await accountFor(command, env) : null;
    if (interrupted !== null) throw wasInterrupted(command, interrupted);
    const recorder = recordOutput();
    const startedAt = new Date().toISOString();
    const began = monotonicMs();
    child = start(command, accounting, { cwd: options.cwd, env });
    timer = setTimeout(() => {
      timedOut = true;
      killAll();
    }, options.timeoutMs);
    const [stdout, stderr] = outputsOf(child).map((stream) => takeStream(stream, recorder.push));
    const ended = await endOf(child);
    const took = monotonicMs() - began;
    clearTimeout(timer);
    const leftBehind = await clearGroup(child.pid, timedOut || interrupted !== null);
    await Promise.all([stdout?.ended(), stderr?.ended()]);
    if (interrupted !== null) throw wasInterrupted(command, interrupted);
    const account = accounting?.end() ?? null;
    return {
      startedAt, durationMs: durationOf(took, account), ...ended, output: recorder.end(), timedOut,
      stdout: stdout?.text() ?? "", stderr: stderr?.text() ?? "", cut: stdout?.cut() ?? false, leftBehind, usage: account?.usage ?? null,
    };
  } finally {
    clearTimeout(timer);
    accounting?.end();
    for (const signal of endings) process.off(signal, interrupt);
  }
}

/** Sees to it that nothing of the group runs any more. @returns whether something had been left behind */
async function clearGroup(group: number | undefined, wasKilled: boolean): Promise<boolean> {
  if (group === undefined) return false;
  if (!wasKilled) return endGroup(group);
  await goneWithin(group, killedMs);
  return false;
}

function start(command: string, accounting: Accounting | null, { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv }): ChildProcess {
  return accounting === null
    ? spawn("/bin/sh", ["-c", command], { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] })
    : spawn(accounting.file, accounting.args, { cwd, env, detached: true, stdio: ["ignore", "pipe", accounting.fd, "pipe"] });
}

/** The command's stdout and stderr; where it is accounted for, the latter is not its shell's. */
function outputsOf(child: ChildProcess): [stdout: Readable | null, stderr: Readable | null] {
  const third = child.stdio[3];
  return [child.stdout, child.stderr ?? (third instanceof Readable ? third : null)];
}

async function endOf(child: ChildProcess): Promise<Pick<Executed, "exitCode" | "signal">> {
  return new Promise((resolve, reject) => {
    child.on("exit", (exitCode, signal) => resolve({ exitCode, signal }));
    child.on("error", (cause) => {
      reject(new Failure("check-failed", `A shell could not be started: ${cause.message}.`, {
        expected: "/bin/sh, and a folder to run in that is there", retry: true, cause,
      }));
    });
  });
}

/** The shell's own clock leaves out what it took to start the shell. */
function durationOf(took: number, account: ReturnType<Accounting["end"]>): number {
  const told = account?.durationMs ?? null;
  const duration = told === null || told < 0 || told > took || took - told > clocksApartMs ? took : told;
  return Math.round(duration * 100) / 100;
}

function wasInterrupted(command: string, signal: NodeJS.Signals): Failure {
  return new Failure("interrupted", `Interrupted (${signal}) while \`${command}\` ran; it was ended as well.`, {
    expected: "to be let run to its end", retry: true, cause: signal,
  });
}
