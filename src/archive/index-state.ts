import { join } from "node:path";
import { standingText } from "./standing.ts";

/** Whether the index's front page does not name a record that was just written; false where there is no index. */
export async function isIndexStale(notesDirectory: string, id: string): Promise<boolean> {
  const front = await indexText(notesDirectory);
  return front !== null && !front.includes(`${id}.md`);
}

/** Whether there is an index of ours. */
export async function hasIndex(notesDirectory: string): Promise<boolean> {
  return (await indexText(notesDirectory)) !== null;
}

async function indexText(notesDirectory: string): Promise<string | null> {
  const front = await standingText(join(notesDirectory, "README.md"));
  return front !== null && front.includes("<!-- shipnote:index -->") ? front : null;
}
