import { lstatSync } from "node:fs";
import { join } from "node:path";
import { namesIn } from "./unreadable.ts";

/** All markdown in the notes folder, links to elsewhere left aside, by path relative to it. */
export function pagesIn(notesDirectory: string): string[] {
  const walk = (folder: string): string[] =>
    namesIn(join(notesDirectory, folder)).flatMap((name) => {
      const path = folder === "" ? name : `${folder}/${name}`;
      const stats = lstatSync(join(notesDirectory, path));
      if (stats.isDirectory()) return name === "node_modules" || name === ".git" ? [] : walk(path);
      return stats.isFile() && name.endsWith(".md") ? [path] : [];
    });
  return walk("").sort();
}
