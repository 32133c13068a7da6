import type { Socket } from "node:net";
import { afterAll, describe, expect, it, vi } from "vitest";
import { checkDigest, measure, measuredBy, orderOf, problemOf } from "../../src/checks/measure.ts";
import { configSchema } from "../../src/config-schema.ts";
import type { CheckConfig } from "../../src/config.ts";
import { Failure } from "../../src/failure.ts";
import { measuredMetric } from "../../src/record/schema.ts";
import { yielded } from "../../src/record/yielded.ts";
import { closeServers, serve } from "./servers.ts";
import { type Ending, stubRun } from "./stub.ts";

type CommandConfig = Extract<CheckConfig, { kind: "command" }>;

const check = (known: Partial<CommandConfig>): CommandConfig => ({ kind: "command", command: "", rounds: 3, timeout: 1000, metrics: {}, tolerance: null, ...known });
const metric = (known: Partial<CommandConfig["metrics"][string]>): CommandConfig["metrics"][string] =>
  ({ json: null, of: null, pattern: null, unit: null, better: "none", tolerance: null, ...known });
const machine = { os: "linux", arch: "x64", cpu: "c", cores: 2, memoryGiB: 8, fingerprint: "f" };
const circumstances = { takenAt: "2026-11-24T09:00:00.000Z", commit: "a".repeat(40), machine };

async function measured(checks: Record<string, CheckConfig>, endings: Record<string, Ending[]>, more = {}): Promise<{
  shown: Record<string, unknown>; calls: string[]; problems: Failure[]; interrupted: boolean;
}> {
  const { run, calls } = stubRun(endings);
  const found = await measure(checks, { ...circumstances, surroundings: () => ({ directory: "/nowhere", run }), ...more });
  const shown = Object.fromEntries(found.metrics.map(({ check: name, metric, measurement: { samples, rounds, events, count, value } }) =>
    [`${name} ${metric}`, events === null ? (samples.length > 0 ? { samples, rounds } : value) : `${events} of ${count}`]));
  expect(found.metrics.every((metric) => measuredMetric.safeParse(metric).success)).toBe(true);
  return { shown, calls, problems: found.problems, interrupted: found.interrupted };
}

