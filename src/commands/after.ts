import { resolve } from "node:path";
import { listRecords } from "../archive/read.ts";
import { Failure } from "../failure.ts";
import { gatherMeasurements } from "../gather/measurements.ts";
import { factsGit } from "../git/repository.ts";
import type { Invocation } from "../invocation.ts";
import type { ChangeRecord, Metric } from "../record/schema.ts";
import { overallVerdict, toldVerdict } from "../record/verdict.ts";
import { comparisonText } from "../render/pages/comparison.ts";
import { type KeptResults, type Results, readResults, readResultsFile } from "../state/measurements.ts";
import { oneLine } from "../terminal.ts";
import type { Workspace } from "../workspace.ts";
import { endOf, measureSide, planSide, saySide, type SidePlan, summaryOf, whatAndWhen } from "./before-side.ts";

/** `shipnote after`: runs the checks again, keeps the results, and compares them with the baseline. */
export async function after(invocation: Invocation): Promise<number> {
  const { terminal, flags, directory } = invocation;
  const plan = await planSide(invocation, "after");
  const file = flags.text("baseline");
  const baseline = file === null ? null : await readBaseline(resolve(directory, file), plan);
  if (invocation.dryRun) {
    saySide(invocation, plan);
    return 0;
  }
  if (baseline !== null && baseline.environment !== plan.environment) {
    terminal.say(`shipnote: the baseline was measured in ${oneLine(baseline.environment)}, this is ${oneLine(plan.environment)}.`);
  }
  // Damaged ones are found before anything runs.
  const kept = baseline === null ? await readResults(plan.workspace.stateDirectory) : [];
  const side = await measureSide(invocation, plan);
  const { results, id } = side;
  const metrics = await compared(plan.workspace, results, baseline, kept);
  const lines = [...(metrics.length === 0 ? [] : [`After, ${whatAndWhen(results)}.`]), ...comparisonText(metrics, process.stdout.columns || 80).split("\n")];
  if (metrics.length > 0 && metrics.every(({ before }) => before === null)) lines.push("", "There is no baseline: run `shipnote before` before the next change.");
  terminal.result(lines.map(oneLine).join("\n"));
  const failed = metrics.map(toldVerdict).some((verdict) => verdict !== null && plan.workspace.config.failOn.includes(verdict));
  const document = { status: "measured", id, ...summaryOf(results), verdict: overallVerdict(metrics), metrics };
  return endOf(invocation, side, document, failed ? 1 : 0);
}

/**
 * The results that `--baseline` names, read before anything runs.
 *
 * @throws Failure `results-invalid` also where they hold none of the checks that are to be measured
 */
async function readBaseline(path: string, { identity, checks }: SidePlan): Promise<Results> {
  const baseline = await readResultsFile(path, identity);
  if (baseline.metrics.some(({ check }) => Object.hasOwn(checks, check))) return baseline;
  const held = [...new Set(baseline.metrics.map(({ check }) => check))].sort();
  throw new Failure("results-invalid", `${path} holds no results of ${Object.keys(checks).join(", ")}.`, {
    expected: held.length === 0 ? "a file that before --save or after --save wrote" : `the results of a check that is measured; it holds those of ${held.join(", ")}`,
    retry: true,
  });
}

/** The checks of this run beside what a record of the ship at hand would put before them, or beside a named baseline alone. */
async function compared(workspace: Workspace, results: Results, baseline: Results | null, kept: readonly KeptResults[]): Promise<Metric[]> {
  const { config, notesDirectory } = workspace;
  const sides = {
    environment: results.environment, component: results.component, deployEnd: null, toCommittedAt: null, nextShippedAt: null,
    commitsBefore: new Set<string>(), results, files: { before: [], after: [] }, judgement: config.compare,
  };
  const measured = new Set(results.metrics.map(({ check }) => check));
  if (baseline !== null) {
    const { metrics } = gatherMeasurements({
      ...sides, baseline, kept: [], previous: null, standing: null, shippedAt: results.takenAt, shippedAtSource: "now",
    });
    return metrics.filter(({ check }) => measured.has(check));
  }
  const line = notesDirectory === null ? [] : listRecords(notesDirectory, (record) =>
    record.environment === results.environment && record.component === results.component ? of(record) : null).rows;
  const [newest] = line;
  const standing = newest !== undefined && (await isThisShip(workspace, newest, kept)) ? newest : null;
  const { metrics } = gatherMeasurements({
    ...sides, baseline, kept,
    previous: line[standing === null ? 0 : 1] ?? null,
    standing,
    shippedAt: standing?.shippedAt ?? results.takenAt,
    shippedAtSource: standing?.shippedAtSource ?? "now",
  });
  return metrics.filter(({ check }) => measured.has(check));
}

type LineRecord = Pick<ChangeRecord, "id" | "recordedAt" | "shippedAt" | "shippedAtSource" | "range" | "environment" | "component" | "metrics">;

/** Only this much of each record is kept, for there may be ten thousand. */
function of({ id, recordedAt, shippedAt, shippedAtSource, range, environment, component, metrics }: ChangeRecord): LineRecord {
  return { id, recordedAt, shippedAt, shippedAtSource, range, environment, component, metrics };
}

/** Whether what is measured is the ship that was recorded last: nothing but notes came since, and no new baseline. */
async function isThisShip({ repository, notes }: Workspace, newest: LineRecord, kept: readonly KeptResults[]): Promise<boolean> {
  const begun = kept.some(({ side, takenBy, takenAt, environment, component }) =>
    side === "before" && takenBy === null && environment === newest.environment && component === newest.component &&
    Date.parse(takenAt) > Date.parse(newest.recordedAt));
  if (begun || newest.range === null || repository.head === null) return false;
  const { status } = await factsGit(repository, ["diff", "--quiet", newest.range.to, repository.head, "--", ".", ...notes.exclude], {
    pathspecMagic: true,
    allow: [1, 128],
  });
  return status === 0;
}
