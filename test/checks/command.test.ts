import { describe, expect, it } from "vitest";
import { type CommandCheck, startCommand } from "../../src/checks/command.ts";
import { commandMetrics } from "../../src/record/command-metrics.ts";
import type { Yielded } from "../../src/record/yielded.ts";
import { type Ending, stubRun } from "./stub.ts";

const usage = (userMs: number, systemMs: number, peakBytes: number | null): NonNullable<Ending["usage"]> => ({ userMs, systemMs, peakBytes });

async function ran(endings: readonly Ending[], known: Partial<CommandCheck> = {}): Promise<{
  metrics: Record<string, Partial<Yielded>>; problem: string | null; remarks: readonly string[]; thrown: unknown[];
}> {
  const { run } = stubRun({ job: endings });
  const check = startCommand("nightly", { command: "job", rounds: endings.length, timeout: 1500, metrics: {}, ...known }, { directory: "/nowhere", run });
  const thrown: unknown[] = [];
  for (let round = 1; round <= check.rounds; round += 1) await check.round(round).catch((error: unknown) => thrown.push(error));
  const { metrics, problem, remarks } = check.finish();
  return { metrics: Object.fromEntries(metrics.map((metric) => [metric.metric, metric])), problem: problem?.message ?? null, remarks: remarks ?? [], thrown };
}

describe("what a command used", () => {
  it("is told in the order and units of the contract, of good runs alone", async () => {
    const { metrics } = await ran([
      { durationMs: 12.5, usage: usage(8, 2, 4096) },
      { durationMs: 0.1, exitCode: 1, usage: usage(1, 1, 1024) },
      { durationMs: 13.5, usage: usage(9, 1, 8192) },
    ]);
    expect(Object.keys(metrics)).toEqual(["duration", "error-rate", "user-time", "system-time", "peak-memory"]);
    expect([...commandMetrics].sort()).toEqual(Object.keys(metrics).sort());
    expect(metrics["duration"]).toMatchObject({ unit: "ms", better: "lower", samples: [12.5, 13.5], rounds: [1, 3] });
    expect(metrics["user-time"]).toMatchObject({ unit: "ms", better: "lower", samples: [8, 9], rounds: [1, 3] });
    expect(metrics["system-time"]).toMatchObject({ unit: "ms", better: "lower", samples: [2, 1], rounds: [1, 3] });
    expect(metrics["peak-memory"]).toMatchObject({ unit: "bytes", better: "lower", samples: [4096, 8192], rounds: [1, 3] });
  });

  it("is no metric, and a remark, where it cannot be told", async () => {
    const without = await ran([{ usage: usage(1, 1, null) }, { usage: usage(2, 1, null) }]);
    expect(Object.keys(without.metrics)).toEqual(["duration", "error-rate", "user-time", "system-time"]);
    expect(without.remarks).toEqual(["Peak memory is not measured: there is no GNU time at /usr/bin/time."]);
    const nowhere = await ran([{ usage: null }]);
    expect(Object.keys(nowhere.metrics)).toEqual(["duration", "error-rate"]);
    expect(nowhere.remarks).toEqual(["Processor times and peak memory are not measured: there is no place for temporary files."]);
  });

  it("has no value where no run was good, and neither has what is read: nothing of it is gone", async () => {
    const read = { rows: { pattern: "rows=(\\d+)", unit: "rows", better: "lower" }, errors: { json: "/e", of: "/n" } } as const;
    const failed = await ran([{ exitCode: 1, usage: usage(1, 1, 1024) }, { exitCode: null, signal: "SIGKILL", timedOut: true }], { metrics: read });
    expect(failed).toMatchObject({ remarks: [], problem: null });
    expect(Object.keys(failed.metrics)).toEqual(["duration", "error-rate", "user-time", "system-time", "peak-memory", "rows", "errors"]);
    expect(failed.metrics["peak-memory"]).toMatchObject({ samples: [], value: null });
    expect(failed.metrics["rows"]).toMatchObject({ unit: "rows", better: "lower", samples: [], value: null, rate: null });
    expect(failed.metrics["errors"]).toMatchObject({ unit: "ratio", rate: { events: 0, count: 0 } });
  });

  it("is not taken for untellable because of a run that was killed", async () => {
    const killed = await ran([{ exitCode: null, signal: "SIGKILL", timedOut: true, usage: null }, { usage: usage(1, 1, 1024) }]);
    expect(Object.keys(killed.metrics)).toContain("peak-memory");
    expect(killed.remarks).toEqual([]);
  });
});

describe("runs that failed", () => {
  it("are counted by their reason, the most frequent first", async () => {
    const { metrics } = await ran([
      { exitCode: 3 }, { exitCode: 139 }, { exitCode: null, signal: "SIGTERM" }, { exitCode: 139 },
      { exitCode: null, signal: "SIGKILL", timedOut: true }, { exitCode: 200 }, {},
    ]);
    expect(metrics["error-rate"]).toMatchObject({
      rate: { events: 6, count: 7 },
      details: {
        errors: [
          { reason: "killed by SIGSEGV", count: 2 }, { reason: "did not end within 1.5 s", count: 1 }, { reason: "exit 200", count: 1 },
          { reason: "exit 3", count: 1 }, { reason: "killed by SIGTERM", count: 1 },
        ],
      },
    });
  });

  it("have no details where there are none", async () => {
    expect((await ran([{}])).metrics["error-rate"]).toMatchObject({ rate: { events: 0, count: 1 }, details: {} });
  });
});

describe("an output", () => {
  const metrics = { rows: { pattern: "rows=(\\d+)" } };

  it("that was cut is not read, and says so", async () => {
    const { thrown, metrics: kept } = await ran([{ stdout: "rows=1", durationMs: 5 }, { stdout: "rows=2", durationMs: 6, cut: true }], { metrics });
    expect(thrown).toMatchObject([{ code: "check-failed", message: expect.stringMatching(/nightly printed more than 64 MiB.*rows cannot be read/) }]);
    expect(kept).toMatchObject({ rows: { samples: [1], rounds: [1] }, duration: { samples: [5, 6] } });
  });

  it("that was cut does no harm where nothing is read from it", async () => {
    expect((await ran([{ cut: true }])).thrown).toEqual([]);
  });

  it("whose pattern never ends, or whose JSON is none, is a failure that names both", async () => {
    const endless = await ran([{ stdout: `${"a".repeat(60)}!` }], { metrics: { rows: { pattern: "^(a+)+$" } } });
    expect(endless.thrown).toMatchObject([{ message: expect.stringMatching(/rows in the output of nightly/) }]);
    const none = await ran([{ stdout: "{" }], { metrics: { rows: { json: "/rows" } } });
    expect(none.thrown).toMatchObject([{ message: expect.stringMatching(/the output of nightly is not JSON/) }]);
  });
});

it("what is left in the background is remarked on once", async () => {
  expect((await ran([{ leftBehind: true }, { leftBehind: true }, {}])).remarks).toContain("The command of nightly left processes behind in the background; they were ended.");
});
