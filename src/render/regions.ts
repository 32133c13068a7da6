import { readExpectations } from "../document/expectations.ts";
import type { ChangeRecord, RegionName } from "../record/schema.ts";
import type { Templates } from "./templates.ts";
import { changesView } from "./views/changes.ts";
import { checklistView } from "./views/checklist.ts";
import { commandsView } from "./views/commands.ts";
import { answers } from "./views/expected.ts";
import { metricsView } from "./views/metrics.ts";
import { rollbackView } from "./views/rollback.ts";
import { summaryView } from "./views/summary.ts";

/** What regions say beside the record: the text under Expected result, whose expectations they answer. */
export interface RegionProse {
  expected: string | null;
}

/**
 * Every region of a record, over LF, without its markers. The checklist holds our items alone: people's items and
 * notes are put back where it is spliced.
 */
export function renderRegions(record: ChangeRecord, prose: RegionProse, templates: Templates): Record<RegionName, string> {
  const expectations = answers(prose.expected === null ? [] : readExpectations(prose.expected), record.metrics);
  return {
    summary: templates.render("summary", summaryView(record, expectations)),
    changes: templates.render("changes", changesView(record)),
    commands: templates.render("commands", commandsView(record)),
    metrics: templates.render("metrics", metricsView(record, expectations)),
    rollback: templates.render("rollback", rollbackView(record)),
    checklist: templates.render("checklist", checklistView(record)),
  };
}
