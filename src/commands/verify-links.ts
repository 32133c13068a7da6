import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { percentDecoded } from "../document/percent.ts";

/** What links are judged by. */
export interface LinkRules {
  /** The repository's root, absolute. */
  root: string;
  /** The notes folder, relative to the root. */
  folder: string;
  /** All records. */
  ids: ReadonlySet<string>;
  /** Paths, relative to the root, of which it is told elsewhere that they are not there. */
  told?: ReadonlySet<string>;
}

/** What names a record's file, or one beside it. */
const recordNamed = /\d{4}-\d{2}-\d{2}-[a-z0-9-]+(?:\.md|\/)/g;

/** The targets in a text that name a record's file or one beside it, as far as no parser is needed to tell where they end. */
function* targetsIn(markdown: string): Generator<string> {
  for (const found of markdown.matchAll(recordNamed)) {
    const start = /[^\s()<>[\]"'`|]*$/.exec(markdown.slice(Math.max(0, found.index - longestFolder), found.index))?.[0] ?? "";
    const end = /^[^\s()<>[\]"'`|]*/.exec(markdown.slice(found.index + found[0].length))?.[0] ?? "";
    yield start + found[0] + (found[0].endsWith("/") ? end : "");
  }
}

const longestFolder = 500;

/**
 * Links of a page to records, or to what lies beside one, of which nothing is there. A page is parsed only where its text
 * names something that is not there: a code span may do so.
 *
 * @param path relative to the root
 */
export async function brokenLinks({ path, markdown }: { path: string; markdown: string }, rules: LinkRules): Promise<{ line: number; message: string }[]> {
  if (![...targetsIn(markdown)].some((target) => pointsNowhere(path, target, rules) !== null)) return [];
  const { linkTargets } = await import("../document/tree.ts");
  return linkTargets(markdown).flatMap(({ target, line }) => {
    const nowhere = pointsNowhere(path, target, rules);
    if (nowhere === null) return [];
    return [{ line, message: nowhere.id === null ? `it links to ${nowhere.path}, and there is no such file` : `it links to ${nowhere.id}, and there is no such record` }];
  });
}

/** What a link to a record, or to a file beside one, leads to where nothing is there. */
function pointsNowhere(page: string, target: string, { root, folder, ids, told }: LinkRules): { path: string; id: string | null } | null {
  const bare = percentDecoded(target.replace(/[?#].*$/s, ""));
  if (bare === "" || /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(bare)) return null;
  const path = posix.normalize(bare.startsWith("/") ? bare.slice(1) : posix.join(posix.dirname(page), bare)).replace(/\/$/, "");
  const [, year, id, rest] = path.startsWith(`${folder}/`) ? /^(\d{4})\/(\d{4}-\d{2}-\d{2}-[a-z0-9-]+)(\.md$|$|\/)/.exec(path.slice(folder.length + 1)) ?? [] : [];
  if (id === undefined || (rest === ".md" && id.startsWith(year ?? "") && ids.has(id)) || told?.has(path) === true || existsSync(join(root, path))) return null;
  return { path, id: rest === ".md" ? id : null };
}
