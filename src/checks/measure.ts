import { createHash } from "node:crypto";
import type { CheckConfig } from "../config.ts";
import { Failure } from "../failure.ts";
import type { Machine, MeasuredMetric } from "../record/schema.ts";
import { asMeasured, type Yielded } from "../record/yielded.ts";
import type { RunningCheck, Surroundings } from "./check.ts";
import { startCommand } from "./command.ts";
import { startHttp } from "./http.ts";
import { startPrometheus } from "./prometheus.ts";
import { startReport } from "./report.ts";

/** How checks are measured. */
export interface MeasureOptions extends Surroundings {
  /** When the measuring begins: ISO 8601 in UTC. */
  takenAt: string;
  /** What is checked out. */
  commit: string | null;
  machine: Machine;
  /** Called before each sample. */
  progress?: (step: { check: string; round: number; rounds: number }) => void;
  /** Stops before the next sample; what was measured is kept. */
  signal?: AbortSignal;
}

/** What the checks yielded. `problems`: why some could not be run; what they yielded before is in `metrics`. */
export interface Measured {
  metrics: MeasuredMetric[];
  problems: Failure[];
  interrupted: boolean;
}

/**
 * Measures checks in interleaved rounds: each round takes one sample of every check that is not done, so that a
 * slow minute of the machine does not hit one check only. Never throws for a check; see {@link Measured.problems}.
 */
export async function measure(checks: Readonly<Record<string, CheckConfig>>, options: MeasureOptions): Promise<Measured> {
  const problems: Failure[] = [];
  const running = Object.entries(checks).map(([name, check]) => startCheck(name, check, options));
  const stopped = new Set<RunningCheck>();
  let interrupted = false;
  const rounds = Math.max(0, ...running.map((check) => check.rounds));
  for (let round = 1; round <= rounds; round += 1) {
    for (const check of running) {
      if (round > check.rounds || stopped.has(check) || interrupted) continue;
      if (options.signal?.aborted) {
        interrupted = true;
        continue;
      }
      options.progress?.({ check: check.name, round, rounds: check.rounds });
      try {
        await check.round(round);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (error.code === "interrupted") {
          interrupted = true;
        } else {
          stopped.add(check);
          problems.push(error);
        }
      }
    }
  }
  const metrics: MeasuredMetric[] = [];
  for (const check of running) {
    const configured = checks[check.name];
    const finished = check.finish();
    if (finished.problem !== null && !stopped.has(check) && !interrupted) problems.push(finished.problem);
    if (configured !== undefined) metrics.push(...finished.metrics.map((metric) => measuredBy(check.name, configured, metric, options)));
  }
  return { metrics, problems, interrupted: interrupted || (options.signal?.aborted ?? false) };
}

/** One failure for all checks that could not be run; null where each could. */
export function problemOf(problems: readonly Failure[]): Failure | null {
  const [first] = problems;
  if (first === undefined || problems.length === 1) return first ?? null;
  return new Failure("check-failed", problems.map(({ message }) => message).join("\n"), {
    expected: [...new Set(problems.map(({ expected }) => expected))].join("; "),
    retry: true,
  });
}

/** SHA-256 of what decides what a check measures: measurements of different checks cannot be compared. */
export function checkDigest(check: CheckConfig): string {
  const metrics = "metrics" in check ? Object.entries(check.metrics).map(([name, metric]) => [name, decisive(metric)]) : [];
  return createHash("sha256").update(JSON.stringify([decisive({ ...check, metrics: null }), metrics])).digest("hex");
}

/** More samples, more patience and another judgement measure the same thing. */
const undecided = ["rounds", "samples", "timeout", "pause", "warmup", "tolerance", "better"];

function decisive(settings: object): unknown {
  return Object.entries(settings).filter(([key]) => !undecided.includes(key)).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Starts a check, whatever its kind. */
export function startCheck(name: string, check: CheckConfig, surroundings: Surroundings): RunningCheck {
  switch (check.kind) {
    case "command": return startCommand(name, check, surroundings);
    case "http": return startHttp(name, check, surroundings);
    case "prometheus": return startPrometheus(name, check, surroundings);
    case "report": return startReport(name, check, surroundings);
  }
}

/** What a check yielded, with when, where and of what that was, and the check's own tolerance. */
export function measuredBy(
  name: string,
  check: CheckConfig,
  metric: Yielded,
  { takenAt, commit, machine }: Pick<MeasureOptions, "takenAt" | "commit" | "machine">,
): MeasuredMetric {
  const tolerance = metric.tolerance ?? check.tolerance;
  return asMeasured(name, { ...metric, tolerance }, { takenAt, commit, machine, checkDigest: checkDigest(check) });
}
