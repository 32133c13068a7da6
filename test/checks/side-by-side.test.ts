import { describe, expect, it } from "vitest";
import { measureSideBySide } from "../../src/checks/side-by-side.ts";
import type { CheckConfig } from "../../src/config.ts";
import { configSchema } from "../../src/config-schema.ts";
import { Failure } from "../../src/failure.ts";
import type { Metric } from "../../src/record/schema.ts";
import { type Ending, stubRun } from "./stub.ts";

const machine = { os: "linux", arch: "x64", cpu: "c", cores: 2, memoryGiB: 8, fingerprint: "f" };
const [one, two] = ["a".repeat(40), "b".repeat(40)] as const;

const checksOf = (checks: Record<string, object>): Record<string, CheckConfig> => configSchema.parse({ checks }).checks;

/** Measures with commands that only say where they ran: `before job`. */
async function sideBySide(
  checks: Record<string, object>,
  options: { pairs?: number; before?: Record<string, readonly Ending[]>; after?: Record<string, readonly Ending[]>; signal?: AbortSignal } = {},
) {
  const calls: string[] = [];
  const side = (name: "before" | "after", commit: string) => {
    const { run } = stubRun(options[name] ?? {});
    return {
      commit,
      surroundings: () => ({
        directory: `/trees/${name}`,
        run: async (command: string, how: Parameters<typeof run>[1]) => {
          calls.push(`${name} ${command}`);
          expect(how.cwd).toBe(`/trees/${name}`);
          return run(command, how);
        },
      }),
    };
  };
  const measured = await measureSideBySide(checksOf(checks), { before: side("before", one), after: side("after", two) }, {
    pairs: options.pairs ?? 3, takenAt: "2026-11-24T09:00:00.000Z", machine, ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  return { ...measured, calls };
}

const shown = (metrics: readonly { check: string; metric: string; measurement: NonNullable<Metric["before"]> }[], name: string): unknown[] =>
  metrics.filter(({ metric }) => metric === name).map(({ check, measurement: { samples, rounds, commit } }) => [check, samples, rounds, commit]);

describe("measureSideBySide", () => {
  it("runs A B, B A, A B, check by check within a pair, after one uncounted run a side", async () => {
    const { calls } = await sideBySide({ x: { command: "x" }, y: { command: "y", rounds: 1 } });
    expect(calls).toEqual([
      "before x", "after x", "before y", "after y",
      "before x", "after x", "before y", "after y",
      "after x", "before x", "after y", "before y",
      "before x", "after x", "before y", "after y",
    ]);
  });

  it("keeps each side's samples by their pair, with its commit", async () => {
    const durations = (...list: number[]): Ending[] => list.map((durationMs) => ({ durationMs }));
    const { before, after, problems } = await sideBySide({ x: { command: "x" } }, { before: { x: durations(99, 1, 2, 3) }, after: { x: durations(99, 4, 5, 6) } });
    expect([shown(before, "duration"), shown(after, "duration"), problems]).toEqual([[["x", [1, 2, 3], [1, 2, 3], one]], [["x", [4, 5, 6], [1, 2, 3], two]], []]);
  });

  it("leaves a hole where a run fails, so that the others stay in their pairs", async () => {
    const { before, after } = await sideBySide({ x: { command: "x" } }, { after: { x: [{}, { durationMs: 4 }, { exitCode: 1 }, { durationMs: 6 }] } });
    expect([shown(before, "duration"), shown(after, "duration")]).toEqual([[["x", [1, 1, 1], [1, 2, 3], one]], [["x", [4, 6], [1, 3], two]]]);
  });

  it("says what could not be run, and measures the rest", async () => {
    const { problems, calls, before, interrupted } = await sideBySide({ x: { command: "x" }, y: { command: "y" } }, { after: { x: [{ exitCode: 127 }] } });
    expect(problems.map(({ code, message }) => [code, message])).toEqual([["check-failed", expect.stringContaining("x could not be run")]]);
    expect([calls.filter((call) => call.endsWith(" x")), before.map(({ check }) => check).filter((check) => check === "x"), interrupted]).toEqual([["before x", "after x"], [], false]);
    expect(shown(before, "duration")).toHaveLength(1);
  });

  // In the second pair the side after comes first, in the third the one before: the other one has a round more each time.
  it.each<["before" | "after", number[]]>([["before", [1]], ["after", [1, 2]]])("cuts both sides to the complete pairs where it cannot be run on one any more: %s", async (side, rounds) => {
    const { before, after, problems } = await sideBySide({ x: { command: "x" } }, { pairs: 4, [side]: { x: [{}, ...rounds.map(() => ({})), { exitCode: 127 }] } });
    const seen = (metrics: typeof before): unknown[] => metrics.flatMap(({ metric, measurement }) =>
      (metric === "duration" ? [measurement.rounds] : metric === "error-rate" ? [[measurement.count]] : []));
    expect([seen(before), seen(after), problems.length]).toEqual([[rounds, [rounds.length]], [rounds, [rounds.length]], 1]);
  });

  it("leaves out a check that was run on one side alone", async () => {
    const { before, after, problems } = await sideBySide({ x: { command: "x" } }, { after: { x: [{}, { exitCode: 127 }] } });
    expect([before, after, problems.length]).toEqual([[], [], 1]);
  });

  it("takes what only one tree yields for a difference, and what neither yields for a problem", async () => {
    const checks = { x: { command: "x", metrics: { rows: { pattern: "rows=(\\d+)" } } } };
    const found = await sideBySide(checks, { after: { x: [{ stdout: "rows=3" }] } });
    expect([found.problems, shown(found.before, "rows"), shown(found.after, "rows")]).toEqual([[], [], [["x", [3, 3, 3], [1, 2, 3], two]]]);
    expect((await sideBySide(checks)).problems).toHaveLength(1);
  });

  it("stops before the next sample", async () => {
    const stop = new AbortController();
    const { interrupted, calls } = await sideBySide({ x: { command: "x" } }, { signal: stop.signal, after: { x: [{}, { act: () => stop.abort() }] } });
    expect([interrupted, calls]).toEqual([true, ["before x", "after x", "before x", "after x"]]);
  });

  it("stops where a command is interrupted", async () => {
    const act = (): never => {
      throw new Failure("interrupted", "Interrupted.", { expected: "", retry: true });
    };
    const { interrupted, calls, problems } = await sideBySide({ x: { command: "x" }, y: { command: "y" } }, { after: { x: [{}, { act }] } });
    expect([interrupted, problems, calls.at(-1)]).toEqual([true, [], "after x"]);
  });
});
