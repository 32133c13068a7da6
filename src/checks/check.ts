import type { ExecutedConfigured } from "../execute-configured.ts";
import type { Failure } from "../failure.ts";
import type { Yielded } from "../record/yielded.ts";

/** Starts a configured shell command: `runConfigured` of execute-configured.ts. */
export type RunCommand = (
  command: string,
  options: { cwd: string; timeoutMs: number; env?: Record<string, string>; usage?: boolean },
) => Promise<ExecutedConfigured>;

/** Where checks work, and what starts their commands. */
export interface Surroundings {
  /** The root of the tree that is measured, absolute. */
  directory: string;
  run: RunCommand;
  /** Ends requests that are on their way. */
  signal?: AbortSignal;
  /** Where a side's own server listens, in place of the origin that is configured: `http://127.0.0.1:41234`. */
  origin?: string;
}

/** What the rounds of a check yielded. */
export interface Finished {
  metrics: Yielded[];
  /** What is missing that was asked for. */
  problem: Failure | null;
  /** What to tell whoever measures, one line each; what several checks say alike is said once. */
  remarks?: readonly string[];
}

/** A check that is being measured. */
export interface RunningCheck {
  name: string;
  /** How many rounds it takes part in. */
  rounds: number;
  /**
   * Takes one round's sample. A sample that failed is data; nothing is thrown for it.
   *
   * @param number from 1
   * @throws Failure where the check could not be run at all: it takes part in no further round
   */
  round: (number: number) => Promise<void>;
  /** Lets go of what the check holds open between its rounds. */
  close?: () => void;
  /** What the rounds so far yielded; more may follow. */
  finish: () => Finished;
}
