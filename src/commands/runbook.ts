import { join } from "node:path";
import { listRecords } from "../archive/read.ts";
import { readPartials } from "../archive/partials.ts";
import { standingText } from "../archive/standing.ts";
import { requireAll } from "../archive/unreadable.ts";
import { Failure } from "../failure.ts";
import type { Invocation } from "../invocation.ts";
import { runbookKinds, type RunbookKind, runbookLines, runRecord } from "../record/runbook.ts";
import { renderPage } from "../render/pages/page.ts";
import { renderRunbook } from "../render/pages/runbook.ts";
import { loadTemplates } from "../render/templates.ts";
import { openWorkspace, requireNotesDirectory } from "../workspace.ts";
import { planWrites, type Plan, type Write } from "../write/plan.ts";
import { tellPlan } from "./plan-report.ts";
import { writePlan } from "./plan-write.ts";

const headings: Record<RunbookKind, string> = {
  backup: "Runbook: back up",
  migrate: "Runbook: migrate",
  deploy: "Runbook: deploy",
  verify: "Runbook: verify",
  rollback: "Runbook: roll back",
};

/** `shipnote runbook [NAME]`: rebuilds the runbooks from the commands that records hold. */
export async function runbook(invocation: Invocation): Promise<number> {
  const { args, dryRun, flags } = invocation;
  const wanted = kindsOf(args);
  const workspace = await openWorkspace(invocation);
  const notesDirectory = requireNotesDirectory(workspace);
  const templates = await loadTemplates(readPartials(notesDirectory), `${workspace.notes.folder}/templates`);
  const plan = async (): Promise<Plan> => {
    const { rows, problems } = listRecords(notesDirectory, runRecord);
    requireAll(problems, "a runbook rests on all of them");
    const writes: Write[] = [];
    for (const kind of wanted) {
      const path = join(notesDirectory, "runbooks", `${kind}.md`);
      const lines = runbookLines(rows, kind);
      const standing = await standingText(path);
      if (lines.length === 0 && standing === null) continue;
      const { text, edited } = await renderPage(standing, { heading: headings[kind], region: "steps", content: renderRunbook(lines, templates) }, flags.on("force"));
      if (edited && !flags.on("force")) {
        throw new Failure("region-edited", `${workspace.notes.folder}/runbooks/${kind}.md was edited by hand inside its region \`steps\`.`, {
          expected: "people's words outside the region, or --force to write over the edit",
          retry: false,
        });
      }
      writes.push({ path, content: text });
    }
    return planWrites([notesDirectory], writes, { trusted: workspace.repository.directory });
  };
  tellPlan(dryRun ? await plan() : await writePlan(workspace, notesDirectory, plan), invocation, workspace);
  return 0;
}

function kindsOf(args: readonly string[]): readonly RunbookKind[] {
  const [name, ...more] = args;
  if (name === undefined) return runbookKinds;
  const kind = runbookKinds.find((known) => known === name);
  if (kind !== undefined && more.length === 0) return [kind];
  throw new Failure("usage", `There is no runbook '${args.join(" ")}'.`, { expected: `one of ${runbookKinds.join(", ")}`, retry: true });
}
