import { spawn } from "node:child_process";
import { monotonicMs } from "./execute-clock.ts";
import { signalProcess } from "./execute-signals.ts";
import { recordOutput } from "./execute-tail.ts";
import type { Executed } from "./execute.ts";
import { Failure } from "./failure.ts";

/** How much of each stream is handed over, in bytes; what is beyond still counts, and is hashed. */
const streamLimit = 64 * 1024 * 1024;
/** How long streams may stay open after the command's end, in the hands of what it left in the background. */
const patienceMs = 500;

/** How a configured command ran, with what it printed; stdout and stderr are neither masked nor cut to a tail. */
export interface ExecutedConfigured extends Executed {
  stdout: string;
  stderr: string;
}

/**
 * Runs a shell command of the configuration, without a terminal and with nothing to read, in a process group of
 * its own that is killed whole when its time is over or when we are told to end.
 *
 * @param options.env added to our environment
 * @throws Failure `interrupted` once a signal to end came and the group was killed
 */
export async function runConfigured(
  command: string,
  options: { cwd: string; timeoutMs: number; env?: Record<string, string> },
): Promise<ExecutedConfigured> {
  const recorder = recordOutput();
  const startedAt = new Date().toISOString();
  const began = monotonicMs();
  const child = spawn("/bin/sh", ["-c", command], {
    cwd: options.cwd, env: { ...process.env, ...options.env }, stdio: ["ignore", "pipe", "pipe"], detached: true,
  });
  const streams = [child.stdout, child.stderr].map((stream) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    stream.on("data", (chunk: Buffer) => {
      recorder.push(chunk);
      if (bytes < streamLimit) chunks.push(chunk.subarray(0, streamLimit - bytes));
      bytes += chunk.length;
    });
    return () => Buffer.concat(chunks).toString("utf8");
  });
  let timedOut = false;
  let interrupted: NodeJS.Signals | null = null;
  const killAll = (): void => {
    if (child.pid !== undefined) signalProcess(-child.pid, "SIGKILL");
  };
  const timer = setTimeout(() => {
    timedOut = true;
    killAll();
  }, options.timeoutMs);
  const interrupt = (signal: NodeJS.Signals): void => {
    interrupted = signal;
    killAll();
  };
  const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of endings) process.on(signal, interrupt);
  try {
    const ended = await endOf(child, () => monotonicMs() - began);
    if (interrupted !== null) throw wasInterrupted(command, interrupted);
    const [stdout = "", stderr = ""] = streams.map((text) => text());
    return { startedAt, ...ended, output: recorder.end(), timedOut, stdout, stderr };
  } finally {
    clearTimeout(timer);
    for (const signal of endings) process.off(signal, interrupt);
  }
}

type Ended = Pick<Executed, "durationMs" | "exitCode" | "signal">;

async function endOf(child: ReturnType<typeof spawn>, elapsed: () => number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let ended: Ended | null = null;
    const leave = (): void => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    child.on("exit", (exitCode, signal) => {
      ended = { durationMs: Math.round(elapsed() * 10) / 10, exitCode, signal };
      setTimeout(leave, patienceMs).unref();
    });
    child.on("close", () => {
      if (ended !== null) resolve(ended);
    });
    child.on("error", (cause) => {
      reject(new Failure("check-failed", `A shell could not be started: ${cause.message}.`, {
        expected: "/bin/sh, and a folder to run in that is there", retry: true, cause,
      }));
    });
  });
}

function wasInterrupted(command: string, signal: NodeJS.Signals): Failure {
  return new Failure("interrupted", `Interrupted (${signal}) while \`${command}\` ran; it was ended as well.`, {
    expected: "to be let run to its end", retry: true, cause: signal,
  });
}
