import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { type PrometheusCheck, startPrometheus } from "../../src/checks/prometheus.ts";
import { metricsIn } from "../../src/checks/prometheus-series.ts";
import { configSchema } from "../../src/config-schema.ts";
import { Failure } from "../../src/failure.ts";
import type { Yielded } from "../../src/record/yielded.ts";
import { closeServers, makeCertificates, makeScratch, serve, serveRaw, serveSecure } from "./servers.ts";
import { stubRun } from "./stub.ts";

afterEach(() => vi.unstubAllEnvs());
afterAll(closeServers);

function configured(settings: object): PrometheusCheck {
  const found = configSchema.parse({ checks: { p95: { query: "up", ...settings } } }).checks["p95"];
  if (found?.kind !== "prometheus") throw new Error("no prometheus check");
  return found;
}

async function measured(settings: object, directory = "/nowhere", signal?: AbortSignal): Promise<Yielded[]> {
  const running = startPrometheus("p95", configured(settings), { directory, run: stubRun({}).run, ...(signal === undefined ? {} : { signal }) });
  expect(running.rounds).toBe(1);
  await running.round(1);
  return running.finish().metrics;
}

async function failing(settings: object): Promise<string> {
  const failure: unknown = await measured(settings).catch((error: unknown) => error);
  if (!(failure instanceof Failure)) throw new Error("it did not fail");
  expect([failure.code, failure.exitStatus]).toEqual(["check-failed", 4]);
  return failure.message;
}

interface Asked { method: string | undefined; path: string; parameters: URLSearchParams; headers: Record<string, unknown> }

/** A server that answers every query with the same bytes, and tells what it was asked. */
async function prometheus(body: string, more: (response: ServerResponse) => void = () => undefined): Promise<{ origin: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = await serve((request, response) => {
    let form = "";
    request.on("data", (chunk: Buffer) => {
      form += chunk.toString();
    });
    request.on("end", () => {
      const url = new URL(request.url ?? "", "http://x");
      asked.push({ method: request.method, path: url.pathname, parameters: new URLSearchParams(form || url.search), headers: request.headers });
      response.setHeader("content-type", "application/json");
      more(response);
      response.end(body);
    });
  });
  return { ...server, asked };
}

const success = (resultType: string, result: unknown): string => JSON.stringify({ status: "success", data: { resultType, result } });
const recorded = (name: string): string => readFileSync(new URL(`../reports/prometheus-2.42/${name}.json`, import.meta.url), "utf8");

/** Points every `step` seconds over the window that ended at 1,800,000,000. */
const end = 1_800_000_000;
const series = (seconds: number, step: number, labels = {}): unknown => ({
  metric: labels, values: Array.from({ length: seconds / step + 1 }, (_, index) => [end - seconds + index * step, String(index)]),
});
const read = (data: unknown, known: { query?: string; seconds?: number; step?: number } = {}): Yielded[] =>
  metricsIn("p95", data, { query: "up", end, seconds: 600, step: 15, ...known }, { unit: "s", better: "lower" });
const matrix = (...result: unknown[]): unknown => ({ resultType: "matrix", result });

describe("what is asked", () => {
  it("is the window until now, step by step", async () => {
    const server = await prometheus(success("matrix", [series(600, 300)]));
    const before = Date.now() / 1000;
    await measured({ prometheus: `${server.origin}/`, query: "rate(a[1m]) > 0", step: "30s", window: "1h" });
    const [{ method, path, parameters }] = server.asked as [Asked];
    expect([method, path, parameters.get("query"), parameters.get("step")]).toEqual(["GET", "/api/v1/query_range", "rate(a[1m]) > 0", "30"]);
    expect(Number(parameters.get("end"))).toBeGreaterThanOrEqual(before);
    expect(Number(parameters.get("end")) - Number(parameters.get("start"))).toBeCloseTo(3600, 3);
  });

  it("is the present value with a window of 0s", async () => {
    const server = await prometheus(success("scalar", [end, "12.5"]));
    expect(await measured({ prometheus: server.origin, window: "0s", unit: "s", better: "lower" })).toMatchObject([{ metric: "value", samples: [12.5], rounds: [1], unit: "s", better: "lower" }]);
    const [{ path, parameters }] = server.asked as [Asked];
    expect([path, [...parameters.keys()]]).toEqual(["/api/v1/query", ["query", "time"]]);
  });

  it("keeps the address's own path and parameters, and sends what the environment holds", async () => {
    vi.stubEnv("PROM_TOKEN", "s3cret");
    const server = await prometheus(success("vector", [{ metric: {}, value: [end, "1"] }]));
    await measured({ prometheus: `${server.origin}/prom/?tenant=\${PROM_TOKEN}#x`, headers: { authorization: "Bearer ${PROM_TOKEN}" }, window: "0s" });
    expect(server.asked[0]).toMatchObject({ path: "/prom/api/v1/query", headers: { authorization: "Bearer s3cret" } });
    expect(server.asked[0]?.parameters.get("tenant")).toBe("s3cret");
  });

  it("is a form where the address would be too long", async () => {
    const query = `up{path=~"${"/articles|".repeat(400)}"}`;
    const server = await prometheus(success("vector", [{ metric: {}, value: [end, "1"] }]));
    await measured({ prometheus: server.origin, query, window: "0s" });
    expect(server.asked[0]).toMatchObject({ method: "POST", path: "/api/v1/query", headers: { "content-type": "application/x-www-form-urlencoded" } });
    expect(server.asked[0]?.parameters.get("query")).toBe(query);
  });

  it("goes over TLS with a root of one's own", async () => {
    const folder = makeScratch();
    const server = await serveSecure(makeCertificates(folder, "localhost"), (_, response) => response.end(success("scalar", [end, "1"])));
    expect(await measured({ prometheus: `https://localhost:${server.port}`, ca: "ca.pem", window: "0s" }, folder)).toHaveLength(1);
  });
});

