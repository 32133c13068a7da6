import type { RunCommand } from "../../src/checks/check.ts";
import type { Usage } from "../../src/execute-usage.ts";

/** How one run of a command shall end. */
export interface Ending {
  exitCode?: number | null;
  signal?: NodeJS.Signals | null;
  durationMs?: number;
  stdout?: string;
  stderr?: string;
  timedOut?: boolean;
  cut?: boolean;
  leftBehind?: boolean;
  usage?: Usage | null;
  /** What the command does meanwhile. */
  act?: () => void;
}

/** A runner of commands that starts none: each run of a command ends as the next of its endings (the last again and again). */
export function stubRun(endings: Record<string, readonly Ending[]>): { run: RunCommand; calls: string[] } {
  const calls: string[] = [];
  const run: RunCommand = async (command) => {
    const before = calls.filter((call) => call === command).length;
    calls.push(command);
    const list = endings[command] ?? [];
    const { act, ...ending } = list[before] ?? list.at(-1) ?? {};
    act?.();
    return {
      startedAt: "2026-11-24T09:00:00.000Z", durationMs: 1, exitCode: 0, signal: null, output: null, timedOut: false,
      stdout: "", stderr: "", cut: false, leftBehind: false, usage: null, ...ending,
    };
  };
  return { run, calls };
}
