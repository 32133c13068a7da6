import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Metric } from "../../src/record/schema.ts";
import { type Life, lifeAt, makeFolder, makeLife, removeAll } from "./life.ts";
import { type Answer, document } from "./tool.ts";

/* Before, a change, after: what a command's own effect comes to. */

afterAll(removeAll);

const configuration = `
checks:
  job:
    command: sh job.sh
    metrics:
      queries: { json: /db/queries, unit: queries, better: lower }
      rows: { pattern: "rows=([0-9.]+)", unit: rows, better: none }
      failed: { json: /errors, of: /requests, better: lower }
`;

interface Job { seconds: string; queries: number; rows: readonly number[]; errors: number }

const script = ({ seconds, queries, rows, errors }: Job): string =>
  `sleep ${seconds}\n${rows.map((count) => `echo rows=${count}\n`).join("")}echo '{"db":{"queries":${queries}},"errors":${errors},"requests":100}'\n`;

const slow: Job = { seconds: "0.2", queries: 40, rows: [5, 7], errors: 20 };
const fast: Job = { seconds: "0.01", queries: 2, rows: [5, 7], errors: 0 };

function makeJob(): Life {
  const life = makeLife();
  life.commit("Base", { "shipnote.config.yaml": configuration, "job.sh": script(slow) });
  return life;
}

function ok(answer: Answer): Answer {
  if (answer.status !== 0) throw new Error(`${answer.status}: ${answer.stdout}${answer.stderr}`);
  return answer;
}

const metricsOf = (answer: Answer): Record<string, Metric> =>
  Object.fromEntries((document(ok(answer))["metrics"] as Metric[]).map((metric) => [metric.metric, metric]));

describe("before, a change, after", () => {
  it("tells a command that became faster, asks less, and fails less; and what stayed", () => {
    const life = makeJob();
    const before = document(ok(life.call(["before", "--json"])));
    expect(before).toMatchObject({ status: "measured", side: "before", outOfReach: [] });
    life.commit("Ask less", { "job.sh": script(fast) });
    const { duration, queries, rows, failed, ...others } = metricsOf(life.call(["after", "--json"]));
    expect(duration?.before?.samples).toHaveLength(10);
    expect(duration?.before?.value).toBeGreaterThanOrEqual(200);
    expect(duration?.after?.value).toBeLessThan(200);
    expect(duration?.comparison).toMatchObject({ verdict: "improved" });
    expect(queries).toMatchObject({ unit: "queries", before: { value: 40, samples: Array(10).fill(40) }, after: { value: 2 }, comparison: { verdict: "improved", shift: -38 } });
    expect(rows).toMatchObject({ before: { samples: [...Array(10).keys()].flatMap(() => [5, 7]), rounds: [...Array(10).keys()].flatMap((round) => [round + 1, round + 1]) }, comparison: { verdict: "unchanged" } });
    expect(failed).toMatchObject({ unit: "ratio", before: { events: 200, count: 1000 }, after: { events: 0, count: 1000 }, comparison: { verdict: "improved" } });
    expect(others["error-rate"]).toMatchObject({ before: { events: 0, count: 10 }, after: { events: 0, count: 10 } });
    expect(Object.keys(others)).toEqual(expect.arrayContaining(["user-time", "system-time"]));
    const { record } = life.record();
    expect(record.metrics.find(({ metric }) => metric === "duration")?.comparison?.verdict).toBe("improved");
  });

  it("raises no alarm where nothing changed", () => {
    const life = makeJob();
    ok(life.call(["before", "-q"]));
    life.commit("Change nothing that runs", { "README.md": "x" });
    const verdicts = Object.values(metricsOf(life.call(["after", "--json"]))).map(({ comparison }) => comparison?.verdict);
    expect(verdicts.filter((verdict) => verdict === "improved" || verdict === "regressed" || verdict === "changed")).toEqual([]);
  });

  it("says why runs failed, on either side", () => {
    const life = makeLife();
    const flaky = (failing: number): string => `n=$(cat n 2>/dev/null || echo 0); echo $((n + 1)) >n; [ $n -ge ${failing} ] || exit 3\n`;
    life.commit("Base", { "shipnote.config.yaml": "checks: { job: { command: sh job.sh } }", "job.sh": flaky(0), ".gitignore": "n\n" });
    ok(life.call(["before"]));
    rmSync(join(life.directory, "n"));
    life.commit("Break", { "job.sh": flaky(2) });
    const after = life.call(["after", "--json"]);
    expect(metricsOf(after)["error-rate"]).toMatchObject({ after: { events: 2, count: 10, details: { errors: [{ reason: "exit 3", count: 2 }] } } });
    expect(ok(life.call(["before"])).stdout).toContain("job error-rate: 0 of 10\n");
  });
});

describe("--save and --baseline", () => {
  it("carry a baseline from one clone to another, where nothing is kept", () => {
    const one = makeJob();
    const folder = makeFolder();
    const file = join(folder, "base.json");
    ok(one.call(["before", "--save", file]));
    one.commit("Ask less", { "job.sh": script(fast) });
    execFileSync("git", ["clone", "-q", one.directory, join(folder, "clone")], { stdio: "ignore" });
    const clone = lifeAt(join(folder, "clone"));
    expect(metricsOf(clone.call(["after", "--json"]))["queries"]).toMatchObject({ before: null, comparison: null });
    expect(metricsOf(clone.call(["after", "--json", "--baseline", file]))["queries"]).toMatchObject({ before: { value: 40 }, after: { value: 2 }, comparison: { verdict: "improved" } });
    const { record } = clone.record(["--baseline", file]);
    expect(record.metrics.find(({ metric }) => metric === "queries")).toMatchObject({ before: { value: 40 }, after: { value: 2 } });
  });

  it.each<[string, (file: string, text: string) => string, RegExp]>([
    ["another repository's", (_, text) => text.replaceAll(/"repository": "[^"]*"/g, '"repository": "root:aaaa origin:bbbb"'), /another repository/],
    ["a newer version's", (_, text) => text.replace('"version": 1', '"version": 2'), /newer shipnote/],
    ["half a file", (_, text) => text.slice(0, 300), /damaged/],
    ["an empty file", () => "", /is empty/],
  ])("%s is refused, and nothing is measured", (_, damage, message) => {
    const life = makeLife();
    life.commit("Base", { "shipnote.config.yaml": "checks: { job: { command: echo >>ran, rounds: 1 } }" });
    ok(life.call(["before", "--save", "base.json"]));
    life.write("base.json", damage("base.json", life.read("base.json")));
    expect(life.refused(["after", "--baseline", "base.json"])).toMatchObject({ status: 2, code: "results-invalid", message: expect.stringMatching(message) });
    expect(life.read("ran")).toBe("\n");
  });

  it("a folder, and a file that is not there", () => {
    const life = makeLife();
    life.commit("Base", { "shipnote.config.yaml": "checks: { job: { command: 'true', rounds: 1 } }" });
    expect(life.refused(["after", "--baseline", "."])).toMatchObject({ status: 2, code: "results-invalid", message: expect.stringContaining("is a folder") });
    expect(life.refused(["after", "--baseline", "none.json"])).toMatchObject({ status: 2, message: expect.stringContaining("There is no file") });
    expect(life.refused(["before", "--save", "."])).toMatchObject({ status: 3, code: "not-writable" });
  });
});
