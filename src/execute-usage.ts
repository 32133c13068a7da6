import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, existsSync, openSync, readSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a command and all that it waited for used. */
export interface Usage {
  /** As fine as the shell's `times` tells: milliseconds with bash, hundredths of a second with others. */
  userMs: number;
  systemMs: number;
  /** Of its largest process, and at least a shell's own, about 3 MB; null without GNU time. */
  peakBytes: number | null;
}

/** A shell around a command that accounts for it. */
export interface Accounting {
  file: string;
  args: readonly string[];
  /** What the shell gets for its stderr; as its descriptor 3 it gets the command's. */
  fd: number;
  /**
   * What was accounted for, the first time; null where it was killed before.
   * `durationMs` is null where the shell's clock is not fine enough.
   */
  end: () => { usage: Usage; durationMs: number | null } | null;
}

/** Their `times` tells milliseconds, and since version 5 they tell the time; what /bin/sh mostly is does neither. */
const finerShells = ["/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash"];
const gnuTime = "/usr/bin/time";
/** Around the shell, not within it: it keeps what it writes to open for those that it starts. */
const timeWords = [gnuTime, "-q", "-f", "peak %M"];

/**
 * Wraps a shell command so that its times and its peak memory are told. It is still `/bin/sh -c COMMAND`, with the
 * variables and the descriptors that it would have anyway, but no longer the first of its process group: a command
 * that signals its whole group ends its account with it.
 *
 * @param env the command's environment
 * @returns null where there is no place for the account
 */
export async function accountFor(command: string, env: NodeJS.ProcessEnv): Promise<Accounting | null> {
  const fd = openAccount();
  if (fd === null) return null;
  const finer = finerShells.find((path) => existsSync(path));
  const [file = "/bin/sh", ...args] = [
    ...((await (knowsTime ??= tryTime())) ? timeWords : []),
    // -p: without the start-up file that BASH_ENV names.
    ...(finer === undefined ? ["/bin/sh"] : [finer, "-p"]),
    "-c", accountingScript(env), "sh", command, env["SHLVL"] ?? "", env["_"] ?? "",
  ];
  let ended = false;
  return {
    file, args, fd,
    end: () => {
      if (ended) return null;
      ended = true;
      return readAccount(takeAccount(fd));
    },
  };
}

/** Only positional parameters: any variable may be in the environment by the same name. */
function accountingScript(env: NodeJS.ProcessEnv): string {
  return [
    'set -- "$1" "$2" "$3" "$EPOCHREALTIME"',
    env["SHLVL"] === undefined ? "unset SHLVL" : "SHLVL=$2",
    `( exec 2>&3 3>&-; ${env["_"] === undefined ? "" : "_=$3 "}exec /bin/sh -c "$1" )`,
    'set -- $? "$4" "$EPOCHREALTIME"',
    'echo "from $2 to $3" >&2',
    "times >&2",
    "exit $1",
  ].join("\n");
}

let knowsTime: Promise<boolean> | null = null;

/** Whether GNU time is there. Versions before 1.8, which call themselves otherwise, and busybox's tell four times the memory. */
async function tryTime(): Promise<boolean> {
  if (!existsSync(gnuTime)) return false;
  return new Promise((resolve) => {
    spawn("/bin/sh", ["-c", `${gnuTime} --version 2>&1 | grep -q '(GNU Time)'`], { stdio: "ignore" })
      .on("error", () => resolve(false))
      .on("exit", (status) => resolve(status === 0));
  });
}

/** A file that has no name any more: nothing of it is left, whatever happens. */
function openAccount(): number | null {
  const path = join(tmpdir(), `shipnote-account-${randomUUID()}`);
  try {
    const fd = openSync(path, "ax+", 0o600);
    unlinkSync(path);
    return fd;
  } catch {
    return null;
  }
}

function takeAccount(fd: number): string {
  const buffer = Buffer.alloc(64 * 1024);
  const length = readSync(fd, buffer, 0, buffer.length, 0);
  closeSync(fd);
  return buffer.toString("latin1", 0, length);
}

/** The second of the lines that `times` prints is about the children; the decimal sign is the locale's. */
function readAccount(text: string): ReturnType<Accounting["end"]> {
  const [, children] = text.matchAll(/^(\d+)m(\d+[.,]\d+)s (\d+)m(\d+[.,]\d+)s$/gm);
  if (children === undefined) return null;
  const [, userMinutes = "", user = "", systemMinutes = "", system = ""] = children;
  const [, from, to] = /^from (\d+[.,]\d+) to (\d+[.,]\d+)$/m.exec(text) ?? [];
  const peak = /^peak (\d+)$/m.exec(text)?.[1];
  return {
    usage: {
      userMs: milliseconds(userMinutes, user),
      systemMs: milliseconds(systemMinutes, system),
      peakBytes: peak === undefined ? null : Number(peak) * 1024,
    },
    durationMs: from === undefined || to === undefined ? null : 1000 * (decimal(to) - decimal(from)),
  };
}

function milliseconds(minutes: string, seconds: string): number {
  return Math.round(60_000 * Number(minutes) + 1000 * decimal(seconds));
}

function decimal(text: string): number {
  return Number(text.replace(",", "."));
}
