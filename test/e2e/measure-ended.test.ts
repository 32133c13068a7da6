import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, inject, it } from "vitest";
import { fixtureEnvironment } from "../git-fixture.ts";
import { sitDown } from "../run-rig.ts";
import { type Life, makeFolder, makeLife, removeAll } from "./life.ts";
import { document, node } from "./tool.ts";

/* Checks that hang, flood, and leave things behind; and runs that somebody ends. */

const strays: number[] = [];
afterAll(() => {
  for (const pid of strays) if (runs(pid)) process.kill(pid, "SIGKILL");
  removeAll();
});

function configured(yaml: string, files: Record<string, string> = {}): Life {
  const life = makeLife();
  life.commit("Base", { "shipnote.config.yaml": yaml, ".gitignore": "pids\nran\n", ...files });
  return life;
}

/** Whether a process still runs; one that is dead and waits for whoever started it does not. */
function runs(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

function pidsOf(life: Life): number[] {
  const pids = life.read("pids").trim().split("\n").map(Number);
  strays.push(...pids);
  return pids;
}

function environment(): Record<string, string> {
  // The dates are for commits.
  const { GIT_AUTHOR_DATE: _author, GIT_COMMITTER_DATE: _committer, ...rest } = fixtureEnvironment(0);
  return Object.fromEntries(Object.entries({ ...rest, CI: "" }).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** The tool on its way, and how it ends. */
function started(life: Life, ...args: string[]): { child: ChildProcess; ended: Promise<{ status: number | null; stdout: string; stderr: string }> } {
  const child = spawn(node, [inject("tool"), ...args], { cwd: life.directory, env: environment(), stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return { child, ended: new Promise((resolve) => child.on("close", (status) => resolve({ status, stdout, stderr }))) };
}

async function until(reached: () => boolean): Promise<void> {
  for (let step = 0; step < 1500 && !reached(); step += 1) await wait(20);
  expect(reached()).toBe(true);
}

const linesOf = (life: Life, name: string): number => (life.has(name) ? life.read(name).split("\n").length - 1 : 0);

describe("a run that somebody ends", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("by %s keeps what was measured, says so, and ends the command at hand", async (signal) => {
    const life = configured("checks: { job: { command: 'echo $$ >>pids; echo >>ran; [ $(wc -l <ran) -le 3 ] || sleep 60' } }");
    const { child, ended } = started(life, "before", "--save", "saved.json");
    await until(() => linesOf(life, "ran") === 4);
    child.kill(signal);
    const { status, stdout, stderr } = await ended;
    expect(status).toBe(130);
    expect(stderr).toContain("Interrupted: what was measured until then is kept.");
    expect(stdout).toContain("job error-rate: 0 of 3\n");
    expect(pidsOf(life).filter(runs)).toEqual([]);
    expect(document(life.call(["after", "--json", "--dry-run"]))).toMatchObject({ status: "dry-run" });
    const saved = JSON.parse(life.read("saved.json")) as { metrics: { metric: string; measurement: { samples: number[] } }[] };
    expect(saved.metrics.find(({ metric }) => metric === "duration")?.measurement.samples).toHaveLength(3);
  });

  it("before the first sample keeps nothing", async () => {
    const life = configured("checks: { job: { command: 'echo $$ >>pids; sleep 60' } }");
    const { child, ended } = started(life, "before", "--json");
    await until(() => linesOf(life, "pids") === 1);
    child.kill("SIGINT");
    const { status, stdout } = await ended;
    expect(status).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "interrupted", message: "Interrupted: nothing was measured.", retry: true } });
    expect(pidsOf(life).filter(runs)).toEqual([]);
    expect(life.has(".git/shipnote/results")).toBe(false);
  });

  it("in a worktree of its own leaves nothing of that", async () => {
    const life = configured("compare: { setup: 'echo $$ >>\"$PIDS\"; sleep 60' }\nchecks: { job: { command: 'true' } }");
    const temporary = makeFolder();
    const pids = join(life.directory, "pids");
    const child = spawn(node, [inject("tool"), "before", "--rev", "HEAD"], { cwd: life.directory, env: { ...environment(), TMPDIR: temporary, PIDS: pids }, stdio: "ignore" });
    await until(() => existsSync(pids));
    child.kill("SIGINT");
    expect(await new Promise((resolve) => child.on("exit", resolve))).toBe(130);
    expect(pidsOf(life).filter(runs)).toEqual([]);
    expect(spawnSync("ls", ["-A", temporary], { encoding: "utf8" }).stdout).toBe("");
    expect(life.has(".git/worktrees")).toBe(false);
  });

  it("by Ctrl-C in a terminal, where it says how far it is, and takes that away again", async () => {
    const life = configured("checks: { job: { command: 'echo $$ >>pids; sleep 0.3' }, other: { command: 'true' } }");
    const seat = sitDown(node, [inject("tool"), "before"], life.directory, environment());
    await seat.shows(/Measuring job, other: round [3-9] of 10, about \d+ s left|about a second left/);
    seat.type("\u0003");
    await seat.shows("what was measured until then is kept");
    expect((await seat.ended).exitCode).toBe(130);
    expect(seat.shown().slice(0, seat.shown().indexOf("Before, production")).endsWith("\r\u001b[K")).toBe(true);
    expect(pidsOf(life).filter(runs)).toEqual([]);
  });
});

describe("progress", () => {
  it.each([[[]], [["--json"]], [["-q"]]])("is no line that changes without a terminal: %j", (flags) => {
    const life = configured("checks: { job: { command: sleep 0.3, rounds: 6 } }");
    const { stderr } = life.call(["before", ...flags]);
    for (const part of [": round", "s left", "\u001b", "\r"]) expect(stderr).not.toContain(part);
    expect(stderr.split("\n")[0]).toBe(flags.length > 0 ? "" : "Measuring job …");
  });
});

describe("a command that", () => {
  it("hangs is ended with its children, counted, and told of", () => {
    const life = configured("checks: { job: { command: 'echo $$ >>pids; sleep 61 & echo $! >>pids; sleep 62', rounds: 2, timeout: 400ms } }");
    const { status, stdout } = life.call(["before"]);
    expect(status).toBe(0);
    expect(stdout).toContain("job error-rate: 2 of 2 (2 × did not end within 0.4 s)\n");
    expect(pidsOf(life)).toHaveLength(4);
    expect(pidsOf(life).filter(runs)).toEqual([]);
  });

  it("forks and leaves its children behind has them ended, and says so once", () => {
    const breeder = 'echo $$ >>pids\n[ "$1" = 0 ] && exec sleep 60\nsh breed.sh $(($1 - 1)) &\nsh breed.sh $(($1 - 1)) &\nsleep 60\n';
    const life = configured("checks: { job: { command: 'sh breed.sh 3 & while [ ! -e pids ] || [ $(wc -l <pids) -lt 15 ]; do sleep 0.02; done; echo done', rounds: 1 } }", { "breed.sh": breeder });
    const { status, stdout, stderr } = life.call(["before"]);
    expect(status).toBe(0);
    expect(stdout).toContain("job error-rate: 0 of 1\n");
    expect(stderr.match(/left processes behind/g)).toHaveLength(1);
    expect(pidsOf(life).length).toBeGreaterThanOrEqual(15);
    expect(pidsOf(life).filter(runs)).toEqual([]);
  });

  const gnu = /\(GNU Time\)/.test(spawnSync("/usr/bin/time", ["--version"], { encoding: "utf8" }).stdout ?? "");

  it("prints without end is drained in bounded memory, and what was cut is not read", () => {
    const life = configured("checks: { job: { command: 'yes | head -c 900000000', rounds: 2, metrics: { rows: { pattern: '^y', better: none } } } }");
    const used = join(makeFolder(), "used");
    const around = gnu ? ["/usr/bin/time", "-f", "%M", "-o", used] : ["env"];
    const [command = "", ...args] = [...around, node, inject("tool"), "before"];
    const { status, stderr } = spawnSync(command, args, { cwd: life.directory, encoding: "utf8", env: environment() });
    expect(status).toBe(4);
    expect(stderr).toContain("job printed more than 64 MiB, and what comes after was cut off: rows cannot be read from it.");
    expect(stderr).toContain("What could be measured is kept.");
    // KiB, of 900 MB that were printed: what is kept of it, twice as text, beside what this version of Node takes itself.
    // Without GNU time nobody tells.
    expect(gnu ? Number(readFileSync(used, "utf8").trim().split("\n").at(-1)) : 0).toBeLessThan(600 * 1024);
  });

  it("has a pattern that never ends is stopped, and what it measured is kept", () => {
    const life = configured(`checks: { job: { command: "printf 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'", metrics: { rows: { pattern: '^(a+)+$' } } }, other: { command: 'true', rounds: 2 } }`);
    const { status, stdout, stderr } = life.call(["before"]);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/rows in the output of job/);
    expect(stderr).toContain("What could be measured is kept.");
    expect(stdout).toContain("other error-rate: 0 of 2\n");
  });

  it("is measured without a place for temporary files, less closely", () => {
    const life = configured("checks: { job: { command: echo rows=1, metrics: { rows: { pattern: 'rows=(\\d+)' } } } }");
    const { status, stdout, stderr } = life.call(["before"], { env: { TMPDIR: "/dev/null/nowhere" } });
    expect(status).toBe(0);
    expect(stdout).toContain("job rows: 1 (median of 10)\n");
    expect(stdout).not.toContain("user-time");
    expect(stderr.match(/Processor times and peak memory are not measured/g)).toHaveLength(1);
  });
});
