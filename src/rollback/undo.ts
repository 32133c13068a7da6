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
const net = new RegExp(`^(git merge-base --is-ancestor [0-9a-f]+ HEAD \\|\\| )?${diff} ([0-9a-f]{7,64}) ([0-9a-f]{7,64}) -- (.+) \\| ${apply}$`, "s");

/** The lines of sh, one command each, that undo. */
export function printUndo(undo: Undo, message: string): string[] {
  if (undo.form === "reverts") return [`git revert --no-edit ${undo.mainline ? "-m 1 " : ""}${undo.commits.join(" ")}`];
  const paths = undo.paths.map(shellWord).join(" ");
  const patch = `${diff} ${undo.live} ${undo.restored} -- ${paths} | ${apply}`;
  const commit = `git commit -m ${shellWord(message)}`;
  return undo.again
    ? [`git merge-base --is-ancestor ${undo.restored} HEAD || ${patch}`, `git diff --cached --quiet || ${commit}`]
    : [patch, commit];
}

/** Reads back what a plan's commands do to the tree; null where they are not of our form. */
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
