import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, inject, it } from "vitest";
import { fixtureEnvironment } from "../git-fixture.ts";
import { type Life, makeLife, removeAll } from "./life.ts";

afterAll(removeAll);

function twoCommits(): Life {
  const life = makeLife();
  life.commit("Base", { "a.txt": "1\n" });
  life.commit("One", { "a.txt": "2\n" });
  return life;
}

const typed = (life: Life, ...args: string[]): void => {
  life.call(["run", ...args]);
};

const shown = ({ record }: { record: { commands: { command: string }[] } }): string[] => record.commands.map(({ command }) => command);

describe("commands on their way into a record", () => {
  it("are taken once, with how they went, and stay", () => {
    const life = twoCommits();
    typed(life, "--as", "backup", "--name", "the dump", "--", "sh", "-c", "echo saved 3 rows; exit 0");
    typed(life, "--as", "migrate", "--", "sh", "-c", "echo no such table >&2; exit 3");
    typed(life, "--no-output", "--", "echo", "quiet");
    const first = life.record();
    expect(first.record.commands).toMatchObject([
      { name: "the dump", kind: "backup", kindSource: "flag", source: "captured", command: "sh -c 'echo saved 3 rows; exit 0'", directory: ".", head: first.record.range?.to, state: "ended", exitCode: 0, signal: null, output: { tail: "saved 3 rows", bytes: 13 } },
      { name: null, kind: "migrate", state: "ended", exitCode: 3, output: { tail: "no such table", bytes: 14 } },
      { kind: "other", kindSource: null, command: "echo quiet", output: null },
    ]);
    const markdown = life.read(first.path);
    expect(markdown).toContain("- [x] create a safe backup");
    expect(markdown).toMatch(/\| `sh -c 'echo no such table >&2; exit 3'` \| migrate \| [^|]+ \| \*\*3\*\* \|/);
    expect(life.record().status).toBe("unchanged");
    life.commitNotes();
    life.commit("Two", { "a.txt": "3\n" });
    const second = life.record();
    expect(second.record.commands).toEqual([]);
    expect(shown(life.record(["--id", first.id, "--owner", "@ops"]))).toHaveLength(3);
  });

  it("go into the record that takes the place of one that was thrown away, results too", () => {
    const life = makeLife();
    life.commit("Base", { "a.txt": "1\n", "shipnote.config.yaml": "checks: { size: { report: size.json } }\n", "size.json": '{"bytes": 12}' });
    life.commit("One", { "a.txt": "2\n" });
    typed(life, "--as", "deploy", "--", "echo", "deployed");
    life.call(["after"]);
    const first = life.record();
    expect([shown(first), first.record.metrics.length]).toEqual([["echo deployed"], 1]);
    life.git("clean", "-q", "-f", "-d", "notes");
    const again = life.record(["--title", "Better said"]);
    expect([shown(again), again.record.metrics.length, again.record.shippedAt]).toEqual([["echo deployed"], 1, first.record.shippedAt]);
    expect(shown(life.record(["--env", "staging"]))).toEqual([]);
  });

  it("of another environment or component are left for it; of none go to the first that asks", () => {
    const life = makeLife();
    life.commit("Base", { "shipnote.config.yaml": 'components:\n  api: { paths: ["api/**"] }\n' });
    life.commit("One", { "api/a.txt": "2\n" });
    typed(life, "--env", "staging", "--", "echo", "staging");
    typed(life, "--env", "production", "--", "echo", "production");
    typed(life, "--component", "api", "--", "echo", "api");
    typed(life, "--", "echo", "nowhere");
    life.call(["run", "--", "echo", "from the environment"], { env: { SHIPNOTE_ENV: "staging", SHIPNOTE_COMPONENT: "api" } });
    expect(shown(life.record())).toEqual(["echo production", "echo nowhere"]);
    expect(shown(life.record(["--env", "staging"]))).toEqual(["echo staging"]);
    expect(shown(life.record(["--env", "staging", "--component", "api"]))).toEqual(["echo api", "echo 'from the environment'"]);
    expect(shown(life.record(["--component", "api"]))).toEqual([]);
  });

  it("later ones are added to the record that stands; those before it belong to the ship before", async () => {
    const life = twoCommits();
    const first = life.record(["--no-commands"]);
    expect(first.record.commands).toEqual([]);
    await wait(1100);
    typed(life, "--as", "verify", "--", "true");
    expect(shown(life.record(["--no-commands"]))).toEqual([]);
    const later = life.record();
    expect(later).toMatchObject({ status: "written", id: first.id });
    expect(shown(later)).toEqual(["true"]);
    expect(life.read(later.path)).toContain("- [x] test the smallest change");
    expect(life.record().status).toBe("unchanged");
    life.commit("Two", { "a.txt": "3\n" });
    typed(life, "--", "echo", "for the second");
    expect(shown(life.record())).toEqual(["echo 'for the second'"]);
  });

  it("before the previous record was first written are no part of the next", async () => {
    const life = twoCommits();
    typed(life, "--", "echo", "early");
    await wait(1100);
    life.record(["--no-commands"]);
    await wait(1100);
    typed(life, "--", "echo", "late");
    life.commit("Two", { "a.txt": "3\n" });
    expect(shown(life.record())).toEqual(["echo late"]);
  });

  it("that were said, not captured, are shown so and tick nothing", () => {
    const life = twoCommits();
    const { record, path } = life.record(["--command", "pg_dump app", "--command", "make deploy"]);
    expect(record.commands.map(({ source, command, startedAt, exitCode }) => [source, command, startedAt, exitCode]).sort()).toEqual([
      ["stated", "make deploy", null, null], ["stated", "pg_dump app", null, null],
    ]);
    expect(record.shippedAtSource).toBe("commit");
    expect(life.read(path)).toContain("- [ ] create a safe backup\n");
    expect(life.record(["--command", "make deploy"]).status).toBe("unchanged");
  });

  it("with secrets in words or output reach neither journal nor record", () => {
    const life = twoCommits();
    typed(life, "--as", "deploy", "--", "sh", "-c", "echo token ghp_0123456789abcdefghijklmnopqrstuvwxyz; : DB_PASSWORD=hunter2swordfish");
    const { record, path, data } = life.record();
    const all = `${life.read(path)}${life.read(data)}${life.git("ls-files", "--others", "notes")}${JSON.stringify(record)}`;
    expect(all).not.toMatch(/ghp_0123|hunter2swordfish/);
    expect(record.commands[0]?.redactions.length).toBeGreaterThan(0);
    expect(kept(life).join("\n")).toContain("DB_PASSWORD=");
    expect(kept(life).join("\n")).not.toMatch(/ghp_0123|hunter2swordfish/);
  });
});

