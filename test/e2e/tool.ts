import { spawnSync } from "node:child_process";
import { inject } from "vitest";
import { fixtureEnvironment } from "../git-fixture.ts";

/** The Node that runs the packed tool: this one, or the one that SHIPNOTE_NODE names. */
export const node = process.env["SHIPNOTE_NODE"] ?? process.execPath;

/** What a call of the packed tool answered. */
export interface Answer {
  status: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** How a call is made. */
export interface CallOptions {
  env?: Record<string, string | undefined>;
  input?: string;
  /** A fixed clock would hide what users see; tests give `--at` instead. */
  timeout?: number;
}

/** Runs the packed and installed tool in a folder, with no git configuration but the repository's. */
export function shipnote(directory: string, args: readonly string[], options: CallOptions = {}): Answer {
  const { GIT_AUTHOR_DATE: _author, GIT_COMMITTER_DATE: _committer, NODE_EXTRA_CA_CERTS: _certificates, ...environment } = fixtureEnvironment(0);
  const result = spawnSync(node, [inject("tool"), ...args], {
    cwd: directory,
    encoding: "utf8",
    input: options.input ?? "",
    timeout: options.timeout ?? 60_000,
    maxBuffer: 1 << 28,
    env: { ...environment, CI: "", SHIPNOTE_ENV: undefined, SHIPNOTE_COMPONENT: undefined, GITHUB_ACTIONS: undefined, GITLAB_CI: undefined, ...options.env },
  });
  return { status: result.status, signal: result.signal, stdout: result.stdout, stderr: result.stderr };
}

/** The `--json` document of a call. */
export function document(answer: Answer): Record<string, unknown> {
  return JSON.parse(answer.stdout) as Record<string, unknown>;
}

/** The error of a failed `--json` call. */
export function failure(answer: Answer): { code: string; message: string; expected: string; retry: boolean } {
  return (JSON.parse(answer.stdout) as { error: { code: string; message: string; expected: string; retry: boolean } }).error;
}
