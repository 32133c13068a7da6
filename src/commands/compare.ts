import { problemOf } from "../checks/measure.ts";
import { followPace, paceText, type Step } from "../checks/pace.ts";
import type { MeasuredSides } from "../checks/side-by-side.ts";
import { monotonicMs } from "../execute-clock.ts";
import { Failure } from "../failure.ts";
import { pairMetrics } from "../gather/comparisons.ts";
import { repositoryIdentity } from "../gather/identity.ts";
import { treeWithoutNotes } from "../gather/range-trees.ts";
import { hasChanges } from "../git/worktree.ts";
import type { Invocation } from "../invocation.ts";
import type { MeasuredMetric, Metric } from "../record/schema.ts";
import { overallVerdict, toldVerdict } from "../record/verdict.ts";
import { comparisonText } from "../render/pages/comparison.ts";
import { count } from "../render/quantity.ts";
import { saveComparison } from "../state/comparisons.ts";
import { maskResults } from "../state/measurements.ts";
import { ownWorktrees } from "../state/worktrees.ts";
import { oneLine } from "../terminal.ts";
import { openWorkspace, secretRules, type Workspace } from "../workspace.ts";
import { type ComparisonPlan, planComparison } from "./compare-plan.ts";
import { runComparison } from "./compare-run.ts";
import { clearWorktrees } from "./compare-worktrees.ts";
import { maskFailure } from "./masked-failure.ts";

/** `shipnote compare`: two commits in throw-away worktrees, measured in pairs of rounds, in one run. */
export async function compare(invocation: Invocation): Promise<number> {
  const { terminal } = invocation;
  const takenAt = new Date().toISOString();
  const workspace = await openWorkspace(invocation);
  const plan = await planComparison(invocation, workspace, takenAt);
  const names = Object.keys(plan.checks);
  for (const { check, why } of plan.leftOut) terminal.warn(`shipnote: ${oneLine(check)} is left out: ${why}.`);
  if (invocation.dryRun) {
    const { from, to, pairs, leftOut } = plan;
    terminal.result(`Would compare ${between(plan)} by ${names.join(", ")}, in ${count(pairs, "pair")} of rounds. Nothing was run.`);
    terminal.document({ status: "dry-run", from, to, pairs, checks: names, leftOut });
    return 0;
  }
  await clearWorktrees(workspace);
  const { repository, notes } = workspace;
  if ([plan.from, plan.to].includes(repository.head ?? "") && (await hasChanges(repository, notes))) {
    terminal.warn("shipnote: what is not committed is not compared: the worktrees hold commits only.");
  }
  const identity = await repositoryIdentity(repository);
  const text = `Comparing ${names.join(", ")}`;
  const measured = await terminal.progress(text, async (show) => {
    const pace = followPace();
    const progress = (step: Step): void => show(`${text}: ${paceText(pace(step, monotonicMs()))}`);
    return untilSignalled(async (signal) => masked(workspace, runComparison(workspace, plan, { takenAt, identity, signal, progress })));
  });
  for (const directory of ownWorktrees(workspace.stateDirectory)) {
    terminal.warn(`shipnote: ${oneLine(directory)} could not be removed; the next run tries again.`);
  }
  for (const remark of measured.remarks) terminal.say(`shipnote: ${oneLine(remark)}`);
  const metrics = await comparedMetrics(workspace, measured, { takenAt, identity });
  const id = metrics.length === 0 ? null : await keep(workspace, plan, metrics, takenAt);
  terminal.result([`Compared ${between(plan)}, ${count(plan.pairs, "pair")} of rounds.`, ...comparisonText(metrics, process.stdout.columns || 80).split("\n")].map(oneLine).join("\n"));
  const problem = problemOf(measured.problems);
  if (problem !== null) {
    if (id !== null) terminal.say("What could be measured is kept.");
    throw problem;
  }
  const { from, to, pairs, leftOut } = plan;
  terminal.document({ status: "compared", id, from, to, pairs, verdict: overallVerdict(metrics), metrics, leftOut });
  return metrics.map(toldVerdict).some((verdict) => verdict !== null && workspace.config.failOn.includes(verdict)) ? 1 : 0;
}

function between({ from, to }: ComparisonPlan): string {
  return `${from.slice(0, 12)} with ${to.slice(0, 12)}`;
}

/** What is shown is what is kept: logs of CI are read by more than those who may read the reports. */
async function comparedMetrics(workspace: Workspace, measured: MeasuredSides, { takenAt, identity }: { takenAt: string; identity: string }): Promise<Metric[]> {
  const side = async (which: "before" | "after"): Promise<MeasuredMetric[]> => {
    const metrics = measured[which];
    const [first] = metrics;
    if (first === undefined || first.measurement.machine === null) return [];
    const { commit, machine } = first.measurement;
    const results = { version: 1 as const, side: which, environment: "", component: null, takenAt, commit, machine, metrics, takenBy: null, repository: identity };
    return (await maskResults(results, secretRules(workspace))).metrics;
  };
  const { alpha, tolerance } = workspace.config.compare;
  return pairMetrics(await side("before"), await side("after"), { alpha, tolerance });
}

async function keep({ repository, notes, stateDirectory }: Workspace, plan: ComparisonPlan, metrics: Metric[], takenAt: string): Promise<string> {
  const treeOf = treeWithoutNotes(repository, notes);
  const [fromTree, toTree] = await Promise.all([treeOf(plan.from), treeOf(plan.to)]);
  return saveComparison(stateDirectory, {
    version: 1, environment: plan.environment, component: plan.component, takenAt,
    from: { commit: plan.from, tree: fromTree }, to: { commit: plan.to, tree: toTree }, pairs: plan.pairs, metrics, takenBy: null,
  });
}

/**
 * Works until a signal to end comes; then all that was started is ended first. Nothing of a comparison that was cut
 * short is kept: it could be ended just when it looks right.
 *
 * @throws Failure `interrupted`
 */
async function untilSignalled(work: (signal: AbortSignal) => Promise<MeasuredSides>): Promise<MeasuredSides> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of endings) process.on(signal, interrupt);
  const interrupted = new Failure("interrupted", "Interrupted: both worktrees and all that ran in them are gone, and nothing is kept.", {
    expected: "time to measure all pairs: one that is cut short could be ended just when it looks right", retry: true,
  });
  try {
    const measured = await work(stop.signal);
    if (measured.interrupted) throw interrupted;
    return measured;
  } catch (error) {
    throw stop.signal.aborted && error instanceof Failure ? interrupted : error;
  } finally {
    for (const signal of endings) process.off(signal, interrupt);
  }
}

/** A set-up, a server and a check that could not be run are told of in words of their own. */
async function masked(workspace: Workspace, work: Promise<MeasuredSides>): Promise<MeasuredSides> {
  const rules = secretRules(workspace);
  try {
    const measured = await work;
    return { ...measured, problems: await Promise.all(measured.problems.map(async (problem) => maskFailure(problem, rules))) };
  } catch (error) {
    throw error instanceof Failure ? await maskFailure(error, rules) : error;
  }
}
