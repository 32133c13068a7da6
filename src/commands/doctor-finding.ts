import type { Workspace } from "../workspace.ts";

/** One thing that is wrong with a set-up (`problem`), or could be better (`advice`), and how to mend it. */
export interface SetUpFinding {
  /** A stable word. */
  code: string;
  level: "problem" | "advice";
  message: string;
  /** One command for a shell, to be pasted as it stands, with words about it in `message`; else, for a file of people's own, words. */
  mend: string;
}

/** A finding that `--fix` knows how to mend. */
export interface Found extends SetUpFinding {
  /**
   * Mends it, and all that have the same code with it; with `dryRun` nothing is changed.
   *
   * @returns what was done, or would be, one line each
   */
  fix?: (dryRun: boolean) => Promise<string[]>;
}

/** What findings are looked for in. */
export interface SetUp {
  workspace: Workspace;
  /** The folder of the notes, absolute; null where there is no work tree. */
  notesDirectory: string | null;
  /** The path of the configuration, relative to where it was looked for; null where there is none. */
  configFile: string | null;
}
