import { spawnSync } from "node:child_process";
import { expect, inject } from "vitest";
import { fixtureEnvironment } from "../git-fixture.ts";
import { type Life, makeLife } from "./life.ts";
import { type CallOptions, document, node } from "./tool.ts";

/** A finding as `doctor --json` prints it. */
export interface Told {
  code: string;
  level: "problem" | "advice";
  message: string;
  mend: string;
}

/** What `doctor --json ARGS` answers. */
export function diagnosed(life: Life, args: readonly string[] = [], options: CallOptions = {}): { status: number | null; findings: Told[]; fixed: string[]; noise: { check: string; smallest: number | null; text: string }[] } {
  const answer = life.call(["doctor", "--json", ...args], options);
  expect(answer.stderr).toBe("");
  const told = document(answer) as { findings: Told[]; fixed?: string[]; planned?: string[]; noise?: [] };
  for (const { mend } of told.findings) expectPastable(mend);
  return { status: answer.status, findings: told.findings, fixed: told.fixed ?? told.planned ?? [], noise: told.noise ?? [] };
}

/** A mend is words, or a command that can be pasted as it stands. */
function expectPastable(mend: string): void {
  if (!/^(?:git|shipnote|npm|chmod|mv|rm|\$\{EDITOR)/.test(mend)) return;
  expect(mend).not.toMatch(/, (?:then|which|and|or|if|for)\b|\(/);
  expect({ mend, ...spawnSync("sh", ["-n", "-c", mend], { encoding: "utf8" }) }).toMatchObject({ status: 0, stderr: "" });
}

/** The codes of what is found. */
export function codes(life: Life, args: readonly string[] = [], options: CallOptions = {}): string[] {
  return diagnosed(life, args, options).findings.map(({ code }) => code);
}

/** The only finding, which has this code. */
export function onlyFinding(life: Life, code: string, options: CallOptions = {}): Told {
  const { status, findings } = diagnosed(life, [], options);
  expect(findings.map((finding) => finding.code)).toEqual([code]);
  const [finding] = findings;
  if (finding === undefined) throw new Error(`${code} was not found`);
  expect(status).toBe(finding.level === "problem" ? 1 : 0);
  return finding;
}

/** Runs a command as a user would who copied it, with `shipnote` in the PATH. */
export function typed(life: Life, command: string): void {
  const { status, stdout, stderr } = spawnSync("sh", ["-c", `shipnote() { "${node}" "${inject("tool")}" "$@"; }; ${command}`], {
    cwd: life.directory, encoding: "utf8", env: { ...fixtureEnvironment(1_720_000_000), CI: "", NODE_EXTRA_CA_CERTS: undefined },
  });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stdout}${stderr}`);
}

/** A repository with one ship, its record, an index and the hook: nothing in it is to be mended. */
export function makeHealthy(): Life {
  const life = makeLife();
  life.commit("Greet", { "greet.txt": "hello\n" });
  expect(life.call(["hook", "install"]).status).toBe(0);
  life.record(["--reason", "Greeting is polite.", "--index"]);
  life.commitNotes();
  return life;
}

/** Quiet, and with exit status 0. */
export function expectHealthy(life: Life, options: CallOptions = {}): void {
  const answer = life.call(["doctor"], options);
  expect({ status: answer.status, stdout: answer.stdout, stderr: answer.stderr }).toEqual({ status: 0, stdout: "nothing to mend\n", stderr: "" });
}
