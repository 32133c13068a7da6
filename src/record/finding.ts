/** What `verify` may find, each a stable word; all but `rewritten` fail. */
export const findingCodes = [
  "rewritten", "missing", "incomplete", "invalid", "edited", "does-not-follow", "against-policy",
] as const;

export type FindingCode = (typeof findingCodes)[number];

/** One thing that `verify` found, with its place and what mends it. */
export interface Finding {
  code: FindingCode;
  /** The record's id; null for a ship that has none. */
  record: string | null;
  /** Relative to the repository's root; null where no file is at fault: a ship that has no record. */
  path: string | null;
  /** From 1; null for a whole file. */
  line: number | null;
  message: string;
  /** A command that mends it, or shows what was there before. */
  mend: string;
}

/** A finding of one record before it is known in which line of which file it stands. */
export interface Discrepancy {
  code: FindingCode;
  /** The way to the value in record.json. */
  at: readonly (string | number)[];
  message: string;
}

/** Whether a finding makes the answer no: a record whose history was rewritten is as good as before. */
export function fails({ code }: Pick<Finding, "code">): boolean {
  return code !== "rewritten";
}

/** What `verify` found, whole: what every format is made of. */
export interface Verified {
  findings: readonly Finding[];
  /** Exceptions that records make to the policy, with their reasons. */
  exceptions: readonly ListedException[];
  /** How many records were looked at. */
  records: number;
  unrendered: Unrendered;
  /** The notes folder, relative to the repository's root. */
  notes: string;
}

/** How many records were written by another version or other templates, so that what they say was not rendered again. */
export interface Unrendered {
  /** Their digests fit. */
  sealed: number;
  /** They are from before there were digests. */
  open: number;
}

export interface ListedException {
  record: string;
  /** Of the record's markdown, relative to the repository's root. */
  path: string;
  rule: string;
  reason: string;
}
