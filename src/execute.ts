import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, statSync } from "node:fs";
import { isatty } from "node:tty";
import { monotonicMs } from "./execute-clock.ts";
import { type Channel, isSame, openPipes } from "./execute-channels.ts";
import { inForeground, relaySignals, signalProcess } from "./execute-signals.ts";
import { recordLazily } from "./execute-recording.ts";
import type { Output } from "./execute-tail.ts";
import type { Joined } from "./execute-terminal.ts";
import { Failure } from "./failure.ts";

/** How a command ran. */
export interface Executed {
  /** ISO 8601, in UTC. */
  startedAt: string;
  durationMs: number;
  /** null where a signal ended it. 127: not found; 126: found, but it cannot be run. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** null where nothing of it was to be kept, or could be. Not masked yet. */
  output: Output | null;
  timedOut: boolean;
}

/** A command as it was typed, and what to tell whoever typed it (one line for stderr), if anything. */
export interface ExecutedTyped extends Executed {
  remark: string | null;
}

/**
 * Runs a command as if it were typed: our working directory's files, our environment, our stdin, our terminal
 * where a stream is one, pipes where it is none; signals are passed on.
 *
 * @param keepOutput false: the command gets our own streams, untouched
 * @throws Failure `usage` where `cwd` is no folder
 */
export async function runTyped(argv: readonly string[], options: { cwd: string; keepOutput: boolean }): Promise<ExecutedTyped> {
  if (!statSync(options.cwd, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Failure("usage", `There is no folder ${options.cwd}.`, { expected: "a folder to run the command in (-C DIR)", retry: true });
  }
  const inherit = async (remark: string | null): Promise<ExecutedTyped> => runInherited(argv, options.cwd, remark);
  if (!options.keepOutput) return inherit(null);
  if (!isatty(1) && !isatty(2)) return runChannelled(argv, options.cwd, openPipes);
  const { loadTerminals, startJoined, terminalChannel } = await import("./execute-terminal.ts");
  const terminals = await loadTerminals();
  const without = "shipnote: the command had your terminal to itself; its output is not kept.";
  if (terminals === null) return inherit(without);
  if (isatty(0) && isSame(0, 1) && isSame(1, 2) && inForeground()) {
    // Other systems have no setsid program.
    const joined = process.platform === "linux" ? await startJoined(terminals, argv, options.cwd) : null;
    return joined === null ? inherit(without) : runJoined(joined);
  }
  return runChannelled(argv, options.cwd, async (sinks) => {
    const pipes = await openPipes(sinks.filter((fd) => !isatty(fd)));
    return sinks.map((fd) => (isatty(fd) ? undefined : pipes.shift()) ?? terminalChannel(terminals, fd));
  });
}

interface Ending {
  startedAt: string;
  durationMs: number;
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  remark: string | null;
}

/** A command on its way. */
interface Started {
  /** null where it could not be started at all. */
  pid: number | null;
  /** Its own end, not that of whatever it left behind. */
  ending: Promise<Ending>;
}

function start(name: string, spawnIt: () => ChildProcess): Started {
  const startedAt = new Date().toISOString();
  const began = monotonicMs();
  const ended = (how: Pick<Ending, "exitCode" | "signal" | "remark">): Ending => ({
    startedAt, durationMs: Math.round((monotonicMs() - began) * 10) / 10, ...how,
  });
  const failed = (error: unknown): Ending => {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return code === "ENOENT"
      ? ended({ exitCode: 127, signal: null, remark: `shipnote: ${name}: command not found` })
      : ended({ exitCode: 126, signal: null, remark: `shipnote: ${name}: cannot be run (${code})` });
  };
  try {
    const child = spawnIt();
    const ending = new Promise<Ending>((resolve) => {
      child.on("exit", (exitCode, signal) => resolve(ended({ exitCode, signal, remark: null })));
      child.on("error", (error) => resolve(failed(error)));
    });
    return { pid: child.pid ?? null, ending };
  } catch (error) {
    // Some errors are thrown at once: an argument list that is too long, for one.
    return { pid: null, ending: Promise.resolve(failed(error)) };
  }
}

function startWith(argv: readonly string[], cwd: string, outputs: readonly [number, number]): Started {
  const [name = "", ...args] = argv;
  return start(name, () => spawn(name, args, { cwd, stdio: [0, ...outputs] }));
}

async function runInherited(argv: readonly string[], cwd: string, remark: string | null): Promise<ExecutedTyped> {
  const relay = relaySignals(true);
  const { pid, ending } = startWith(argv, cwd, [1, 2]);
  if (pid !== null) relay.to(pid);
  const ended = await ending;
  relay.stop();
  return { ...ended, remark: ended.remark ?? remark, output: null, timedOut: false };
}

async function runJoined(joined: Joined): Promise<ExecutedTyped> {
  const recorder = recordLazily();
  const { ending } = start("setsid", () => joined.start(recorder.push));
  const ended = await ending;
  await outputsEnd([joined]);
  joined.part();
  return { ...ended, output: await recorder.end(), timedOut: false };
}

async function runChannelled(
  argv: readonly string[],
  cwd: string,
  open: (sinks: readonly number[]) => Promise<Channel[]>,
): Promise<ExecutedTyped> {
  const relay = relaySignals(true);
  let channels: Channel[];
  try {
    // Two streams that end in the same place go there by one way, so that their order is kept.
    channels = await open(isSame(1, 2) ? [1] : [1, 2]);
  } catch {
    relay.stop();
    return runInherited(argv, cwd, "shipnote: no pipe could be made; the command's output is not kept.");
  }
  const { pid, ending } = startWith(argv, cwd, [channels[0]?.childFd ?? 1, channels.at(-1)?.childFd ?? 2]);
  for (const { childFd } of channels) closeSync(childFd);
  if (pid !== null) relay.to(pid);
  const resize = (): void => {
    for (const channel of channels) channel.resize();
    // The terminal told the command before we could tell its side of it.
    if (pid !== null) signalProcess(pid, "SIGWINCH");
  };
  if (isatty(1) || isatty(2)) process.on("SIGWINCH", resize);
  const recorder = recordLazily();
  for (const channel of channels) channel.start(recorder.push);
  const ended = await ending;
  await outputsEnd(channels);
  process.off("SIGWINCH", resize);
  relay.stop();
  return { ...ended, output: await recorder.end(), timedOut: false };
}

/** How long a command that is over may leave its streams open and silent. */
const patienceMs = 100;

interface Ends {
  ended: Promise<void>;
  lastPassed: () => number;
  leave?: () => void;
}

/** Waits until all that a command printed has passed. Whoever it left behind and still writes holds nobody up. */
async function outputsEnd(channels: readonly Ends[]): Promise<void> {
  const over = monotonicMs();
  await Promise.all(channels.map(async (channel) => outputEnds(channel, over)));
}

async function outputEnds(channel: Ends, over: number): Promise<void> {
  if (await endsSoon(channel.ended)) return;
  if (monotonicMs() - Math.max(over, channel.lastPassed()) < patienceMs) return outputEnds(channel, over);
  channel.leave?.();
}

async function endsSoon(ended: Promise<void>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), patienceMs);
    void ended.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
