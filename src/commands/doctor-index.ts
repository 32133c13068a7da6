import { existsSync } from "node:fs";
import { join } from "node:path";
import { hasIndex } from "../archive/index-state.ts";
import { namesIn } from "../archive/unreadable.ts";
import { standingText } from "../archive/standing.ts";
import { splitConflict } from "../document/conflict.ts";
import { findRegions, spliceRegions } from "../document/regions.ts";
import { Failure } from "../failure.ts";
import { loadTemplates } from "../render/templates.ts";
import { readPartials } from "../archive/partials.ts";
import { shellWord } from "../rollback/undo.ts";
import { planWrites, type Write } from "../write/plan.ts";
import type { Found, SetUp } from "./doctor-finding.ts";
import { type Change, change } from "./doctor-write.ts";
import { planIndex } from "./index.ts";

/** What is wrong with the index: a merge left it in two versions, somebody wrote in it, or it is stale. */
export async function examineIndex(setUp: SetUp, notesDirectory: string): Promise<Found[]> {
  const { workspace } = setUp;
  const clashes = await findIndexClashes(setUp, notesDirectory);
  if (clashes.length > 0) return clashes;
  if (!(await hasIndex(notesDirectory))) return [];
  try {
    const plan = async (): Promise<Write[]> => {
      const templates = await loadTemplates(readPartials(notesDirectory), `${workspace.notes.folder}/templates`);
      return planIndex(workspace, templates, { with: null, force: false });
    };
    const { writes } = await planWrites([notesDirectory], await plan(), { trusted: workspace.repository.directory });
    const stale = writes.filter(({ state }) => state !== "unchanged").length;
    if (stale === 0) return [];
    return [{
      code: "index-stale", level: "advice",
      message: `The index does not show the records as they are (${stale} ${stale === 1 ? "page" : "pages"}).`,
      mend: "shipnote index",
      fix: async (dryRun) => change(setUp, dryRun, async (): Promise<Change> => ({ writes: await plan(), removed: [], done: ["rebuilt the index"] })),
    }];
  } catch (error) {
    // What else keeps an index from being built is told by others: records, partials.
    if (!(error instanceof Failure) || (error.code !== "region-edited" && error.code !== "regions-damaged")) return [];
    const message = `${error.message.replace(/\.$/, "")}.`;
    return [{ code: "index-edited", level: "problem", message, mend: error.code === "region-edited" ? "shipnote index --force, which writes over what stands in the region" : "git log -p, which shows the page before; each marker once, with its partner" }];
  }
}

async function findIndexClashes(setUp: SetUp, notesDirectory: string): Promise<Found[]> {
  const { folder } = setUp.workspace.notes;
  const years = namesIn(notesDirectory).filter((name) => /^\d{4}$/.test(name)).sort();
  const paths = ["README.md", ...years.map((year) => `${year}/README.md`)].filter((path) => existsSync(join(notesDirectory, path)));
  const found = await Promise.all(paths.map(async (path): Promise<Found[]> => {
    const sides = splitConflict((await standingText(join(notesDirectory, path))) ?? "");
    if (sides === null) return [];
    const [ours, theirs] = await Promise.all([withoutIndex(sides.ours), withoutIndex(sides.theirs)]);
    const page = `${folder}/${path}`;
    const finding = { code: "index-clash", level: "problem" as const, message: `${page}: a merge left two versions of the index in one.` };
    if (ours === null || ours !== theirs) return [{ ...finding, mend: `put what people wrote outside of the region \`index\` together in ${page}, then: shipnote index --force && git add ${shellWord(page)}` }];
    return [{
      ...finding,
      mend: `shipnote doctor --fix, then git add --all ${shellWord(folder)}`,
      fix: async (dryRun) => change(setUp, dryRun, async (): Promise<Change> => ({
        // An empty region is nobody's edit: the index is built into it anew.
        writes: [{ path: join(notesDirectory, path), content: await spliceRegions(sides.ours, { index: "" }) }],
        removed: [],
        done: [`put ${page} together`],
      })),
    }];
  }));
  return found.flat();
}

/** What people wrote on a page; null where its markers do not pair. */
async function withoutIndex(text: string): Promise<string | null> {
  try {
    const region = (await findRegions(text)).find(({ name }) => name === "index");
    return region === undefined ? text : text.slice(0, region.outerStart) + text.slice(region.outerEnd);
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}
