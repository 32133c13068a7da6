import type { NotesPaths } from "../record/notes-paths.ts";

/** A component as far as git is concerned. */
export interface ComponentScope {
  name: string;
  /** Globs from the repository's root, as configured; one that begins with `!` takes paths away again. */
  paths: readonly string[];
}

/** The commits of a ship: `from` is exclusive (null: from the beginning of history), `to` inclusive; full ids. */
export interface Span {
  from: string | null;
  to: string;
}

/** A span as arguments of `git log` and `git rev-list`. */
export function revisions({ from, to }: Span): string[] {
  return from === null ? [to] : [`^${from}`, to];
}

/** Pathspecs (with magic) that match a ship's files: the component's, or all; the notes never. */
export function shipPathspecs(notes: NotesPaths, component: ComponentScope | null): string[] {
  return [...(component === null ? [":(top)"] : componentPathspecs(component)), ...notes.exclude];
}

/** Pathspecs (with magic) that match a component's files. A path without a glob is a file, or a folder with all in it. */
export function componentPathspecs({ paths }: ComponentScope): string[] {
  const taken = paths.filter((path) => !path.startsWith("!"));
  const leftOut = paths.filter((path) => path.startsWith("!")).map((path) => path.slice(1));
  return [
    ...(taken.length === 0 ? [":(top)"] : pathspecs("top,glob", taken)),
    ...pathspecs("top,exclude,glob", leftOut),
  ];
}

function pathspecs(magic: string, globs: readonly string[]): string[] {
  return globs.flatMap(expandBraces).map((glob) => `:(${magic})${glob.replace(/^(?:\.?\/)+/, "").replace(/\/+$/, "")}`);
}

/** git's globs know no `{a,b}`; configured ones do. */
function expandBraces(glob: string): string[] {
  // The innermost group first, so that groups within groups come out as well.
  const found = /^(.*)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(glob);
  if (found === null) return [glob];
  const [, before = "", choices = "", behind = ""] = found;
  return choices.split(",").flatMap((choice) => expandBraces(`${before}${choice}${behind}`));
}
