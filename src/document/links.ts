import { applyEdits, type Edit } from "./lines.ts";

/**
 * A markdown text whose relative links to one record, to its markdown or to a file beside it, lead to another. A link's
 * text changes with it where it is the id itself; ids in prose and in code stay.
 *
 * @param from an id
 * @param to an id
 */
export async function redirectLinks(source: string, from: string, to: string): Promise<string> {
  if (!source.includes(from)) return source;
  const { linkSpans } = await import("./tree.ts");
  const edits = new Map<number, Edit>();
  const [year, otherYear] = [from.slice(0, 4), to.slice(0, 4)];
  // The destination, as it stands behind a link's text, a definition's label or an attribute of HTML.
  const pattern = new RegExp(`(?:\\]\\(\\s*<?|\\]:\\s*<?|(?:href|src)\\s*=\\s*["'])((?:[^\\s()<>"':/]+/)*)${from}(?=\\.md|/)`, "g");
  for (const { start, end } of linkSpans(source)) {
    const text = source.slice(start, end);
    for (const found of text.matchAll(pattern)) {
      const at = start + found.index + found[0].length - from.length;
      const folder = found[1] ?? "";
      const changed = year === otherYear ? "" : movedFolder(folder, year, otherYear);
      edits.set(at, { start: at - (changed === "" ? 0 : folder.length), end: at + from.length, text: changed + to });
      const label = new RegExp(`^\\[(\`*)${from}\\1\\]`).exec(text);
      if (label !== null) edits.set(start + 1, { start: start + 1 + (label[1]?.length ?? 0), end: start + 1 + (label[1]?.length ?? 0) + from.length, text: to });
    }
  }
  return edits.size === 0 ? source : applyEdits(source, [...edits.values()]);
}

/** `../2025/` of a record that is now one of 2026. */
function movedFolder(folder: string, year: string, other: string): string {
  if (folder === "") return `../${other}/`;
  return folder.endsWith(`${year}/`) ? `${folder.slice(0, -year.length - 1)}${other}/` : folder;
}
