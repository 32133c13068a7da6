import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { spawn } from "node:child_process";
import { afterAll, describe, expect, inject, it } from "vitest";
import { fixtureEnvironment } from "../git-fixture.ts";
import { diagnosed, expectHealthy, makeHealthy } from "./doctor-rig.ts";
import { type Life, removeAll } from "./life.ts";
import { node } from "./tool.ts";

afterAll(removeAll);

/** A check that reads its value off a list, one a round, and begins again at its end. */
function reading(values: readonly number[]): Life {
  const life = makeHealthy();
  life.write("next.sh", "n=$(cat .git/at 2>/dev/null || echo 0)\necho $((n + 1)) > .git/at\nset -- $(cat values)\nshift $((n % $#))\necho \"value=$1\"\n");
  life.write("values", `${values.join(" ")}\n`);
  life.write("shipnote.config.yaml", "checks: { list: { command: sh next.sh, metrics: { value: { pattern: \"value=([0-9.]+)\", unit: ms, better: lower } } } }\n");
  return life;
}

const ten = (from: number, step: number): number[] => Array.from({ length: 10 }, (_, at) => from + step * ((at * 7) % 10));

describe("doctor --checks", () => {
  it("runs nothing without it", () => {
    const life = makeHealthy();
    life.write("shipnote.config.yaml", "checks: { trace: { command: touch ran } }\n");
    expectHealthy(life);
    expect(life.call(["doctor", "--fix"]).status).toBe(0);
    expect(life.has("ran")).toBe(false);
    diagnosed(life, ["--checks"]);
    expect(life.has("ran")).toBe(true);
  });

  it("says which changes a steady check cannot see, and keeps nothing", () => {
    const life = reading(ten(100, 0.01));
    const { findings, noise } = diagnosed(life, ["--checks"]);
    const of = noise.find(({ text }) => text.startsWith("list value"));
    // The tolerance is 2 % of the median, and the values lie within 0.09 %.
    expect(of?.smallest).toBeGreaterThan(0.02);
    expect(of?.smallest).toBeLessThan(0.022);
    expect(of?.text).toMatch(/^list value: cannot see changes under 2\.\d %$/);
    expect(findings.filter(({ message }) => message.startsWith("list value"))).toEqual([]);
    expect(life.has(".git/shipnote/results")).toBe(false);
  });

  it("says so of a noisy one, with what would see more", () => {
    const life = reading(ten(100, 6));
    const { status, findings, noise } = diagnosed(life, ["--checks"]);
    const found = findings.find(({ message }) => message.startsWith("list value"));
    expect(found).toMatchObject({ code: "check-noisy", level: "advice" });
    expect(found?.message).toMatch(/^list value: cannot see changes under \d\d %\.$/);
    expect(found?.mend).toMatch(/^more `rounds` under checks\.list \(a change of \d\d % or more would have shown; /);
    expect(noise.find(({ text }) => text.startsWith("list value"))?.smallest).toBeGreaterThan(0.05);
    expect(status).toBe(0);
    expect(life.call(["doctor", "--checks"]).stdout).toMatch(/^advice: list value: cannot see changes under \d\d %\.\n {2}mend: more `rounds` /m);
  });

  it("says so of one that differs from run to run", () => {
    const life = reading([...ten(100, 0.1), ...ten(200, 0.1)]);
    const { findings } = diagnosed(life, ["--checks"]);
    expect(findings.find(({ message }) => message.startsWith("list value"))).toMatchObject({
      code: "check-unsteady", level: "advice", message: "list value: two runs of the same code are told apart (regressed).",
    });
  });

  it("says of few rounds that no change can be seen", () => {
    const life = reading(ten(100, 0.1));
    life.edit("shipnote.config.yaml", "sh next.sh", "sh next.sh, rounds: 3");
    expect(diagnosed(life, ["--checks"]).findings.find(({ message }) => message.startsWith("list value"))).toMatchObject({
      code: "check-noisy", message: expect.stringContaining("cannot see any change: 3 rounds a side are too few"),
    });
  });

  it("tells of what is counted that it came out the same, in one line a check", () => {
    const life = makeHealthy();
    life.write("shipnote.config.yaml", "checks:\n  tests: { report: t.tap, format: tap, command: \"printf 'TAP version 13\\n1..2\\nok 1 - a\\nok 2 - b\\n' > t.tap\" }\n");
    expect(life.call(["doctor", "--checks"]).stdout.split("\n")[0]).toBe("tests: passed, failed, skipped were the same both times");
  });

  it.each([["0", [0]], ["7", [7]]])("says of samples that are all %s that they came out the same, not that no change could be seen", (_value, values) => {
    const life = reading(values);
    life.edit("shipnote.config.yaml", "better: lower", "better: lower, tolerance: 0");
    const { noise, findings } = diagnosed(life, ["--checks"]);
    expect(noise.filter(({ text }) => text.startsWith("list value"))).toEqual([]);
    expect(findings.filter(({ message }) => message.includes("list value"))).toEqual([]);
    expect(life.call(["doctor", "--checks"]).stdout).toMatch(/^list: .*\bvalue\b.* the same both times$/m);
  });

  it("names what cannot be reached, with the reason, and is quiet about it once it can", async () => {
    const life = makeHealthy();
    const server = createServer((_, answer) => answer.end("ok"));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", () => listening()));
    const { port } = server.address() as AddressInfo;
    life.write("shipnote.config.yaml", `checks:\n  page: { http: "http://127.0.0.1:${port}/" }\n  tests: { report: reports/*.xml, command: "true" }\n  build: { command: exit 3, rounds: 2 }\n`);
    const without = await checked(life);
    expect(without.status).toBe(1);
    expect(without.findings.filter(({ code }) => code === "check-unreachable").map(({ message }) => message)).toEqual([
      expect.stringMatching(/tests/), "build: each of 2 runs failed: exit 3.",
    ]);
    await new Promise((closed) => server.close(closed));
    const down = await checked(life);
    expect(down.findings.find(({ message }) => message.startsWith("page"))).toMatchObject({
      code: "check-unreachable", level: "problem", message: "page: each of 30 runs failed: connection refused.", mend: expect.stringContaining("shipnote before --only page"),
    });
    life.write("shipnote.config.yaml", "checks: { build: { command: \"true\", rounds: 2 } }\n");
    expect((await checked(life)).findings.filter(({ code }) => code === "check-unreachable")).toEqual([]);
  });
});

/** The same, while this process goes on answering requests. */
async function checked(life: Life): Promise<ReturnType<typeof diagnosed>> {
  const child = spawn(node, [inject("tool"), "doctor", "--checks", "--json"], { cwd: life.directory, env: { ...fixtureEnvironment(0), CI: "" }, stdio: ["ignore", "pipe", "inherit"] });
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  const status = await new Promise<number | null>((ended) => child.on("close", ended));
  const told = JSON.parse(stdout) as ReturnType<typeof diagnosed>;
  return { ...told, status };
}
