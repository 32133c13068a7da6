import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, inject } from "vitest";
import { fixtureEnvironment } from "../git-fixture.ts";
import { type Answer, type CallOptions, shipnote } from "./tool.ts";

/** The error of a call that was refused. */
export interface Refusal {
  code: string;
  message: string;
  expected: string;
  retry: boolean;
}

export interface RefusedOptions extends CallOptions {
  /** What must stay as it was; the folder of the call when left out. */
  untouched?: string;
  /** How the tool is called, in place of `shipnote`. */
  call?: (directory: string, args: readonly string[], options: CallOptions) => Answer;
}

/**
 * Makes a call for people and once more with `--json`, and holds both to what every refusal owes: the exit status,
 * three parts on stderr and nothing on stdout; one document with the stable code on stdout and nothing on stderr;
 * and every file as it was.
 */
export function refused(directory: string, args: readonly string[], [status, code]: [number, string], options: RefusedOptions = {}): Refusal {
  const { untouched = directory, call = shipnote, ...rest } = options;
  const before = snapshot(untouched);
  const forPeople = call(directory, args, rest);
  const forMachines = call(directory, ["--json", ...args], rest);
  expect(snapshot(untouched)).toEqual(before);
  expect(forMachines.stderr).toBe("");
  const document: unknown = JSON.parse(forMachines.stdout);
  const { error } = document as { error: Refusal };
  expect(document).toEqual({ error: { code, message: expect.any(String), expected: expect.any(String), retry: expect.any(Boolean) } });
  expect({ status: forPeople.status, stdout: forPeople.stdout }).toEqual({ status, stdout: "" });
  expect(forMachines.status).toBe(status);
  expect(forPeople.stderr).toMatch(/^shipnote: [^\n]+\n(?:[^\n]+\n)*? {2}expected: [^\n]+\n {2}(?:Safe to run again|Running it again)[^\n]*\n$/);
  expect(forPeople.stderr).not.toMatch(/\n\s+at .*:\d+/);
  expect(withoutLineBreaks(forPeople.stderr)).not.toMatch(/\p{Cc}/u);
  return error;
}

/** A message that is known by its words, or by a pattern. */
export function worded(message: string | RegExp): unknown {
  return typeof message === "string" ? message : expect.stringMatching(message);
}

/**
 * Every file, link and folder below a folder, with what it holds. Of a git directory only the files, without
 * shipnote's lock: an empty folder there is nobody's business.
 */
export function snapshot(directory: string): Record<string, string> {
  const seen: Record<string, string> = {};
  const visit = (folder: string, name: string): void => {
    const path = join(folder, name);
    const stats = lstatSync(path);
    const key = path.slice(directory.length + 1);
    const inGit = /(?:^|\/)\.git(?:\/|$)/.test(key);
    if (stats.isSymbolicLink()) seen[key] = `-> ${readlinkSync(path)}`;
    else if (stats.isDirectory()) {
      if (!inGit) seen[key] = "folder";
      if (!/(?:^|\/)\.git\/shipnote\/lock$/.test(key)) for (const child of readdirSync(path)) visit(path, child);
    } else seen[key] = `${(stats.mode & 0o7777).toString(8)} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`;
  };
  for (const name of readdirSync(directory)) visit(directory, name);
  return seen;
}

/** Text without the line breaks that lines end with. */
export function withoutLineBreaks(text: string): string {
  return text.replaceAll("\n", "");
}

/** Whether the tests run as root, whom permissions do not hold. */
const isRoot = process.getuid?.() === 0;

/**
 * The tool as somebody whom permissions hold. root gives up the right to pass over them, and stays the owner of
 * the files otherwise (`setpriv` is part of util-linux).
 */
export function shipnoteUnprivileged(directory: string, args: readonly string[], options: CallOptions = {}): Answer {
  if (!isRoot) return shipnote(directory, args, options);
  const rights = ["--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search"];
  return spawned("setpriv", [...rights, process.execPath, inject("tool"), ...args], directory, options);
}

/** A program that is not the tool itself but starts it, in the tool's environment. */
export function spawned(program: string, args: readonly string[], directory: string, options: CallOptions = {}): Answer {
  const { NODE_EXTRA_CA_CERTS: _certificates, ...environment } = fixtureEnvironment(0);
  const result = spawnSync(program, args, {
    cwd: directory, encoding: "utf8", input: options.input ?? "", timeout: 60_000, maxBuffer: 1 << 28,
    env: { ...environment, GIT_AUTHOR_DATE: undefined, GIT_COMMITTER_DATE: undefined, CI: "", GITHUB_ACTIONS: undefined, GITLAB_CI: undefined, ...options.env },
  });
  if (result.error !== undefined) throw result.error;
  return { status: result.status, signal: result.signal, stdout: result.stdout, stderr: result.stderr };
}
