import { resolve } from "node:path";
import { configuredChecks } from "../checks/configured.ts";
import { describeMachine } from "../checks/machine.ts";
import { type Measured, measure, problemOf } from "../checks/measure.ts";
import { followPace, paceText } from "../checks/pace.ts";
import { checksOfTree } from "../checks/left-out.ts";
import type { CheckConfig } from "../config.ts";
import { monotonicMs } from "../execute-clock.ts";
import { runConfigured } from "../execute-configured.ts";
import { Failure } from "../failure.ts";
import { repositoryIdentity } from "../gather/identity.ts";
import { resolveCommit } from "../git/revisions.ts";
import type { Invocation } from "../invocation.ts";
import { requireSavable, type Results, saveResults } from "../state/measurements.ts";
import { oneLine } from "../terminal.ts";
import { type Workspace, openWorkspace, secretRules } from "../workspace.ts";
import { inTree } from "./compare-run.ts";
import { clearWorktrees } from "./compare-worktrees.ts";
import { maskFailure } from "./masked-failure.ts";
import { environmentOf } from "./record-request.ts";

/** What is going to be measured. */
export interface SidePlan {
  workspace: Workspace;
  side: Results["side"];
  environment: string;
  component: string | null;
  checks: Record<string, CheckConfig>;
  /** What is measured, as far as it is committed. */
  commit: string | null;
  /** Whether that is laid out in a worktree of its own (`--rev`). */
  apart: boolean;
  /** What identifies the repository. */
  identity: string;
  /** `--save`, absolute. */
  file: string | null;
}

/** What one run of the checks came to. */
export interface MeasuredSide {
  results: Results;
  /** Of the kept results; null where nothing was measured. */
  id: string | null;
  problem: Failure | null;
  interrupted: boolean;
}

/**
 * Finds out what is to be measured, and whether the results can be kept, before anything runs.
 *
 * @throws Failure `usage`, `value-invalid`, `revision-unknown`, `not-writable`, `no-work-tree` …
 */
export async function planSide(invocation: Invocation, side: Results["side"]): Promise<SidePlan> {
  const { terminal, flags, directory } = invocation;
  const workspace = await openWorkspace(invocation);
  const { repository, config } = workspace;
  const revision = flags.text("rev");
  if (repository.workTree === null && revision === null) {
    throw new Failure("no-work-tree", "The checks need a work tree to run in, and this repository has none.", { expected: "a repository with a work tree", retry: true });
  }
  const component = flags.text("component");
  const environment = environmentOf(flags.text("env"), config);
  const configured = configuredChecks(config, { only: flags.list("only"), component });
  const { checks, leftOut } = revision === null ? { checks: configured, leftOut: [] } : checksOfTree(configured, "measured at another revision");
  for (const { check, why } of leftOut) terminal.warn(`shipnote: ${oneLine(check)} is left out: ${why}.`);
  const commit = revision === null ? repository.head : await resolveCommit(repository, revision);
  const save = flags.text("save");
  const file = save === null ? null : resolve(directory, save);
  if (file !== null) requireSavable(file);
  const identity = await repositoryIdentity(repository);
  return { workspace, side, environment, component, checks, commit, apart: revision !== null, identity, file };
}

/** `--dry-run`: what would run. */
export function saySide({ terminal }: Invocation, { checks, commit, apart }: SidePlan): void {
  const names = Object.keys(checks);
  terminal.result(`Would measure ${names.join(", ")}${apart && commit !== null ? ` at ${commit.slice(0, 12)}` : ""}. Nothing was run.`);
  terminal.document({ status: "dry-run", checks: names, commit });
}

/** Runs the checks of one side and keeps what they yielded, whatever else goes wrong. */
export async function measureSide({ terminal }: Invocation, plan: SidePlan): Promise<MeasuredSide> {
  const { workspace, side, environment, component, commit, identity } = plan;
  const rules = secretRules(workspace);
  const takenAt = new Date().toISOString();
  const machine = describeMachine(identity.split(" ")[0] ?? "");
  const text = `Measuring ${Object.keys(plan.checks).join(", ")}${plan.apart && commit !== null ? ` at ${commit.slice(0, 12)}` : ""}`;
  const measured = await terminal.progress(text, async (show) => {
    const pace = followPace();
    return untilSignalled(async (signal) => measureWhere(plan, signal, {
      takenAt, commit, machine, signal,
      progress: (step) => show(`${text}: ${paceText(pace(step, monotonicMs()))}`),
    }));
  }).catch(async (error: unknown) => {
    throw error instanceof Failure ? await maskFailure(error, rules) : error;
  });
  for (const remark of measured.remarks) terminal.say(`shipnote: ${oneLine(remark)}`);
  const taken: Results = {
    version: 1, side, environment, component, takenAt, commit, machine, metrics: measured.metrics, takenBy: null, repository: identity,
    ...(plan.apart ? { laidOut: true } : {}),
  };
  const problem = problemOf(measured.problems);
  // What is shown is what is kept, masked: logs of CI are read by more than those who may read the reports.
  const { id, results } = taken.metrics.length === 0
    ? { id: null, results: taken }
    : await saveResults(workspace.stateDirectory, taken, rules, plan.file);
  return { results, id, problem: problem === null ? null : await maskFailure(problem, rules), interrupted: measured.interrupted };
}

/** Here, or in a worktree of its own. */
async function measureWhere(plan: SidePlan, signal: AbortSignal, options: Omit<Parameters<typeof measure>[1], "surroundings">): Promise<Measured> {
  const { workspace, checks, commit } = plan;
  if (!plan.apart || commit === null) {
    return measure(checks, { ...options, surroundings: () => ({ directory: workspace.repository.directory, run: runConfigured, signal }) });
  }
  await clearWorktrees(workspace);
  return inTree(workspace, { commit, purpose: "before", checks, signal }, async ({ surroundings }) => measure(checks, { ...options, surroundings }));
}

/** The last words of a run: what could not be measured, or the document and the exit status. */
export function endOf({ terminal }: Invocation, { problem, interrupted, id }: MeasuredSide, document: unknown, exitStatus: number): number {
  if (problem !== null) {
    if (id !== null) terminal.say("What could be measured is kept.");
    throw problem;
  }
  if (interrupted) {
    throw new Failure("interrupted", `Interrupted: ${id === null ? "nothing was measured" : "what was measured until then is kept"}.`, { expected: "time to measure all rounds", retry: true });
  }
  terminal.document(document);
  return exitStatus;
}

/** What results are of, for a document. */
export function summaryOf({ side, environment, component, takenAt, commit }: Results): Pick<Results, "side" | "environment" | "component" | "takenAt" | "commit"> {
  return { side, environment, component, takenAt, commit };
}

/** `production, 6 metrics at 08:55 UTC`. */
export function whatAndWhen({ environment, component, metrics, takenAt }: Results): string {
  const where = component === null ? environment : `${environment} ${component}`;
  return `${oneLine(where)}, ${metrics.length} ${metrics.length === 1 ? "metric" : "metrics"} at ${takenAt.slice(11, 16)} UTC`;
}

/** Works until a signal to end comes: the first one stops the measuring and keeps what there is, the second ends us. */
export async function untilSignalled(work: (signal: AbortSignal) => Promise<Measured>): Promise<Measured> {
  const stop = new AbortController();
  const interrupt = (): void => {
    stop.abort();
    release();
  };
  const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const release = (): void => {
    for (const signal of endings) process.off(signal, interrupt);
  };
  for (const signal of endings) process.on(signal, interrupt);
  try {
    return await work(stop.signal);
  } finally {
    release();
  }
}
