import type { CheckConfig } from "../config.ts";
import { Failure } from "../failure.ts";
import type { Machine, MeasuredMetric } from "../record/schema.ts";
import type { Finished, RunningCheck, Surroundings } from "./check.ts";
import { measuredBy, startCheck } from "./measure.ts";
import type { Step } from "./pace.ts";

/** One of the two trees that are laid side by side. */
export interface Side {
  /** What is checked out in it. */
  commit: string;
  /** Where a check works in it; its own server's origin with it. */
  surroundings: (check: string) => Surroundings;
}

/** How two trees are measured. */
export interface SideBySideOptions {
  pairs: number;
  /** When the measuring begins: ISO 8601 in UTC. */
  takenAt: string;
  machine: Machine;
  /** Called before each check of each pair. */
  progress?: (step: Step) => void;
  /** Stops before the next sample. */
  signal?: AbortSignal;
}

/** What the checks yielded on either side; `problems` and `remarks` as in measure.ts. */
export interface MeasuredSides {
  before: MeasuredMetric[];
  after: MeasuredMetric[];
  problems: Failure[];
  remarks: string[];
  interrupted: boolean;
}

interface Couple {
  name: string;
  config: CheckConfig;
  before: RunningCheck;
  after: RunningCheck;
  /** What the complete pairs yielded, where a check could not be run in a later one. */
  complete: { before: Finished; after: Finished } | null;
}

/**
 * Measures checks in two trees, in pairs of rounds: before and after, then after and before, and so on, so that
 * whatever changes with time hits both sides alike. Within a pair each check's two rounds follow one another. A command
 * runs once a side beforehand, uncounted: its first run in a fresh tree fills caches that both sides share.
 *
 * Never throws for a check: one that cannot be run on a side takes part in no further pair, and of the rounds until
 * then those of complete pairs count. Without any it yields nothing: what one side alone was measured of says nothing
 * of the other.
 */
export async function measureSideBySide(
  checks: Readonly<Record<string, CheckConfig>>,
  sides: { before: Side; after: Side },
  options: SideBySideOptions,
): Promise<MeasuredSides> {
  const problems: Failure[] = [];
  const couples: Couple[] = Object.entries(checks).map(([name, config]) => ({
    name,
    config,
    before: startCheck(name, config, sides.before.surroundings(name)),
    after: startCheck(name, config, sides.after.surroundings(name)),
    complete: null,
  }));
  const stopped = new Set<Couple>();
  let interrupted = false;
  const attempt = async (couple: Couple, rounds: () => Promise<void>): Promise<void> => {
    if (stopped.has(couple) || interrupted) return;
    try {
      await rounds();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.code === "interrupted") interrupted = true;
      else {
        stopped.add(couple);
        problems.push(error);
      }
    }
  };
  try {
    for (const couple of couples) await attempt(couple, async () => warmUp(couple, sides));
    for (let pair = 1; pair <= options.pairs; pair += 1) {
      for (const couple of couples) {
        interrupted ||= options.signal?.aborted ?? false;
        await attempt(couple, async () => {
          options.progress?.({ check: couple.name, round: pair, rounds: options.pairs });
          couple.complete = finish(couple);
          for (const side of pair % 2 === 1 ? (["before", "after"] as const) : (["after", "before"] as const)) await couple[side].round(pair);
          couple.complete = null;
        });
      }
    }
    return { ...resultsOf(couples, sides, options, stopped, problems), interrupted: interrupted || (options.signal?.aborted ?? false) };
  } finally {
    for (const { before, after } of couples) for (const side of [before, after]) side.close?.();
  }
}

function finish({ before, after }: Couple): { before: Finished; after: Finished } {
  return { before: before.finish(), after: after.finish() };
}

/** Runs a command once a side, for nothing but its first run to be over. */
async function warmUp({ name, config }: Couple, sides: { before: Side; after: Side }): Promise<void> {
  if (config.kind !== "command") return;
  for (const side of [sides.before, sides.after]) {
    await startCheck(name, config, side.surroundings(name)).round(1);
  }
}

function resultsOf(
  couples: readonly Couple[],
  sides: { before: Side; after: Side },
  { takenAt, machine }: SideBySideOptions,
  stopped: ReadonlySet<Couple>,
  problems: Failure[],
): Omit<MeasuredSides, "interrupted"> {
  const found: Pick<MeasuredSides, "before" | "after"> = { before: [], after: [] };
  const remarks = new Set<string>();
  for (const couple of couples) {
    const finished = couple.complete ?? finish(couple);
    // What one tree yields and the other does not is a difference between them.
    if (finished.before.problem !== null && finished.after.problem !== null && !stopped.has(couple)) problems.push(finished.after.problem);
    for (const side of ["before", "after"] as const) {
      const { commit, surroundings } = sides[side];
      const circumstances = { takenAt, commit, machine, ownServer: surroundings(couple.name).origin !== undefined };
      for (const remark of finished[side].remarks ?? []) remarks.add(remark);
      found[side].push(...finished[side].metrics.map((metric) => measuredBy(couple.name, couple.config, metric, circumstances)));
    }
  }
  return { ...found, problems, remarks: [...remarks] };
}