describe("how a command ended", () => {
  it("one that still runs is taken as running, and completed when the record is next written", async () => {
    const life = twoCommits();
    const child = start(life, ["run", "--as", "verify", "--", "sh", "-c", "echo begun; read line; echo got $line"]);
    await journalHolds(life, 1);
    const first = life.record();
    expect(first.record.commands).toMatchObject([{ state: "running", exitCode: null, durationMs: null }]);
    expect(life.record().status).toBe("unchanged");
    child.process.stdin.end("answer\n");
    expect(await child.ended).toBe(0);
    const done = life.record();
    expect(done).toMatchObject({ status: "written", id: first.id, record: { commands: [{ id: first.record.commands[0]?.id, state: "ended", exitCode: 0, output: { tail: "begun\ngot answer" } }] } });
    expect(life.record().status).toBe("unchanged");
  });

  it("one that was killed with its run is in the record as such", async () => {
    const life = twoCommits();
    const child = start(life, ["run", "--", "sh", "-c", "exec sleep 60"]);
    await journalHolds(life, 1);
    child.process.kill("SIGKILL");
    await child.ended;
    const { record, path } = life.record();
    expect(record.commands).toMatchObject([{ state: "killed", exitCode: null, command: "sh -c 'exec sleep 60'" }]);
    expect(life.read(path)).toMatch(/`sh -c 'exec sleep 60'` \|.*killed/);
    expect(life.record().status).toBe("unchanged");
  });

  it("a signal is kept as one", () => {
    const life = twoCommits();
    const answer = life.call(["run", "--", "sh", "-c", "kill -TERM $$"]);
    expect(answer.signal ?? answer.status).toBe("SIGTERM");
    expect(life.record().record.commands).toMatchObject([{ state: "ended", exitCode: null, signal: "SIGTERM" }]);
  });
});

describe("when it shipped", () => {
  it("is the end of the last deploy that succeeded, also one that comes later", () => {
    const life = twoCommits();
    const first = life.record();
    expect(first.record).toMatchObject({ shippedAt: "2024-03-04T09:01:00Z", shippedAtSource: "commit" });
    typed(life, "--as", "deploy", "--", "false");
    expect(life.record().record.shippedAtSource).toBe("commit");
    typed(life, "--as", "deploy", "--", "true");
    const { id, record, path } = life.record();
    const deploy = record.commands.at(-1);
    expect(id).toBe(first.id);
    expect(record.shippedAtSource).toBe("deploy");
    expect(record.shippedAt).toBe(new Date(Date.parse(deploy?.startedAt ?? "") + (deploy?.durationMs ?? 0)).toISOString().replace(/\.\d+Z/, "Z"));
    expect(life.read(path)).toContain(`date: ${record.shippedAt.slice(0, 10)}\n`);
    expect(record.rollback.commands.at(-1)).toBe("# then deploy again. This ship was deployed by: true");
    expect(life.record().status).toBe("unchanged");
  });

  it("of a rollback is the end of its rollback command", () => {
    const life = twoCommits();
    life.record();
    typed(life, "--as", "rollback", "--", "true");
    const { record } = life.record(["--to", "HEAD~1"]);
    expect(record).toMatchObject({ direction: "rollback", shippedAtSource: "deploy", commands: [{ kind: "rollback" }] });
  });

  it("is said by CI where no deploy is known", () => {
    const life = twoCommits();
    const { record } = life.record([], { env: { GITLAB_CI: "true", CI_JOB_STARTED_AT: "2024-03-04T09:30:00Z", CI_JOB_URL: "https://git.example.org/-/jobs/7", GITLAB_USER_NAME: "Lin Berg" } });
    expect(record).toMatchObject({ shippedAt: "2024-03-04T09:30:00Z", shippedAtSource: "ci", actor: { name: "Lin Berg", ci: "https://git.example.org/-/jobs/7" } });
    expect(life.record().status).toBe("unchanged");
  });
});

function start({ directory }: Life, args: readonly string[]) {
  const child = spawn(process.execPath, [inject("tool"), ...args], { cwd: directory, env: fixtureEnvironment(1_700_000_000), stdio: ["pipe", "ignore", "ignore"] });
  return { process: child, ended: new Promise<number | null>((resolve) => child.on("close", resolve)) };
}

/** Waits until so many commands are kept as running. */
async function journalHolds(life: Life, count: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (kept(life).filter((text) => text.includes('"running"')).length >= count) return;
    await wait(25);
  }
  throw new Error("no command is kept as running");
}

/** What stands in the files of our part of the git directory. */
function kept({ directory }: Life): string[] {
  const folder = join(directory, ".git", "shipnote");
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}
