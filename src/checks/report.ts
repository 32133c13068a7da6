import { readFile } from "node:fs/promises";
import { Failure } from "../failure.ts";
import type { MetricSpec } from "../formats/pick.ts";
import { joinYielded, type ReportText } from "../formats/format.ts";
import { decodeReport, isUnread, readReport, refuseLarge } from "../formats/report.ts";
import type { Yielded } from "../record/yielded.ts";
import type { RunningCheck, Surroundings } from "./check.ts";
import { lastLine, refuseNotRun } from "./command.ts";
import { type FoundReport, findReports } from "./report-paths.ts";
import { isUrl, requestReport } from "./report-url.ts";

/** A report check, every default filled in. Times in milliseconds. */
export interface ReportCheck {
  /** A file or a glob, relative to the root; or an http(s) URL. */
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
 * Measures what reports say. Where the check has a command, it makes them first: a test runner may well end with an
 * error then, as long as it wrote its report; a file from before the command is refused. Where a report is run for
 * more than once, each run is a round; the rounds of a single run are those that its format tells apart.
 */
export function startReport(name: string, check: ReportCheck, surroundings: Surroundings): RunningCheck {
  const runs: Yielded[][] = [];
  const old = new Set<string>();
  return {
    name,
    rounds: check.command === null && !isUrl(check.report) ? 1 : check.rounds,
    async round() {
      const files = isUrl(check.report) ? [await askServer(name, check, surroundings)] : await readFiles(name, check, surroundings, (remark) => old.add(remark));
      runs.push(readReport(files, { format: check.format, metrics: check.metrics }));
    },
    finish() {
      const metrics = runs.length === 1 ? (runs[0] ?? []) : joinYielded(runs);
      // Several series of a name are metrics each, with their labels behind it.
      const missing = Object.keys(check.metrics).filter((wanted) =>
        !metrics.some(({ metric }) => metric === wanted || metric.startsWith(`${wanted}{`)));
      const problem = runs.length === 0 || missing.length === 0
        ? null
        : failed(`The report of ${name} does not hold ${missing.join(", ")}.`, "a report that the configured name, JSON Pointer or pattern finds a number in");
      return { metrics, problem, remarks: [...old] };
    },
  };
}

async function askServer(name: string, check: ReportCheck, { directory, run, signal }: Surroundings): Promise<ReportText> {
  // What the command changed is on the server; how it ended says no more than for a report that is a file.
  if (check.command !== null) await runCommand(name, check, check.command, { directory, run });
  return requestReport(check.report, { timeout: check.timeout, unread: isUnread(check.format), signal });
}

/** Older than this, a report that nothing of this run made is told of, in milliseconds. */
const recent = 3_600_000;

async function readFiles(name: string, check: ReportCheck, surroundings: Surroundings, remark: (text: string) => void): Promise<ReportText[]> {
  const found = check.command === null
    ? await findReports(surroundings.directory, check.report)
    : await makeReports(name, check, check.command, surroundings);
  if (found.length === 0) {
    throw failed(`The report of ${name} is not there: nothing matches ${check.report}.`, "a report at this place, or a command that makes it");
  }
  const oldest = found.toSorted((a, b) => a.writtenAt - b.writtenAt)[0];
  if (check.command === null && !isUnread(check.format) && oldest !== undefined && Date.now() - oldest.writtenAt > recent) {
    const written = new Date(oldest.writtenAt).toISOString();
    remark(`${oldest.path} is of ${written.slice(0, 10)} ${written.slice(11, 16)} UTC: it tells of what was there then. A \`command:\` beside the report makes it anew.`);
  }
  if (isUnread(check.format)) return found.map(({ path, size }) => ({ path, text: "", bytes: size }));
  for (const { path, size } of found) refuseLarge(path, size);
  refuseLarge(check.report, found.reduce((sum, { size }) => sum + size, 0));
  const root = surroundings.directory;
  return Promise.all(found.map(async ({ path, absolute }) => ({ path, root, text: decodeReport(path, await readFile(absolute)) })));
}

async function makeReports(name: string, check: ReportCheck, command: string, surroundings: Surroundings): Promise<FoundReport[]> {
  const { directory } = surroundings;
  const before = new Map((await findReports(directory, check.report)).map((found) => [found.path, found.mark]));
  const done = await runCommand(name, check, command, surroundings);
  const after = await findReports(directory, check.report);
  // A build that went well leaves what did not change; of a size, that is no old news.
  const kept = isUnread(check.format) && done.exitCode === 0;
  const stale = kept ? undefined : after.find(({ path, mark }) => before.get(path) === mark);
  const ending = done.exitCode === null ? `was ended by ${done.signal ?? "a signal"}` : `ended with ${done.exitCode}`;
  if (stale !== undefined) {
    throw failed(
      `${stale.path} is from before the command of ${name}, which ${ending} and did not write it.`,
      "a report that this run of the command wrote; remove the old one, if nothing writes it any more",
    );
  }
  if (after.length === 0) {
    const said = lastLine(done.stderr, 200);
    throw failed(`The command of ${name} ${ending} and wrote no report at ${check.report}${said === "" ? "." : `: ${said}`}`, "a command that makes the report, and the folder that it lies in");
  }
  return after;
}

async function runCommand(
  name: string, { timeout }: ReportCheck, command: string, { directory, run }: Pick<Surroundings, "directory" | "run">,
): ReturnType<Surroundings["run"]> {
  const done = await run(command, { cwd: directory, timeoutMs: timeout });
  refuseNotRun(name, command, done);
  if (!done.timedOut) return done;
  throw failed(`The command of ${name} did not end within ${timeout / 1000} s.`, "a command that ends in time, or a longer timeout");
}

function failed(message: string, expected: string): Failure {
  return new Failure("check-failed", message, { expected, retry: true });
}
