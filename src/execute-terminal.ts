import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { accessSync, closeSync, constants, openSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { ReadStream } from "node:tty";
import { type Channel, openSink, passOn } from "./execute-channels.ts";
import { inForeground, processFields, relaySignals, signalProcess } from "./execute-signals.ts";

/** Makes pseudo-terminals, each as big as ours. */
export interface Terminals {
  open: () => Pair;
}

/** A pseudo-terminal: what is written to `path` is read from `master`, and the other way round. */
interface Pair {
  master: ReadStream;
  path: string;
  resize: () => void;
}

/** What `open` of @lydell/node-pty gives; it stands in its code, not in its types. */
interface OpenedPair {
  master: ReadStream;
  slave: ReadStream;
  ptsName: string;
  resize: (columns: number, rows: number) => void;
}

function isOpener(value: unknown): value is (options: { cols: number; rows: number; encoding: null }) => OpenedPair {
  return typeof value === "function";
}

/** Loads what makes pseudo-terminals; null where it is not installed for this machine. */
export async function loadTerminals(): Promise<Terminals | null> {
  try {
    const loaded: Record<string, unknown> = { ...(await import("@lydell/node-pty")) };
    const open = loaded["open"] ?? Object(loaded["default"])["open"];
    return isOpener(open) ? { open: () => openPair(open) } : null;
  } catch {
    return null;
  }
}

function openPair(open: (options: { cols: number; rows: number; encoding: null }) => OpenedPair): Pair {
  const [columns, rows] = windowSize();
  const pair = open({ cols: columns, rows, encoding: null });
  // The other side is opened by its path; and each end of a terminal is reported as an error, which is none.
  const keep = openSync(pair.ptsName, constants.O_RDWR | constants.O_NOCTTY);
  pair.slave.destroy();
  pair.master.pause();
  pair.master.removeAllListeners("error");
  pair.master.on("error", () => pair.master.destroy());
  setImmediate(() => closeSync(keep));
  return { master: pair.master, path: pair.ptsName, resize: () => pair.resize(...windowSize()) };
}

function windowSize(): [columns: number, rows: number] {
  const stream = process.stdout.isTTY ? process.stdout : process.stderr;
  return [stream.columns || 80, stream.rows || 24];
}

/** A channel whose other side is a terminal, for a stream of ours that is one while others are not. */
export function terminalChannel(terminals: Terminals, target: number): Channel {
  const pair = terminals.open();
  const childFd = openSync(pair.path, constants.O_RDWR | constants.O_NOCTTY);
  // Line ends are translated once, by the terminal behind us.
  spawnSync("stty", ["-opost"], { stdio: [childFd, "ignore", "ignore"] });
  const { start, flow } = readMaster(pair.master, target);
  return { childFd, start, ended: flow.ended, lastPassed: flow.lastPassed, leave: () => void pair.master.destroy(), resize: pair.resize };
}

function readMaster(master: ReadStream, target: number): { start: Channel["start"]; flow: ReturnType<typeof passOn> } {
  let take: (chunk: Buffer) => void = () => undefined;
  const flow = passOn(() => openSink(target), (chunk) => take(chunk));
  flow.on({ resume: () => void master.resume(), stop: () => void master.destroy() });
  master.on("data", (chunk: Buffer) => {
    if (!flow.pass(chunk)) master.pause();
  });
  master.on("close", flow.end);
  master.pause();
  const start = (taker: (chunk: Buffer) => void): void => {
    take = taker;
    master.resume();
  };
  return { start, flow };
}

/** The settings of our terminal, as `stty -g` gives them; null where they cannot be told. */
async function terminalSettings(): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn("stty", ["-g"], { stdio: [0, "pipe", "ignore"] });
    let text = "";
    child.on("error", () => resolve(null));
    child.stdout?.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    child.on("close", (status) => resolve(status === 0 ? text.trim() : null));
  });
}

/** A terminal for one command, ready to be joined with ours. */
export interface Joined {
  /** Starts the command; everything it prints is handed to `take` on its way. */
  start: (take: (chunk: Buffer) => void) => ChildProcess;
  ended: Promise<void>;
  lastPassed: () => number;
  /** Gives our terminal back as it was. */
  part: () => void;
}

