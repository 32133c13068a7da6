import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import type { MeasuredMetric, Metric } from "../../src/record/schema.ts";
import { closeServers, makeCertificates, serve, serveRaw, serveSecure } from "../checks/servers.ts";
import { fixtureEnvironment } from "../git-fixture.ts";
import { type Life, makeLife, removeAll } from "./life.ts";
import { type Answer, failure, node } from "./tool.ts";

afterAll(() => {
  closeServers();
  removeAll();
});

/** Runs the packed tool while this process goes on, for it is the server. */
async function call(life: Life, args: readonly string[], env: Record<string, string> = {}): Promise<Answer> {
  const { GIT_AUTHOR_DATE: _author, GIT_COMMITTER_DATE: _committer, NODE_EXTRA_CA_CERTS: _certificates, ...environment } = fixtureEnvironment(0);
  const child = spawn(node, [inject("tool"), ...args], { cwd: life.directory, env: { ...environment, CI: "", ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (text: Buffer) => {
    stdout += text.toString();
  });
  child.stderr.on("data", (text: Buffer) => {
    stderr += text.toString();
  });
  return new Promise((resolve) => {
    child.on("close", (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
}

/** `before --json`'s metrics: `metric (stratum)`, and `events of count`, how many samples (of a size, their median), or the value. */
function shown(answer: Answer): Record<string, unknown> {
  const { metrics } = JSON.parse(answer.stdout) as { metrics: MeasuredMetric[] };
  return Object.fromEntries(metrics.map(({ metric, stratum, unit, measurement: { events, count, samples, value, details } }) => [
    stratum === null ? metric : `${metric} (${stratum})`,
    events === null ? (samples.length > 0 && unit !== "bytes" ? samples.length : value) : [`${events} of ${count}`, ...(details.errors ?? []).map(({ reason, count: times }) => `${times} ${reason}`)].join(", "),
  ]));
}

function withCheck(settings: object): Life {
  const life = makeLife();
  life.commit("Base", { "shipnote.config.json": JSON.stringify({ checks: { page: settings } }) });
  return life;
}

/** Every file of the git directory and the work tree, as text. */
function everyFile(folder: string): string {
  return readdirSync(folder, { withFileTypes: true }).map((entry) =>
    entry.isDirectory() ? everyFile(join(folder, entry.name)) : entry.isFile() ? `${entry.name}\n${readFileSync(join(folder, entry.name), "latin1")}` : "").join("\n");
}

/** A page behind a cache that has it for all requests but every `misses`th. */
const cached = (misses: number, delay: number): RequestListener => {
  let number = 0;
  return (_, response) => {
    number += 1;
    const isMiss = number % misses === 0;
    response.setHeader("X-Cache", isMiss ? "MISS" : "HIT");
    setTimeout(() => response.end("article"), isMiss ? delay : 0);
  };
};

describe("before and after of a page", () => {
  it("tell strata, errors and sizes apart, from measuring to the record", async () => {
    let answer = cached(3, 30);
    const server = await serve((request, response) => answer(request, response));
    const life = withCheck({ http: `${server.origin}/articles/42`, cache: "x-cache", samples: 30, rounds: 10, warmup: 0 });
    const before = await call(life, ["before", "--json"]);
    expect([before.status, shown(before)]).toEqual([0, {
      "response-time (hit)": 20, "response-time (miss)": 10, "error-rate": "0 of 30", "cache-hit-rate": "20 of 30", "body-size": 7,
    }]);
    life.commit("Warm the cache");
    answer = cached(15, 30);
    const after = await call(life, ["after", "--json"]);
    expect(after.status).toBe(0);
    const { metrics } = JSON.parse(after.stdout) as { metrics: Metric[] };
    const sides = metrics.map(({ metric, stratum, before, after }) => [metric, stratum, before?.count ?? null, after?.count ?? null, after?.events ?? null]);
    expect(sides).toEqual(expect.arrayContaining([
      ["response-time", "hit", 20, 28, null], ["response-time", "miss", 10, 2, null], ["error-rate", null, 30, 30, 0], ["cache-hit-rate", null, 30, 30, 28],
    ]));
    expect(metrics.find(({ stratum }) => stratum === "miss")?.comparison?.verdict).not.toBe("improved");
    const { path, record } = life.record();
    expect(record.metrics.filter(({ metric }) => metric === "response-time").map(({ stratum, before, after }) => [stratum, before?.count, after?.count])).toEqual([["hit", 20, 28], ["miss", 10, 2]]);
    expect(life.read(path)).toMatch(/^\| `page` .*miss.* \(10\) \| .* \(2\) \|/m);
  });

  it("say where every request failed, and keep that as data", async () => {
    const life = withCheck({ http: "http://127.0.0.1:1/", samples: 10 });
    const refused = await call(life, ["before"]);
    expect(refused.status).toBe(0);
    expect(refused.stdout).toContain("page error-rate: 10 of 10");
    expect(refused.stderr).toContain("each of 10 requests of page failed");
    expect(shown(await call(life, ["before", "--json"]))).toEqual({ "error-rate": "10 of 10, 10 connection refused" });
  });

  it("count a redirect, silence, half an answer and garbage as errors with their reasons", async () => {
    const page = async (origin: string): Promise<unknown> => shown(await call(withCheck({ http: origin, samples: 2, rounds: 2, warmup: 0, timeout: "200ms" }), ["before", "--json"]));
    const moved = await serve((_, response) => response.writeHead(301, { location: "http://127.0.0.1:1/" }).end());
    expect(await page(moved.origin)).toEqual({ "error-rate": "2 of 2, 2 status 301, a redirect to another address: name the final address, or expect its status" });
    expect(await page((await serveRaw(() => undefined)).origin)).toEqual({ "error-rate": "2 of 2, 2 no whole answer within 0.2 s" });
    const endless = await serve((_, response) => {
      const timer = setInterval(() => response.write("x".repeat(1000)), 5);
      response.on("close", () => clearInterval(timer));
    });
    expect(await page(endless.origin)).toEqual({ "error-rate": "2 of 2, 2 no whole answer within 0.2 s" });
    expect(await page((await serveRaw((socket) => void socket.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"))).origin)).toEqual({ "error-rate": "2 of 2, 2 the connection was closed mid-way" });
    expect(await page((await serveRaw((socket) => void socket.end("\u0001\u0002\r\n\r\n"))).origin)).toEqual({ "error-rate": "2 of 2, 2 the answer is not HTTP" });
  });

  it("reach a server with a root of its own, and one behind a Unix socket", async () => {
    const life = makeLife();
    const server = await serveSecure(makeCertificates(life.directory, "localhost"), (_, response) => response.end("secure"));
    await serve((_, response) => response.end("by socket"), { path: join(life.directory, "app.sock") });
    const one = { samples: 1, rounds: 1, warmup: 0 };
    life.write("shipnote.config.json", JSON.stringify({ checks: {
      trusted: { http: `https://localhost:${server.port}/`, ca: "ca.pem", ...one }, untrusted: { http: `https://localhost:${server.port}/`, ...one },
      socket: { http: "http://localhost/", socket: "app.sock", ...one },
    } }));
    expect(shown(await call(life, ["before", "--json", "--only", "trusted"]))).toMatchObject({ "error-rate": "0 of 1", "body-size": 6 });
    expect(shown(await call(life, ["before", "--json", "--only", "untrusted"]))).toEqual({ "error-rate": "1 of 1, 1 certificate not trusted: its issuer is not known" });
    expect(shown(await call(life, ["before", "--json", "--only", "socket"]))).toMatchObject({ "error-rate": "0 of 1", "body-size": 9 });
  });
});

describe("what is taken from the environment", () => {
  it("is sent, and neither kept nor shown", async () => {
    const secret = "plain-words-that-no-rule-knows";
    const seen: unknown[] = [];
    const server = await serve((request, response) => {
      seen.push([request.url, request.headers.authorization]);
      response.writeHead(seen.length % 2 === 0 ? 500 : 200, { "x-cache": String(request.headers.authorization) }).end();
    });
    const life = withCheck({ http: `${server.origin}/?t=\${TOKEN}`, headers: { authorization: "Bearer ${TOKEN}" }, cache: "x-cache", samples: 4, rounds: 4, warmup: 0 });
    const answers = [await call(life, ["before"], { TOKEN: secret }), await call(life, ["after"], { TOKEN: secret }), await call(life, ["after", "--json"], { TOKEN: secret })];
    expect(answers.map(({ status }) => status)).toEqual([0, 0, 0]);
    expect(seen[0]).toEqual([`/?t=${secret}`, `Bearer ${secret}`]);
    life.record();
    expect(JSON.stringify(answers)).not.toContain(secret);
    const kept = everyFile(life.directory);
    expect(kept).toContain("error-rate");
    expect(kept).not.toContain(secret);
  });

  it("must be there", async () => {
    const life = withCheck({ http: "http://127.0.0.1:1/", headers: { authorization: "Bearer ${NOT_SET_HERE}" } });
    const answer = await call(life, ["before", "--json"]);
    expect([answer.status, failure(answer)]).toEqual([4, expect.objectContaining({ code: "check-failed", message: "page could not be run: The environment variable NOT_SET_HERE is not set." })]);
  });
});

describe("a Prometheus check", () => {
  it("has a metric a series; without an answer it ends with 4, and the others are kept", async () => {
    const points = (value: number): unknown[] => Array.from({ length: 41 }, (_, index) => [Date.now() / 1000 - 600 + index * 15, String(value)]);
    const server = await serve((request, response) => {
      const isGood = new URL(request.url ?? "", "http://x").searchParams.get("query") === "rate(a[1m])";
      response.statusCode = isGood ? 200 : 400;
      response.end(JSON.stringify(isGood
        ? { status: "success", data: { resultType: "matrix", result: [{ metric: { code: "200" }, values: points(0.2) }, { metric: { code: "500" }, values: points(0.1) }] } }
        : { status: "error", errorType: "bad_data", error: 'invalid parameter "query": 1:3: parse error\u001b[31m' }));
    });
    const life = makeLife();
    life.commit("Base", { "shipnote.config.json": JSON.stringify({ checks: {
      rates: { prometheus: server.origin, query: "rate(a[1m])", unit: "s", better: "lower" }, wrong: { prometheus: server.origin, query: "up{" },
    } }) });
    const good = await call(life, ["before", "--json", "--only", "rates"]);
    expect([good.status, shown(good)]).toEqual([0, { '{code="200"}': 41, '{code="500"}': 41 }]);
    const [first] = (JSON.parse(good.stdout) as { metrics: MeasuredMetric[] }).metrics;
    expect([Math.max(...(first?.measurement.rounds ?? [])), first?.unit, first?.better]).toEqual([10, "s", "lower"]);
    const both = await call(life, ["before"]);
    expect([both.status, both.stdout]).toEqual([4, expect.stringContaining('rates {code="200"}: ')]);
    expect(both.stderr).toContain('Prometheus refused the query of wrong: bad_data: invalid parameter "query": 1:3: parse error');
    expect(both.stderr).not.toContain("\u001b[31m");
  });
});
