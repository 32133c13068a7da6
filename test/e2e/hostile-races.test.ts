import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync, watch } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Fixture, fixtureEnvironment, makeRepository } from "../git-fixture.ts";
import { type Answer, shipnote } from "./tool.ts";

const id = "2026-11-24-greet-twice";
let fixture: Fixture;
beforeAll(() => {
  fixture = makeRepository();
  fixture.commit("Greet", { "greet.txt": "hello\n" });
  fixture.commit("Greet twice", { "greet.txt": "hello\nhello\n" });
});
afterAll(() => fixture.remove());

function start(args: readonly string[]): { child: ChildProcess; ended: Promise<Answer> } {
  const { NODE_EXTRA_CA_CERTS: _certificates, ...environment } = fixtureEnvironment(0);
  const child = spawn(process.execPath, [inject("tool"), ...args], { cwd: fixture.directory, env: { ...environment, CI: "" }, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<Answer>((resolve) => {
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
    child.on("close", (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
  return { child, ended };
}

/** Every file below the notes, and of shipnote's own in the git directory. */
function files(): string[] {
  const below = (folder: string): string[] => readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name).slice(fixture.directory.length + 1));
  return [...below(join(fixture.directory, "notes")), ...below(join(fixture.directory, ".git/shipnote"))].sort();
}

const settled = [`notes/2026/${id}.md`, `notes/2026/${id}/record.json`];
const markdown = (): string => readFileSync(join(fixture.directory, settled[0] ?? ""), "utf8");
const title = (): string => (JSON.parse(readFileSync(join(fixture.directory, settled[1] ?? ""), "utf8")) as { title: string }).title;

describe("many runs at once", () => {
  it("of the same ship: one writes, all others find it written", async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => start(["record", "--yes"]).ended));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 0));
    expect(answers.map(({ stdout }) => stdout).sort()).toEqual([
      ...Array.from({ length: 9 }, () => `unchanged notes/2026/${id}.md\n`), `wrote notes/2026/${id}.md\n`,
    ]);
    expect(files()).toEqual(settled);
  });

  it("with words for different sections: none is lost", async () => {
    const flags = [["--reason", "R"], ["--expected", "E"], ["--assumptions", "A"], ["--rollback", "B"]];
    const answers = await Promise.all(flags.map(async (flag) => start(["record", "--yes", ...flag]).ended));
    expect(answers.map(({ status, stdout }) => ({ status, stdout }))).toEqual(flags.map(() => ({ status: 0, stdout: `wrote notes/2026/${id}.md\n` })));
    for (const words of ["## Why\n\nR\n", "## Expected result\n\nE\n", "Assumptions: A\n", "-->\n\nB\n"]) expect(markdown()).toContain(words);
  });

  it("of run: each is kept, whole", async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, (_, at) => start(["run", "--", "echo", `out ${at}`]).ended));
    expect(answers.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 10 }, (_, at) => `out ${at}\n`));
    const kept = files().filter((path) => path.startsWith(".git/shipnote/journal/"));
    expect(kept.map((path) => (JSON.parse(readFileSync(join(fixture.directory, path), "utf8")) as { command: string }).command).sort())
      .toEqual(Array.from({ length: 10 }, (_, at) => `echo 'out ${at}'`));
    rmSync(join(fixture.directory, ".git/shipnote/journal"), { recursive: true });
  });
});

/** Numbers between 0 and 1, always the same ones (a linear congruence). */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield state / 2 ** 31;
  }
}

describe("kill -9", () => {
  it("20 times, at any moment: every file is the old one or the new one, and the next run makes all of them agree", async () => {
    const began = performance.now();
    shipnote(fixture.directory, ["record", "--yes", "--title", "Kill 0"]);
    const usual = performance.now() - began;
    const moment = numbers(7);
    let [killed, halfway] = [0, 0];
    for (let round = 1; killed < 20 && round <= 80; round += 1) {
      const { child, ended } = start(["record", "--yes", "--title", `Kill ${round}`]);
      const kill = (wait: number): void => void setTimeout(() => child.kill("SIGKILL"), wait);
      // Every other time at any moment; else while files are written, or as soon as the first is in its place.
      const watched = round % 2 === 0 ? [] : ["2026", `2026/${id}`].map((folder) =>
        watch(join(fixture.directory, "notes", folder), (_event, name) => {
          if (round % 4 === 1) kill(3 * moment.next().value);
          else if (name === "record.json") child.kill("SIGKILL");
        })
      );
      if (round % 2 === 0) kill(usual * moment.next().value);
      const { signal } = await ended;
      for (const watcher of watched) watcher.close();
      if (signal === "SIGKILL") killed += 1;
      // Whoever looks sees whole files, of this run or one before; the facts are moved first.
      const [heading, facts] = [/^# Kill (\d+)$/m.exec(markdown())?.[1], /^Kill (\d+)$/.exec(title())?.[1]].map(Number);
      expect(markdown().endsWith("## Notes\n\n*Not written down.*\n")).toBe(true);
      expect({ heading, facts, inOrder: Number(heading) <= Number(facts) && Number(facts) <= round }).toMatchObject({ inOrder: true });
      if (heading !== facts) halfway += 1;
      if (round % 4 !== 0) continue;
      const next = shipnote(fixture.directory, ["record", "--yes", "--title", `Kill ${round}`]);
      expect({ status: next.status, title: title(), heading: /^# (.*)$/m.exec(markdown())?.[1] }).toEqual({ status: 0, title: `Kill ${round}`, heading: `Kill ${round}` });
      expect(files()).toEqual(settled);
    }
    expect({ killed, halfway: halfway > 0 }).toEqual({ killed: 20, halfway: true });
    expect(shipnote(fixture.directory, ["record", "--yes", "--title", "At last"]).stdout).toBe(`wrote notes/2026/${id}.md\n`);
    expect(shipnote(fixture.directory, ["record", "--yes"]).stdout).toBe(`unchanged notes/2026/${id}.md\n`);
    expect({ title: title(), heading: /^# (.*)$/m.exec(markdown())?.[1], files: files() }).toEqual({ title: "At last", heading: "At last", files: settled });
  }, 120_000);
});
