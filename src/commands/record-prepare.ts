import { lstatSync } from "node:fs";
import { join } from "node:path";
import { readPartials } from "../archive/partials.ts";
import { type ProseName, readProse } from "../document/prose.ts";
import { maskStrings } from "../gather/masking.ts";
import { assembleRecord, factsText } from "../record/assemble.ts";
import { recordPaths } from "../record/id.ts";
import type { Metric } from "../record/schema.ts";
import { indexed } from "../render/pages/index.ts";
import { quotationOf } from "../render/quotation.ts";
import { plotNames } from "../render/plot-name.ts";
import { renderRecord } from "../render/record.ts";
import { loadTemplates } from "../render/templates.ts";
import { version } from "../version.ts";
import { secretRules, type Workspace } from "../workspace.ts";
import { planWrites, type Write } from "../write/plan.ts";
import { planIndex } from "./index.ts";
import type { Ship } from "./record-gather.ts";
import type { Prepared } from "./record-report.ts";
import type { RecordRequest } from "./record-request.ts";
import { isUnchanged, refuseEdited, standingChecklist, titleOf } from "./record-standing.ts";

/** Steps two and three, and what step four would do: the record, its markdown, the plan of what is written. */
export async function prepare(
  ship: Ship,
  { workspace, request, recordedAt }: { workspace: Workspace; request: RecordRequest; recordedAt: string },
): Promise<Prepared> {
  const { standing } = ship;
  const { config, notes, notesDirectory } = workspace;
  const templates = await loadTemplates(readPartials(notesDirectory), `${notes.folder}/templates`);
  const quotation = quotationOf(ship.bodies, ship.facts.repository);
  const said = await maskStrings({ title: request.title, prose: request.prose, exceptions: request.exceptions }, secretRules(workspace));
  const prose = standing === null || standing.markdown === null ? null : await readProse(standing.markdown, { quotation });
  const written = (name: ProseName): boolean => said.prose[name] !== undefined || (prose !== null && prose[name] !== null);
  const before = standing?.record ?? null;
  const record = assembleRecord(ship.facts, {
    title: said.title ?? (await titleOf(standing)) ?? ship.title ?? before?.title ?? "Untitled",
    exceptions: said.exceptions,
    checklist: config.checklist,
    written: { why: written("why"), expected: written("expected"), rollback: written("rollback") },
    standing: before,
    standingChecklist: await standingChecklist(standing, templates),
    recordedAt,
    taken: (id) => notesDirectory !== null && isTaken(notesDirectory, id),
    generator: { version, templates: templates.digest, regions: before?.generator.regions ?? {} },
  });
  const rendered = await renderRecord(record, standing?.markdown ?? null, {
    templates,
    atHand: before,
    prose: said.prose,
    quotation,
    force: request.force,
    outcome: standing?.outcome ?? null,
  });
  refuseEdited(rendered, record.id, request.force);
  const isSame = isUnchanged(record, rendered, standing, request);
  const whole = { ...record, generator: { version, templates: templates.digest, regions: rendered.regions } };
  const paths = recordPaths(record.id);
  // A picture that somebody changed or lost is drawn anew on purpose only.
  const plots = notesDirectory === null || (isSame && !request.force) ? [] : await plotsOf(whole.metrics, join(notesDirectory, paths.folder));
  const plan = notesDirectory === null
    ? { writes: [] }
    : await planWrites(
      [notesDirectory],
      [
        ...plots,
        ...(isSame ? [] : [
          { path: join(notesDirectory, paths.facts), content: factsText(whole) },
          { path: join(notesDirectory, paths.markdown), content: rendered.text },
        ]),
        ...(request.index ? await planIndex(workspace, templates, { with: whole, force: request.force }) : []),
      ],
      { trusted: workspace.repository.directory },
    );
  const redrawn = plan.writes.some(({ path, state }) => state !== "unchanged" && plots.some((plot) => plot.path === path));
  const status = isSame && !redrawn ? "unchanged" : "written";
  const rowChanged = !request.index && status === "written" && before !== null &&
    JSON.stringify(indexed(before)) !== JSON.stringify(indexed(whole));
  return { status, rowChanged, record: isSame && before !== null ? before : whole, markdown: rendered.text, plan, taken: ship.taken };
}

/** The pictures of a record's samples. What draws them is loaded only where there is one. */
export async function plotsOf(metrics: readonly Metric[], folder: string): Promise<Write[]> {
  const names = plotNames(metrics);
  if (names.every((name) => name === null)) return [];
  const { plotMetric } = await import("../render/plot.ts");
  return metrics.flatMap((metric, place) => {
    const name = names[place] ?? null;
    return name === null ? [] : [{ path: join(folder, name), content: plotMetric(metric) }];
  });
}

function isTaken(notesDirectory: string, id: string): boolean {
  const { markdown, folder } = recordPaths(id);
  // A link is nobody's record: writing where it stands is refused, rather than avoided under another id.
  return [markdown, folder].some((path) => lstatSync(join(notesDirectory, path), { throwIfNoEntry: false })?.isSymbolicLink() === false);
}
