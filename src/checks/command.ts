import { Failure } from "../failure.ts";
import { joinYielded } from "../formats/format.ts";
import { type MetricSpec, pickMetrics } from "../formats/pick.ts";
import { type Yielded, yielded } from "../record/yielded.ts";
import type { RunningCheck, Surroundings } from "./check.ts";

/** A command check, every default filled in. Times in milliseconds. */
export interface CommandCheck {
  command: string;
  rounds: number;
  timeout: number;
  metrics: Readonly<Record<string, MetricSpec>>;
}

/**
 * Measures a command: its duration, how many of its runs failed, and what its output says.
 *
 * A run that fails, or does not end in time, is counted as an error; it is no fast and no missing sample.
 */
export function startCommand(name: string, check: CommandCheck, { directory, run }: Surroundings): RunningCheck {
  const durations: number[] = [];
  const rounds: number[] = [];
  const picked: Yielded[][] = [];
  let runs = 0;
  return {
    name,
    rounds: check.rounds,
    async round(number) {
      const done = await run(check.command, { cwd: directory, timeoutMs: check.timeout });
      refuseNotRun(name, check.command, done);
      runs += 1;
      if (done.exitCode !== 0 || done.timedOut) return;
      durations.push(done.durationMs);
      rounds.push(number);
      picked.push(pickMetrics(done.stdout, check.metrics, `the output of ${name}`));
    },
    finish() {
      if (runs === 0) return { metrics: [], problem: null };
      const read = joinYielded(picked).map((metric) => ({ ...metric, rounds: metric.rounds.map((place) => rounds[place - 1] ?? place) }));
      const metrics = [
        yielded("duration", "ms", { better: "lower", samples: durations, rounds }),
        yielded("error-rate", "ratio", { better: "lower", rate: { events: runs - durations.length, count: runs } }),
        ...read,
      ];
      const missing = Object.keys(check.metrics).filter((wanted) => !read.some(({ metric }) => metric === wanted));
      if (durations.length === 0 || missing.length === 0) return { metrics, problem: null };
      return {
        metrics,
        problem: new Failure("check-failed", `The output of ${name} does not hold ${missing.join(", ")}.`, {
          expected: "output that the configured JSON Pointer or pattern finds a number in",
          retry: true,
        }),
      };
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
