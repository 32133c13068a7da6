import { readFile } from "node:fs/promises";
import { Failure } from "../failure.ts";
import { joinYielded } from "../formats/format.ts";
import type { MetricSpec } from "../formats/pick.ts";
import { decodeReport, readReport, refuseLarge } from "../formats/report.ts";
import type { Yielded } from "../record/yielded.ts";
import type { RunningCheck, Surroundings } from "./check.ts";
import { refuseNotRun } from "./command.ts";
import { type FoundReport, findReports } from "./report-paths.ts";

/** A report check, every default filled in. Times in milliseconds. */
export interface ReportCheck {
  /** A file or a glob, relative to the root. */
  report: string;
  /** null: found from the content. */
  format: string | null;
  /** What makes the report; null where something else did. */
  command: string | null;
  rounds: number;
  timeout: number;
  metrics: Readonly<Record<string, MetricSpec>>;
}

/**
 * Measures what report files say. Where the check has a command, it makes them first: a test runner may well end
 * with an error then, as long as it wrote its report; a report from before the command is refused.
 */
export function startReport(name: string, check: ReportCheck, surroundings: Surroundings): RunningCheck {
  const runs: Yielded[][] = [];
  return {
    name,
    rounds: check.command === null ? 1 : check.rounds,
    async round() {
      const found = check.command === null
        ? await findReports(surroundings.directory, check.report)
        : await makeReports(name, check, check.command, surroundings);
      if (found.length === 0) {
        throw failed(`The report of ${name} is not there: nothing matches ${check.report}.`, "a report at this place, or a command that makes it");
      }
      const files = await Promise.all(found.map(readFound));
      runs.push(readReport(files, { format: check.format, metrics: check.metrics }));
    },
    finish() {
      const metrics = runs.length === 1 ? (runs[0] ?? []) : joinYielded(runs);
      const missing = Object.keys(check.metrics).filter((wanted) => !metrics.some(({ metric }) => metric === wanted));
      const problem = runs.length === 0 || missing.length === 0
        ? null
        : failed(`The report of ${name} does not hold ${missing.join(", ")}.`, "a report that the configured JSON Pointer or pattern finds a number in");
      return { metrics, problem };
    },
  };
}

async function makeReports(name: string, check: ReportCheck, command: string, { directory, run }: Surroundings): Promise<FoundReport[]> {
  const before = new Map((await findReports(directory, check.report)).map((found) => [found.path, found.mark]));
  const done = await run(command, { cwd: directory, timeoutMs: check.timeout });
  refuseNotRun(name, command, done);
  if (done.timedOut) throw failed(`The command of ${name} did not end within ${check.timeout / 1000} s.`, "a command that ends in time, or a longer timeout");
  const after = await findReports(directory, check.report);
  const stale = after.find(({ path, mark }) => before.get(path) === mark);
  const ending = done.exitCode === null ? `was ended by ${done.signal ?? "a signal"}` : `ended with ${done.exitCode}`;
  if (stale !== undefined) {
    throw failed(
      `${stale.path} is from before the command of ${name}, which ${ending} and did not write it.`,
      "a report that this run of the command wrote; remove the old one, if nothing writes it any more",
    );
  }
  if (after.length === 0) throw failed(`The command of ${name} ${ending} and wrote no report at ${check.report}.`, "a command that makes the report");
  return after;
}

async function readFound({ path, absolute, size }: FoundReport): Promise<{ path: string; text: string }> {
  refuseLarge(path, size);
  return { path, text: decodeReport(path, await readFile(absolute)) };
}

function failed(message: string, expected: string): Failure {
  return new Failure("check-failed", message, { expected, retry: true });
}
