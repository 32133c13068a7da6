/** How a repository's tests are run, so that a check can tell what they say. */
export interface TestRun {
  /** The runner, as people call it. */
  runner: string;
  /** What a command that calls the runner has in it; null where the runner is not known. */
  called: RegExp | null;
  /** The file or glob of the report that the command writes; null where only its exit status tells. */
  report: string | null;
  format: "junit" | "tap" | null;
  command: string;
  /** The same without a report. */
  plain: string;
  /** What lays out in a bare worktree what the command needs; null where it needs nothing, or none is known. */
  install: string | null;
  /** The files that say so. */
  seenIn: readonly string[];
}

/** A run of which only the exit status tells. */
export function withoutReport(runner: string, called: RegExp | null, command: string, seenIn: string): TestRun {
  return { runner, called, report: null, format: null, command, plain: command, install: null, seenIn: [seenIn] };
}
