import { writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import type { Surroundings } from "../../src/checks/check.ts";
import { type HttpCheck, startHttp } from "../../src/checks/http.ts";
import { configSchema } from "../../src/config-schema.ts";
import { Failure } from "../../src/failure.ts";
import type { Yielded } from "../../src/record/yielded.ts";
import { closeServers, makeCertificates, makeScratch, serve, serveRaw, serveSecure } from "./servers.ts";
import { stubRun } from "./stub.ts";

afterEach(() => vi.unstubAllEnvs());
afterAll(closeServers);

type Answer = (request: IncomingMessage, response: ServerResponse, number: number) => void;

/** A check as a configuration file has it. */
function configured(settings: object): HttpCheck {
  const found = configSchema.parse({ checks: { page: settings } }).checks["page"];
  if (found?.kind !== "http") throw new Error("no http check");
  return found;
}
const surroundings = (known: Partial<Surroundings> = {}): Surroundings => ({ directory: "/nowhere", run: stubRun({}).run, ...known });

/** Runs a check's rounds, and tells what they yielded by metric and stratum. */
async function measured(settings: object, known: Partial<Surroundings> = {}, rounds?: number): Promise<Record<string, Yielded>> {
  const check = configured(settings);
  const running = startHttp("page", check, surroundings(known));
  for (let round = 1; round <= (rounds ?? running.rounds); round += 1) await running.round(round);
  running.close?.();
  const { metrics, problem } = running.finish();
  expect(problem).toBeNull();
  return Object.fromEntries(metrics.map((metric) => [metric.stratum === null ? metric.metric : `${metric.metric} ${metric.stratum}`, metric]));
}

/** A server that counts its requests from 1. */
async function counting(answer: Answer): Promise<{ origin: string; port: number; requests: () => number }> {
  let number = 0;
  const server = await serve((request, response) => {
    number += 1;
    answer(request, response, number);
  });
  return { ...server, requests: () => number };
}
const ok: Answer = (_, response) => response.end("hello");

describe("an HTTP check", () => {
  it("has a time, an error rate and a size", async () => {
    const server = await counting(ok);
    const found = await measured({ http: server.origin, samples: 6, rounds: 3, warmup: 2 });
    expect(Object.keys(found)).toEqual(["response-time", "error-rate", "body-size"]);
    expect(found["response-time"]).toMatchObject({ unit: "ms", better: "lower", rounds: [1, 1, 2, 2, 3, 3], rate: null, value: null });
    expect(found["response-time"]?.samples.every((time) => time > 0 && time < 5000)).toBe(true);
    expect(found["error-rate"]).toMatchObject({ unit: "ratio", better: "lower", rate: { events: 0, count: 6 }, details: {} });
    expect(found["body-size"]).toMatchObject({ unit: "bytes", better: "none", value: null, samples: found["response-time"]?.samples.map(() => 5) });
    expect(server.requests()).toBe(8);
  });

  it.each([
    [10, 4, undefined, [1, 1, 2, 2, 2, 3, 3, 4, 4, 4]],
    [3, 3, undefined, [1, 2, 3]],
    [7, 2, 4, [1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4]],
  ])("takes %i samples in %i rounds (%j are asked for)", async (samples, rounds, asked, expected) => {
    const server = await counting(ok);
    const found = await measured({ http: server.origin, samples, rounds, warmup: 0 }, {}, asked);
    expect(found["response-time"]?.rounds).toEqual(expected);
  });

  it("tells times by what the cache did, and how much came out of it", async () => {
    const server = await counting((_, response, number) => {
      if (number !== 6) response.setHeader("X-Cache", number % 3 === 0 ? "MISS" : number === 1 ? "EXPIRED" : "HIT");
      response.end("hello");
    });
    const found = await measured({ http: server.origin, samples: 7, rounds: 7, warmup: 0, cache: "X-Cache" });
    expect(Object.entries(found).map(([name, { rounds, rate }]) => [name, rate ?? rounds])).toEqual([
      ["response-time expired", [1]], ["response-time hit", [2, 4, 5, 7]], ["response-time miss", [3]], ["response-time none", [6]],
      ["error-rate", { events: 0, count: 7 }], ["cache-hit-rate", { events: 4, count: 7 }], ["body-size", [1, 2, 3, 4, 5, 6, 7]],
    ]);
    expect(found["cache-hit-rate"]).toMatchObject({ unit: "ratio", better: "higher" });
  });

  it("has samples of a size that is not always the same", async () => {
    const server = await counting((_, response, number) => response.end("x".repeat(number)));
    expect((await measured({ http: server.origin, samples: 3, rounds: 3, warmup: 1 }))["body-size"]).toMatchObject({ value: null, samples: [2, 3, 4], rounds: [1, 2, 3] });
  });

  it("measures the size on its way, packed as it is", async () => {
    const packed = gzipSync("hello ".repeat(1000));
    const server = await counting((request, response) => {
      response.setHeader("content-encoding", String(request.headers["accept-encoding"]));
      response.end(packed);
    });
    const found = await measured({ http: server.origin, samples: 1, rounds: 1, headers: { "Accept-Encoding": "gzip" }, expect: { body: "hello hello $" } });
    expect([found["body-size"]?.samples, found["error-rate"]?.rate]).toEqual([[packed.length], { events: 0, count: 1 }]);
  });

  it("waits between two samples, also of two rounds, and not before the first", async () => {
    const server = await counting(ok);
    await measured({ http: server.origin, samples: 1, rounds: 1, warmup: 5, pause: "1h" });
    const began = performance.now();
    await measured({ http: server.origin, samples: 3, rounds: 3, warmup: 5, pause: "100ms" });
    expect(performance.now() - began).toBeGreaterThan(195);
  });

  it("asks another server for the same page where a side has its own", async () => {
    const seen: unknown[] = [];
    const server = await counting((request, response) => {
      seen.push([request.url, request.headers.host, request.headers.authorization]);
      response.end();
    });
    for (const http of ["https://ada:pass@articles.example:8443/a%20b?q=1", "http://articles.example", "http://articles.example?q=@"]) {
      await measured({ http, socket: "/nowhere.sock", samples: 1, rounds: 1, warmup: 0 }, { origin: server.origin });
    }
    const host = server.origin.slice(7);
    expect(seen).toEqual([["/a%20b?q=1", host, `Basic ${Buffer.from("ada:pass").toString("base64")}`], ["/", host, undefined], ["/?q=@", host, undefined]]);
  });

  it("finds ca and socket from the root of the tree, and sends what the environment holds", async () => {
    const directory = makeScratch();
    const secure = await serveSecure(makeCertificates(directory, "localhost"), (_, response) => response.end());
    const trusted = await measured({ http: `https://localhost:${secure.port}/`, ca: "ca.pem", samples: 1, rounds: 1 }, { directory });
    expect(trusted["error-rate"]?.rate).toEqual({ events: 0, count: 1 });
    const seen: unknown[] = [];
    await serve((request, response) => {
      request.on("data", (body: Buffer) => seen.push([request.url, request.headers["x-token"], body.toString()]));
      request.on("end", () => response.end());
    }, { path: join(directory, "app.sock") });
    vi.stubEnv("PAGE_ID", "42");
    vi.stubEnv("PAGE_TOKEN", "s3cret");
    await measured({ http: "http://localhost/${PAGE_ID}", socket: "app.sock", method: "PUT", headers: { "X-Token": "t ${PAGE_TOKEN}" }, body: "${PAGE_ID}!", samples: 1, rounds: 1, warmup: 0 }, { directory });
    expect(seen).toEqual([["/42", "t s3cret", "42!"]]);
  });
});

describe("a request that fails", () => {
  it.each<[string, object, Answer, string | null]>([
    ["any 2xx", {}, (_, response) => response.writeHead(204).end(), null],
    ["another status", {}, (_, response) => response.writeHead(404).end(), "status 404"],
    ["not modified", {}, (_, response) => response.writeHead(304).end(), "status 304"],
    ["a redirect", {}, (_, response) => response.writeHead(302, { location: "/x" }).end(), "status 302, a redirect to another address: name the final address, or expect its status"],
    ["a redirect that is expected", { expect: { status: 302 } }, (_, response) => response.writeHead(302, { location: "/x" }).end(), null],
    ["a status that is not expected", { expect: { status: 404 } }, ok, "status 200, not 404"],
    ["a body that matches", { expect: { body: "^h.l+o$" } }, ok, null],
    ["a body that does not", { expect: { body: "^bye" } }, ok, "the body does not match"],
    ["a body that matches too late", { expect: { body: "bye" } }, (_, response) => response.end(`${"x".repeat(8 << 20)} bye`), "the first 8 MiB of the body do not match"],
    ["a cache that does", { expect: { cache: "BYPASS" }, cache: "x-c" }, (_, response) => response.writeHead(200, { "x-c": "bypass" }).end(), null],
    ["a cache that does not", { expect: { cache: "bypass" }, cache: "x-c" }, (_, response) => response.writeHead(200, { "x-c": "HIT" }).end(), "cache hit, not bypass"],
    ["a cache that says nothing", { expect: { cache: "bypass" }, cache: "x-c" }, ok, "cache none, not bypass"],
    ["a cache's own word", { expect: { cache: "redis" }, cache: "x-c" }, (_, response) => response.writeHead(200, { "x-c": "Redis" }).end(), null],
  ])("is told from a good one: %s", async (_, settings, answer, reason) => {
    const server = await counting(answer);
    const found = await measured({ http: server.origin, samples: 2, rounds: 1, warmup: 0, ...settings });
    expect(found["error-rate"]).toMatchObject({ rate: { events: reason === null ? 0 : 2, count: 2 }, details: reason === null ? {} : { errors: [{ reason, count: 2 }] } });
    expect(Object.keys(found).includes("response-time") || Object.keys(found).some((name) => name.startsWith("response-time "))).toBe(reason === null);
  });

  it("has no time; the others keep theirs, and reasons come by how often", async () => {
    const server = await counting((_, response, number) => {
      if (number === 2) response.writeHead(500).end();
      else if (number === 3 || number === 5) response.destroy();
      else response.end("hello");
    });
    const found = await measured({ http: server.origin, samples: 6, rounds: 3, warmup: 0 });
    expect(found["response-time"]?.rounds).toEqual([1, 2, 3]);
    expect(found["error-rate"]).toMatchObject({
      rate: { events: 3, count: 6 },
      details: { errors: [{ reason: "the connection was closed before an answer", count: 2 }, { reason: "status 500", count: 1 }] },
    });
    expect(new Set(found["body-size"]?.samples)).toEqual(new Set([5]));
  });

  it("is told apart from at most ten others", async () => {
    const server = await counting((_, response, number) => response.writeHead(400 + (number > 12 ? 12 : number)).end());
    const { errors } = (await measured({ http: server.origin, samples: 13, rounds: 1, warmup: 0 }))["error-rate"]?.details ?? {};
    expect(errors).toHaveLength(10);
    expect(errors?.slice(0, 3)).toEqual([{ reason: "status 412", count: 2 }, { reason: "status 401", count: 1 }, { reason: "status 402", count: 1 }]);
  });

  it("like all others leaves an error rate alone, and that is data", async () => {
    const refused = await measured({ http: "http://127.0.0.1:1/", samples: 4, rounds: 2, cache: "x-cache" });
    expect(refused).toEqual({ "error-rate": expect.objectContaining({ rate: { events: 4, count: 4 }, details: { errors: [{ reason: "connection refused", count: 4 }] } }) });
    const silent = await serveRaw(() => undefined);
    const late = await measured({ http: silent.origin, samples: 2, rounds: 2, timeout: "100ms" });
    expect(late["error-rate"]?.details).toEqual({ errors: [{ reason: "no whole answer within 0.1 s", count: 2 }] });
    // One to warm up, and no more of those where nobody answers.
    expect(silent.connections()).toBe(3);
  });

  it("while warming up is counted nowhere", async () => {
    const server = await counting((_, response, number) => (number <= 3 ? response.writeHead(503).end() : response.end("hello")));
    expect((await measured({ http: server.origin, samples: 2, rounds: 1 }))["error-rate"]?.rate).toEqual({ events: 0, count: 2 });
  });
});

describe("a check that cannot be run", () => {
  const failing = async (settings: object, known: Partial<Surroundings> = {}): Promise<Failure> => {
    const running = startHttp("page", configured(settings), surroundings(known));
    const failure: unknown = await running.round(1).catch((error: unknown) => error);
    expect(running.finish()).toEqual({ metrics: [], problem: null });
    if (failure instanceof Failure) return failure;
    throw new Error("it could be run");
  };

  it.each<[string, object, string]>([
    ["a variable that is not set", { headers: { authorization: "Bearer ${NOT_SET_HERE}" } }, "page could not be run: The environment variable NOT_SET_HERE is not set."],
    ["a header of two lines", { headers: { "X-Token": "${TWO_LINES}" } }, 'page could not be run: The header "X-Token" cannot be sent.'],
    ["a ca that is not there", { ca: "certs/none.pem", http: "https://127.0.0.1:1/" }, "page could not be run: The certificates in /nowhere/certs/none.pem cannot be read."],
    ["an address that is none", { http: "http://${TWO_LINES}:x/" }, "page could not be run: What is to be requested is no URL once the environment's values are in it."],
  ])("for %s", async (_, settings, message) => {
    vi.stubEnv("TWO_LINES", "s3cret\ns3cret");
    expect(await failing({ http: "http://127.0.0.1:1/", ...settings })).toMatchObject({ code: "check-failed", exitStatus: 4, message });
  });

  it("for a pattern that never ends", async () => {
    const server = await counting((_, response) => response.end(`${"a".repeat(60)}b`));
    expect((await failing({ http: server.origin, expect: { body: "^(a+)+$" } })).message).toBe("The pattern of the body of page did not end within 2 s: ^(a+)+$.");
  });
});

describe("an interrupt", () => {
  it("keeps the samples that were taken, and ends the request that is on its way, or the pause", async () => {
    const stop = new AbortController();
    const server = await serveRaw((socket, _, number) => {
      if (number === 3) stop.abort();
      else socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    });
    const running = startHttp("page", configured({ http: server.origin, samples: 9, rounds: 3, warmup: 0 }), surroundings({ signal: stop.signal }));
    await expect(running.round(1)).rejects.toMatchObject({ code: "interrupted" });
    expect(running.finish().metrics.find(({ metric }) => metric === "error-rate")?.rate).toEqual({ events: 0, count: 2 });

    const later = new AbortController();
    const quick = await counting((_, response) => response.end(() => setTimeout(() => later.abort(), 50)));
    const paused = startHttp("page", configured({ http: quick.origin, samples: 2, rounds: 1, warmup: 0, pause: "1h" }), surroundings({ signal: later.signal }));
    await expect(paused.round(1)).rejects.toMatchObject({ code: "interrupted" });
    expect(paused.finish().metrics).toHaveLength(3);
  });
});

describe("secrets", () => {
  it("are in no metric and in no failure", async () => {
    vi.stubEnv("PAGE_TOKEN", "s3cret");
    const directory = makeScratch();
    writeFileSync(join(directory, "ca.pem"), "none");
    const leaking = await counting((request, response) => response.writeHead(500, String(request.headers["x-token"]), { "x-cache": String(request.url) }).end(String(request.url)));
    const settings = { http: `${leaking.origin.replace("//", "//u:${PAGE_TOKEN}@")}/\${PAGE_TOKEN}`, headers: { "x-token": "${PAGE_TOKEN}" }, cache: "x-cache", samples: 1, rounds: 1 };
    const found = [await measured(settings), await measured({ ...settings, expect: { status: 500 } }), await measured({ ...settings, expect: { status: 500, body: "x", cache: "hit" } }), await measured({ ...settings, http: "http://u:${PAGE_TOKEN}@127.0.0.1:1/${PAGE_TOKEN}" })];
    expect(JSON.stringify(found)).not.toContain("s3cret");
    const running = startHttp("page", configured({ ...settings, http: "https://u:${PAGE_TOKEN}@h/", ca: "ca.pem" }), surroundings({ directory }));
    const failure: unknown = await running.round(1).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(JSON.stringify(failure) + String(failure)).not.toContain("s3cret");
  });
});
