import { lstatSync } from "node:fs";
import { join } from "node:path";
import { readPartials } from "../archive/partials.ts";
import { type ProseName, readProse } from "../document/prose.ts";
import { maskStrings } from "../gather/masking.ts";
import { assembleRecord, factsText } from "../record/assemble.ts";
import { isAsWritten, withFactsDigest } from "../record/facts-digest.ts";
import { recordPaths } from "../record/id.ts";
import { indexed } from "../render/pages/index.ts";
import { quotationOf } from "../render/quotation.ts";
import { renderRecord } from "../render/record.ts";
import { loadTemplates } from "../render/templates.ts";
import { version } from "../version.ts";
import { secretRules, type Workspace } from "../workspace.ts";
import { planWrites } from "../write/plan.ts";
import { planIndex } from "./index.ts";
import type { Ship } from "./record-gather.ts";
import { drawPlots, plotDigests, plotWrites } from "./record-plots.ts";
import type { Prepared } from "./record-report.ts";
import type { RecordRequest } from "./record-request.ts";
import { isSameInPlots, isUnchanged, refuseEdited, refuseEditedFacts, standingChecklist, titleOf } from "./record-standing.ts";

/** Steps two and three, and what step four would do: the record, its markdown, the plan of what is written. */
export async function prepare(
  ship: Ship,
  { workspace, request, recordedAt }: { workspace: Workspace; request: RecordRequest; recordedAt: string },
): Promise<Prepared> {
  const { standing } = ship;
  const { config, notes, notesDirectory } = workspace;
  refuseEditedFacts(standing, notes.folder, request.force);
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
  const stands = isUnchanged(record, rendered, standing, request);
  // A picture that somebody changed or lost is drawn anew on purpose only, and so is an edit of record.json taken over.
  const plots = stands && !request.force ? [] : await drawPlots(record.metrics);
  const isSame = stands && (before === null || !request.force || (isSameInPlots(before, plots) && isAsWritten(before) !== false));
  const whole = withFactsDigest({ ...record, generator: { version, templates: templates.digest, regions: rendered.regions, plots: plotDigests(plots) } });
  const paths = recordPaths(record.id);
  const pictures = notesDirectory === null ? [] : plotWrites(plots, join(notesDirectory, paths.folder));
  const plan = notesDirectory === null
    ? { writes: [] }
    : await planWrites(
      [notesDirectory],
      [
        ...pictures,
        ...(isSame ? [] : [
          { path: join(notesDirectory, paths.facts), content: factsText(whole) },
          { path: join(notesDirectory, paths.markdown), content: rendered.text },
        ]),
        ...(request.index ? await planIndex(workspace, templates, { with: whole, force: request.force }) : []),
      ],
      { trusted: workspace.repository.directory },
    );
  const redrawn = plan.writes.some(({ path, state }) => state !== "unchanged" && pictures.some((picture) => picture.path === path));
  const status = isSame && !redrawn ? "unchanged" : "written";
  const rowChanged = !request.index && status === "written" && before !== null &&
    JSON.stringify(indexed(before)) !== JSON.stringify(indexed(whole));
  return { status, rowChanged, record: isSame && before !== null ? before : whole, markdown: rendered.text, plan, taken: ship.taken };
}

function isTaken(notesDirectory: string, id: string): boolean {
  const { markdown, folder } = recordPaths(id);
  // A link is nobody's record: writing where it stands is refused, rather than avoided under another id.
  return [markdown, folder].some((path) => lstatSync(join(notesDirectory, path), { throwIfNoEntry: false })?.isSymbolicLink() === false);
}
