import { createHash } from "node:crypto";
import { Failure } from "../failure.ts";
import type { Machine, MeasuredMetric } from "../record/schema.ts";
import { asMeasured, type Yielded } from "../record/yielded.ts";
import type { RunningCheck, Surroundings } from "./check.ts";
import { type CommandCheck, startCommand } from "./command.ts";
import { type ReportCheck, startReport } from "./report.ts";

/** A check of the configuration, complete: just one of its four kinds is set (a report may have a command). */
export type ConfiguredCheck = Omit<CommandCheck, "command"> & Omit<ReportCheck, "report"> & {
  http: string | null;
  report: string | null;
  prometheus: string | null;
};

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

type Kind = "http" | "command" | "report" | "prometheus";

/** How each kind of check is started. A kind that is not here cannot be run by this version. */
const starters: { readonly [kind in Kind]?: (name: string, check: ConfiguredCheck, surroundings: Surroundings) => RunningCheck } = {
  command: (name, check, surroundings) => startCommand(name, { ...check, command: check.command ?? "" }, surroundings),
  report: (name, check, surroundings) => startReport(name, { ...check, report: check.report ?? "" }, surroundings),
};

/**
 * Measures checks in interleaved rounds: each round takes one sample of every check that is not done, so that a
 * slow minute of the machine does not hit one check only. Never throws for a check; see {@link Measured.problems}.
 */
export async function measure(checks: Readonly<Record<string, ConfiguredCheck>>, options: MeasureOptions): Promise<Measured> {
  const problems: Failure[] = [];
  const running: RunningCheck[] = [];
  for (const [name, check] of Object.entries(checks)) {
    const started = start(name, check, options);
    if (started instanceof Failure) problems.push(started);
    else running.push(started);
  }
  const stopped = new Set<RunningCheck>();
  const rounds = Math.max(0, ...running.map((check) => check.rounds));
  for (let round = 1; round <= rounds; round += 1) {
    for (const check of running) {
      if (round > check.rounds || stopped.has(check) || options.signal?.aborted) continue;
      options.progress?.({ check: check.name, round, rounds: check.rounds });
      try {
        await check.round(round);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        stopped.add(check);
        problems.push(error);
      }
    }
  }
  const metrics: MeasuredMetric[] = [];
  for (const check of running) {
    const configured = checks[check.name];
    const finished = check.finish();
    if (finished.problem !== null && !stopped.has(check)) problems.push(finished.problem);
    if (configured !== undefined) metrics.push(...finished.metrics.map((metric) => measured(check.name, configured, metric, options)));
  }
  return { metrics, problems, interrupted: options.signal?.aborted ?? false };
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

/** SHA-256 of what decides what a check measures: two measurements of different checks cannot be compared. */
export function checkDigest(check: ConfiguredCheck): string {
  const decisive = Object.entries(check).filter(([key]) => !undecided.includes(key)).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(decisive)).digest("hex");
}

/** More samples, or more patience, measure the same thing. */
const undecided = ["rounds", "samples", "timeout", "pause", "warmup"];

function start(name: string, check: ConfiguredCheck, surroundings: Surroundings): RunningCheck | Failure {
  const kind = kindOf(check);
  const starter = starters[kind];
  if (starter !== undefined && !(kind === "report" && /^https?:\/\//i.test(check.report ?? ""))) return starter(name, check, surroundings);
  const what = kind === "report" ? "reads its report from a server" : `is ${kind === "http" ? "an" : "a"} ${kind} check`;
  return new Failure("check-failed", `${name} ${what}: this version of shipnote cannot run it.`, {
    expected: "a check with a command, or with a report that is a file",
    retry: true,
  });
}

function kindOf({ http, prometheus, report }: ConfiguredCheck): Kind {
  if (http !== null) return "http";
  if (prometheus !== null) return "prometheus";
  return report === null ? "command" : "report";
}

function measured(name: string, check: ConfiguredCheck, metric: Yielded, { takenAt, commit, machine }: MeasureOptions): MeasuredMetric {
  return asMeasured(name, metric, { takenAt, commit, machine, checkDigest: checkDigest(check) });
}
