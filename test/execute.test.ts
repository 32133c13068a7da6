import { execFileSync, type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readJournal } from "../src/state/journal.ts";
import { type Fixture, makeRepository } from "./git-fixture.ts";
import { makeRig, type Rig } from "./run-rig.ts";

let rig: Rig;
let repository: Fixture;
let head: string;

beforeAll(async () => {
  rig = await makeRig();
  repository = makeRepository();
  head = repository.commit("first", { "sub/file": "x" });
});
beforeEach(() => rmSync(join(repository.directory, ".git", "shipnote"), { recursive: true, force: true }));
afterAll(() => {
  rig.remove();
  repository.remove();
});

const state = (): string => join(repository.directory, ".git", "shipnote");

function run(command: string[], { flags = [], cwd = repository.directory, input, env = {} }: { flags?: string[]; cwd?: string; input?: string; env?: NodeJS.ProcessEnv } = {}): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [rig.entry, ...flags, "--", ...command], { cwd, encoding: "utf8", env: { ...process.env, ...env }, ...(input === undefined ? {} : { input }) });
}

/** A shell line with `RUN` for `shipnote run --`. */
function shell(line: string): SpawnSyncReturns<string> {
  return spawnSync("/bin/sh", ["-c", line.replaceAll("RUN", `${process.execPath} ${rig.entry} --`)], { cwd: repository.directory, encoding: "utf8" });
}

