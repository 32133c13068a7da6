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

/** What one good run of a command used. */
interface Sample {
  round: number;
  /** By the metric's name; null where it cannot be told here. */
  used: Readonly<Record<string, number | null>>;
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
  const samples: Sample[] = [];
  const picked: Yielded[][] = [];
  const failures = new Map<string, number>();
  let runs = 0;
  let leftBehind = false;
  return {
    name,
    rounds: check.rounds,
    async round(number) {
      const done = await run(check.command, { cwd: directory, timeoutMs: check.timeout, usage: true });
      refuseNotRun(name, check.command, done);
      runs += 1;
      leftBehind ||= done.leftBehind;
      const reason = failureOf(done, check.timeout);
      if (reason !== null) {
        failures.set(reason, (failures.get(reason) ?? 0) + 1);
        return;
      }
      samples.push({ round: number, used: Object.fromEntries(Object.entries(measuredOfEach).map(([metric, { of }]) => [metric, of(done)])) });
      if (done.cut && Object.keys(check.metrics).length > 0) throw wasCut(name, check.metrics);
      picked.push(pickMetrics(done.stdout, check.metrics, `the output of ${name}`));
    },
    finish() {
      if (runs === 0) return { metrics: [], problem: null };
      const read = joinYielded(picked).map((metric) => ({ ...metric, rounds: metric.rounds.map((place) => samples[place - 1]?.round ?? place) }));
      const [duration, ...others] = Object.keys(measuredOfEach).map((metric) => yieldedOf(metric, samples));
      const metrics = [
        ...(duration ?? []),
        yielded("error-rate", "ratio", { better: "lower", rate: { events: runs - samples.length, count: runs }, details: detailsOf(failures) }),
        ...others.flat(),
        ...read,
      ];
      return { metrics, problem: missingOf(name, check.metrics, read, samples.length), remarks: remarksOf(name, samples, leftBehind) };
    },
  };
}

/** @throws Failure `check-failed` where the shell did not find the command, or may not execute it */
export function refuseNotRun(name: string, command: string, { exitCode, stderr }: { exitCode: number | null; stderr: string }): void {
  if (exitCode !== 127 && exitCode !== 126) return;
  const why = exitCode === 127 ? "the shell did not find it" : "it is not executable";
  const said = stderr.trim().split("\n").at(-1)?.slice(0, 200) ?? "";
  throw new Failure("check-failed", `${name} could not be run: ${command} (${why}${said === "" ? "" : `: ${said}`}).`, {
    expected: "a command that can be started here",
    retry: true,
  });
}

/** Why a run does not count as a sample, in words of ours alone; null where it does. */
function failureOf({ exitCode, signal, timedOut }: ExecutedConfigured, timeoutMs: number): string | null {
  if (timedOut) return `did not end within ${timeoutMs / 1000} s`;
  if (exitCode === 0) return null;
  // A shell ends with 128 and the signal's number where a signal ended its command.
  const killer = signal ?? Object.entries(constants.signals).find(([, number]) => number + 128 === exitCode)?.[0];
  return killer === undefined ? `exit ${exitCode}` : `killed by ${killer}`;
}

function detailsOf(failures: ReadonlyMap<string, number>): Measurement["details"] {
  const errors = [...failures].map(([reason, count]) => ({ reason, count }));
  return errors.length === 0 ? {} : { errors: errors.sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)) };
}

/** A metric of every command; none where no good run could tell it, but for the duration. */
function yieldedOf(metric: string, samples: readonly Sample[]): Yielded[] {
  const told = samples.flatMap(({ round, used }) => {
    const value = used[metric] ?? null;
    return value === null ? [] : [{ round, value }];
  });
  if (told.length === 0 && metric !== "duration") return [];
  const values = told.map(({ value }) => value);
  return [yielded(metric, measuredOfEach[metric]?.unit ?? "", { better: "lower", samples: values, rounds: told.map(({ round }) => round) })];
}

function remarksOf(name: string, samples: readonly Sample[], leftBehind: boolean): string[] {
  const lacks = (metric: string): boolean => samples.length > 0 && samples.every(({ used }) => (used[metric] ?? null) === null);
  return [
    ...(lacks("user-time") ? ["Processor times and peak memory are not measured: there is no place for temporary files."] : []),
    ...(lacks("peak-memory") && !lacks("user-time") ? ["Peak memory is not measured: there is no GNU time at /usr/bin/time."] : []),
    ...(leftBehind ? [`The command of ${name} left processes behind in the background; they were ended.`] : []),
  ];
}

function missingOf(name: string, wanted: CommandCheck["metrics"], read: readonly Yielded[], goodRuns: number): Failure | null {
  const missing = Object.keys(wanted).filter((metric) => !read.some((found) => found.metric === metric));
  if (goodRuns === 0 || missing.length === 0) return null;
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
