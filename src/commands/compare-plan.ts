import { listRecords } from "../archive/read.ts";
import { requireAll } from "../archive/unreadable.ts";
import { configuredChecks } from "../checks/configured.ts";
import { checksOfTree, type LeftOut } from "../checks/left-out.ts";
import type { CheckConfig } from "../config.ts";
import { Failure } from "../failure.ts";
import { readEvent } from "../gather/ci.ts";
import { ciShip } from "../gather/ci-ship.ts";
import { findRange } from "../gather/range.ts";
import { resolveCommit } from "../git/revisions.ts";
import type { Invocation } from "../invocation.ts";
import type { Workspace } from "../workspace.ts";
import { readRecordRequest } from "./record-request.ts";

/** What `compare` is going to lay side by side. */
export interface ComparisonPlan {
  /** Full ids. */
  from: string;
  to: string;
  /** null: of none in particular, so that any environment's record may take it. */
  environment: string | null;
  component: string | null;
  checks: Record<string, CheckConfig>;
  leftOut: LeftOut[];
  pairs: number;
}

/**
 * Finds out what is to be compared: between which commits, and by which checks.
 *
 * @param now the present time, ISO 8601 in UTC
 * @throws Failure `usage`, `value-invalid`, `revision-unknown`, `no-commits`, `history-missing` …
 */
export async function planComparison(invocation: Invocation, workspace: Workspace, now: string): Promise<ComparisonPlan> {
  const { args, flags } = invocation;
  const { repository, config } = workspace;
  const { range, component } = readRecordRequest(invocation, config, now);
  const configured = configuredChecks(config, { only: flags.list("only"), component: component?.name ?? null });
  const { checks, leftOut } = checksOfTree(configured, "laid side by side");
  const [one, two] = args;
  const [to, from] = await Promise.all([
    resolveCommit(repository, two ?? requireHead(workspace)),
    one === undefined ? beginning(workspace, range) : resolveCommit(repository, one),
  ]);
  return { from, to, environment: flags.text("env") === null ? null : range.environment, component: component?.name ?? null, checks, leftOut, pairs: config.compare.pairs };
}

/** Where the next record's range would begin, or that of the ship at hand begins. */
async function beginning({ repository, notes, notesDirectory }: Workspace, request: Parameters<typeof findRange>[2]): Promise<string> {
  const { rows: records, problems } = notesDirectory === null ? { rows: [], problems: [] } : listRecords(notesDirectory, (each) => each);
  requireAll(problems, "the range of a ship rests on those before it");
  const event = ciShip(process.env, await readEvent(process.env["GITHUB_EVENT_PATH"]));
  const { range, span } = await findRange(repository, records, request, notes, event);
  const from = (range ?? span)?.from ?? null;
  if (from !== null) return from;
  throw new Failure("usage", "There is no commit before this ship to compare it with.", {
    expected: "two commits: shipnote compare FROM TO",
    retry: true,
  });
}

function requireHead({ repository }: Workspace): string {
  if (repository.head !== null) return repository.head;
  throw new Failure("no-commits", "This branch has no commit yet, so there is nothing to compare.", {
    expected: "two commits: shipnote compare FROM TO",
    retry: true,
  });
}
