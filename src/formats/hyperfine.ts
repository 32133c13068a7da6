import { type Yielded, yielded } from "../record/yielded.ts";
import type { ReportFormat } from "./format.ts";
import { type Member, amountAt, amountsAt, entries, member, members, metricName, misread, needed, textAt, wholeReport } from "./members.ts";

/** What was measured of one command, over all files. Seconds. */
interface Timed {
  command: string;
  parameters: string;
  times: number[];
  exits: { events: number; count: number } | null;
}

/**
 * hyperfine's `--export-json`. Each run is a process of its own, and so a round of its own. A run that failed
 * (`--ignore-failure`) is counted as an error and is no sample. The times of a single command are called `duration`,
 * those of several by their commands.
 */
export const hyperfine: ReportFormat = {
  name: "hyperfine",
  recognizes: (text) => /^\s*\{\s*"results"\s*:\s*\[\s*\{\s*"command"\s*:/.test(text.slice(0, 4096)),
  read(files) {
    const timed = files.flatMap((file) => entries(needed(wholeReport(file, "hyperfine"), "results")).map(timedAt));
    const variants = new Map<string, Set<string>>();
    for (const { command, parameters } of timed) variants.set(command, (variants.get(command) ?? new Set()).add(parameters));
    const byName = new Map<string, Timed[]>();
    for (const one of timed) {
      const name = metricName((variants.get(one.command)?.size ?? 1) > 1 ? `${one.command} (${one.parameters})` : one.command);
      const runs = byName.get(name);
      if (runs === undefined) byName.set(name, [one]);
      else runs.push(one);
    }
    return [...byName].flatMap(([name, runs]) => asMetrics(byName.size === 1 ? null : name, runs));
  },
};

function timedAt(result: Member): Timed {
  const command = textAt(needed(result, "command"));
  const parameters = member(result, "parameters");
  const listed = parameters === null ? [] : members(parameters).map(([key, { value }]) => `${key}=${String(value)}`);
  return { command, parameters: listed.join(", "), ...runsAt(result) };
}

function runsAt(result: Member): Pick<Timed, "times" | "exits"> {
  const listed = member(result, "times");
  if (listed === null) {
    const middle = member(result, "median") ?? member(result, "mean");
    if (middle === null) throw misread(result, "has no times");
    return { times: [amountAt(middle)], exits: null };
  }
  const times = amountsAt(listed);
  const codes = member(result, "exit_codes");
  if (codes === null) return { times, exits: null };
  // null: ended by a signal.
  const failed = entries(codes).map(({ value }) => value !== 0);
  if (failed.length !== times.length) throw misread(codes, "is not as long as times");
  return {
    times: times.filter((_, run) => failed[run] === false),
    exits: { events: failed.filter(Boolean).length, count: failed.length },
  };
}

/** @param name null for the only command of a report */
function asMetrics(name: string | null, runs: readonly Timed[]): Yielded[] {
  const samples = runs.flatMap(({ times }) => times).map((seconds) => seconds * 1000);
  const exits = runs.flatMap(({ exits }) => exits ?? []);
  const rate = {
    events: exits.reduce((sum, { events }) => sum + events, 0),
    count: exits.reduce((sum, { count }) => sum + count, 0),
  };
  return [
    ...(samples.length === 0
      ? [] : [yielded(name ?? "duration", "ms", { better: "lower", samples, rounds: samples.map((_, run) => run + 1) })]),
    ...(rate.count === 0 ? [] : [yielded(name === null ? "error-rate" : `${name} error-rate`, "ratio", { better: "lower", rate })]),
  ];
}
