import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import { namesIn, notReadable } from "./unreadable.ts";

/**
 * A user's own partials, by name without `.hbs`, as their sources; none where there is no folder of them.
 *
 * @param notesDirectory absolute; null where there is none
 * @throws Failure `not-readable`, `notes-unsafe` for a link
 */
export function readPartials(notesDirectory: string | null): Record<string, string> {
  if (notesDirectory === null) return {};
  return Object.fromEntries(partialNames(notesDirectory).map((name) => [name, readPartial(notesDirectory, name)]));
}

/** Their names without `.hbs`. */
export function partialNames(notesDirectory: string): string[] {
  return namesIn(join(notesDirectory, "templates")).filter((name) => name.endsWith(".hbs")).sort().map((name) => name.slice(0, -".hbs".length));
}

/**
 * The source of one of them. A link could lead out of the repository, and what it leads to into a record.
 *
 * @throws Failure `not-readable`, `notes-unsafe` for a link
 */
export function readPartial(notesDirectory: string, name: string): string {
  const path = join(notesDirectory, "templates", `${name}.hbs`);
  try {
    if (!lstatSync(path).isFile()) throw new Failure("notes-unsafe", `${path} is no plain file.`, { expected: "a template as a file of its own", retry: false });
    return readFileSync(path, "utf8");
  } catch (error) {
    throw error instanceof Failure ? error : notReadable(path, error);
  }
}
