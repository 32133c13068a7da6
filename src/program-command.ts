import type { Action } from "./invocation.ts";

/** A flag as help shows it (`-q, --quiet`, `--from REV`; `...` where it may be repeated), and its line of help. */
export type FlagLine = readonly [flag: string, description: string];

export interface CommandLine {
  name: string;
  /** Positional arguments, as help shows them. */
  usage: string;
  summary: string;
  /** What help says below the flags: examples, exit statuses. */
  more?: string;
  /** On the first screen of help. */
  core: boolean;
  writes: boolean;
  flags: readonly FlagLine[];
  load: () => Promise<Action>;
}
