import { constants } from "node:os";
import type { ExecutedConfigured } from "../execute-configured.ts";
import { Failure } from "../failure.ts";
import { joinYielded } from "../formats/format.ts";
import { type MetricSpec, pickMetrics } from "../formats/pick.ts";
import type { Measurement } from "../record/schema.ts";
import { type Yielded, yielded } from "../record/yielded.ts";
import type { RunningCheck, Surroundings } from "./check.ts";

/** A command check, every default filled in. Times in milliseconds. */
export interface CommandCheck {
  command: string;
  rounds: number;
  timeout: number;
  metrics: Readonly<Record<string, MetricSpec>>;
}

/** What the runs of a command came to. */
interface Runs {
  count: number;
  /** What each good run used, by the metric's name; null where that was not told. */
  good: { round: number; used: Readonly<Record<string, number | null>> }[];
  /** By their reason. */
  failures: Map<string, number>;
  /** The metrics that a run which was not killed could not tell. */
  untold: Set<string>;
  leftBehind: boolean;
}

/** The metrics of every command: unit, and what a run yields for it. */
const measuredOfEach: Readonly<Record<string, { unit: string; of: (done: ExecutedConfigured) => number | null }>> = {
  "duration": { unit: "ms", of: ({ durationMs }) => durationMs },
  "user-time": { unit: "ms", of: ({ usage }) => usage?.userMs ?? null },
  "system-time": { unit: "ms", of: ({ usage }) => usage?.systemMs ?? null },
  "peak-memory": { unit: "bytes", of: ({ usage }) => usage?.peakBytes ?? null },
};

/**
 * Measures a command: how long it took, its processor times and peak memory where they can be told, how many of its
 * runs failed and why, and what its output says.
 *
 * A run that fails, or does not end in time, is counted as an error; it is no fast and no missing sample.
 */
export function startCommand(name: string, check: CommandCheck, { directory, run }: Surroundings): RunningCheck {
  const runs: Runs = { count: 0, good: [], failures: new Map(), untold: new Set(), leftBehind: false };
  const picked: Yielded[][] = [];
  return {
    name,
    rounds: check.rounds,
    async round(number) {
      const done = await run(check.command, { cwd: directory, timeoutMs: check.timeout, usage: true });
      refuseNotRun(name, check.command, done);
      note(runs, done, number, check.timeout);
      if (runs.good.at(-1)?.round !== number) return;
      if (done.cut && Object.keys(check.metrics).length > 0) throw wasCut(name, check.metrics);
      picked.push(pickMetrics(done.stdout, check.metrics, `the output of ${name}`));
    },
    finish() {
      if (runs.count === 0) return { metrics: [], problem: null };
      const read = runs.good.length === 0 ? Object.entries(check.metrics).map(unread) : joinYielded(picked).map((metric) => ({
        ...metric, rounds: metric.rounds.map((place) => runs.good[place - 1]?.round ?? place),
      }));
      const [duration, ...others] = Object.keys(measuredOfEach).map((metric) => yieldedOf(metric, runs));
      const rate = { events: runs.count - runs.good.length, count: runs.count };
      const metrics = [
        ...(duration ?? []),
        yielded("error-rate", "ratio", { better: "lower", rate, details: detailsOf(runs.failures) }),
        ...others.flat(),
        ...read,
      ];
      return { metrics, problem: missingOf(name, check.metrics, read), remarks: remarksOf(name, runs) };
    },
  };
}

/** What a command said last, which mostly is why it failed; at most so many characters. */
export function lastLine(stderr: string, most: number): string {
  return (stderr.trimEnd().split("\n").at(-1) ?? "").trim().slice(0, most);
}

/** @throws Failure `check-failed` where the shell did not find the command, or may not execute it */
export function refuseNotRun(name: string, command: string, { exitCode, stderr }: { exitCode: number | null; stderr: string }): void {
  if (exitCode !== 127 && exitCode !== 126) return;
  const why = exitCode === 127 ? "the shell did not find it" : "it is not executable";
  const said = lastLine(stderr, 200);
  throw new Failure("check-failed", `${name} could not be run: ${command} (${why}${said === "" ? "" : `: ${said}`}).`, {
    expected: "a command that can be started here",
    retry: true,
  });
}

