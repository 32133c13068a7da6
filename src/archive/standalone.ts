import { join } from "node:path";
import { recordPaths } from "../record/id.ts";
import { bytesOf } from "./examine.ts";
import { namesIn } from "./unreadable.ts";

/**
 * Ids of markdown files that have regions of ours and are beside none of these records; notes that somebody wrote by hand under
 * such a name are none.
 *
 * @param ids of the records that stand: all folders, or those with a record.json
 */
export function standaloneMarkdown(notesDirectory: string, ids: ReadonlySet<string>): string[] {
  return namesIn(notesDirectory).filter((name) => /^\d{4}$/.test(name)).flatMap((year) =>
    namesIn(join(notesDirectory, year)).flatMap((name) => {
      const id = /^(\d{4}-\d{2}-\d{2}-[a-z0-9-]+)\.md$/.exec(name)?.[1];
      if (id === undefined || !id.startsWith(year) || ids.has(id)) return [];
      return hasSummary(join(notesDirectory, recordPaths(id).markdown)) ? [id] : [];
    })).sort();
}

/** Whether a file is the markdown of a record: one with the region that each has. */
export function hasSummary(path: string): boolean {
  return /^<!-- shipnote:summary -->\r?$/m.test(bytesOf(path)?.toString("utf8") ?? "");
}
