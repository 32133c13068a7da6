/**
 * Every expected way to fail, as a stable word, with the exit status it ends in.
 *
 * 1 the answer is no; 2 the call or the configuration is wrong; 3 the surroundings are;
 * 4 a check could not be run at all; 130 interrupted.
 */
const exitStatuses = {
  "prose-exists": 1,
  "region-edited": 1,
  "record-edited": 1,
  "regions-damaged": 1,
  "front-matter-invalid": 1,
  "index-stale": 1,
  "usage": 2,
  "config-invalid": 2,
  "template-invalid": 2,
  "revision-unknown": 2,
  "range-overlaps": 2,
  "range-diverged": 2,
  "record-unknown": 2,
  "report-invalid": 2,
  "results-invalid": 2,
  "value-invalid": 2,
  "not-a-repository": 3,
  "repository-untrusted": 3,
  "git-missing": 3,
  "git-too-old": 3,
  "git-failed": 3,
  "history-missing": 3,
  "fetch-failed": 3,
  "hooks-shared": 3,
  "hooks-off": 3,
  "no-commits": 3,
  "no-work-tree": 3,
  "record-invalid": 3,
  "record-newer": 3,
  "notes-unsafe": 3,
  "notes-sparse": 3,
  "not-readable": 3,
  "not-writable": 3,
  "disk-full": 3,
  "locked": 3,
  "ship-changed": 3,
  "check-failed": 4,
  "interrupted": 130,
} as const;

/** A stable word for a way to fail; part of the public surface (`error.code` under `--json`). */
export type FailureCode = keyof typeof exitStatuses;

/** What a Failure says beyond its message. */
export interface FailureDetails {
  /** What was expected instead, as a sentence. */
  expected: string;
  /** Whether the same call may simply be made again: nothing was left half done. */
  retry: boolean;
  cause?: unknown;
}

/** The system's short word for an error of a file or a process, such as `ENOENT`; null for any other error. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

/** Whether code was ended because its time in another context was over: what is thrown then is no Error of ours. */
export function isTimedOut(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}

/**
 * An expected failure: what failed (`message`), what was expected, and whether it is safe to run again.
 * Anything thrown that is not a Failure is a defect of ours and is shown with its stack.
 */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly expected: string;
  readonly retry: boolean;

  constructor(code: FailureCode, message: string, details: FailureDetails) {
    super(message, { cause: details.cause });
    this.name = "Failure";
    this.code = code;
    this.expected = details.expected;
    this.retry = details.retry;
  }

  /** The process's exit status for this failure. */
  get exitStatus(): number {
    return exitStatuses[this.code];
  }
}
