import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { resolve } from "node:path";
import type { Served, StartServed } from "../execute-served.ts";
import { Failure } from "../failure.ts";
import { fillEnvironment, openClient } from "./request.ts";

/** As much of an http check as its server needs. */
export interface ServedCheck {
  http: string;
  serve: string;
  /** The path that answers 2xx once the server is up; null: any answer to the check's own URL will do. */
  ready: string | null;
  ca: string | null;
}

/** Where a server runs, and who starts it. */
export interface ServeOptions {
  /** The root of the side's tree, absolute. */
  directory: string;
  /** Added to our environment, beside PORT. */
  env: Readonly<Record<string, string>>;
  start: StartServed;
  /** Told the leader of the server's process group as soon as it runs. */
  started: (leader: number) => void;
  /** Ends the waiting. */
  signal: AbortSignal;
  /** How long the server may take until it answers. */
  limitMs?: number;
}

const readyLimitMs = 60_000;
/** How long one question may take; a server that is just starting may hang for a while. */
const answerLimitMs = 5000;
const betweenMs = 50;
/** So many lines of what a server printed are told of. */
const toldLines = 15;
/** Somebody may take the free port before the server does. */
const attempts = 3;

/**
 * Has a server of a check at hand while something works with it; it is stopped with all its children, whatever happens.
 *
 * @param use gets the server's origin, such as `http://127.0.0.1:41234`
 * @throws Failure `check-failed` where the server ends or does not get ready in time, with the end of what it printed;
 *   `interrupted`
 */
export async function withServer<T>(name: string, check: ServedCheck, options: ServeOptions, use: (origin: string) => Promise<T>): Promise<T> {
  const address = fillEnvironment(check.http);
  if (!URL.canParse(address)) {
    throw new Failure("check-failed", `The URL of ${name} is none once the environment is filled in.`, { expected: "an http or https URL", retry: true });
  }
  const { hostname, protocol, pathname, search } = new URL(address);
  const ready = check.ready ?? pathname + search;
  for (let attempt = 1; ; attempt += 1) {
    // A side's server is on this machine, wherever the one is that the URL names.
    const host = isLoopback(hostname) ? hostname : "127.0.0.1";
    const port = await freePort(host.replace(/^\[|\]$/g, ""));
    const origin = `${protocol}//${host}:${port}`;
    const server = await options.start(check.serve, { cwd: options.directory, env: { ...options.env, PORT: String(port) } });
    try {
      options.started(server.pid);
      const trouble = await untilReady({ ...check, url: new URL(`${origin}${ready}`) }, server, options);
      if (trouble === null) return await use(origin);
      const said = server.tail();
      if (attempt === attempts || !/EADDRINUSE|address already in use/i.test(said)) throw notReady(name, trouble, said);
    } finally {
      await server.stop();
    }
  }
}

/** null: it is up; else why it is not. @throws Failure `interrupted` */
async function untilReady(
  check: ServedCheck & { url: URL },
  server: Served,
  { directory, signal, limitMs = readyLimitMs }: ServeOptions,
): Promise<string | null> {
  const { url } = check;
  const client = openClient({
    url: url.href, method: "GET", headers: {}, body: null, socket: null,
    ca: check.ca === null ? null : resolve(directory, check.ca), timeoutMs: Math.min(answerLimitMs, limitMs),
  });
  let end: Awaited<Served["ended"]> | null = null;
  void server.ended.then((ended) => {
    end = ended;
  });
  let last = "it did not answer";
  try {
    for (const until = performance.now() + limitMs; performance.now() < until;) {
      if (signal.aborted) throw interrupted();
      if (end !== null) return endingOf(end);
      const answer = await client.request({ keep: 0, signal });
      if ("status" in answer) {
        // Another program's answer on the port would be no proof.
        if (end === null && (check.ready === null || (answer.status >= 200 && answer.status < 300))) return null;
        last = `${url.pathname} answered ${answer.status}`;
      } else {
        last = answer.reason;
      }
      await wait(betweenMs);
    }
  } finally {
    client.close();
  }
  return `was not ready within ${limitMs / 1000} s (${last})`;
}

function endingOf({ exitCode, signal }: Awaited<Served["ended"]>): string {
  return exitCode === null ? `was ended by ${signal ?? "a signal"} before it was ready` : `ended with ${exitCode} before it was ready`;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** A port that nobody listens on. */
async function freePort(host: string): Promise<number> {
  return new Promise((done, broken) => {
    const server = createServer();
    server.on("error", (cause) => broken(new Failure("check-failed", `No port is free on ${host}: ${cause.message}.`, {
      expected: "an address of this machine that a server may listen on", retry: true, cause,
    })));
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

function notReady(name: string, trouble: string, said: string): Failure {
  const lines = said.trim().split("\n").filter((line) => line !== "").slice(-toldLines);
  return new Failure("check-failed", [`The server of ${name} ${trouble}.${lines.length === 0 ? " It printed nothing." : " It printed last:"}`, ...lines.map((line) => `  ${line}`)].join("\n"), {
    expected: "a `serve:` command that listens on $PORT and answers `ready:` with 2xx",
    retry: true,
  });
}

function interrupted(): Failure {
  return new Failure("interrupted", "Interrupted.", { expected: "time for the server to get ready", retry: true });
}
