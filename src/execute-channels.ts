import { spawn } from "node:child_process";
import { closeSync, constants, fstatSync, openSync, type Stats, unlinkSync, write, writeSync } from "node:fs";
import { Socket } from "node:net";
import { isatty } from "node:tty";
import { monotonicMs } from "./execute-clock.ts";
import { takePipes } from "./execute-pipes.ts";

/** Where an output goes on to. `done` is called once the chunk's memory may be used again. */
export interface Sink {
  write: (chunk: Buffer, done: (error: Error | null) => void) => void;
  close: () => void;
}

/** One way from the command to one of our own streams (or to both, where they are the same). */
export interface Channel {
  /** What the command gets as its stream: a descriptor of ours, to be closed once it has started. */
  childFd: number;
  /** Begins to read. Everything is handed to `take` first, then written on, at the pace of the reader behind us. */
  start: (take: (chunk: Buffer) => void) => void;
  /** Resolves once nobody can write any more and everything has been passed on, or once the reader is gone. */
  ended: Promise<void>;
  /** When something last passed, in milliseconds of a monotonic clock; infinite while the reader behind us is slow. */
  lastPassed: () => number;
  /**
   * Leaves the rest to another process, for a command that is over but left somebody behind who still writes:
   * typed, it would not hold its caller up either.
   */
  leave: () => void;
  /** Tells the other side about our window; nothing where it is no terminal. */
  resize: () => void;
}

/** Whether two of our descriptors are the same file, pipe or terminal. */
export function isSame(one: number, other: number): boolean {
  const [a, b] = [statusOf(one), statusOf(other)];
  return a !== null && b !== null && a.dev === b.dev && a.ino === b.ino && a.rdev === b.rdev;
}

function statusOf(fd: number): Stats | null {
  try {
    return fstatSync(fd);
  } catch {
    return null;
  }
}

/** Opens one of our own streams for passing on, so that a slow reader never stops this process as a whole. */
export function openSink(fd: number): Sink {
  const status = statusOf(fd);
  if (status?.isFIFO() || status?.isSocket()) {
    const own = status.isFIFO() ? reopen(fd, constants.O_WRONLY | constants.O_NONBLOCK) : fd;
    if (own !== null) return socketSink(own, own !== fd);
  }
  if (status?.isFile() || (status?.isCharacterDevice() && !isatty(fd))) return { write: (chunk, done) => writeNow(fd, chunk, done), close: () => undefined };
  return { write: (chunk, done) => writeLater(fd, chunk, done), close: () => undefined };
}

/** Opens a descriptor's pipe once more, with flags of its own; null where the system cannot (other than Linux). */
export function reopen(fd: number, flags: number): number | null {
  try {
    return openSync(`/proc/self/fd/${fd}`, flags);
  } catch {
    return null;
  }
}

function socketSink(fd: number, ours: boolean): Sink {
  const socket = new Socket({ fd, readable: false, writable: true });
  // Each write reports its own error.
  socket.on("error", () => undefined);
  return {
    write: (chunk, done) => void socket.write(chunk, (error) => done(error ?? null)),
    close: () => {
      if (ours) socket.destroy();
      else socket.unref();
    },
  };
}

function writeNow(fd: number, chunk: Buffer, done: (error: Error | null) => void): void {
  try {
    for (let written = 0; written < chunk.length; ) written += writeSync(fd, chunk, written);
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
    return;
  }
  done(null);
}

function writeLater(fd: number, chunk: Buffer, done: (error: Error | null) => void): void {
  write(fd, chunk, (error, written) => {
    // Somebody who shares the terminal made it non-blocking: try again when it may have room.
    if (error?.code === "EAGAIN") setTimeout(() => writeLater(fd, chunk, done), 5);
    else if (error !== null || written >= chunk.length) done(error);
    else writeLater(fd, chunk.subarray(written), done);
  });
}

/**
 * Pipes for a command's streams. Named ones, opened and unlinked at once: what Node itself would make are
 * sockets, and a command that opens /dev/stdout or /dev/stderr cannot open a socket.
 *
 * @param targets the descriptors of ours that they lead to
 * @returns for each target a channel
 * @throws where no named pipe can be made
 */
export async function openPipes(targets: readonly number[]): Promise<Channel[]> {
  if (targets.length === 0) return [];
  const paths = await takePipes(targets.length);
  return targets.map((target, place) => {
    const path = paths[place] ?? "";
    // In this order: a pipe opens for writing at once when somebody reads.
    const source = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const childFd = openSync(path, constants.O_WRONLY);
    unlinkSync(path);
    return pipeChannel(source, childFd, target);
  });
}

function pipeChannel(source: number, childFd: number, target: number): Channel {
  let take: (chunk: Buffer) => void = () => undefined;
  const flow = passOn(() => openSink(target), (chunk) => take(chunk));
  const buffer = Buffer.allocUnsafeSlow(64 * 1024);
  // One buffer for all reads: an output of any size passes in the same memory.
  const onread = {
    buffer,
    callback: (length: number): boolean => {
      const more = flow.pass(buffer.subarray(0, length));
      if (!more) socket.pause();
      return more;
    },
  };
  const options = { fd: source, readable: true, writable: false, onread };
  const socket = new Socket(options);
  socket.pause();
  socket.on("error", () => undefined).on("close", flow.end);
  flow.on({ resume: () => void socket.resume(), stop: () => void socket.destroy() });
  return {
    childFd,
    start: (taker) => {
      take = taker;
      socket.resume();
    },
    ended: flow.ended,
    lastPassed: flow.lastPassed,
    leave: () => {
      socket.pause();
      const rest = reopen(source, constants.O_RDONLY);
      if (rest !== null) {
        spawn("cat", [], { stdio: [rest, target, "ignore"], detached: true }).on("error", () => undefined).unref();
        closeSync(rest);
      }
      socket.destroy();
    },
    resize: () => undefined,
  };
}

/** The flow between a source and a sink, one chunk at a time. */
export interface Flow {
  /** Passes a chunk on. False: wait for `resume` before you come with the next. */
  pass: (chunk: Buffer) => boolean;
  /** The source has come to its end. */
  end: () => void;
  on: (handlers: { resume: () => void; stop: () => void }) => void;
  ended: Promise<void>;
  lastPassed: () => number;
}

/** Joins a source with a sink, which is opened when there is something for it. Where the reader behind the sink is gone, the source is stopped, as a pipe's would be. */
export function passOn(open: () => Sink, take: (chunk: Buffer) => void): Flow {
  let sink: Sink | null = null;
  let handlers = { resume: (): void => undefined, stop: (): void => undefined };
  let last = monotonicMs();
  let writing = false;
  let over = false;
  let settle: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const finish = (): void => {
    sink?.close();
    settle();
  };
  return {
    pass(chunk) {
      take(chunk);
      let waited = false;
      writing = true;
      sink ??= open();
      sink.write(chunk, (error) => {
        writing = false;
        last = monotonicMs();
        if (error !== null) {
          over = true;
          handlers.stop();
        }
        if (over) finish();
        else if (waited) handlers.resume();
      });
      waited = writing;
      return !writing && !over;
    },
    end() {
      over = true;
      if (!writing) finish();
    },
    on: (given) => {
      handlers = given;
    },
    ended,
    lastPassed: () => (writing ? Number.POSITIVE_INFINITY : last),
  };
}
