import { relative } from "node:path";
import type { Invocation } from "../invocation.ts";
import type { Workspace } from "../workspace.ts";
import type { Plan } from "../write/plan.ts";

/** Says what a plan wrote, or with `--dry-run` would write. */
export function tellPlan({ writes }: Plan, { terminal, dryRun }: Invocation, { repository }: Workspace): void {
  const changed = writes.filter(({ state }) => state !== "unchanged").map(({ path, state }) => ({ path: relative(repository.directory, path), state }));
  terminal.document({ status: changed.length === 0 ? "unchanged" : dryRun ? "planned" : "written", files: changed });
  if (changed.length === 0) terminal.result("unchanged: all is up to date");
  for (const { path, state } of changed) terminal.result(`${dryRun ? `would write (${state})` : "wrote"} ${path}`);
}