describe("a command without a terminal", () => {
  it("prints to the same streams, and is in the journal", async () => {
    const { status, stdout, stderr } = run(["sh", "-c", "echo out; echo err >&2; exit 3"], { flags: ["--as=deploy", "--name=one", "--env=staging", "--component=api"] });
    expect({ status, stdout, stderr }).toEqual({ status: 3, stdout: "out\n", stderr: "err\n" });
    const [entry, ...others] = await readJournal(state());
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      name: "one", kind: "deploy", kindSource: "flag", source: "captured", command: "sh -c 'echo out; echo err >&2; exit 3'", directory: ".",
      head, state: "ended", exitCode: 3, signal: null, environment: "staging", component: "api", takenBy: null, redactions: [],
    });
    expect(entry?.output?.bytes).toBe(8);
    expect(entry?.output?.tail.split("\n").sort()).toEqual(["err", "out"]);
    expect(entry?.durationMs).toBeGreaterThan(0);
    expect(entry?.startedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it("keeps the order where both streams go to one place", async () => {
    const { stdout } = shell("RUN sh -c 'for i in 1 2 3 4 5; do echo o$i; echo e$i >&2; done' 2>&1");
    const expected = "o1\ne1\no2\ne2\no3\ne3\no4\ne4\no5\ne5\n";
    expect(stdout).toBe(expected);
    const [entry] = await readJournal(state());
    expect(entry?.output).toEqual({ tail: expected.trimEnd(), bytes: expected.length, sha256: createHash("sha256").update(expected).digest("hex") });
  });

  it("may open its streams by name, as in a real pipe", () => {
    const { status, stdout, stderr } = run(["sh", "-c", "echo a >/dev/stdout && echo b >/dev/stderr"]);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "a\n", stderr: "b\n" });
  });

  it("reads our stdin, and no more of it than it wants", () => {
    expect(run(["cat"], { input: "typed\n" }).stdout).toBe("typed\n");
    expect(shell("printf '1\\n2\\n3\\n' >lines; while read l; do RUN echo line $l; done <lines; rm lines").stdout).toBe("line 1\nline 2\nline 3\n");
  });

  it("has our folder and our environment", () => {
    const { stdout } = run([process.execPath, "-e", "console.log(process.cwd()); console.log(process.env.ODD + process.env['dotted.name'])"], { cwd: join(repository.directory, "sub"), env: { ODD: "a  b", "dotted.name": "kept" } });
    expect(stdout).toBe(`${join(repository.directory, "sub")}\na  bkept\n`);
  });

  const endings: [name: string, command: string[], status: number | null, signal: string | null, stderr: RegExp][] = [
    ["its status", ["sh", "-c", "exit 255"], 255, null, /^$/],
    ["a status that looks like a signal's", ["sh", "-c", "exit 130"], 130, null, /^$/],
    ["SIGTERM", ["sh", "-c", "kill -TERM $$"], null, "SIGTERM", /^$/],
    ["SIGKILL", ["sh", "-c", "kill -KILL $$"], null, "SIGKILL", /^$/],
    ["SIGPIPE", ["sh", "-c", "kill -PIPE $$"], null, "SIGPIPE", /^$/],
    ["SIGINT", ["sh", "-c", "kill -INT $$"], null, "SIGINT", /^$/],
    ["127 where there is no such command", ["no-such-command"], 127, null, /^shipnote: no-such-command: command not found\n$/],
    ["126 where it cannot be run", ["/etc/passwd"], 126, null, /^shipnote: \/etc\/passwd: cannot be run \(EACCES\)\n$/],
  ];
  it.each(endings)("ends with %s", async (_name, command, status, signal, stderr) => {
    for (const flags of [[], ["--no-output"]]) {
      const ended = run(command, { flags });
      expect([ended.status, ended.signal]).toEqual([status, signal]);
      expect(ended.stderr).toMatch(stderr);
    }
    const [entry] = await readJournal(state());
    expect([entry?.exitCode, entry?.signal]).toEqual([status, signal]);
  });

  it.each(["SIGTERM", "SIGHUP", "SIGINT", "SIGUSR1", "SIGUSR2", "SIGQUIT"] as const)("gets %s from us, once", async (signal) => {
    const line = `n=0; trap 'n=$((n+1))' ${signal.slice(3)}; echo ready; i=0; while [ $i -lt 5 ]; do sleep 0.1; i=$((i+1)); done; exit $((40+n))`;
    const child = spawn(process.execPath, [rig.entry, "--", "sh", "-c", line], { cwd: repository.directory, stdio: ["ignore", "pipe", "inherit"], detached: true });
    child.stdout.once("data", () => child.kill(signal));
    expect(await new Promise((resolve) => child.on("exit", resolve))).toBe(41);
  });

  it("learns that nobody listens, as through a real pipe", async () => {
    expect(shell("RUN yes | head -n 1").stdout).toBe("y\n");
    const [entry] = await readJournal(state());
    expect(entry).toMatchObject({ state: "ended", signal: "SIGPIPE" });
  });

  it("does not hold its caller up by what it leaves in the background, nor cut that off", async () => {
    const began = performance.now();
    const { stdout } = shell("RUN sh -c 'echo now; (sleep 1.5; echo later) &' | { read line; echo \"$line\"; kill -0 $PPID; cat; }");
    expect(stdout).toBe("now\nlater\n");
    expect(performance.now() - began).toBeGreaterThan(1400);
    const [entry] = await readJournal(state());
    expect(entry?.durationMs).toBeLessThan(1000);
    expect(entry?.output?.tail).toBe("now");
  });

  it("passes on what is not text, byte for byte", () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, place) => (place * 7919) % 256));
    writeFileSync(join(repository.directory, "bytes"), bytes);
    const { stdout } = spawnSync(process.execPath, [rig.entry, "--", "cat", "bytes"], { cwd: repository.directory });
    expect(stdout.equals(bytes)).toBe(true);
  });

  it("passes 300 MB in little memory, to a slow reader as well", async () => {
    const { stdout, stderr } = shell("RUN head -c 300000000 /dev/zero | { sleep 0.5; sha256sum; }");
    expect(stderr).toBe("");
    const [entry] = await readJournal(state());
    expect(entry?.output?.bytes).toBe(300_000_000);
    expect(stdout.split(" ")[0]).toBe(entry?.output?.sha256);
  });

  it("keeps nothing of the output with --no-output", async () => {
    expect(run(["echo", "hi"], { flags: ["--no-output"] }).stdout).toBe("hi\n");
    expect((await readJournal(state()))[0]?.output).toBeNull();
  });
});