function note(runs: Runs, done: ExecutedConfigured, round: number, timeoutMs: number): void {
  runs.count += 1;
  runs.leftBehind ||= done.leftBehind;
  const used = Object.fromEntries(Object.entries(measuredOfEach).map(([metric, { of }]) => [metric, of(done)]));
  if (!done.timedOut && done.signal === null) {
    for (const [metric, value] of Object.entries(used)) if (value === null) runs.untold.add(metric);
  }
  const reason = failureOf(done, timeoutMs);
  if (reason === null) runs.good.push({ round, used });
  else runs.failures.set(reason, (runs.failures.get(reason) ?? 0) + 1);
}

/** Why a run does not count as a sample, in words of ours alone; null where it does. */
function failureOf({ exitCode, signal, timedOut, stderr }: ExecutedConfigured, timeoutMs: number): string | null {
  if (timedOut) return `did not end within ${timeoutMs / 1000} s`;
  if (exitCode === 0) return null;
  // A shell ends with 128 and the signal's number where a signal ended its command.
  const killer = signal ?? Object.entries(constants.signals).find(([, number]) => number + 128 === exitCode)?.[0];
  const said = lastLine(stderr, 120);
  return `${killer === undefined ? `exit ${exitCode}` : `killed by ${killer}`}${said === "" ? "" : `: ${said}`}`;
}

function detailsOf(failures: ReadonlyMap<string, number>): Measurement["details"] {
  const errors = [...failures].map(([reason, count]) => ({ reason, count }));
  return errors.length === 0 ? {} : { errors: errors.sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)) };
}

/** A metric of every command: without samples where no run was good, none where it cannot be told here. */
function yieldedOf(metric: string, { good, untold }: Runs): Yielded[] {
  const told = good.flatMap(({ round, used }) => {
    const value = used[metric] ?? null;
    return value === null ? [] : [{ round, value }];
  });
  if (told.length === 0 && untold.has(metric)) return [];
  const samples = told.map(({ value }) => value);
  return [yielded(metric, measuredOfEach[metric]?.unit ?? "", { better: "lower", samples, rounds: told.map(({ round }) => round) })];
}

/** A configured metric of a command of which no run was good: it is not gone, there is no value of it. */
function unread([metric, { of, unit, better = "none", tolerance = null }]: [string, MetricSpec]): Yielded {
  const rate = typeof of === "string" ? { events: 0, count: 0 } : null;
  return yielded(metric, unit ?? (rate === null ? "" : "ratio"), { better, tolerance, rate });
}

function remarksOf(name: string, { good, untold, leftBehind }: Runs): string[] {
  const lacks = (metric: string): boolean => untold.has(metric) && good.every(({ used }) => (used[metric] ?? null) === null);
  return [
    ...(lacks("user-time") ? ["Processor times and peak memory are not measured: there is no place for temporary files."] : []),
    ...(lacks("peak-memory") && !lacks("user-time") ? ["Peak memory is not measured: there is no GNU time at /usr/bin/time."] : []),
    ...(leftBehind ? [`The command of ${name} left processes behind in the background; they were ended.`] : []),
  ];
}

function missingOf(name: string, wanted: CommandCheck["metrics"], read: readonly Yielded[]): Failure | null {
  const missing = Object.keys(wanted).filter((metric) => !read.some((found) => found.metric === metric));
  if (missing.length === 0) return null;
  return new Failure("check-failed", `The output of ${name} does not hold ${missing.join(", ")}.`, {
    expected: "output that the configured JSON Pointer or pattern finds a number in",
    retry: true,
  });
}

function wasCut(name: string, metrics: CommandCheck["metrics"]): Failure {
  return new Failure("check-failed", `${name} printed more than 64 MiB, and what comes after was cut off: ${Object.keys(metrics).join(", ")} cannot be read from it.`, {
    expected: "less output, or a file that a report check reads",
    retry: true,
  });
}