describe("what is answered", () => {
  it.each<[string, unknown, unknown]>([
    ["one series", matrix(series(30, 15, { __name__: "up", job: "a" })), [["value", [0, 1, 2]]]],
    ["several, by the labels that tell them apart",
      matrix(series(15, 15, { __name__: "up", job: "a", code: "200", path: "/a" }), series(15, 15, { __name__: "up", job: "a", code: "200", path: "/" }), series(15, 15, { __name__: "up", job: "a", code: "500" })),
      [['{code="200", path="/"}', [0, 1]], ['{code="200", path="/a"}', [0, 1]], ['{code="500"}', [0, 1]]]],
    ["several metrics, by their names", matrix(series(15, 15, { __name__: "b" }), series(15, 15, { __name__: "a", x: "1" })), [['a{x="1"}', [0, 1]], ["b", [0, 1]]]],
    ["one without the labels of the other", matrix(series(15, 15, {}), series(15, 15, { le: "1" })), [['{le="1"}', [0, 1]], ["{}", [0, 1]]]],
    ["labels with quotation marks", matrix(series(15, 15, { a: 'x"}\n' }), series(15, 15, { a: "é" })), [['{a="x\\"}\\n"}', [0, 1]], ['{a="é"}', [0, 1]]]],
    ["a vector", { resultType: "vector", result: [{ metric: { c: "1" }, value: [end, "2e-3"] }, { metric: { c: "2" }, value: [end, "-1"] }] }, [['{c="1"}', [0.002]], ['{c="2"}', [-1]]]],
    ["a scalar", { resultType: "scalar", result: [end, "0"] }, [["value", [0]]]],
    ["points that are none", matrix({ metric: {}, values: [[end - 30, "NaN"], [end - 29, "+Inf"], [end - 28, "-Inf"], [end - 27, "7"], [end - 26, ""], [end - 25], null, "x", [end - 24, 8]] }), [["value", [7]]]],
    ["series without a point", matrix({ metric: { c: "1" }, values: [[end, "NaN"]] }, { metric: { c: "2" }, values: [[end, "3"]] }, { metric: { c: "3" } }), [["value", [3]]]],
  ])("is read: %s", (_, data, expected) => {
    expect(read(data).map(({ metric, samples }) => [metric, samples])).toEqual(expected);
  });

  it.each<[string, unknown, RegExp]>([
    ["no series", matrix(), /^The query of p95 has no usable point: no series matches\.$/],
    ["a series of NaN", matrix({ metric: {}, values: [[end, "NaN"]] }), /no usable point: its series has no finite value\.$/],
    ["histograms", matrix({ metric: {}, histograms: [[end, {}]] }, { metric: {} }), /no usable point: its 2 series have no finite value\.$/],
    ["a text", { resultType: "string", result: [end, "x"] }, /has no numbers for an answer but a text\.$/],
    ["nothing", null, /has no numbers for an answer\.$/],
    ["too many series", matrix(...Array.from({ length: 101 }, (_, index) => series(15, 15, { c: String(index) }))), /has too many series: 101\.$/],
    ["labels without measure", matrix(series(15, 15, { c: "x".repeat(600) }), series(15, 15, { c: "y" })), /^A series of p95 has labels of 606 characters\.$/],
  ])("is refused: %s", (_, data, message) => {
    expect(() => read(data)).toThrow(expect.objectContaining({ code: "check-failed", message: expect.stringMatching(message) }));
  });

  it.each([
    ["ten minutes with [1m]", "rate(a[1m])", 600, 15, 10, [4, 4, 4, 4, 4, 4, 4, 4, 4, 5]],
    ["ten minutes with [5m]", "rate(a[5m])", 600, 15, 2, [20, 21]],
    ["what is left over belongs to the last", "rate(a[3m])", 600, 60, 3, [3, 3, 5]],
    ["without a selector, a tenth of the window", "a", 600, 15, 10, [4, 4, 4, 4, 4, 4, 4, 4, 4, 5]],
    ["a step longer than that", "a", 600, 120, 5, [1, 1, 1, 1, 2]],
    ["the longest selector counts", "rate(a[30s]) / rate(b[1m30s]) > rate(c[1m] offset 1h)", 600, 15, 6, [6, 6, 6, 6, 6, 11]],
    ["a subquery looks back on top", "max_over_time(rate(a[1m])[2m:30s])", 600, 60, 3, [3, 3, 5]],
    ["selectors within quotes and comments are none", "a{b=\"[5m]\", c='[1h]'} # [1d]\n + rate(d[1m])", 600, 60, 10, [1, 1, 1, 1, 1, 1, 1, 1, 1, 2]],
    ["seconds without a unit", "rate(a[120])", 600, 60, 5, [2, 2, 2, 2, 3]],
    ["a selector longer than the window", "rate(a[1h])", 600, 300, 1, [3]],
  ])("is laid out in rounds: %s", (_, query, seconds, step, rounds, counts) => {
    const [found] = read(matrix(series(seconds, step)), { query, seconds, step });
    expect(Math.max(...(found?.rounds ?? []))).toBe(rounds);
    expect(Array.from({ length: rounds }, (_, round) => found?.rounds.filter((one) => one === round + 1).length)).toEqual(counts);
  });

  it("of a present matrix is one round", () => {
    expect(read(matrix({ metric: {}, values: [[end - 40, "1"], [end - 10, "2"]] }), { seconds: 0, query: "a[1m]" })).toMatchObject([{ samples: [1, 2], rounds: [1, 1] }]);
  });
});

