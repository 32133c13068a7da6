import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ServedCheck, type ServeOptions, withServer } from "../../src/checks/serve.ts";
import { startServed } from "../../src/execute-served.ts";

let directory = "";
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "shipnote serve-")));
  // Answers /health by what its first argument says, and everything else with its own path.
  writeFileSync(join(directory, "server.mjs"), `
    import { createServer } from "node:http";
    const health = Number(process.argv[2] ?? 200);
    createServer((request, answer) => {
      answer.statusCode = request.url === "/health" ? health : 200;
      answer.end(request.url);
    }).listen(process.env.PORT, process.argv[3] ?? "127.0.0.1");
  `);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const node = JSON.stringify(process.execPath);

async function serve<T>(check: Partial<ServedCheck>, use: (origin: string) => Promise<T>, options: Partial<ServeOptions> = {}): Promise<T> {
  return withServer("page", { http: "http://shop.example.org:8000/articles/42", serve: `${node} server.mjs`, ready: "/health", ca: null, ...check }, {
    directory, env: {}, start: startServed, started: () => undefined, signal: new AbortController().signal, ...options,
  }, use);
}

async function isListening(origin: string): Promise<boolean> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    const socket = createConnection(Number(port), hostname.replace(/^\[|\]$/g, ""));
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

function isRunning(pid: number): boolean {
  try {
    // A process that has ended and that nobody waits for runs no more.
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

const idOf = async (name: string): Promise<number> => {
  for (let step = 0; step < 200 && !existsSync(join(directory, name)); step += 1) await wait(10);
  return Number(readFileSync(join(directory, name), "utf8"));
};

describe("withServer", () => {
  it("has a server on a free port of this machine while something works with it, and none afterwards", async () => {
    const leaders: number[] = [];
    const origin = await serve({}, async (at) => {
      expect(await (await fetch(`${at}/articles/42`)).text()).toBe("/articles/42");
      return at;
    }, { started: (leader) => leaders.push(leader) });
    expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect([await isListening(origin), leaders.map(isRunning)]).toEqual([false, [false]]);
  });

  it("keeps the host's name where it is this machine's", async () => {
    expect(await serve({ http: "http://localhost:8000/", serve: `${node} server.mjs 200 localhost` }, async (at) => new URL(at).hostname)).toBe("localhost");
  });

  it("takes any answer to the check's own URL where nothing says when it is ready", async () => {
    expect(await serve({ ready: null, serve: `${node} server.mjs 503` }, async () => "up")).toBe("up");
  });

  it("gives the server its environment", async () => {
    await serve({ serve: `echo "$OF_TREE" > seen; exec ${node} server.mjs` }, async () => undefined, { env: { OF_TREE: "one two" } });
    expect(readFileSync(join(directory, "seen"), "utf8")).toBe("one two\n");
  });

  it("stops it where the work fails", async () => {
    let origin = "";
    await expect(serve({}, async (at) => {
      origin = at;
      throw new Error("no");
    })).rejects.toThrow("no");
    expect(await isListening(origin)).toBe(false);
  });

  it("stops the children of a server as well, those that do not want to end, too", async () => {
    const stubborn = `sh -c 'trap "" TERM; echo $$ > child.tmp; mv child.tmp child; while :; do sleep 0.05; done' &`;
    const child = await serve({ serve: `${stubborn} ${node} server.mjs & wait` }, async () => {
      const pid = await idOf("child");
      expect(isRunning(pid)).toBe(true);
      return pid;
    });
    expect(isRunning(child)).toBe(false);
  });

  it.each<[string, Partial<ServedCheck>, RegExp]>([
    ["ends before it is ready", { serve: "echo 'no database' >&2; exit 3" }, /The server of page ended with 3 before it was ready\. It printed last:\n {2}no database/],
    ["is not there", { serve: "no-such-server" }, /ended with 127 before it was ready.*not found/s],
    ["goes to the background", { serve: `${node} server.mjs 503 &` }, /ended with 0 before it was ready/],
    ["is killed", { serve: "kill -KILL $$" }, /was ended by SIGKILL before it was ready\. It printed nothing\./],
    ["answers with an error for ever", { serve: `${node} server.mjs 503` }, /was not ready within 1 s \(\/health answered 503\)/],
    ["never listens", { serve: "sleep 100" }, /was not ready within 1 s \(connection refused\)/],
    ["takes connections and never answers", { serve: `exec ${node} -e 'require("net").createServer(() => {}).listen(process.env.PORT, "127.0.0.1")'` }, /was not ready within 1 s/],
  ])("refuses a server that %s, and leaves none", async (_, check, message) => {
    const leaders: number[] = [];
    await expect(serve(check, async () => undefined, { limitMs: 1000, started: (leader) => leaders.push(leader) }))
      .rejects.toMatchObject({ code: "check-failed", message: expect.stringMatching(message) });
    expect(leaders.map(isRunning)).toEqual([false]);
  });

  it("refuses a URL that is none, before anything is started", async () => {
    const start = async (): Promise<never> => expect.fail("It was started.");
    await expect(serve({ http: "http://127.0.0.1:port/" }, async () => undefined, { start })).rejects.toMatchObject({ code: "check-failed" });
    await expect(serve({ http: "http://${NOT_SET_ANYWHERE}/" }, async () => undefined, { start })).rejects.toMatchObject({ code: "check-failed" });
  });

  it("takes another port where somebody was faster", async () => {
    const first = `[ -e again ] || { touch again; echo 'Error: listen EADDRINUSE'; exit 1; }; exec ${node} server.mjs`;
    expect(await serve({ serve: first }, async () => "up")).toBe("up");
    await expect(serve({ serve: "echo 'Error: listen EADDRINUSE'; exit 1" }, async () => undefined)).rejects.toMatchObject({ code: "check-failed" });
  });

  it("ends the waiting when it is told to", async () => {
    const stop = new AbortController();
    const waiting = serve({ serve: "sleep 100" }, async () => undefined, { signal: stop.signal });
    setTimeout(() => stop.abort(), 100);
    await expect(waiting).rejects.toMatchObject({ code: "interrupted" });
  });

  it("reads what a server prints, however much", async () => {
    await serve({ serve: `yes 'a line of a log' & exec ${node} server.mjs` }, async (at) => {
      await wait(300);
      expect((await fetch(`${at}/health`)).status).toBe(200);
    });
  });
});
