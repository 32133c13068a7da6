import { execFileSync } from "node:child_process";
import { expect } from "vitest";
import type { Finding } from "../../src/record/finding.ts";
import { lifeAt, type Life, makeFolder, makeLife } from "./life.ts";

/* Repositories as teams have them, for what `verify` says of them. */

/** `verify --json`, with how it ended. */
export function verify(life: Life, ...args: string[]): { status: number | null; findings: Finding[]; records: number } {
  const answer = life.call(["verify", "--json", ...args]);
  return { ...(JSON.parse(answer.stdout) as { findings: Finding[]; records: number }), status: answer.status };
}

/** Nothing found. */
export const whole = { status: 0, findings: [] };

/** A repository whose main was pushed with one recorded ship; with the folder of its remote. */
export function pushed(): { life: Life; remote: string } {
  const life = makeLife();
  const remote = makeFolder();
  execFileSync("git", ["init", "-q", "--bare", "-b", "main", remote]);
  life.git("remote", "add", "origin", remote);
  life.commit("Base", { "a.ts": "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "b.ts": "1\n" });
  life.commit("First", { "a.ts": "1\n2\n3\n4\n5\n6\n7\n8\nnine\n" });
  life.record(["--from", "HEAD~1"]);
  life.commitNotes();
  life.git("push", "-q", "-u", "origin", "main");
  life.git("remote", "set-head", "origin", "main");
  expect(verify(life)).toMatchObject({ ...whole, records: 1 });
  return { life, remote };
}

/** A clone that has what its branches reach, and nothing else: as CI makes one. */
export function cloned(from: string, ...args: string[]): Life {
  const folder = makeFolder();
  execFileSync("git", ["config", "uploadpack.allowFilter", "true"], { cwd: from });
  execFileSync("git", ["clone", "-q", ...args, `file://${from}`, folder], { stdio: ["ignore", "pipe", "pipe"] });
  return lifeAt(folder, Date.UTC(2024, 2, 4, 12) / 1000);
}

/** Commits changes on a branch of their own, with their record. @returns the record's id */
export function branched(life: Life, branch: string, ...changes: Record<string, string>[]): string {
  life.git("checkout", "-q", "-b", branch);
  for (const [place, files] of changes.entries()) life.commit(`${branch} ${place + 1}`, files);
  const { id } = life.record(["--from", `HEAD~${changes.length}`]);
  life.commitNotes();
  return id;
}

/** Merges a branch into main, as a forge does. */
export function merged(life: Life, branch: string): void {
  life.git("checkout", "-q", "main");
  life.git("merge", "-q", "--no-ff", "-m", `Merge pull request #5 from o/${branch}`, branch);
}

/** Makes one commit of main of a branch. */
export function squashed(life: Life, branch: string): void {
  life.git("checkout", "-q", "main");
  life.git("merge", "-q", "--squash", branch);
  life.commit(`${branch} (#5)`);
}

/** `CODE RECORD` of each finding. */
export const codes = ({ findings }: { findings: readonly Finding[] }): string[] => findings.map(({ code, record }) => `${code} ${record ?? ""}`.trim());
