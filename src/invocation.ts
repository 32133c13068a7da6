import type { Terminal } from "./terminal.ts";

/** One call of one command, its flags read and complete; what every file in commands/ gets. */
export interface Invocation {
  terminal: Terminal;
  /** Where to work: `-C DIR`, else the current folder; absolute. */
  directory: string;
  /** Whether `-C` named the folder: then git's variables in the environment do not count. */
  named: boolean;
  /** `--config FILE`, absolute. */
  configFile: string | null;
  dryRun: boolean;
  /** The positional arguments; for `run` the command with its arguments. */
  args: readonly string[];
  flags: Flags;
}

/** The flags of one command by their long names. */
export interface Flags {
  on: (name: string) => boolean;
  text: (name: string) => string | null;
  list: (name: string) => readonly string[];
}

/** What a command file exports: does the work, prints, and answers with the exit status. */
export type Action = (invocation: Invocation) => Promise<number>;