describe("what is kept", () => {
  it("masks secrets in command and output before anything is on the disk", () => {
    run(["sh", "-c", "echo DB_PASSWORD=hunter2-hunter2; sleep 0.2"], { env: { DEPLOY_TOKEN: "qpwoeirutyalskdjfh" } });
    run(["echo", "qpwoeirutyalskdjfh"], { env: { DEPLOY_TOKEN: "qpwoeirutyalskdjfh" } });
    const folder = join(state(), "journal");
    const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    expect(texts).toHaveLength(2);
    expect(texts.join("")).not.toMatch(/hunter2|qpwoeirutyalskdjfh/);
    expect(texts.join("")).toContain("[masked]");
  });

  it("takes environment and component from the environment, too", async () => {
    run(["true"], { env: { SHIPNOTE_ENV: "staging", SHIPNOTE_COMPONENT: "web" } });
    expect((await readJournal(state()))[0]).toMatchObject({ environment: "staging", component: "web" });
  });

  it("guesses the kind, and says so", async () => {
    run(["pg_dump", "--no-such-flag"]);
    expect((await readJournal(state()))[0]).toMatchObject({ kind: "backup", kindSource: "guessed" });
  });

  it("is the same from a folder below, with HEAD packed, detached or unborn, in a linked worktree, and in a bare repository", async () => {
    const where = async (cwd: string, stateDir: string): Promise<unknown[]> => {
      rmSync(stateDir, { recursive: true, force: true });
      run(["true"], { cwd });
      return (await readJournal(stateDir)).map((entry) => [entry.directory, entry.head]);
    };
    expect(await where(join(repository.directory, "sub"), state())).toEqual([["sub", head]]);
    repository.git("pack-refs", "--all");
    expect(await where(repository.directory, state())).toEqual([[".", head]]);
    repository.git("checkout", "-q", "--detach");
    expect(await where(repository.directory, state())).toEqual([[".", head]]);
    repository.git("worktree", "add", "-q", "linked", "main");
    expect(await where(join(repository.directory, "linked", "sub"), state())).toEqual([["sub", head]]);
    repository.git("worktree", "remove", "--force", "linked");
    repository.git("checkout", "-q", "main");
    const bare = makeRepository("--bare");
    expect(await where(bare.directory, join(bare.directory, "shipnote"))).toEqual([[null, null]]);
    const unborn = makeRepository();
    expect(await where(unborn.directory, join(unborn.directory, ".git", "shipnote"))).toEqual([[".", null]]);
    bare.remove();
    unborn.remove();
  });

  it("is killed where shipnote was", async () => {
    const child = spawn(process.execPath, [rig.entry, "--", "sh", "-c", "echo ready; sleep 0.3; exec sleep 3"], { cwd: repository.directory, stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    while (!existsSync(join(state(), "journal")) || readdirSync(join(state(), "journal")).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await readJournal(state()))[0]?.state).toBe("running");
    child.kill("SIGKILL");
    await new Promise((resolve) => child.on("exit", resolve));
    expect(await readJournal(state())).toMatchObject([{ state: "killed", exitCode: null, signal: null, durationMs: null, output: null }]);
  });

  it("is whole from any number of runs at once", async () => {
    await Promise.all(
      Array.from({ length: 8 }, async (_, place) =>
        new Promise((resolve) => spawn(process.execPath, [rig.entry, "--", "echo", `run-${place}`], { cwd: repository.directory, stdio: "ignore" }).on("exit", resolve))),
    );
    expect((await readJournal(state())).map((entry) => entry.command).sort()).toEqual(Array.from({ length: 8 }, (_, place) => `echo run-${place}`));
  });
});

describe("what never stands in the way", () => {
  it("no repository", () => {
    const { status, stdout, stderr } = run(["echo", "hi"], { cwd: "/" });
    expect([status, stdout]).toEqual([0, "hi\n"]);
    expect(stderr).toMatch(/^shipnote: this command is not kept for the record: .*not a git repository.*\n$/);
  });

  it("a git directory that cannot be written to", () => {
    writeFileSync(state(), "in the way");
    const { status, stdout, stderr } = run(["echo", "hi"]);
    expect([status, stdout]).toEqual([0, "hi\n"]);
    expect(stderr).toMatch(/^shipnote: this command is not kept for the record: [^\n]*ENOTDIR[^\n]*\n$/);
  });

  it("no git, no home, no folder for temporary files", () => {
    const bin = join(repository.directory, "bin");
    execFileSync("mkdir", ["-p", bin]);
    writeFileSync(join(bin, "say"), "#!/bin/sh\necho said\n");
    chmodSync(join(bin, "say"), 0o755);
    const { status, stdout, stderr } = run(["say"], { env: { PATH: bin, HOME: undefined, TMPDIR: "/nowhere", GIT_DIR: "/nowhere" } });
    expect([status, stdout]).toEqual([0, "said\n"]);
    expect(stderr).toContain("output is not kept");
    expect(stderr).toContain("not kept for the record");
    rmSync(bin, { recursive: true });
  });
});