describe("command checks", () => {
  it("take turns, a sample of each in every round", async () => {
    const { calls } = await measured({ one: check({ command: "a" }), two: check({ command: "b", rounds: 2 }), three: check({ command: "c", rounds: 1 }) }, {});
    expect(calls).toEqual(["a", "b", "c", "b", "a", "a"]);
  });

  it("say what is about to be sampled, and each remark once", async () => {
    const steps: unknown[] = [];
    const { run } = stubRun({});
    const found = await measure({ one: check({ command: "a", rounds: 1 }), two: check({ command: "b", rounds: 2 }) }, { ...circumstances, surroundings: () => ({ directory: "/nowhere", run }), progress: (step) => void steps.push(step) });
    expect(steps).toEqual([{ check: "one", round: 1, rounds: 1 }, { check: "two", round: 1, rounds: 2 }, { check: "two", round: 2, rounds: 2 }]);
    expect(found.remarks).toEqual(["Processor times and peak memory are not measured: there is no place for temporary files."]);
  });

  it("count a run that failed as an error, never as a sample", async () => {
    const { shown, problems } = await measured({ one: check({ command: "a", rounds: 4 }) }, {
      a: [{ durationMs: 5 }, { exitCode: 1, durationMs: 0.1 }, { exitCode: null, timedOut: true, durationMs: 1000 }, { durationMs: 7 }],
    });
    expect(shown).toEqual({ "one duration": { samples: [5, 7], rounds: [1, 4] }, "one error-rate": "2 of 4" });
    expect(problems).toEqual([]);
  });

  it("keep an all-failing check as data without a duration", async () => {
    const { shown, problems } = await measured({ one: check({ command: "a", metrics: { rows: metric({ pattern: "\\d+" }) } }) }, { a: [{ exitCode: 2 }] });
    expect(shown).toEqual({ "one duration": null, "one error-rate": "3 of 3", "one rows": null });
    expect(problems).toEqual([]);
  });

  it("read metrics from the output, with the round of each sample", async () => {
    const metrics = { rows: metric({ pattern: "rows=(\\d+)", unit: "rows" }), errors: metric({ json: "/e", of: "/n", better: "lower" }) };
    const out = (rows: string, e: number): Ending => ({ stdout: `${rows}\n{"e":${e},"n":10}` });
    const { shown } = await measured({ one: check({ command: "a", metrics }) }, { a: [out("rows=1 rows=2", 1), { exitCode: 1 }, out("rows=3", 0)] });
    expect(shown).toMatchObject({ "one rows": { samples: [1, 2, 3], rounds: [1, 1, 3] }, "one errors": "1 of 20" });
  });

  it.each([
    [127, "sh: 1: psql: not found", /slow-query could not be run: psql \(the shell did not find it: sh: 1: psql: not found\)/],
    [126, "", /it is not executable/],
  ])("that cannot be run (%i) stop, and the others go on", async (exitCode, stderr, message) => {
    const { shown, problems, calls } = await measured({ "slow-query": check({ command: "psql" }), two: check({ command: "b", rounds: 2 }) }, { psql: [{ exitCode, stderr }] });
    expect(calls).toEqual(["psql", "b", "b"]);
    expect(problems.map(({ code }) => code)).toEqual(["check-failed"]);
    expect(problems[0]?.message).toMatch(message);
    expect(Object.keys(shown)).toEqual(["two duration", "two error-rate"]);
  });

  it("say which configured metric the output does not hold", async () => {
    const { shown, problems } = await measured({ one: check({ command: "a", rounds: 1, metrics: { rows: metric({ pattern: "rows=(\\d+)" }) } }) }, { a: [{ stdout: "nothing" }] });
    expect(shown).toHaveProperty("one duration");
    expect(problems[0]?.message).toBe("The output of one does not hold rows.");
  });

  it("have the check's tolerance where the metric has none", async () => {
    const own = { value: 1, percent: false };
    const { run } = stubRun({ a: [{ stdout: "1 2" }] });
    const metrics = { rows: metric({ pattern: "1", tolerance: own }), more: metric({ pattern: "2" }) };
    const found = await measure({ one: check({ command: "a", metrics, tolerance: { value: 5, percent: true } }) }, { ...circumstances, surroundings: () => ({ directory: "/nowhere", run }) });
    expect(Object.fromEntries(found.metrics.map((each) => [each.metric, each.tolerance?.value]))).toEqual({ duration: 5, "error-rate": 5, rows: 1, more: 5 });
  });

  it("keep what was measured when the command is interrupted", async () => {
    const interrupt = (): void => {
      throw new Failure("interrupted", "Interrupted.", { expected: "time", retry: true });
    };
    const { shown, interrupted, calls, problems } = await measured({ one: check({ command: "a" }) }, { a: [{}, { act: interrupt }] });
    expect([calls.length, interrupted, problems]).toEqual([2, true, []]);
    expect(shown).toMatchObject({ "one error-rate": "0 of 1" });
  });

  it("keep what was measured when somebody interrupts", async () => {
    const stop = new AbortController();
    const { shown, interrupted, calls } = await measured({ one: check({ command: "a" }), two: check({ command: "b" }) }, { b: [{ act: () => stop.abort() }] }, { signal: stop.signal });
    expect(calls).toEqual(["a", "b"]);
    expect(interrupted).toBe(true);
    expect(Object.keys(shown)).toContain("two duration");
  });
});

describe("what checks hold open", () => {
  afterAll(closeServers);
  const page = (http: string): CheckConfig => {
    const found = configSchema.parse({ checks: { page: { http, samples: 3, rounds: 3, warmup: 0 } } }).checks["page"];
    if (found === undefined) throw new Error("no check");
    return found;
  };

  it.each([["to the end", 4], ["until it is interrupted", 2]])("is closed when it was measured %s", async (_, calls) => {
    const sockets = new Set<Socket>();
    const stop = new AbortController();
    const server = await serve((request, response) => {
      sockets.add(request.socket);
      response.end("ok");
    });
    const { run } = stubRun({ a: [{}, { act: () => calls === 2 && stop.abort() }] });
    const found = await measure({ page: page(server.origin), job: check({ command: "a" }) }, { ...circumstances, surroundings: () => ({ directory: "/nowhere", run, signal: stop.signal }), signal: stop.signal });
    expect(found.interrupted).toBe(calls === 2);
    expect(sockets.size).toBeGreaterThan(0);
    await vi.waitFor(() => expect([...sockets].every(({ destroyed }) => destroyed)).toBe(true));
  });
});

describe("the order of checks", () => {
  it("has each check once in every round", () => {
    for (const count of [1, 2, 3, 4, 7]) {
      for (let round = 1; round <= 2 * count; round += 1) expect(orderOf(round, count).toSorted((a, b) => a - b)).toEqual([...Array(count).keys()]);
    }
  });

  it.each([[2, 2, 1], [3, 6, 2], [4, 4, 1], [5, 10, 2], [6, 6, 1]])("of %i lets each follow each other as often: in %i rounds, %i times", (count, rounds, times) => {
    const follows = new Map<string, number>();
    for (let round = 1; round <= rounds; round += 1) {
      orderOf(round, count).forEach((one, place, order) => {
        if (place > 0) follows.set(`${order[place - 1]} ${one}`, (follows.get(`${order[place - 1]} ${one}`) ?? 0) + 1);
      });
    }
    expect(follows.size).toBe(count * (count - 1));
    expect([...new Set(follows.values())]).toEqual([times]);
  });
});

