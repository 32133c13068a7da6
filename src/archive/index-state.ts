import { join } from "node:path";
import { standingText } from "./standing.ts";

/** Whether the index's front page does not name a record that was just written; false where there is no index. */
export async function isIndexStale(notesDirectory: string, id: string): Promise<boolean> {
  const front = await standingText(join(notesDirectory, "README.md"));
  return front !== null && front.includes("<!-- shipnote:index -->") && !front.includes(`${id}.md`);
}
