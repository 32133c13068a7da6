import { listRecords } from "../archive/read.ts";
import { gatherMeasurements } from "../gather/measurements.ts";
import { factsGit } from "../git/repository.ts";
import type { Invocation } from "../invocation.ts";
import type { ChangeRecord, Metric } from "../record/schema.ts";
import { overallVerdict } from "../record/verdict.ts";
import { comparisonText } from "../render/pages/comparison.ts";
import { type KeptResults, type Results, readResults } from "../state/measurements.ts";
import { oneLine } from "../terminal.ts";
import type { Workspace } from "../workspace.ts";
import { endOf, measureSide, summaryOf, whatAndWhen } from "./before.ts";

/** `shipnote after`: runs the checks again, keeps the results, and compares them with the baseline. */
export async function after(invocation: Invocation): Promise<number> {
  const { terminal } = invocation;
  const side = await measureSide(invocation, "after");
  if (side === null) return 0;
  const { workspace, results, id } = side;
  const metrics = await compared(workspace, results);
  const lines = [`After, ${whatAndWhen(results)}.`, ...comparisonText(metrics).split("\n")];
  if (metrics.every(({ before }) => before === null)) lines.push("", "There is no baseline: run `shipnote before` before the next change.");
  terminal.result(lines.map(oneLine).join("\n"));
  const failed = metrics.some(({ comparison }) => comparison !== null && workspace.config.failOn.includes(comparison.verdict));
  const document = { status: "measured", id, ...summaryOf(results), verdict: overallVerdict(metrics), metrics };
  return endOf(invocation, side, document, failed ? 1 : 0);
}

/** The checks of this run beside what a record of the ship at hand would put before them. */
async function compared(workspace: Workspace, results: Results): Promise<Metric[]> {
  const { config, notesDirectory, stateDirectory } = workspace;
  const line = notesDirectory === null ? [] : listRecords(notesDirectory, (record) =>
    record.environment === results.environment && record.component === results.component ? of(record) : null).rows;
  const kept = await readResults(stateDirectory);
  const [newest] = line;
  const standing = newest !== undefined && (await isThisShip(workspace, newest, kept)) ? newest : null;
  const found = gatherMeasurements({
    environment: results.environment,
    component: results.component,
    kept,
    previous: line[standing === null ? 0 : 1] ?? null,
    standing,
    shippedAt: standing?.shippedAt ?? results.takenAt,
    shippedAtSource: standing?.shippedAtSource ?? "now",
    deployEnd: null,
    toCommittedAt: null,
    nextShippedAt: null,
    baseline: null,
    results,
    files: { before: [], after: [] },
    judgement: config.compare,
  });
  const measured = new Set(results.metrics.map(({ check }) => check));
  return found.metrics.filter(({ check }) => measured.has(check));
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
