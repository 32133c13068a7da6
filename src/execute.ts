import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, statSync } from "node:fs";
import { isatty } from "node:tty";
import { type Channel, isSame, openPipes } from "./execute-channels.ts";
import { inForeground, relaySignals, signalProcess } from "./execute-signals.ts";
import { type Output, type OutputRecorder, recordOutput } from "./execute-tail.ts";
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
  const clock = startClock();
  if (!options.keepOutput) return runInherited(argv, options.cwd, clock, null);
  const recorder = recordOutput();
  const needsTerminal = isatty(1) || isatty(2);
  if (!needsTerminal) return runChannelled(argv, options.cwd, clock, recorder, openPipes);
  const { loadTerminals, startJoined, terminalChannel } = await import("./execute-terminal.ts");
  const terminals = await loadTerminals();
  const without = "shipnote: the command has your terminal to itself; its output is not kept.";
  if (terminals === null) return runInherited(argv, options.cwd, clock, without);
  if (isatty(0) && isSame(0, 1) && isSame(1, 2) && inForeground()) {
    if (process.platform !== "linux") return runInherited(argv, options.cwd, clock, without);
    const joined = await startJoined(terminals, argv, { cwd: options.cwd, take: recorder.push });
    if (joined === null) return runInherited(argv, options.cwd, clock, without);
    const ending = await endOf(joined.child);
    await outputsEnd([joined]);
    joined.part();
    return { ...clock.stop(), ...ending, output: recorder.end(), timedOut: false };
  }
  return runChannelled(argv, options.cwd, clock, recorder, async (sinks) => {
    const pipes = await openPipes(sinks.filter((fd) => !isatty(fd)));
    return sinks.map((fd) => (isatty(fd) ? undefined : pipes.shift()) ?? terminalChannel(terminals, fd));
  });
}

interface Clock {
  stop: () => { startedAt: string; durationMs: number };
}

function startClock(): Clock {
  const startedAt = new Date().toISOString();
  const began = performance.now();
  return { stop: () => ({ startedAt, durationMs: Math.round((performance.now() - began) * 10) / 10 }) };
}

interface Ending {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  remark: string | null;
}

/** Waits for a command's own end, not for whatever it left behind. */
async function endOf(child: ChildProcess, name = ""): Promise<Ending> {
  return new Promise((resolve) => {
    child.on("exit", (exitCode, signal) => resolve({ exitCode, signal, remark: null }));
    child.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") resolve({ exitCode: 127, signal: null, remark: `shipnote: ${name}: command not found` });
      else resolve({ exitCode: 126, signal: null, remark: `shipnote: ${name}: cannot be run (${error.code ?? error.message})` });
    });
  });
}

/** What `spawn` throws at once (an argument list that is too long, for one) as the child's own error. */
function start(argv: readonly string[], cwd: string, outputs: [number, number]): { child: ChildProcess | null; ending: Promise<Ending> } {
  const [name = "", ...args] = argv;
  try {
    const child = spawn(name, args, { cwd, stdio: [0, ...outputs] });
    return { child, ending: endOf(child, name) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { child: null, ending: Promise.resolve({ exitCode: 126, signal: null, remark: `shipnote: ${name}: cannot be run (${why})` }) };
  }
}

async function runInherited(argv: readonly string[], cwd: string, clock: Clock, remark: string | null): Promise<ExecutedTyped> {
  const relay = relaySignals(true);
  const { child, ending } = start(argv, cwd, [1, 2]);
  if (child?.pid !== undefined) relay.to(child.pid);
  const ended = await ending;
  relay.stop();
  return { ...clock.stop(), ...ended, remark: ended.remark ?? remark, output: null, timedOut: false };
}

async function runChannelled(
  argv: readonly string[],
  cwd: string,
  clock: Clock,
  recorder: OutputRecorder,
  open: (sinks: readonly number[]) => Promise<Channel[]>,
): Promise<ExecutedTyped> {
  const relay = relaySignals(true);
  // Two streams that end in the same place go there by one way, so that their order is kept.
  const sinks = isSame(1, 2) ? [1] : [1, 2];
  let channels: Channel[];
  try {
    channels = await open(sinks);
  } catch {
    relay.stop();
    return runInherited(argv, cwd, clock, "shipnote: no pipe could be made; the command's output is not kept.");
  }
  const outputs: [number, number] = [channels[0]?.childFd ?? 1, channels.at(-1)?.childFd ?? 2];
  const { child, ending } = start(argv, cwd, outputs);
  for (const { childFd } of channels) closeSync(childFd);
  if (child?.pid !== undefined) relay.to(child.pid);
  const resize = (): void => {
    for (const channel of channels) channel.resize();
    // The terminal told the command before we could tell its side of it.
    if (child?.pid !== undefined) signalProcess(child.pid, "SIGWINCH");
  };
  if (isatty(1) || isatty(2)) process.on("SIGWINCH", resize);
  for (const channel of channels) channel.start(recorder.push);
  const ended = await ending;
  await outputsEnd(channels);
  process.off("SIGWINCH", resize);
  relay.stop();
  return { ...clock.stop(), ...ended, output: recorder.end(), timedOut: false };
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
  const over = performance.now();
  await Promise.all(channels.map(async (channel) => outputEnds(channel, over)));
}

async function outputEnds(channel: Ends, over: number): Promise<void> {
  if (await endsSoon(channel.ended)) return;
  if (performance.now() - Math.max(over, channel.lastPassed()) < patienceMs) return outputEnds(channel, over);
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
