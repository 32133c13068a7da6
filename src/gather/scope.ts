import { pathMatcher } from "../record/globs.ts";
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

/**
 * Pathspecs (with magic) for a ship's files: never a note, and of a component at least its own files.
 * They spare git the rest of the tree; which of the files found are the component's, {@link inScope} says.
 */
export function shipPathspecs(notes: NotesPaths, component: ComponentScope | null): string[] {
  const taken = component?.paths.filter((path) => !path.startsWith("!")) ?? [];
  return [...(taken.length === 0 ? [":(top)"] : [...new Set(taken.flatMap(globPathspecs))]), ...notes.exclude];
}

/** Whether a path, relative to the repository's root, is a component's; without a component every one is. */
export function inScope(component: ComponentScope | null): (path: string) => boolean {
  return component === null ? () => true : pathMatcher(component.paths);
}

/** A glob that names a folder takes all that lies in it; git's does so only where it has no wildcard. */
function globPathspecs(glob: string): string[] {
  return expandBraces(glob.replace(/^(?:\.?\/)+/, "").replace(/\/+$/, ""))
    .flatMap((plain) => (/[*?[\\]/.test(plain) ? [plain, `${plain}/**`] : [plain]))
    .map((plain) => `:(top,glob)${plain}`);
}

/** git's globs know no `{a,b}`; configured ones do. */
function expandBraces(glob: string): string[] {
  // The innermost group first, so that groups within groups come out as well.
  const found = /^(.*)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(glob);
  if (found === null) return [glob];
  const [, before = "", choices = "", behind = ""] = found;
  return choices.split(",").flatMap((choice) => expandBraces(`${before}${choice}${behind}`));
}