describe("problemOf", () => {
  const problem = (message: string): Failure => new Failure("report-invalid", message, { expected: "e", retry: true });
  it("is one failure for all", () => {
    expect(problemOf([])).toBeNull();
    expect(problemOf([problem("a")])?.code).toBe("report-invalid");
    expect(problemOf([problem("a"), problem("b")])).toMatchObject({ code: "check-failed", message: "a\nb", expected: "e", exitStatus: 4 });
  });
});

describe("what measurements say of how they came about", () => {
  const [http] = Object.values(configSchema.parse({ checks: { page: { http: "http://a.example/" } } }).checks);
  const json = Object.values(configSchema.parse({ checks: { t: { report: "r.json" } } }).checks)[0];
  const details = (config: CheckConfig | undefined, name: string, ownServer = false): unknown =>
    config && measuredBy("c", config, yielded(name, "ms", { samples: [1], rounds: [1] }), { ...circumstances, ownServer }).measurement.details;

  it("is that a report's duration is none of a command", () => {
    expect([details(json, "duration"), details(json, "rows"), details(check({}), "duration")]).toEqual([{ machineBound: false }, {}, {}]);
  });

  it("is that a server of their own answered, which is another check", () => {
    if (http === undefined) throw new Error("no check");
    expect([details(http, "response-time", true), details(http, "response-time")]).toEqual([{ ownServer: true }, {}]);
    expect(checkDigest(http, true)).not.toBe(checkDigest(http));
  });

  it("is told by measure where a server took the place of the address", async () => {
    const server = await serve((_, answer) => answer.end("ok"));
    const [config] = Object.values(configSchema.parse({ checks: { page: { http: "http://127.0.0.1:1/", samples: 1, rounds: 1, warmup: 0 } } }).checks);
    if (config === undefined) throw new Error("no check");
    const at = async (origin: { origin?: string }) => (await measure({ page: config }, { ...circumstances, surroundings: () => ({ directory: "/nowhere", run: stubRun({}).run, ...origin }) })).metrics;
    const [own, configured] = [await at({ origin: server.origin }), await at({})];
    expect(own.every(({ measurement }) => measurement.details["ownServer"] === true && measurement.checkDigest === checkDigest(config, true))).toBe(true);
    expect(configured.map(({ measurement }) => [measurement.details["ownServer"], measurement.checkDigest])).toEqual([[undefined, checkDigest(config)]]);
  });
});

describe("checkDigest", () => {
  it("is the same however a server is started or trusted, and whatever later versions leave unset", () => {
    const page = (known: object): CheckConfig => {
      const [config] = Object.values(configSchema.parse({ checks: { page: { http: "http://a.example/", ...known } } }).checks);
      if (config === undefined) throw new Error("no check");
      return config;
    };
    const one = checkDigest(page({}));
    expect(checkDigest(page({ serve: "x", ready: "/up", ca: "ca.pem" }))).toBe(one);
    expect(checkDigest(Object.assign(page({}), { fresh: null }))).toBe(one);
    expect(checkDigest(Object.assign(page({}), { expect: { status: null, body: null, cache: null, fresh: null } }))).toBe(one);
    expect(checkDigest(Object.assign(check({ metrics: { rows: Object.assign(metric({ pattern: "x" }), { fresh: null }) } })))).toBe(checkDigest(check({ metrics: { rows: metric({ pattern: "x" }) } })));
    expect(checkDigest(page({ expect: { status: 200 } }))).not.toBe(one);
    expect(checkDigest(page({ socket: "x.sock" }))).not.toBe(one);
  });

  it("changes with what is measured, not with how often or how it is judged", () => {
    const one = checkDigest(check({ command: "a", metrics: { rows: metric({ pattern: "x" }) } }));
    const more = { rounds: 20, timeout: 5, tolerance: { value: 1, percent: false } };
    expect(checkDigest(check({ command: "a", metrics: { rows: metric({ pattern: "x", better: "lower", tolerance: more.tolerance }) }, ...more }))).toBe(one);
    expect(checkDigest(check({ command: "b", metrics: { rows: metric({ pattern: "x" }) } }))).not.toBe(one);
    expect(checkDigest(check({ command: "a", metrics: { rows: metric({ pattern: "y" }) } }))).not.toBe(one);
    expect(checkDigest(check({ command: "a" }))).not.toBe(one);
  });
});