describe("what a Prometheus 2.42 answered", () => {
  it("to queries", async () => {
    const range = await prometheus(recorded("range"));
    expect((await measured({ prometheus: range.origin })).map(({ metric, samples }) => [metric, samples])).toEqual([
      ['{handler="/-/healthy"}', [5, 5]], ['{handler="/metrics"}', [2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22]],
    ]);
    const scalar = await prometheus(recorded("scalar"));
    expect((await measured({ prometheus: scalar.origin, window: "0s" }))[0]?.samples).toHaveLength(1);
    const empty = await prometheus(recorded("empty"));
    expect(await failing({ prometheus: empty.origin })).toBe("The query of p95 has no usable point: no series matches.");
    const nan = await prometheus(recorded("nan"));
    expect(await failing({ prometheus: nan.origin })).toBe("The query of p95 has no usable point: its series has no finite value.");
  });

  it("to a query that is none", async () => {
    const server = await prometheus(recorded("error"), (response) => {
      response.statusCode = 400;
    });
    expect(await failing({ prometheus: server.origin })).toMatch(/^Prometheus refused the query of p95: bad_data: .*parse error/);
  });
});

describe("what is no answer", () => {
  it.each<[string, string, number, string]>([
    ["an error", '{"status":"error","errorType":"execution","error":"too many samples"}', 422, "Prometheus refused the query of p95: execution: too many samples."],
    ["an error in endless words", JSON.stringify({ status: "error", errorType: "e", error: "x".repeat(9999) }), 503, `Prometheus refused the query of p95: e: ${"x".repeat(300)}.`],
    ["an error of other words", '{"status":"error","error":{}}', 200, "Prometheus refused the query of p95: : ."],
    ["a page", "<html>", 200, "What answered for p95 is not Prometheus' API: the answer is not JSON."],
    ["a page that is missing", "<html>404", 404, "What answered for p95 is not Prometheus' API: status 404."],
    ["other JSON", "[1]", 200, "What answered for p95 is not Prometheus' API: the answer is JSON of another kind."],
    ["half of it", success("matrix", [series(600, 15)]).slice(0, 300), 200, "What answered for p95 is not Prometheus' API: the answer is not JSON."],
  ])("%s", async (_, body, status, message) => {
    const server = await prometheus(body, (response) => {
      response.statusCode = status;
    });
    expect(await failing({ prometheus: server.origin })).toBe(message);
  });

  it("a redirect, nobody, silence, too much", async () => {
    const moved = await serve((_, response) => response.writeHead(301, { location: "/x" }).end());
    expect(await failing({ prometheus: moved.origin })).toBe("Prometheus could not be asked for p95: status 301, a redirect to another address.");
    expect(await failing({ prometheus: "http://127.0.0.1:1" })).toBe("Prometheus could not be asked for p95: connection refused.");
    const silent = await serveRaw(() => undefined);
    expect(await failing({ prometheus: silent.origin, timeout: "100ms" })).toBe("Prometheus could not be asked for p95: no whole answer within 0.1 s.");
    const huge = await prometheus(`[${" ".repeat(64 * 1024 * 1024)}]`);
    expect(await failing({ prometheus: huge.origin })).toBe("The answer for p95 is too large: more than 64 MiB.");
    expect(await failing({ prometheus: "http://127.0.0.1:1", headers: { a: "${NOT_SET_HERE}" } })).toBe("p95 could not be run: The environment variable NOT_SET_HERE is not set.");
  });

  it("an interrupt", async () => {
    const stop = new AbortController();
    const server = await serveRaw(() => stop.abort());
    await expect(measured({ prometheus: server.origin }, "/nowhere", stop.signal)).rejects.toMatchObject({ code: "interrupted" });
  });
});
