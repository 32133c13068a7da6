import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { hasSummary } from "./standalone.ts";
import { namesIn } from "./unreadable.ts";

/** A record that lies in the folder of a year that is not its own, where nothing looks for it. */
export interface MisplacedRecord {
  id: string;
  /** What of it lies there, relative to the notes folder. */
  paths: string[];
  /** Whether nothing stands where it belongs, so that it can simply be moved. */
  isFree: boolean;
}

/** Records in the folders of other years; notes that somebody wrote by hand under such a name are none. */
export function misplacedRecords(notesDirectory: string): MisplacedRecord[] {
  const found = new Map<string, MisplacedRecord>();
  for (const year of namesIn(notesDirectory).filter((name) => /^\d{4}$/.test(name)).sort()) {
    for (const name of namesIn(join(notesDirectory, year)).sort()) {
      const [, id, ending] = /^(\d{4}-\d{2}-\d{2}-[a-z0-9-]+)(\.md)?$/.exec(name) ?? [];
      if (id === undefined || id.startsWith(year) || !isOurs(join(notesDirectory, year, name), ending !== undefined)) continue;
      const key = `${year}/${id}`;
      const known = found.get(key) ?? { id, paths: [], isFree: true };
      const isFree = known.isFree && lstatSync(join(notesDirectory, id.slice(0, 4), name), { throwIfNoEntry: false }) === undefined;
      found.set(key, { id, paths: [...known.paths, `${year}/${name}`], isFree });
    }
  }
  return [...found.values()];
}

function isOurs(path: string, isMarkdown: boolean): boolean {
  return isMarkdown ? hasSummary(path) : existsSync(join(path, "record.json"));
}
