import { join } from "node:path";
import { listRecords, rank } from "../archive/read.ts";
import { readPartials } from "../archive/partials.ts";
import { standingText } from "../archive/standing.ts";
import { requireAll } from "../archive/unreadable.ts";
import { Failure } from "../failure.ts";
import type { Invocation } from "../invocation.ts";
import type { ChangeRecord } from "../record/schema.ts";
import { indexed, renderIndex, renderYear } from "../render/pages/index.ts";
import { renderPage } from "../render/pages/page.ts";
import { loadTemplates, type Templates } from "../render/templates.ts";
import { openWorkspace, requireNotesDirectory, type Workspace } from "../workspace.ts";
import { planWrites, type Write } from "../write/plan.ts";
import { tellPlan } from "./plan-report.ts";
import { writePlan } from "./plan-write.ts";

/** `shipnote index`: rebuilds the index pages from the records. */
export async function index(invocation: Invocation): Promise<number> {
  const { terminal, flags, dryRun } = invocation;
  const workspace = await openWorkspace(invocation);
  const notesDirectory = requireNotesDirectory(workspace);
  const templates = await loadTemplates(readPartials(notesDirectory), `${workspace.notes.folder}/templates`);
  const plan = async () =>
    planWrites([notesDirectory], await planIndex(workspace, templates, { with: null, force: flags.on("force") }), { trusted: workspace.repository.directory });
  if (flags.on("check")) {
    const stale = (await plan()).writes.filter(({ state }) => state !== "unchanged");
    if (stale.length === 0) {
      terminal.document({ status: "current" });
      terminal.result("the index is current");
      return 0;
    }
    throw new Failure("index-stale", `The index does not show the records as they are (${stale.length} ${stale.length === 1 ? "page" : "pages"}).`, {
      expected: "an index rebuilt by: shipnote index",
      retry: true,
    });
  }
  tellPlan(dryRun ? await plan() : await writePlan(workspace, notesDirectory, plan), invocation, workspace);
  return 0;
}

/**
 * What the index pages would be.
 *
 * @param options.with a record that is about to be written
 * @param options.force whether an index that was edited by hand is written over
 * @throws Failure `region-edited`, `regions-damaged`; `record-invalid`, `record-newer` where a record cannot be read
 */
export async function planIndex(
  { notes, notesDirectory }: Workspace,
  templates: Templates,
  { with: written, force }: { with: ChangeRecord | null; force: boolean },
): Promise<Write[]> {
  if (notesDirectory === null) return [];
  const { rows: stand, problems } = listRecords(notesDirectory, indexed);
  requireAll(problems, "an index without one of them would hide a ship");
  const records = written === null ? stand : [indexed(written), ...stand.filter(({ id }) => id !== written.id)].sort((a, b) => (rank(a) < rank(b) ? 1 : -1));
  const years = [...new Set(records.map(({ id }) => id.slice(0, 4)))].sort();
  const pages = [
    { path: "README.md", heading: "Change records", content: renderIndex(records, templates) },
    ...years.map((year) => ({
      path: `${year}/README.md`,
      heading: `Change records of ${year}`,
      content: renderYear(records.filter(({ id }) => id.startsWith(year)), templates),
    })),
  ];
  const writes: Write[] = [];
  for (const { path, heading, content } of pages) {
    const absolute = join(notesDirectory, path);
    const standing = await standingText(absolute);
    if (standing === null && records.length === 0) continue;
    const { text, edited } = await renderPage(standing, { heading, region: "index", content }, force);
    if (edited && !force) {
      throw new Failure("region-edited", `${notes.folder}/${path} was edited by hand inside its region \`index\`.`, {
        expected: "people's words outside the region, or --force to write over the edit",
        retry: false,
      });
    }
    writes.push({ path: absolute, content: text });
  }
  return writes;
}
