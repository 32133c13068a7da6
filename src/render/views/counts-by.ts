import type { ChangedFile } from "../../record/schema.ts";

/** How much changed under one name. */
export interface Counted {
  name: string;
  files: number;
  added: number;
  deleted: number;
}

/** Files counted by a name of theirs: the most files first, then by name. Lines that are not known count as none. */
export function countsBy(files: readonly ChangedFile[], nameOf: (file: ChangedFile) => string): Counted[] {
  const counts = new Map<string, Counted>();
  for (const file of files) {
    const name = nameOf(file);
    const counted = counts.get(name) ?? { name, files: 0, added: 0, deleted: 0 };
    counted.files += 1;
    counted.added += file.added ?? 0;
    counted.deleted += file.deleted ?? 0;
    counts.set(name, counted);
  }
  return [...counts.values()].sort((a, b) => b.files - a.files || (a.name < b.name ? -1 : 1));
}
