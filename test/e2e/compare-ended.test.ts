import { existsSync, readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { isRunning, makeRig, noted, nothingLeft, type Rig, server, until } from "./compare-rig.ts";
import { lifeAt, removeAll } from "./life.ts";

/* However a comparison ends: worktrees, processes and ports are gone afterwards. */

afterAll(removeAll);

/** Writes the ids of a shell and of a child of it that goes on for ever, whatever it is asked. */
const forking = `sh -c 'trap "" TERM; touch "$NOTES/child-$$"; while :; do sleep 0.1; done' & touch "$NOTES/parent-$$"`;

const page = (serve: string): string => `checks: { page: { http: "http://127.0.0.1:8000/", serve: ${JSON.stringify(serve)}, ready: /health, samples: 10, pause: 50ms } }\n`;

const everything = (rig: Rig): number[] => ["server", "parent", "child", "job"].flatMap((name) => noted(rig, name));
const nothingRuns = (rig: Rig): void => {
  expect(everything(rig).filter(isRunning)).toEqual([]);
  expect(rig.left()).toEqual(nothingLeft);
};

async function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

describe("a comparison that cannot be made leaves nothing", () => {
  it("where the setup fails: it says with what", () => {
    const rig = makeRig(`compare: { setup: 'echo installing; touch "$NOTES/job-$$"; echo "no lockfile" >&2; exit 7' }\nchecks: { job: { command: exit 0 } }\n`);
    rig.commit("One");
    const answer = rig.compare();
    expect([answer.status, answer.stderr]).toEqual([4, expect.stringMatching(/The setup `.*` ended with 7 in the worktree of [0-9a-f]{12}:\n {2}installing\n {2}no lockfile/s)]);
    expect(everything(rig)).toHaveLength(1);
    nothingRuns(rig);
    expect(rig.has(".git/shipnote/comparisons")).toBe(false);
    expect(JSON.parse(rig.compare("--json").stdout)).toMatchObject({ error: { code: "check-failed", retry: true } });
  });

  it("where the setup fails in the second tree only", () => {
    const rig = makeRig("compare: { setup: sh setup.sh }\nchecks: { job: { command: exit 0 } }\n", { "setup.sh": "exit 0\n" });
    rig.commit("Breaks", { "setup.sh": "echo broken; exit 1\n" });
    expect(rig.compare()).toMatchObject({ status: 4, stderr: expect.stringContaining("broken") });
    nothingRuns(rig);
  });

  it("where a server ends at once: it says with what", () => {
    const rig = makeRig(page(`${forking}; echo "no database" >&2; sleep 0.3; exit 3`));
    rig.commit("One");
    expect(rig.compare()).toMatchObject({ status: 4, stderr: expect.stringMatching(/The server of page ended with 3 before it was ready\. It printed last:\n {2}no database/) });
    expect(everything(rig)).toHaveLength(2);
    nothingRuns(rig);
  });

  it("masks what setup and server print", () => {
    const rig = makeRig('redact: ["ACME-[0-9]{8}"]\ncompare: { setup: "echo ACME-12345678; exit 1" }\nchecks: { job: { command: exit 0 } }\n');
    rig.commit("One");
    const { stderr } = rig.compare();
    expect(stderr).toContain("[masked]");
    expect(stderr).not.toContain("12345678");
  });

  it("keeps what could be measured where a check could not", () => {
    const rig = makeRig("compare: { pairs: 2 }\nchecks:\n  job: { command: exit 0 }\n  lost: { command: no-such-program }\n");
    rig.commit("One");
    expect(rig.compare()).toMatchObject({ status: 4, stdout: expect.stringMatching(/^job error-rate/m), stderr: expect.stringContaining("lost could not be run") });
    expect(rig.record().record.metrics.map(({ check }) => check)).toContain("job");
    nothingRuns(rig);
  });

  it.runIf(process.platform === "linux")("where something went to the background in a session of its own", () => {
    const daemon = `setsid sh -c 'touch "$NOTES/child-$$"; exec sleep 100' > /dev/null 2>&1 &`;
    const rig = makeRig(`compare: { pairs: 1, setup: ${JSON.stringify(`${daemon} exit 0`)} }\nchecks: { job: { command: ${JSON.stringify(`${daemon} exit 0`)} } }\n`);
    rig.commit("One");
    expect(rig.compare().status).toBe(0);
    expect(everything(rig).length).toBeGreaterThanOrEqual(4);
    nothingRuns(rig);
  });
});

/** A comparison in which servers with children run, and a check is being measured. */
async function underWay(configuration = `compare: { pairs: 10000 }\n${page(`${forking}; "$NODE" server.mjs & wait`)}`): Promise<{ rig: Rig; running: ReturnType<Rig["start"]> }> {
  const rig = makeRig(configuration, { "server.mjs": server, "delay": "1" });
  rig.commit("One");
  const running = rig.start();
  return { rig, running };
}

describe("a comparison that is ended", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("by %s ends all that it started, and keeps nothing", async (signal) => {
    const { rig, running } = await underWay();
    await until(() => noted(rig, "server").length === 2 && noted(rig, "child").length === 2);
    const ports = noted(rig, "server").map((pid) => Number(readFileSync(join(rig.temporary, `server-${pid}`), "utf8")));
    running.child.kill(signal);
    expect(await running.ended).toMatchObject({ status: 130, stderr: expect.stringContaining("Interrupted: both worktrees and all that ran in them are gone") });
    expect(everything(rig)).toHaveLength(6);
    nothingRuns(rig);
    expect(await Promise.all(ports.map(isListening))).toEqual([false, false]);
    expect(rig.has(".git/shipnote/comparisons")).toBe(false);
  });

  it("while a server is waited for, while the setup runs, and while a command runs", async () => {
    const long = `touch "$NOTES/job-$$"; sleep 100 & sleep 100`;
    for (const configuration of [page(long), `compare: { setup: ${JSON.stringify(long)} }\nchecks: { job: { command: exit 0 } }\n`, `checks: { job: { command: ${JSON.stringify(long)} } }\n`]) {
      const { rig, running } = await underWay(configuration);
      await until(() => noted(rig, "job").length === 1);
      running.child.kill("SIGINT");
      expect(await running.ended).toMatchObject({ status: 130 });
      nothingRuns(rig);
    }
  });

  it("by SIGKILL is cleared up after by the next run, that of a user's own worktree is not", async () => {
    const { rig, running } = await underWay();
    await until(() => noted(rig, "server").length === 2 && noted(rig, "child").length === 2);
    const own = join(rig.temporary, "own");
    rig.git("worktree", "add", "-q", "--detach", own);
    running.child.kill("SIGKILL");
    expect(await running.ended).toMatchObject({ signal: "SIGKILL" });
    const left = rig.left();
    expect([left.worktrees, left.temporary.length, left.marks.length, everything(rig).every(isRunning)]).toEqual([3, 2, 2, true]);
    rig.write("shipnote.config.yaml", "compare: { pairs: 1 }\nchecks: { job: { command: exit 0 } }\n");
    expect(rig.compare("--json").status).toBe(0);
    expect(everything(rig).filter(isRunning)).toEqual([]);
    expect(rig.left()).toEqual({ ...nothingLeft, worktrees: 1 });
    expect([existsSync(own), rig.git("worktree", "list")]).toEqual([true, expect.stringContaining(own)]);
  });

  it("by SIGKILL is not cleared up after while another one runs: that one's trees stay", async () => {
    const { rig, running } = await underWay();
    await until(() => noted(rig, "child").length === 2);
    rig.write("shipnote.config.yaml", "compare: { pairs: 1 }\nchecks: { job: { command: exit 0 } }\n");
    expect(rig.compare("--json").status).toBe(0);
    expect([rig.left().worktrees, everything(rig).every(isRunning)]).toEqual([2, true]);
    running.child.kill("SIGTERM");
    await running.ended;
    nothingRuns(rig);
  });

  it("by SIGKILL while git was laying a tree out", () => {
    const rig = makeRig("compare: { pairs: 1 }\nchecks: { job: { command: exit 0 } }\n");
    rig.commit("One");
    const name = "shipnote-compare-0123456789ab";
    const directory = join(rig.temporary, "tmp with a space", name);
    lifeAt(directory).write("half", "made");
    rig.write(`.git/worktrees/${name}/gitdir`, `${directory}/.git\n`);
    rig.write(`.git/worktrees/${name}/locked`, "initializing");
    rig.write(`.git/shipnote/worktrees/${name}.json`, JSON.stringify({ directory, owner: { pid: 4_000_000, started: "once" }, groups: [] }));
    expect(rig.compare().status).toBe(0);
    expect([existsSync(directory), rig.has(`.git/worktrees/${name}`)]).toEqual([false, false]);
    nothingRuns(rig);
  });
});
