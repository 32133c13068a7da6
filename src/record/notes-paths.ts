/**
 * Which paths of a repository are shipnote's own: records with their facts and plots, the indexes, runbooks
 * and a user's partials. Whatever else lies in the notes folder (guides, say) is an ordinary file.
 */
export interface NotesPaths {
  /** The folder, relative to the repository's root, with `/` between and none at the end. */
  folder: string;
  /** Whether a path (relative to the root) is a note. */
  isNote: (path: string) => boolean;
  /** Pathspecs (with magic) that match just the notes. */
  include: readonly string[];
  /** Pathspecs (with magic) that match all but the notes; to be put behind `.` or `:/`. */
  exclude: readonly string[];
}

const patterns = [
  "[0-9][0-9][0-9][0-9]/[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]-*",
  "[0-9][0-9][0-9][0-9]/[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]-*/**",
  "[0-9][0-9][0-9][0-9]/README.md",
  "README.md",
  "runbooks/*.md",
  "templates/*.hbs",
];

const notePattern = /^(?:\d{4}\/(?:\d{4}-\d{2}-\d{2}-[^/]+(?:\/.*)?|README\.md)|README\.md|runbooks\/[^/]+\.md|templates\/[^/]+\.hbs)$/s;

/** @param folder the configured `notes` folder, relative to the repository's root */
export function notesPaths(folder: string): NotesPaths {
  const base = folder.replace(/^\.\//, "").replace(/\/+$/, "");
  // A folder's name may hold what a glob gives a meaning to.
  const literal = base.replace(/[\\*?[\]]/g, "\\$&");
  return {
    folder: base,
    isNote: (path) => path.startsWith(`${base}/`) && notePattern.test(path.slice(base.length + 1)),
    include: patterns.map((pattern) => `:(top,glob)${literal}/${pattern}`),
    exclude: patterns.map((pattern) => `:(top,exclude,glob)${literal}/${pattern}`),
  };
}
