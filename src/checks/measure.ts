import { createHash } from "node:crypto";
import type { CheckConfig } from "../config.ts";
import { Failure } from "../failure.ts";
import type { Machine, MeasuredMetric } from "../record/schema.ts";
import { commandTimes } from "../record/command-metrics.ts";
import { asMeasured, type Yielded } from "../record/yielded.ts";
import type { RunningCheck, Surroundings } from "./check.ts";
import { startCommand } from "./command.ts";
import { startHttp } from "./http.ts";
import type { Step } from "./pace.ts";
import { startPrometheus } from "./prometheus.ts";
import { startReport } from "./report.ts";

/** How checks are measured. */
export interface MeasureOptions {
  /** Where each check works. */
  surroundings: (check: string) => Surroundings;
  /** When the measuring begins: ISO 8601 in UTC. */
  takenAt: string;
  /** What is checked out. */
  commit: string | null;
  machine: Machine;
  /** Called before each sample. */
  progress?: (step: Step) => void;
  /** Stops before the next sample; what was measured is kept. */
  signal?: AbortSignal;
}

/**
 * What the checks yielded. `problems`: why some could not be run; what they yielded before is in `metrics`. `remarks`:
 * what whoever measures should know, one line each.
 */
export interface Measured {
  metrics: MeasuredMetric[];
  problems: Failure[];
  remarks: string[];
  interrupted: boolean;
}

/**
 * Measures checks in interleaved rounds: each round takes one sample of every check that is not done, so that a
 * slow minute of the machine does not hit one check only; in an order that changes from round to round, so that what
 * one check leaves behind (a warm cache, a hot processor) does not always meet the same other.
 *
 * Never throws for a check; see {@link Measured.problems}.
 */
export async function measure(checks: Readonly<Record<string, CheckConfig>>, options: MeasureOptions): Promise<Measured> {
  const problems: Failure[] = [];
  const ownServers = new Set<string>();
  const running = Object.entries(checks).map(([name, check]) => {
    const surroundings = options.surroundings(name);
    if (surroundings.origin !== undefined) ownServers.add(name);
    return startCheck(name, check, surroundings);
  });
  try {
    const { stopped, interrupted } = await takeRounds(running, options, problems);
    const metrics: MeasuredMetric[] = [];
    const remarks = new Set<string>();
    for (const check of running) {
      const configured = checks[check.name];
      const finished = check.finish();
      if (finished.problem !== null && !stopped.has(check) && !interrupted) problems.push(finished.problem);
      for (const remark of finished.remarks ?? []) remarks.add(remark);
      const circumstances = { ...options, ownServer: ownServers.has(check.name) };
      if (configured !== undefined) metrics.push(...finished.metrics.map((metric) => measuredBy(check.name, configured, metric, circumstances)));
    }
    return { metrics, problems, remarks: [...remarks], interrupted };
  } finally {
    for (const check of running) check.close?.();
  }
}

/** @param problems what goes wrong is added to it */
async function takeRounds(
  running: readonly RunningCheck[],
  { signal, progress }: MeasureOptions,
  problems: Failure[],
): Promise<{ stopped: ReadonlySet<RunningCheck>; interrupted: boolean }> {
  const stopped = new Set<RunningCheck>();
  const rounds = Math.max(0, ...running.map((check) => check.rounds));
  for (let round = 1; round <= rounds; round += 1) {
    for (const place of orderOf(round, running.length)) {
      const check = running[place];
      if (check === undefined || round > check.rounds || stopped.has(check)) continue;
      if (signal?.aborted) return { stopped, interrupted: true };
      progress?.({ check: check.name, round, rounds: check.rounds });
      try {
        await check.round(round);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (error.code === "interrupted") return { stopped, interrupted: true };
        stopped.add(check);
        problems.push(error);
      }
    }
  }
  return { stopped, interrupted: signal?.aborted ?? false };
}

/**
 * The order of `count` checks in a round, from 0: the rows of a Williams design (E. J. Williams, 1949), in which each
 * follows each other equally often; that takes `count` rounds, and twice as many where it is odd.
 *
 * @param round from 1
 */
export function orderOf(round: number, count: number): number[] {
  const row = Array.from({ length: count }, (_, place) => (place % 2 === 1 ? (place + 1) / 2 : (count - place / 2) % count));
  const order = row.map((check) => (check + round - 1) % count);
  return count % 2 === 1 && Math.floor((round - 1) / count) % 2 === 1 ? order.reverse() : order;
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

/**
 * SHA-256 of what decides what a check measures: measurements of different checks cannot be compared.
 *
 * @param ownServer whether a server was asked that was started for it, and not the one at the configured address
 */
export function checkDigest(check: CheckConfig, ownServer = false): string {
  const metrics = "metrics" in check ? Object.entries(check.metrics).map(([name, metric]) => [name, decisive(metric)]) : [];
  const decides = [decisive({ ...check, metrics: null }), metrics, ...(ownServer ? ["own server"] : [])];
  // What is not set is left out: a key that a later version adds changes no check that does not set it.
  return createHash("sha256").update(JSON.stringify(decides, (_, value: unknown) => (value === null ? undefined : value))).digest("hex");
}

/** More samples, more patience and another judgement measure the same thing, whichever way the server is started or trusted. */
const undecided = ["rounds", "samples", "timeout", "pause", "warmup", "tolerance", "better", "serve", "ready", "ca"];

function decisive(settings: object): unknown {
  return Object.entries(settings).filter(([key, value]) => value !== null && !undecided.includes(key)).sort(([a], [b]) => (a < b ? -1 : 1));
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

/**
 * What a check yielded, with when, where and of what that was, and the check's own tolerance. What another kind of
 * check calls by the name of a command's time says itself that it is none.
 */
export function measuredBy(
  name: string,
  check: CheckConfig,
  metric: Yielded,
  { takenAt, commit, machine, ownServer }: Pick<MeasureOptions, "takenAt" | "commit" | "machine"> & { ownServer: boolean },
): MeasuredMetric {
  const tolerance = metric.tolerance ?? check.tolerance;
  const details = {
    ...metric.details,
    ...(check.kind !== "command" && commandTimes.includes(metric.metric) ? { machineBound: false } : {}),
    ...(ownServer ? { ownServer } : {}),
  };
  return asMeasured(name, { ...metric, tolerance, details }, { takenAt, commit, machine, checkDigest: checkDigest(check, ownServer) });
}
