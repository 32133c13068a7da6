import { applyEdits, type Edit } from "./lines.ts";
import { percentDecoded } from "./percent.ts";

/**
 * Where a file of a record's folder is once the record has moved: both paths are relative to the folder. Null: it stays
 * where it was.
 */
export type FileNow = (path: string) => string | null;

/** All files go along. */
const alike: FileNow = (path) => path;

/**
 * A markdown text whose relative links to one record, to its markdown or to a file beside it, lead to another. A link's
 * text changes with it where it is the id itself; ids in prose and in code stay.
 *
 * @param from an id
 * @param to an id; the same where only files beside it have moved
 */
export async function redirectLinks(source: string, from: string, to: string, fileNow: FileNow = alike): Promise<string> {
  if (!source.includes(from)) return source;
  const { linkSpans } = await import("./tree.ts");
  const edits = new Map<number, Edit>();
  const [year, otherYear] = [from.slice(0, 4), to.slice(0, 4)];
  // The destination, as it stands behind a link's text, a definition's label or an attribute of HTML.
  const pattern = new RegExp(`(?:\\]\\(\\s*<?|\\]:\\s*<?|(?:href|src)\\s*=\\s*["'])((?:[^\\s()<>"':/]+/)*)${from}(?=\\.md|/)`, "g");
  for (const { start, end } of linkSpans(source)) {
    const text = source.slice(start, end);
    for (const found of text.matchAll(pattern)) {
      const opening = /(["'<]?)$/.exec(found[0].slice(0, found[0].length - from.length - (found[1] ?? "").length))?.[1] ?? "";
      const behind = found.index + found[0].length;
      const beside = text.charAt(behind) === "/" ? fileBehind(text.slice(behind + 1), opening) : null;
      const path = beside === null ? null : readPath(beside);
      const now = path === null ? null : fileNow(path);
      if (path !== null && now === null) continue;
      const at = start + behind - from.length;
      const folder = found[1] ?? "";
      const changed = year === otherYear ? "" : movedFolder(folder, year, otherYear);
      const file = now === path ? "" : `/${writtenPath(now ?? "")}`;
      edits.set(at, { start: at - (changed === "" ? 0 : folder.length), end: at + from.length + (file === "" ? 0 : (beside ?? "").length + 1), text: changed + to + file });
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

/** The rest of a destination, as it is written, without a query and a fragment. */
function fileBehind(rest: string, opening: string): string {
  if (opening === "<") return /^(?:\\.|[^\\<>\n?#])*/.exec(rest)?.[0] ?? "";
  if (opening !== "") return rest.split(new RegExp(`[${opening}?#]`), 1)[0] ?? "";
  // Parentheses that pair are part of it.
  return /^(?:\\.|\((?:\\.|[^\\\s()])*\)|[^\\\s()?#])*/.exec(rest)?.[0] ?? "";
}

/** A path of a file as an address in markdown or HTML names it. */
function readPath(written: string): string {
  return percentDecoded(written.replace(/\\([!-/:-@[-`{-~])/g, "$1"));
}

/** A path of a file as an address that may stand anywhere in markdown and HTML. */
function writtenPath(path: string): string {
  return path.split("/").map((part) => encodeURIComponent(part).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)).join("/");
}
