import { relative } from "node:path";
import type { Invocation } from "../invocation.ts";
import { recordPaths } from "../record/id.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { toldVerdict } from "../record/verdict.ts";
import { shellWord } from "../rollback/undo.ts";
import { oneLine } from "../terminal.ts";
import type { Workspace } from "../workspace.ts";
import type { Plan } from "../write/plan.ts";

/** What one run of `record` wrote, or would write. */
export interface Prepared {
  status: "written" | "unchanged";
  record: ChangeRecord;
  markdown: string;
  plan: Plan;
  /** Whether an index that shows this record shows it as it was; false where `--index` rewrote it. */
  rowChanged: boolean;
  taken: { commands: string[]; results: string[]; comparisons: string[] };
}

/** The document of `record --json`; paths are relative to the repository's root. */
export function report({ status, record }: Prepared, { notes }: Workspace): object {
  const { markdown, facts } = recordPaths(record.id);
  return { status, id: record.id, path: `${notes.folder}/${markdown}`, data: `${notes.folder}/${facts}`, record };
}

/** What would be written, for the last question before it is. */
export function previewOf({ record, markdown }: Prepared, { notes }: Workspace): { path: string; markdown: string; summary: string } {
  return { path: `${notes.folder}/${recordPaths(record.id).markdown}`, markdown, summary: what(record) };
}

/** Says what was written and what to do next. */
export function tell(prepared: Prepared, { terminal, dryRun }: Invocation, workspace: Workspace, done: { committed: boolean; indexStale: boolean }): void {
  const { status, record, plan } = prepared;
  const path = `${workspace.notes.folder}/${recordPaths(record.id).markdown}`;
  terminal.document(report(prepared, workspace));
  for (const { text } of record.notes) terminal.say(`note: ${oneLine(text)}`);
  if (dryRun) {
    if (status === "unchanged") terminal.result(`unchanged: ${path}`);
    for (const write of plan.writes) {
      if (write.state !== "unchanged") terminal.result(`would write ${relative(workspace.repository.directory, write.path)} (${write.state})`);
    }
    return;
  }
  terminal.result(`${status === "unchanged" ? "unchanged" : "wrote"} ${terminal.strong(path)}`);
  if (status === "written") terminal.say(`Recorded ${what(record)}.`);
  if (done.indexStale) terminal.say("The index is stale: shipnote index");
  if (status === "unchanged") terminal.say("Nothing new since it was written.");
  else if (!done.committed) terminal.say(`Next: read it, and commit it: git add ${shellWord(workspace.notes.folder)} && git commit`);
  const gates = gatesOf(prepared, workspace);
  if (gates.length > 0) terminal.warn(`shipnote: exit status 1, as failOn asks for: ${gates.join(", ").replaceAll("-", " ")}`);
}

const beginnings: Readonly<Record<NonNullable<ChangeRecord["range"]>["source"], string>> = {
  flag: "of the given range", push: "of the push", ci: "of the CI run", "previous-record": "since the last record", tag: "since the last tag",
  upstream: "since the upstream branch", first: "at the tip",
};

/** What was taken for the ship, so that a wrong guess is seen at once: `4 commits since the last tag, shipped to production`. */
function what({ range, direction, counts, environment, component }: ChangeRecord): string {
  const where = oneLine(component === null ? environment : `${environment}, ${component}`);
  if (range === null) return `an act without commits in ${where}`;
  const commits = `${counts.commits} ${counts.commits === 1 ? "commit" : "commits"}`;
  if (direction === "rollback") return `a rollback of ${where}: ${commits} taken away`;
  return `${commits} ${beginnings[range.source]}, ${direction === "promotion" ? "promoted" : "shipped"} to ${where}`;
}

/** Exit status 1 where the configured `failOn` names a verdict of the record. */
export function gate(prepared: Prepared, workspace: Workspace): number {
  return gatesOf(prepared, workspace).length === 0 ? 0 : 1;
}

/** The verdicts of `failOn` that the record or one of its metrics has. */
function gatesOf({ record }: Prepared, { config }: Workspace): readonly string[] {
  const verdicts = new Set<string>([record.verdict, ...record.metrics.flatMap((metric) => toldVerdict(metric) ?? [])]);
  return config.failOn.filter((verdict) => verdicts.has(verdict));
}

/** Nothing is left to record. */
export function nothing({ terminal }: Invocation): number {
  terminal.document({ status: "nothing", id: null, path: null, data: null, record: null });
  terminal.result("nothing to record: no commits but those of the notes themselves");
  return 0;
}
