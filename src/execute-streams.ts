import type { Readable } from "node:stream";
import { monotonicMs } from "./execute-clock.ts";

/** How much of a stream is handed over, in bytes; what is beyond is read all the same, so that nobody waits to print it. */
const streamLimit = 64 * 1024 * 1024;
/** How long a stream may stay open, and silent, and open at all, in the hands of what outlives its command. */
const silenceMs = 50;
const patienceMs = 500;

/** One stream of a command, taken as it comes. */
export interface TakenStream {
  /** Once the command is over: waits until all that it printed has been read, but for nobody who outlives it. */
  ended: () => Promise<void>;
  /** The first 64 MiB. */
  text: () => string;
  /** Whether there was more. */
  cut: () => boolean;
}

/**
 * @param stream null where there is none, and so nothing to take
 * @param pass gets every chunk, whatever the limit
 */
export function takeStream(stream: Readable | null, pass: (chunk: Buffer) => void): TakenStream {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream?.on("data", (chunk: Buffer) => {
    pass(chunk);
    if (bytes < streamLimit) chunks.push(chunk.subarray(0, streamLimit - bytes));
    bytes += chunk.length;
  });
  // It ends in any case; what was read until then counts.
  stream?.on("error", () => undefined);
  return {
    async ended() {
      const end = monotonicMs() + patienceMs;
      for (let before = -1; before !== bytes && monotonicMs() < end; ) {
        before = bytes;
        if (await closes(stream)) return;
      }
      stream?.destroy();
    },
    text: () => Buffer.concat(chunks).toString("utf8"),
    cut: () => bytes > streamLimit,
  };
}

async function closes(stream: Readable | null): Promise<boolean> {
  if (stream === null || stream.closed) return true;
  return new Promise((resolve) => {
    const closed = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    const timer = setTimeout(() => {
      stream.off("close", closed);
      // What lay there while this process was busy is read before the silence counts.
      setImmediate(() => resolve(stream.closed));
    }, silenceMs);
    stream.once("close", closed);
  });
}
