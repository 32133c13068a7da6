import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runConfigured } from "../src/execute-configured.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "shipnote-configured-")));
const options = { cwd: folder, timeoutMs: 10_000 };
const left: number[] = [];
beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const pid of left.splice(0)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Gone, as it should be.
    }
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Whether a process still runs; one that is dead and waits for whoever started it does not. */
function runs(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

/** The pids that a command wrote to a file, each on its line. */
function pidsIn(name: string): number[] {
  const pids = readFileSync(join(folder, name), "utf8").trim().split("\n").map(Number);
  left.push(...pids);
  return pids;
}

describe.each([["plain", false], ["accounted for", true]])("a configured command, %s", (_, usage) => {
  const run = async (command: string, more: Partial<Parameters<typeof runConfigured>[1]> = {}) =>
    runConfigured(command, { ...options, usage, ...more });

  it("is a shell's, with both streams apart and together", async () => {
    const ran = await run('echo out; echo "$PORT" >&2; exit 2', { env: { PORT: "8080" } });
    expect(ran).toMatchObject({ exitCode: 2, signal: null, timedOut: false, stdout: "out\n", stderr: "8080\n", cut: false, leftBehind: false });
    expect(ran.output?.bytes).toBe(9);
  });

  it.each<Record<string, string | undefined>>([
    {},
    { SHLVL: undefined, _: undefined, OLDPWD: undefined },
    { SHLVL: "4", _: "/usr/bin/x", OLDPWD: "/", "dotted.name": "kept", BASH_ENV: "/nowhere", "BASH_FUNC_f%%": "() { echo f; }", LC_ALL: "C", POSIXLY_CORRECT: "1" },
    { PWD: "/tmp", ENV: "/nowhere", EPOCHREALTIME: undefined, status: "1" },
  ])("sees the variables, descriptors and limits of /bin/sh -c: %j", async (variables) => {
    for (const [name, value] of Object.entries(variables)) {
      vi.stubEnv(name, value);
    }
    const look = 'env | sort; ls /proc/self/fd; echo "$0 $#"; umask; ulimit -a; cat; pwd';
    const plain = spawnSync("/bin/sh", ["-c", look], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], env: process.env });
    const ran = await run(look);
    expect(ran.stdout).toBe(plain.stdout);
    expect(ran.stderr).toBe(plain.stderr);
  });

  it.each([
    ["exit 3", 3], ["no-such-program-here", 127], ["/", 126], ["kill -TERM $$", 143], ["sh -c 'kill -SEGV $$'; exit 0", 0],
  ])("%s ends with %i, or by the signal that is meant", async (command, status) => {
    const ran = await run(command);
    const plain = spawnSync("/bin/sh", ["-c", command], { cwd: folder, encoding: "utf8" });
    expect(ran.exitCode ?? 128 + (ran.signal === "SIGTERM" ? 15 : 0)).toBe(status);
    expect(ran.stderr).toBe(plain.stderr);
  });

  it("is killed with all that it started when its time is over", async () => {
    const ran = await run("sleep 60 & echo $! >started; (sleep 61 & echo $! >>started); sleep 62; echo never", { timeoutMs: 500 });
    expect(ran).toMatchObject({ timedOut: true, exitCode: null, signal: "SIGKILL", stdout: "", leftBehind: false, usage: null });
    expect(pidsIn("started").filter(runs)).toEqual([]);
  });

  it("leaves nothing of its group running, and says so", async () => {
    const ran = await run("sleep 60 & echo $! >left; (sh -c 'trap \"\" TERM; sleep 61' & echo $! >>left); echo done");
    expect(ran).toMatchObject({ exitCode: 0, stdout: "done\n", leftBehind: true, timedOut: false });
    expect(pidsIn("left").filter(runs)).toEqual([]);
  });

  it("lets what it started last a moment to end by itself, and what it asked to end tidy up", async () => {
    expect(await run("sleep 0.02 & echo done")).toMatchObject({ leftBehind: false });
    const ran = await run("sh -c 'trap \"echo tidied >tidied; exit\" TERM; echo >ready; while :; do sleep 0.01; done' & while [ ! -e ready ]; do sleep 0.01; done");
    expect(ran).toMatchObject({ exitCode: 0, leftBehind: true });
    expect(readFileSync(join(folder, "tidied"), "utf8")).toBe("tidied\n");
  });

  it("waits for nobody who left its group, silent or not, and reads what was printed", async () => {
    const began = performance.now();
    const ran = await run("setsid sleep 60 & echo $! >away; setsid sh -c 'trap \"\" PIPE; while :; do echo on; sleep 0.01; done 2>/dev/null' & echo $! >>away; " +
      // That nobody reads any more is no end of it.
      // A process is in its shell's group until it has made a session of its own.
      "for pid in $(cat away); do until [ \"$(cut -d' ' -f6 /proc/$pid/stat)\" = $pid ]; do sleep 0.01; done; done; echo done");
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(ran).toMatchObject({ exitCode: 0, leftBehind: false });
    expect(ran.stdout).toContain("done\n");
    expect(pidsIn("away").filter(runs)).toHaveLength(2);
  });

  it("hands the first 64 MiB over of what it prints, and drains the rest", async () => {
    const ran = await run("yes | head -c 150000000; echo end >&2");
    expect(ran).toMatchObject({ exitCode: 0, cut: true, stderr: "end\n" });
    expect(ran.stdout.length).toBe(64 * 1024 * 1024);
    expect(ran.output?.bytes).toBe(150_000_004);
  });

  it("ends with us: a signal kills its group, and is told", async () => {
    const running = run("sleep 60 & echo $! >mine; echo $$ >>mine; sleep 61");
    await vi.waitFor(() => expect(readFileSync(join(folder, "mine"), "utf8").split("\n")).toHaveLength(3));
    process.emit("SIGTERM", "SIGTERM");
    await expect(running).rejects.toMatchObject({ code: "interrupted", message: expect.stringContaining("SIGTERM") });
    await wait(20);
    expect(pidsIn("mine").filter(runs)).toEqual([]);
  });

  it("that cannot be started is a failure", async () => {
    await expect(run("true", { cwd: join(folder, "gone") })).rejects.toMatchObject({ code: "check-failed" });
  });
});

