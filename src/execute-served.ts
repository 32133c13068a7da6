import { spawn } from "node:child_process";
import { goneWithin } from "./execute-group.ts";
import { signalProcess } from "./execute-signals.ts";
import { recordOutput } from "./execute-tail.ts";
import { Failure } from "./failure.ts";

/** How a server ended by itself. */
export interface ServerEnd {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

/** A server that was started and is still to be stopped. */
export interface Served {
  /** The leader of its process group. */
  pid: number;
  /** Kept once its command has ended, whoever ended it. */
  ended: Promise<ServerEnd>;
  /** The end of what it has printed so far, not masked. */
  tail: () => string;
  /** Stops it with all that it started: politely, then for good. Resolves once its whole process group is gone. */
  stop: () => Promise<void>;
}

/** Starts a server: {@link startServed}. */
export type StartServed = (command: string, options: { cwd: string; env: Record<string, string> }) => Promise<Served>;

/** How long a server may take to end when it is asked to. */
const graceMs = 5000;
/** How long what it started may outlive it. */
const orphanMs = 300;

/**
 * Starts a shell command that goes on running, without a terminal and with nothing to read, in a process group of its
 * own; what it prints is read all the time, so that it never waits for us.
 *
 * @param options.env added to our environment
 * @throws Failure `check-failed` where no shell can be started there
 */
export async function startServed(command: string, options: { cwd: string; env: Record<string, string> }): Promise<Served> {
  const child = spawn("/bin/sh", ["-c", command], {
    cwd: options.cwd, env: { ...process.env, ...options.env }, stdio: ["ignore", "pipe", "pipe"], detached: true,
  });
  const printed = [child.stdout, child.stderr];
  let recorder = recordOutput();
  for (const stream of printed) stream.on("data", (chunk: Buffer) => recorder.push(chunk));
  const ended = new Promise<ServerEnd>((resolve) => {
    child.on("exit", (exitCode, signal) => resolve({ exitCode, signal }));
  });
  const pid = await new Promise<number>((resolve, reject) => {
    child.on("spawn", () => resolve(child.pid ?? 0));
    child.on("error", (cause) => {
      reject(new Failure("check-failed", `A shell could not be started: ${cause.message}.`, {
        expected: "/bin/sh, and a folder to run in that is there", retry: true, cause,
      }));
    });
  });
  return {
    pid,
    ended,
    tail() {
      const { tail } = recorder.end();
      recorder = recordOutput();
      return tail;
    },
    async stop() {
      signalProcess(-pid, "SIGTERM");
      await Promise.race([ended, goneWithin(pid, graceMs)]);
      if (!(await goneWithin(pid, orphanMs))) signalProcess(-pid, "SIGKILL");
      await goneWithin(pid, orphanMs);
      for (const stream of printed) stream.destroy();
    },
  };
}
