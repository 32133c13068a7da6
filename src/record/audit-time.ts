import type { Discrepancy } from "./finding.ts";
import type { ChangeRecord } from "./schema.ts";

/** Clocks of machines differ, and some are set to another zone: less than this tells nothing. In milliseconds. */
const clockSkew = 24 * 60 * 60 * 1000;

/**
 * Whether a ship is said to have been before its own last commit. What people said (`flag`) may rest on another clock, a
 * deploy may have been of the commits before; and where history was rewritten since, its commits are younger than the
 * record.
 */
export function auditTime({ shippedAt, shippedAtSource, recordedAt, direction, range, commits }: ChangeRecord): Discrepancy[] {
  if (range === null || shippedAtSource === "flag" || shippedAtSource === "deploy") return [];
  const last = commits.find(({ sha }) => sha === (direction === "rollback" ? range.from : range.to));
  if (last === undefined || Date.parse(last.committedAt) > Date.parse(recordedAt)) return [];
  if (Date.parse(last.committedAt) - Date.parse(shippedAt) <= clockSkew) return [];
  return [{ code: "does-not-follow", at: ["shippedAt"], message: `its last commit is of ${last.committedAt}` }];
}
