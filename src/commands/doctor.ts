import { existsSync, statSync } from "node:fs";
import { relative } from "node:path";
import { defaultConfig, loadConfig } from "../config.ts";
import { Failure } from "../failure.ts";
import { openRepository } from "../git/repository.ts";
import type { Invocation } from "../invocation.ts";
import { oneLine } from "../terminal.ts";
import { workspaceOf } from "../workspace.ts";
import { examineCi } from "./doctor-ci.ts";
import { type CheckNoise, examineChecks } from "./doctor-checks.ts";
import { findClashes } from "./doctor-clashes.ts";
import { examineConfig, invalidConfig } from "./doctor-config.ts";
import { findDoubles } from "./doctor-doubles.ts";
import type { Found, SetUp } from "./doctor-finding.ts";
import { examineGit, examineHook } from "./doctor-git.ts";
import { examineIndex } from "./doctor-index.ts";
import { examinePartials } from "./doctor-partials.ts";
import { examineRecords } from "./doctor-records.ts";
import { examinePermissions, examinePostponed, examineState } from "./doctor-state.ts";

/** `shipnote doctor`: what is wrong with the set-up, and how to mend it. It runs nothing but git, unless `--checks` asks. */
export async function doctor(invocation: Invocation): Promise<number> {
  const { terminal, flags, dryRun } = invocation;
  const { done, failed } = flags.on("fix") ? await mend(invocation) : { done: [], failed: new Map<string, Failure>() };
  const examined = await examine(invocation);
  const { setUp } = examined;
  const found = examined.found.map((finding) => unmended(finding, failed.get(keyOf(finding))));
  const measured = flags.on("checks") && setUp !== null ? await examineChecks(invocation, setUp) : { findings: [], noise: [], steady: [] };
  const findings = [...found, ...measured.findings];
  terminal.document({
    findings: findings.map(({ code, level, message, mend: how }) => ({ code, level, message, mend: how })),
    ...(flags.on("fix") ? { [dryRun ? "planned" : "fixed"]: done } : {}),
    ...(flags.on("checks") ? { noise: measured.noise } : {}),
  });
  tell(invocation, { ...measured, done, findings });
  return findings.some(({ level }) => level === "problem") ? 1 : 0;
}

interface Told {
  done: readonly string[];
  findings: readonly Found[];
  noise: readonly CheckNoise[];
  steady: readonly string[];
}

function tell({ terminal, dryRun }: Invocation, { done, findings, noise, steady }: Told): void {
  for (const line of done) terminal.result(oneLine(dryRun && !line.startsWith(" ") ? `would have ${line}` : line));
  const told = new Set(findings.map(({ message }) => message));
  for (const { text } of noise) if (!told.has(`${text}.`)) terminal.result(text);
  for (const text of steady) terminal.result(text);
  for (const { level, message, mend: how } of findings) {
    terminal.result(`${terminal.strong(level)}: ${oneLine(message)}`);
    terminal.result(`  mend: ${oneLine(how)}`);
  }
  if (findings.length === 0) terminal.result("nothing to mend");
  else if (!dryRun && findings.some(({ fix }) => fix !== undefined) && done.length === 0) terminal.say("shipnote doctor --fix mends what can be mended without asking.");
}

/** Looks at everything. Where the configuration does not load, only at what does not rest on it. */
async function examine(invocation: Invocation): Promise<{ setUp: SetUp | null; found: Found[] }> {
  const repository = await openRepository(invocation.directory, { named: invocation.named });
  const loaded = await loadConfig({ root: repository.workTree, file: invocation.configFile }).catch((error: unknown) => {
    if (error instanceof Failure && error.code === "config-invalid") return error;
    throw error;
  });
  if (loaded instanceof Failure) {
    return { setUp: null, found: [...examineGit({ workspace: workspaceOf(repository, defaultConfig), notesDirectory: null, configFile: null }), ...invalidConfig(loaded)] };
  }
  const workspace = workspaceOf(repository, loaded.config);
  const configFile = loaded.path === null ? null : relative(repository.directory, loaded.path);
  const setUp: SetUp = { workspace, notesDirectory: workspace.notesDirectory, configFile };
  const permissions = examinePermissions(setUp);
  const notes = workspace.notesDirectory;
  const readable = notes !== null && existsSync(notes) && statSync(notes).isDirectory() && permissions.length === 0 ? notes : null;
  const found = [
    ...examineGit(setUp),
    ...permissions,
    ...(await told(async () => examineConfig(setUp))),
    ...(await told(async () => examineHook(setUp, invocation))),
    ...(await told(async () => examineCi({ ...setUp, notesDirectory: readable }))),
    ...(readable === null ? [] : [
      ...(await told(async () => findClashes(setUp, readable))),
      ...(await told(async () => examineRecords(setUp, readable))),
      ...(await told(async () => findDoubles(setUp, readable))),
      ...(await told(async () => examinePartials(setUp, readable))),
      ...(await told(async () => examineIndex(setUp, readable))),
    ]),
    ...(permissions.length > 0 ? [] : [...(await told(async () => examineState(setUp))), ...(await told(async () => examinePostponed(setUp)))]),
  ];
  // What several of them stumbled over is told once.
  const seen = new Set<string>();
  return { setUp, found: found.filter((finding) => !seen.has(keyOf(finding)) && seen.add(keyOf(finding))) };
}

function keyOf({ code, message }: Found): string {
  return `${code} ${message}`;
}

/** A finding whose fix has failed: to ask for the same fix again would lead nowhere. */
function unmended(finding: Found, failure: Failure | undefined): Found {
  if (failure === undefined) return finding;
  const { fix: _fix, ...rest } = finding;
  return { ...rest, message: `${finding.message} ${failure.message}`, mend: seeTo(failure) };
}

function seeTo({ expected }: Failure): string {
  return `see to ${expected.charAt(0).toLowerCase()}${expected.slice(1).replace(/\.$/, "")}`;
}

/** What keeps an examination from coming to its end is a finding as well. */
async function told(examination: () => Promise<Found[]>): Promise<Found[]> {
  try {
    return await examination();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [{ code: error.code, level: "problem", message: error.message, mend: seeTo(error) }];
  }
}

/** What is mended comes in this order: the one makes way for the other. */
const order = ["leftovers", "record-clash", "index-clash", "record-doubled", "hook-missing", "hook-not-executable", "hook-outdated", "index-stale"];

/** Mends what is safe to, kind by kind, for what is mended may bring something else to light. */
async function mend(invocation: Invocation): Promise<{ done: string[]; failed: Map<string, Failure> }> {
  const { terminal, dryRun } = invocation;
  const done: string[] = [];
  const failed = new Map<string, Failure>();
  const tried = new Set<string>();
  for (;;) {
    const { found } = await examine(invocation);
    const next = found.filter(({ code, fix }) => fix !== undefined && !tried.has(code)).sort((a, b) => order.indexOf(a.code) - order.indexOf(b.code))[0];
    if (next === undefined) return { done, failed };
    tried.add(next.code);
    for (const finding of found.filter(({ code }) => code === next.code)) {
      try {
        const lines = (await finding.fix?.(dryRun)) ?? [];
        done.push(...lines.filter((line) => !done.includes(line)));
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        failed.set(keyOf(finding), error);
        terminal.warn(`shipnote: ${oneLine(error.message)} (expected: ${oneLine(error.expected)})`);
      }
    }
  }
}
