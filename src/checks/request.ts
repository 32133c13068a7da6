import { type ClientRequest, type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";
import { monotonicMs } from "../execute-clock.ts";
import { Failure } from "../failure.ts";
import { failureReason } from "./request-reasons.ts";
import { connectionTo, type HttpTarget, mistake, type Options } from "./request-target.ts";

export type { HttpTarget };

/** A whole answer. */
export interface HttpAnswer {
  /** From the request's first byte written (on a connection that stands) to the answer's last byte read. */
  durationMs: number;
  status: number;
  /** Names in lower case; a header that came several times is joined by `, `. */
  headers: Readonly<Record<string, string>>;
  /** The first bytes of the body as they came, still encoded as `content-encoding` says. */
  body: Buffer;
  /** The size of the whole body as it came, in bytes. */
  bytes: number;
}

/** Why there is no whole answer: a few words of ours, which hold nothing of the URL, the headers or the answer. */
export interface HttpFailure {
  reason: string;
}

/** Sends one request after the other. */
export interface HttpClient {
  /**
   * @param options.keep how many bytes of the body to hand over; 0 by default
   * @throws Failure `interrupted` once `signal` is aborted
   */
  request: (options?: { keep?: number; signal?: AbortSignal | undefined }) => Promise<HttpAnswer | HttpFailure>;
  close: () => void;
}

/** Timers cannot wait longer, in milliseconds. */
const longestTimer = 2 ** 31 - 1;
/** A server does not give up a connection that rested less than this, in milliseconds: what breaks then is an error. */
const restMs = 1000;
/** How long to wait for `100 Continue` before the body is sent all the same, in milliseconds; curl waits as long. */
const continuePatience = 1000;

/**
 * A client for one target, over one connection that is kept alive. Redirects are not followed, nothing is decoded,
 * no proxy is used.
 *
 * A server may close a connection that rests just when the next request is on its way. Where a request on one that
 * rested a second or more fails before a byte of the answer, it is sent once more, on a new connection (RFC 9112,
 * section 9.3.1), and the time is that of the second. Browsers and curl do so after any rest; but a server whose
 * process dies at a request looks the same, and must not go uncounted.
 *
 * @throws Failure `check-failed` where the target cannot be requested: no URL, no header, no certificate
 */
export function openClient(target: HttpTarget): HttpClient {
  const options = connectionTo(target);
  let answeredAt = -Infinity;
  return {
    async request({ keep = 0, signal } = {}) {
      const stop = new AbortController();
      const abort = (): void => stop.abort();
      const rested = monotonicMs() - answeredAt >= restMs;
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        abort();
      }, Math.min(target.timeoutMs, longestTimer));
      signal?.addEventListener("abort", abort);
      try {
        for (let attempt = 1; ; attempt += 1) {
          const outcome = signal?.aborted ? null : await exchange(options, target, { keep, signal: stop.signal });
          if (outcome === null || signal?.aborted) throw interrupted();
          if (!("reason" in outcome)) {
            answeredAt = monotonicMs();
            return outcome;
          }
          if (late) return { reason: `no whole answer within ${target.timeoutMs / 1000} s` };
          if (!outcome.stale || !rested || attempt > 1) return { reason: outcome.reason };
        }
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      }
    },
    close: () => options.agent.destroy(),
  };
}

/**
 * Fills `${NAME}` from the environment. What comes out may hold a secret: it is sent, and neither kept nor shown.
 *
 * @throws Failure `check-failed` naming the variable that is not set
 */
export function fillEnvironment(text: string): string {
  return text.replace(/\$\{([A-Za-z_]\w*)\}/g, (_, name: string) => {
    const value = process.env[name];
    if (value !== undefined) return value;
    throw mistake(`The environment variable ${name} is not set`, `a value for \${${name}}, which the configuration names`);
  });
}

/** Where a request cannot even be sent, the Failure says of which check. */
export async function inNameOf<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "check-failed") throw error;
    throw new Failure(error.code, `${name} could not be run: ${error.message}`, { expected: error.expected, retry: error.retry, cause: error });
  }
}

/** `stale`: the connection had been kept, and broke before a byte of the answer came. */
type Outcome = HttpAnswer | (HttpFailure & { stale: boolean });

async function exchange(options: Options, { body }: HttpTarget, { keep, signal }: { keep: number; signal: AbortSignal }): Promise<Outcome> {
  return new Promise((resolve) => {
    let began = 0;
    let readBefore = 0;
    let answer: IncomingMessage | null = null;
    const request = (options.protocol === "https:" ? requestSecure : requestPlain)(options);
    const leave = (): void => finish({ reason: "", stale: false });
    const finish = (outcome: Outcome): void => {
      signal.removeEventListener("abort", leave);
      // An answer that came before the whole request was read leaves a connection that nobody can use again.
      if ("reason" in outcome || !request.writableFinished) request.destroy();
      resolve(outcome);
    };
    const fail = (error: unknown): void => {
      const silent = answer === null && (request.socket?.bytesRead ?? 0) === readBefore;
      finish({ reason: failureReason(error, { begun: answer !== null }), stale: request.reusedSocket && silent });
    };
    request.on("socket", (socket) => {
      readBefore = socket.bytesRead;
      const start = (): void => {
        began = monotonicMs();
      };
      if (socket.connecting) socket.once(options.protocol === "https:" ? "secureConnect" : "connect", start);
      else start();
    });
    request.on("error", fail);
    request.on("upgrade", (_, socket) => {
      socket.destroy();
      finish({ reason: "status 101, a change to another protocol", stale: false });
    });
    request.on("response", (response) => {
      answer = response;
      const kept: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        if (bytes < keep) kept.push(chunk.subarray(0, keep - bytes));
        bytes += chunk.length;
      });
      response.on("error", fail);
      response.on("end", () => {
        const durationMs = monotonicMs() - began;
        finish({ durationMs, status: response.statusCode ?? 0, headers: joined(response.headers), body: Buffer.concat(kept), bytes });
      });
    });
    signal.addEventListener("abort", leave);
    send(request, body);
  });
}

/** With `Expect: 100-continue` the body waits for the server's word (RFC 9110, section 10.1.1). */
function send(request: ClientRequest, body: string | null): void {
  if (body === null || !/^100-continue$/i.test(String(request.getHeader("expect") ?? ""))) {
    request.end(body ?? undefined);
    return;
  }
  const go = (): void => {
    clearTimeout(timer);
    if (!request.destroyed && !request.writableEnded) request.end(body);
  };
  const timer = setTimeout(go, continuePatience);
  request.once("continue", go);
  request.once("close", () => clearTimeout(timer));
  request.flushHeaders();
}

function joined(headers: IncomingMessage["headers"]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]));
}

function interrupted(): Failure {
  return new Failure("interrupted", "Interrupted while an answer was awaited.", { expected: "time for the whole answer", retry: true });
}
