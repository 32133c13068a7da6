import { type ChildProcess, spawn } from "node:child_process";
import { statSync } from "node:fs";
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
    const child = startGit(args, options, options.input === undefined ? "ignore" : "pipe");
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", (cause: NodeJS.ErrnoException) => reject(notStarted(cause, options.cwd)));
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

/** Node reports most of what keeps a program from starting by an event, and throws the rest. */
function startGit(args: readonly string[], { cwd, env }: Omit<GitOptions, "input">, stdin: "ignore" | "pipe"): ChildProcess {
  try {
    return spawn("git", args, { cwd, env: env ?? process.env, stdio: [stdin, "pipe", "pipe"] });
  } catch (cause) {
    throw cause instanceof Error ? notStarted(cause, cwd) : cause;
  }
}

/** One side of a pipe between two git processes. */
export interface PipeEnd {
  args: readonly string[];
  options: GitOptions;
}

/**
 * Runs two git processes, the output of the first being the input of the second, in constant memory.
 *
 * @param mayGoOn sees each chunk on its way; once it says no, both are ended and the answer is null
 * @returns what the second answered
 * @throws Failure as {@link runGit}; the first one's failure where both fail
 */
export async function pipeGit(first: PipeEnd, second: PipeEnd, mayGoOn: (chunk: Buffer) => boolean): Promise<GitResult | null> {
  return new Promise((resolve, reject) => {
    const source = startGit(first.args, first.options, first.options.input === undefined ? "ignore" : "pipe");
    const sink = startGit(second.args, second.options, "pipe");
    const answers = [source, sink].map(async (child, place) => {
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      if (place === 1) child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
      child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
      return new Promise<GitResult & { signal: NodeJS.Signals | null }>((ended, broken) => {
        child.on("error", (cause: NodeJS.ErrnoException) => broken(notStarted(cause, first.options.cwd)));
        child.on("close", (status, signal) => {
          ended({ status: status ?? -1, signal, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString("utf8") });
        });
      });
    });
    let stopped = false;
    sink.stdin?.on("error", () => undefined);
    source.stdout?.on("data", (chunk: Buffer) => {
      if (stopped || mayGoOn(chunk)) return;
      stopped = true;
      source.kill();
      sink.kill();
    });
    if (sink.stdin !== null) source.stdout?.pipe(sink.stdin);
    source.stdin?.on("error", () => undefined);
    source.stdin?.end(first.options.input);
    Promise.all(answers).then(([from, to]) => {
      if (stopped || from === undefined || to === undefined) resolve(null);
      else if (from.status !== 0) reject(failed(first.args, from, from.signal));
      else if (to.status !== 0) reject(failed(second.args, to, to.signal));
      else resolve(to);
    }, reject);
  });
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function notStarted(cause: NodeJS.ErrnoException, cwd: string): Failure {
  if (cause.code === "ENOENT" || cause.code === "ENOTDIR") {
    // Node says ENOENT for a missing program and for a missing folder to run it in alike.
    if (!isFolder(cwd)) {
      return new Failure("not-a-repository", `There is no folder ${cwd}.`, {
        expected: "a folder inside a git repository (name one with -C DIR)",
        retry: true,
        cause,
      });
    }
    return new Failure("git-missing", "git could not be started: it is not on PATH.", {
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
    expected: /unable to read|missing (?:blob|tree|commit)|bad object/.test(said)
      ? "a repository that has all its objects (git fsck names what is missing)"
      : "git to answer",
    retry: true,
    cause: result.stderr,
  });
}
