import type { ChangeRecord, Command } from "../record/schema.ts";

/** What a ship's moment is taken from. Times are ISO 8601 in UTC. */
export interface ShippedAtSources {
  flag: string | null;
  direction: ChangeRecord["direction"];
  /** Whether the ship has commits. */
  hasRange: boolean;
  commands: readonly Command[];
  ci: string | null;
  push: string | null;
  now: string;
  /** The committer date of `to`. */
  committedAt: string | null;
  /** When what this ship goes on from reached its users; null where it goes on from nothing. */
  wentLiveAfter: string | null;
  /** The record that this ship has already: its moment moves only to `deploy` or `flag`. */
  standing: Pick<ChangeRecord, "shippedAt" | "shippedAtSource"> | null;
}

/** When the ship reached its users, and by which rule that was found. */
export function shippedAt(sources: ShippedAtSources): Pick<ChangeRecord, "shippedAt" | "shippedAtSource"> {
  const { flag, standing } = sources;
  if (flag !== null) return { shippedAt: flag, shippedAtSource: "flag" };
  // Only these two: a record is given, and what is answered is laid over others' parts.
  const stands = standing === null ? null : { shippedAt: standing.shippedAt, shippedAtSource: standing.shippedAtSource };
  if (stands?.shippedAtSource === "flag") return stands;
  const deployed = deployEnd(sources.commands, sources.direction);
  if (deployed !== null) return { shippedAt: deployed.replace(/\.\d{3}Z$/, "Z"), shippedAtSource: "deploy" };
  if (stands !== null) return stands;
  const moment = withoutDeploy(sources);
  // A commit may be older than the ship before: shipped again after a rollback, or made while another was deployed.
  const tooEarly = sources.wentLiveAfter !== null && Date.parse(moment.shippedAt) < Date.parse(sources.wentLiveAfter);
  return tooEarly ? { shippedAt: sources.now, shippedAtSource: "now" } : moment;
}

function withoutDeploy({ ci, push, direction, hasRange, committedAt, now }: ShippedAtSources): ReturnType<typeof shippedAt> {
  if (ci !== null) return { shippedAt: ci, shippedAtSource: "ci" };
  if (push !== null) return { shippedAt: push, shippedAtSource: "push" };
  if (direction !== "forward" || !hasRange || committedAt === null) return { shippedAt: now, shippedAtSource: "now" };
  return { shippedAt: committedAt, shippedAtSource: "commit" };
}

/** The end of the last successful `deploy` command (in a rollback also `rollback`), to the millisecond; null without one. */
export function deployEnd(commands: readonly Command[], direction: ChangeRecord["direction"]): string | null {
  const last = commands.findLast(
    ({ kind, source, state, exitCode, startedAt }) =>
      (kind === "deploy" || (direction === "rollback" && kind === "rollback")) &&
      source === "captured" && state === "ended" && exitCode === 0 && startedAt !== null,
  );
  if (last === undefined || last.startedAt === null) return null;
  return new Date(Date.parse(last.startedAt) + (last.durationMs ?? 0)).toISOString();
}
