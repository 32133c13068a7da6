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
import { mendingPage } from "./doctor-whole.ts";
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
    const found = { code: "index-edited", level: "problem" as const };
    const message = `${error.message.replace(/\.$/, "")}.`;
    if (error.code === "region-edited") return [{ ...found, message: `${message} The mend writes over what stands in the region.`, mend: "shipnote index --force" }];
    return damagedPages(setUp, notesDirectory, async (page, standing) => {
      const { words, mend } = await mendingPage(workspace.repository, page, standing, async (text) => (await withoutIndex(text)) !== null, "shipnote index");
      return { ...found, message: `${page}: ${message} ${words}`, mend };
    });
  }
}

async function damagedPages({ workspace: { notes } }: SetUp, notesDirectory: string, tell: (page: string, standing: string) => Promise<Found>): Promise<Found[]> {
  const found = await Promise.all(pagesOf(notesDirectory).map(async (path): Promise<Found[]> => {
    const standing = await standingText(join(notesDirectory, path));
    return standing === null || (await withoutIndex(standing)) !== null ? [] : [await tell(`${notes.folder}/${path}`, standing)];
  }));
  return found.flat();
}

/** The index pages that are there. */
function pagesOf(notesDirectory: string): string[] {
  const years = namesIn(notesDirectory).filter((name) => /^\d{4}$/.test(name)).sort();
  return ["README.md", ...years.map((year) => `${year}/README.md`)].filter((path) => existsSync(join(notesDirectory, path)));
}

async function findIndexClashes(setUp: SetUp, notesDirectory: string): Promise<Found[]> {
  const { folder } = setUp.workspace.notes;
  const found = await Promise.all(pagesOf(notesDirectory).map(async (path): Promise<Found[]> => {
    const sides = splitConflict((await standingText(join(notesDirectory, path))) ?? "");
    if (sides === null) return [];
    const [ours, theirs] = await Promise.all([withoutIndex(sides.ours), withoutIndex(sides.theirs)]);
    const page = `${folder}/${path}`;
    const finding = { code: "index-clash", level: "problem" as const, message: `${page}: a merge left two versions of the index in one.` };
    if (ours === null || ours !== theirs) {
      return [{
        ...finding, message: `${finding.message} So it did with what people wrote outside of the region \`index\`: that is to be put together by hand.`,
        mend: `\${EDITOR:-vi} ${shellWord(page)} && shipnote index --force && git add ${shellWord(page)}`,
      }];
    }
    return [{
      ...finding,
      mend: "shipnote doctor --fix",
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
