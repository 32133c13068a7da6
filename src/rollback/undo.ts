/**
 * How the tree of a ship is undone, as data; what is printed says just this, and can be read back from it.
 */
export type Undo = Reverts | NetPatch;

/** `git revert` of the ship's own commits. */
export interface Reverts {
  form: "reverts";
  /** Newest first. */
  commits: readonly string[];
  /** One merge, undone as a whole: against its first parent. */
  mainline: boolean;
}

/** The net difference, laid on the tree at hand and committed. */
export interface NetPatch {
  form: "net";
  /** The commit whose tree is undone. */
  live: string;
  /** The commit (or, for the beginning of history, the empty tree) whose tree comes back. */
  restored: string;
  /** Pathspecs: what is undone, without the notes. */
  paths: readonly string[];
  /** Undoes a rollback: where the branch still holds what was rolled back, there is nothing to lay on it. */
  again: boolean;
}

/**
 * A patch that `git apply` takes, whatever the user's settings make of `git diff` for readers: no tool of their own,
 * no colour, the usual prefixes, context and order.
 */
const diff = "git diff --binary --full-index --no-renames --no-ext-diff --no-textconv --no-color --src-prefix=a/ --dst-prefix=b/ -U3 -O/dev/null";
const apply = "git apply --3way --index";
/** `git diff` says paths from the top, and `git apply` leaves out those outside the folder it is called in. */
const goToTop = 'cd "$(git rev-parse --show-toplevel)"';
/** Nothing happens on top of what somebody staged, which the commit would take along. */
const whereNothingIsStaged = "if git diff --cached --quiet; then ";
const otherwise = "; else echo 'staged changes: commit or unstage them first' >&2; false; fi";
const there = "echo 'nothing to undo: HEAD still holds what was rolled back'";

const word = String.raw`(?:'[^']*'|\\'|[\w@%+=:,./-])+`;
const sha = "[0-9a-f]{7,64}";
const net = new RegExp(
  `^(?:if git merge-base --is-ancestor (${sha}) HEAD; then ${there}; el)?${whereNothingIsStaged}`
    + `${diff} (${sha}) (${sha}) -- (${word}(?: ${word})*) \\| ${apply} && git commit -m ${word}${otherwise}$`,
);

/**
 * The lines of sh that undo, for any folder of the work tree, also where all of them are pasted at once: whatever
 * hangs on a command is on its line, and only where it succeeded.
 */
export function printUndo(undo: Undo, message: string): string[] {
  if (undo.form === "reverts") return [`git revert --no-edit ${undo.mainline ? "-m 1 " : ""}${undo.commits.join(" ")}`];
  const paths = undo.paths.map(shellWord).join(" ");
  const patch = `${diff} ${undo.live} ${undo.restored} -- ${paths} | ${apply} && git commit -m ${shellWord(message)}`;
  const whereGone = undo.again ? `if git merge-base --is-ancestor ${undo.restored} HEAD; then ${there}; el` : "";
  return [goToTop, `${whereGone}${whereNothingIsStaged}${patch}${otherwise}`];
}

/** Reads back what a plan's commands do to the tree, comments and all else left aside; null where none is of our form. */
export function readUndo(commands: readonly string[]): Undo | null {
  for (const command of commands) {
    const revert = /^git revert --no-edit (-m 1 )?((?:[0-9a-f]{7,64} ?)+)$/.exec(command);
    if (revert !== null) {
      return { form: "reverts", commits: (revert[2] ?? "").trim().split(" "), mainline: revert[1] !== undefined };
    }
    const patch = net.exec(command);
    if (patch !== null) {
      const [, again, live = "", restored = "", paths = ""] = patch;
      return { form: "net", live, restored, paths: shellWords(paths), again: again !== undefined };
    }
  }
  return null;
}

/** A word as sh takes it literally, also where somebody pastes it into an interactive shell. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** The words of a text that {@link shellWord} wrote. */
function shellWords(text: string): string[] {
  return [...text.matchAll(/(?:'[^']*'|\\'|[^\s'\\])+/g)].map(([word]) =>
    word.replace(/'([^']*)'|\\'/g, (quoted, inner: string | undefined) => inner ?? quoted.slice(1))
  );
}
