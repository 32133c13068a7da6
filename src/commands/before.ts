import { resolve } from "node:path";
import { configuredChecks } from "../checks/configured.ts";
import { describeMachine } from "../checks/machine.ts";
import { type Measured, measure, problemOf } from "../checks/measure.ts";
import { runConfigured } from "../execute-configured.ts";
import { Failure } from "../failure.ts";
import { repositoryIdentity } from "../gather/identity.ts";
import type { Invocation } from "../invocation.ts";
import type { MeasuredMetric } from "../record/schema.ts";
import { count, quantity } from "../render/quantity.ts";
import { maskAll, type SecretRules } from "../secrets.ts";
import { maskResults, type Results, saveResults, saveResultsFile } from "../state/measurements.ts";
import { oneLine } from "../terminal.ts";
import { type Workspace, openWorkspace, secretRules } from "../workspace.ts";
import { environmentOf } from "./record-request.ts";

/** What one run of the checks came to. */
export interface MeasuredSide {
  workspace: Workspace;
  results: Results;
  /** Of the kept results; null where nothing was measured, or with `--dry-run`. */
  id: string | null;
  problem: Failure | null;
  interrupted: boolean;
}

/** `shipnote before`: runs the checks and keeps the results as the baseline. */
export async function before(invocation: Invocation): Promise<number> {
  const { terminal } = invocation;
  const side = await measureSide(invocation, "before");
  if (side === null) return 0;
  const { results, id } = side;
  terminal.result([`Before, ${whatAndWhen(results)}:`, ...results.metrics.map((metric) => `  ${oneLine(line(metric))}`)].join("\n"));
  for (const { check, measurement } of results.metrics.filter(isBroken)) {
    terminal.warn(`shipnote: each of ${count(measurement.count ?? 0, "run")} of ${oneLine(check)} failed: this baseline is broken, and a later failure would look like no change.`);
  }
  return endOf(invocation, side, { status: "measured", id, ...summaryOf(results), metrics: results.metrics }, 0);
}

/**
 * Runs the checks of one side and keeps what they yielded, whatever else goes wrong.
 *
 * @returns null with `--dry-run`: then it is said what would run, and nothing runs
 */
export async function measureSide(invocation: Invocation, side: Results["side"]): Promise<MeasuredSide | null> {
  const { terminal, flags } = invocation;
  const workspace = await openWorkspace(invocation);
  const { repository, config } = workspace;
  if (repository.workTree === null) {
    throw new Failure("no-work-tree", "The checks need a work tree to run in, and this repository has none.", { expected: "a repository with a work tree", retry: true });
  }
  const component = flags.text("component");
  const environment = environmentOf(flags.text("env"), config);
  const checks = configuredChecks(config, { only: flags.list("only"), component });
  if (invocation.dryRun) {
    terminal.result(`Would measure ${Object.keys(checks).join(", ")}. Nothing was run.`);
    terminal.document({ status: "dry-run", checks: Object.keys(checks) });
    return null;
  }
  const identity = await repositoryIdentity(repository);
  const takenAt = new Date().toISOString();
  const machine = describeMachine(identity.split(" ")[0] ?? "");
  const measured = await interruptible((signal) => terminal.progress(`Measuring ${Object.keys(checks).join(", ")}`, measure(checks, {
    directory: workspace.repository.directory, run: runConfigured, takenAt, commit: repository.head, machine, signal,
  })));
  const rules = secretRules(workspace);
  // What is shown is what is kept: logs of CI are read by more than those who may read the reports.
  const results = await maskResults({
    version: 1, side, environment, component, takenAt, commit: repository.head, machine,
    metrics: measured.metrics, takenBy: null, repository: identity,
  }, rules);
  const problem = await maskedFailure(problemOf(measured.problems), rules);
  return { workspace, results, id: await keep(invocation, workspace, results), problem, interrupted: measured.interrupted };
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

/** A check that could not be run is told of in words of its own. */
async function maskedFailure(failure: Failure | null, rules: SecretRules): Promise<Failure | null> {
  if (failure === null) return null;
  const [message] = await maskAll([failure.message], rules);
  return message === undefined || message.rules.length === 0
    ? failure
    : new Failure(failure.code, message.text, { expected: failure.expected, retry: failure.retry, cause: failure });
}

async function keep({ flags, directory }: Invocation, workspace: Workspace, results: Results): Promise<string | null> {
  if (results.metrics.length === 0) return null;
  const rules = secretRules(workspace);
  const id = await saveResults(workspace.stateDirectory, results, rules);
  const file = flags.text("save");
  if (file !== null) await saveResultsFile(resolve(directory, file), results, rules);
  return id;
}

/** The first Ctrl-C ends the measuring after the sample at hand, the second at once. */
async function interruptible(work: (signal: AbortSignal) => Promise<Measured>): Promise<Measured> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once("SIGINT", interrupt);
  try {
    return await work(stop.signal);
  } finally {
    process.removeListener("SIGINT", interrupt);
  }
}

/** Whether a check never ran to its end. */
function isBroken({ metric, measurement: { events, count: runs } }: MeasuredMetric): boolean {
  return metric === "error-rate" && events !== null && events > 0 && events === runs;
}

function line({ check, metric, stratum, unit, measurement }: MeasuredMetric): string {
  const { value, events, count: all, samples } = measurement;
  const shown = events !== null ? `${events} of ${all ?? 0}` : value === null ? "no value" : quantity(value, unit);
  return `${check} ${metric}${stratum === null ? "" : ` (${stratum})`}: ${shown}${samples.length > 1 ? ` (median of ${samples.length})` : ""}`;
}