/**
 * A terminal of its own for a command, as big and set as ours. What is typed goes to the command's terminal,
 * which makes signals and line editing of it as ours would.
 *
 * `setsid` in front makes it the one that controls the command, and then becomes the command. (A shell could do
 * that as well, but some drop variables from the environment whose names they do not like.)
 *
 * @returns null where there is no setsid or no such command, or where our terminal's settings cannot be read, so that
 * it could not be given back either
 */
export async function startJoined(terminals: Terminals, argv: readonly string[], cwd: string): Promise<Joined | null> {
  const settings = await terminalSettings();
  // A command that cannot be found is not for setsid to fail at: nothing was started by then, and we say it ourselves.
  if (settings === null || !isFound("setsid", cwd) || !isFound(argv[0] ?? "", cwd)) return null;
  const pair = terminals.open();
  const { start, flow } = readMaster(pair.master, 1);
  let part = (): void => undefined;
  return {
    start(take) {
      const fd = openSync(pair.path, constants.O_RDWR | constants.O_NOCTTY);
      spawnSync("stty", [settings], { stdio: [fd, "ignore", "ignore"] });
      const child = spawn("setsid", ["-c", ...argv], { cwd, stdio: [fd, fd, fd] });
      closeSync(fd);
      part = joinTerminals(pair, child.pid ?? 0, settings);
      start(take);
      return child;
    },
    ended: flow.ended,
    lastPassed: flow.lastPassed,
    part: () => part(),
  };
}

/** Joins our terminal with a command's: keys, window size, signals, stopping and going on. Returns how to part them. */
function joinTerminals(pair: Pair, pid: number, settings: string): () => void {
  const relay = relaySignals(false);
  relay.to(pid);
  const set = (...how: string[]): void => void spawnSync("stty", how, { stdio: [0, "ignore", "ignore"] });
  const restore = (): void => set(settings);
  const typed = (chunk: Buffer): void => {
    if (chunk.includes(suspendKey) && suspends(pair, pid)) void suspend();
    else pair.master.write(chunk);
  };
  const resume = (): void => {
    pair.resize();
    // Brought to the background with `bg`: the command goes on, the keys are somebody else's.
    if (inForeground()) {
      set("raw", "-echo");
      process.stdin.resume();
    } else process.stdin.pause();
    signalProcess(-pid, "SIGCONT");
  };
  const suspend = async (): Promise<void> => {
    // First the polite way, for programs that tidy the screen; in a session of its own only SIGSTOP stops the rest.
    signalProcess(-pid, "SIGTSTP");
    await pause(100);
    signalProcess(-pid, "SIGSTOP");
    process.stdin.pause();
    restore();
    process.kill(0, "SIGTSTP");
    await pause(20);
    resume();
  };
  process.on("exit", restore);
  process.on("SIGCONT", resume);
  process.stdout.on("resize", pair.resize);
  set("raw", "-echo");
  process.stdin.on("data", typed);
  return () => {
    relay.stop();
    process.off("SIGCONT", resume);
    process.stdout.off("resize", pair.resize);
    process.stdin.off("data", typed).pause();
    process.stdin.unref();
    pair.master.destroy();
    restore();
    process.off("exit", restore);
  };
}

/** Whether the system would find a command to start in a folder, by the same rules as it. */
function isFound(name: string, cwd: string): boolean {
  const places = name.includes("/") ? [""] : (process.env["PATH"] ?? "").split(":");
  return name !== "" && places.some((place) => isExecutable(resolve(cwd, place, name)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

const suspendKey = 0x1a;

/** Whether Ctrl-Z at this moment means 'stop': not in a program that reads keys raw, nor in a shell that stops its own jobs. */
function suspends(pair: Pair, pid: number): boolean {
  const [, group, , , foreground] = processFields(pid);
  if (group === undefined || group !== foreground) return false;
  const fd = openSync(pair.path, constants.O_RDWR | constants.O_NOCTTY);
  const answer = spawnSync("stty", ["-a"], { stdio: [fd, "pipe", "ignore"], encoding: "latin1" });
  closeSync(fd);
  return /(?<!-)\bisig\b/.test(answer.stdout) && answer.stdout.includes("susp = ^Z");
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