describe("the account of a command", () => {
  const run = async (command: string) => runConfigured(command, { ...options, usage: true });
  const gnu = /\(GNU Time\)/.test(spawnSync("/usr/bin/time", ["--version"], { encoding: "utf8" }).stdout ?? "");

  it("tells the processor's time apart from the time that passed", async () => {
    const idle = await run("sleep 0.3");
    const busy = await run("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done");
    expect(idle.usage?.userMs).toBeLessThan(100);
    expect(idle.durationMs).toBeGreaterThanOrEqual(299);
    expect(busy.usage?.userMs).toBeGreaterThan(40);
    expect(busy.durationMs).toBeGreaterThanOrEqual((busy.usage?.userMs ?? 0) * 0.9);
  });

  it.runIf(gnu)("tells the memory of the largest process", async () => {
    const small = await run("true");
    // dd's buffer is one block.
    const large = await run("dd if=/dev/zero of=/dev/null bs=50M count=1 2>/dev/null");
    expect(small.usage?.peakBytes).toBeLessThan(10e6);
    expect(large.usage?.peakBytes).toBeGreaterThan(50e6);
    expect(large.usage?.peakBytes).toBeLessThan(80e6);
  });

  it("is not taken where nobody asked for it", async () => {
    expect((await runConfigured("true", options)).usage).toBeNull();
  });

  it("leaves no file behind", async () => {
    await run("true");
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith("shipnote-account-"))).toEqual([]);
  });

  it("counts a command that ends its whole group as ended by that", async () => {
    const ran = await run("kill 0; sleep 5");
    expect(ran).toMatchObject({ timedOut: false, usage: null });
    expect(ran.signal ?? ran.exitCode).not.toBe(0);
  });
});
