import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A user's own partials, by name without `.hbs`, as their sources; none where there is no folder of them.
 *
 * @param notesDirectory absolute; null where there is none
 */
export function readPartials(notesDirectory: string | null): Record<string, string> {
  if (notesDirectory === null) return {};
  const folder = join(notesDirectory, "templates");
  return Object.fromEntries(
    namesIn(folder)
      .filter((name) => name.endsWith(".hbs"))
      .sort()
      .map((name) => [name.slice(0, -".hbs".length), readFileSync(join(folder, name), "utf8")]),
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
