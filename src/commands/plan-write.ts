import { withLock } from "../state/lock.ts";
import { intentPath, type Workspace } from "../workspace.ts";
import { applyPlan } from "../write/apply.ts";
import { finishPlan } from "../write/intent.ts";
import type { Plan } from "../write/plan.ts";

/**
 * Makes a plan and does what it says while nobody else writes. A `record` that was killed while it wrote is finished
 * before: whoever writes takes away what such runs left behind.
 */
export async function writePlan(workspace: Workspace, notesDirectory: string, plan: () => Promise<Plan>): Promise<Plan> {
  const intent = intentPath(workspace);
  return withLock(workspace.stateDirectory, async () => {
    await finishPlan(intent, [notesDirectory], { trusted: workspace.repository.directory });
    const planned = await plan();
    await applyPlan(planned, { intent });
    return planned;
  });
}
