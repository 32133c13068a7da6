import { join } from "node:path";
import { standingText } from "./standing.ts";

/**
 * Whether the index does not name a record that was just written; false where there is no index. The page of its year
 * tells: the front page names only the newest.
 */
export async function isIndexStale(notesDirectory: string, id: string): Promise<boolean> {
  if (!(await hasIndex(notesDirectory))) return false;
  const year = await standingText(join(notesDirectory, id.slice(0, 4), "README.md"));
  return year === null || !year.includes(`${id}.md`);
}

/** Whether there is an index of ours. */
export async function hasIndex(notesDirectory: string): Promise<boolean> {
  const front = await standingText(join(notesDirectory, "README.md"));
  return front !== null && front.includes("<!-- shipnote:index -->");
}
