import { spawn } from "node:child_process";
import { Failure } from "../failure.ts";

/** How one git process is started. */
export interface GitOptions {
  cwd: string;
  /** The whole environment of the process; ours when left out. */
  env?: NodeJS.ProcessEnv;
  /** What it reads on stdin; without it stdin is closed, so that no git waits for ever. */
  input?: string | Uint8Array;
  /** Exit statuses beside 0 that are answers, not failures. */
  allow?: readonly number[];
}

/** What a git process answered. Bytes, because paths and messages need not be UTF-8. */
export interface GitResult {
  status: number;
  stdout: Buffer;
  stderr: string;
}

/**
 * Runs one git process to its end.
 *
 * simple-git hands text over and takes no stdin; facts are bytes and some commands read a list,
 * so those go through here.
 *
 * @throws Failure `git-missing` where there is no git, `git-failed` for an exit status that is not allowed.
 */
export async function runGit(args: readonly string[], options: GitOptions): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", (cause: NodeJS.ErrnoException) => reject(notStarted(cause)));
    child.on("close", (status, signal) => {
      const result = {
        status: status ?? -1,
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr).toString("utf8"),
      };
      if (status === 0 || (status !== null && options.allow?.includes(status))) resolve(result);
      else reject(failed(args, result, signal));
    });
    if (options.input !== undefined) {
      // git may answer and leave before it has read everything; its exit status tells, not the broken pipe.
      child.stdin?.on("error", () => undefined);
      child.stdin?.end(options.input);
    }
  });
}

function notStarted(cause: NodeJS.ErrnoException): Failure {
  if (cause.code === "ENOENT") {
    return new Failure("git-missing", "git could not be started: it is not on PATH, or the folder is gone.", {
      expected: "git 2.30 or newer on PATH",
      retry: true,
      cause,
    });
  }
  return new Failure("git-failed", `git could not be started: ${cause.message}`, {
    expected: "a git that can be run",
    retry: true,
    cause,
  });
}

function failed(args: readonly string[], result: GitResult, signal: NodeJS.Signals | null): Failure {
  const said = result.stderr.trim().split("\n").slice(0, 5).join(" ");
  const ending = signal === null ? `exit status ${result.status}` : `signal ${signal}`;
  const command = args.find((arg, place) => !arg.startsWith("-") && args[place - 1] !== "-c") ?? "";
  return new Failure("git-failed", `git ${command} failed (${ending}): ${said || "it said nothing"}`, {
    expected: "git to answer",
    retry: true,
    cause: result.stderr,
  });
}
