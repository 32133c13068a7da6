/**
 * Which paths of a repository are shipnote's own: records with their facts and plots, the indexes, runbooks
 * and a user's partials. Whatever else lies in the notes folder (guides, say) is an ordinary file.
 */
export interface NotesPaths {
  /** The folder, relative to the repository's root, with `/` between and none at the end. */
  folder: string;
  /** This one first, and those that the notes lay in before. */
  folders: readonly string[];
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

/**
 * @param folder the configured `notes` folder, relative to the repository's root
 * @param earlier folders that were configured before: what lay in them were notes as well
 */
export function notesPaths(folder: string, earlier: readonly string[] = []): NotesPaths {
  const folders = [folder, ...earlier].map((each) => each.replace(/^\.\//, "").replace(/\/+$/, ""));
  // A folder's name may hold what a glob gives a meaning to.
  const globs = folders.flatMap((each) => patterns.map((pattern) => `${each.replace(/[\\*?[\]]/g, "\\$&")}/${pattern}`));
  return {
    folder: folders[0] ?? "",
    folders,
    isNote: (path) => folders.some((each) => path.startsWith(`${each}/`) && notePattern.test(path.slice(each.length + 1))),
    include: globs.map((glob) => `:(top,glob)${glob}`),
    exclude: globs.map((glob) => `:(top,exclude,glob)${glob}`),
  };
}
