import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { type Life, makeFolder, makeLife, removeAll, type Written } from "./life.ts";

afterAll(removeAll);

const configuration = `
checks:
  queries:
    command: cat rows.txt
    rounds: 3
    metrics: { queries: { pattern: "rows=([0-9]+)", unit: queries, better: lower } }
  rows:
    command: cp rows.txt rows.out
    report: rows.out
    format: text
    metrics: { rows: { pattern: "rows=([0-9]+)", unit: rows, better: lower, tolerance: 0 } }
  tests:
    command: cp junit.txt report.xml
    report: report.xml
`;

const junit = (passed: number, failed: readonly string[] = []): string =>
  `<testsuite name="s" tests="${passed + failed.length}" failures="${failed.length}">${[...Array(passed).keys()].map((at) => `<testcase name="ok ${at}" classname="s"/>`).join("")}${
    failed.map((name) => `<testcase name="${name}" classname="s"><failure message="no"/></testcase>`).join("")}</testsuite>\n`;

function measured(more = ""): Life {
  const life = makeLife();
  life.write(".gitignore", "report.xml\nrows.out\n");
  life.commit("Base", { "shipnote.config.yaml": `${configuration}${more}`, "rows.txt": "rows=9\n", "junit.txt": junit(3) });
  return life;
}

/** `check metric: before → after, verdict` of what reports say: plain values, which any version judges alike. */
function lines({ record }: Written): string[] {
  return record.metrics.filter(({ check, metric }) => check !== "queries" && metric !== "duration").map(({ check, metric, before, after, comparison }) =>
    `${check} ${metric}: ${before === null ? "-" : `${before.value}${before.carried ? " carried" : ""}`} → ${after?.value ?? "-"}, ${comparison?.verdict ?? "-"}`);
}

const ok = (life: Life, ...args: string[]): string => {
  const { status, stdout, stderr } = life.call(args);
  if (status !== 0) throw new Error(`${args.join(" ")}: ${status}: ${stdout}${stderr}`);
  return stdout;
};

describe("before, after, record", () => {
  it("compares what both sides measured; the next ship carries the after; a later after replaces the earlier whole", async () => {
    const life = measured();
    const base = life.git("rev-parse", "HEAD");
    ok(life, "before");
    const one = life.commit("One", { "rows.txt": "rows=2\n", "junit.txt": junit(4) });
    ok(life, "after");
    const first = life.record();
    expect(lines(first)).toEqual([
      "rows rows: 9 → 2, improved", "tests passed: 3 → 4, changed", "tests failed: 0 → 0, unchanged", "tests skipped: 0 → 0, unchanged",
    ]);
    const queries = first.record.metrics.find(({ metric }) => metric === "queries");
    expect(queries).toMatchObject({
      source: "before-after", unit: "queries", better: "lower",
      before: { samples: [9, 9, 9], rounds: [1, 2, 3], value: 9, count: 3, commit: base, carried: false },
      after: { samples: [2, 2, 2], rounds: [1, 2, 3], value: 2, count: 3, commit: one },
      comparison: { shift: -7, change: -7 / 9 },
    });
    expect(first.record.verdict).toBe("improved");
    const markdown = life.read(first.path);
    expect(markdown).toMatch(/^\| `queries` queries \| 9 queries \(3\) \| 2 queries \(3\) \|/m);
    expect(markdown).toMatch(/^\| `rows` rows \| 9 rows \| 2 rows \| −7 rows \|.* \*\*improved\*\* \|$/m);
    expect(markdown).toContain("\nverdict: improved\n");
    expect(markdown).toMatch(/- \[x\] capture the current behaviour: \d\d:\d\d UTC, \d+ metrics/);
    expect(markdown).toContain("- [x] test the smallest change: `tests`, 4 passed");
    expect(life.record().status).toBe("unchanged");
    life.commitNotes();
    life.commit("Two", { "rows.txt": "rows=5\n" });
    await wait(1100);
    ok(life, "after", "--only", "rows");
    const second = life.record();
    expect(lines(second).filter((line) => line.startsWith("rows"))).toEqual(["rows rows: 2 carried → 5, regressed"]);
    expect(lines(second).find((line) => line.startsWith("tests passed"))).toBe("tests passed: 4 carried → -, -");
    expect(life.read(second.path)).toMatch(/^Carried over from the record before: [-\d: ]* UTC at `[0-9a-f]{7}`\. After: /m);
    life.write("rows.txt", "rows=2\n");
    ok(life, "after", "--only", "rows");
    const again = life.record();
    expect(again).toMatchObject({ status: "written", id: second.id });
    expect(lines(again).filter((line) => line.startsWith("rows"))).toEqual(["rows rows: 2 carried → 2, unchanged"]);
    expect(lines(life.record(["--id", first.id, "--owner", "@ops"]))).toEqual(lines(first));
  });

  it("results of another environment stay there", () => {
    const life = measured();
    ok(life, "before", "--env", "staging", "--only", "rows");
    life.commit("One", { "rows.txt": "rows=2\n" });
    ok(life, "after", "--env", "staging", "--only", "rows");
    const production = life.record();
    expect(production.record).toMatchObject({ metrics: [], verdict: "not-measured" });
    expect(life.read(production.path)).toContain("Nothing was measured: no baseline.");
    expect(lines(life.record(["--env", "staging"]))).toEqual(["rows rows: 9 → 2, improved"]);
  });

  it("an expectation in prose is answered", () => {
    const life = measured();
    ok(life, "before", "--only", "rows");
    life.commit("One", { "rows.txt": "rows=5\n" });
    ok(life, "after", "--only", "rows");
    const { path } = life.record(["--expected", "`rows rows < 5`, and `rows rows <= 5`"]);
    expect(life.read(path)).toContain("Expected `rows rows < 5`: not met");
    expect(life.read(path)).toContain("Expected `rows rows <= 5`: met");
  });

  it("failOn ends after and record with 1, and the record is written all the same", () => {
    const life = measured("failOn: [regressed]\n");
    ok(life, "before");
    life.commit("One", { "junit.txt": junit(2, ["logs in"]) });
    const after = life.call(["after", "--only", "tests"]);
    expect([after.status, after.stdout]).toEqual([1, expect.stringContaining("newly s > logs in")]);
    const record = life.call(["record", "--yes"]);
    expect(record.status).toBe(1);
    const path = /^wrote (.*)$/m.exec(record.stdout)?.[1] ?? "";
    expect(life.read(path)).toContain("**Newly failing** in `tests`: `s > logs in`.");
    expect(life.read(path)).toContain("\nverdict: regressed\n");
    expect(life.call(["record", "--yes"])).toMatchObject({ status: 1, stdout: `unchanged ${path}\n` });
  });

  it("--only and --dry-run run no more than they say; record runs nothing", () => {
    const life = measured();
    life.commit("One", { "shipnote.config.yaml": "checks:\n  a: { command: touch ran-a, rounds: 1 }\n  b: { command: touch ran-b, rounds: 1 }\n" });
    life.record();
    life.call(["before", "--dry-run"]);
    expect([life.has("ran-a"), life.has("ran-b")]).toEqual([false, false]);
    ok(life, "before", "--only", "b");
    expect([life.has("ran-a"), life.has("ran-b")]).toEqual([false, true]);
    expect(life.refused(["before", "--only", "c"])).toMatchObject({ status: 2 });
  });
});

describe("files", () => {
  it("--before and --after take reports without any configuration, and beat what was kept", () => {
    const life = measured();
    ok(life, "before", "--only", "rows");
    life.commit("One", { "rows.txt": "rows=2\n" });
    ok(life, "after", "--only", "rows");
    life.write("old.xml", junit(5, ["b"]));
    life.write("new.xml", junit(6));
    life.write("rows-before.txt", "rows=100\n");
    const written = life.record(["--before", "suite=old.xml", "--after", `suite=${life.directory}/new.xml`, "--before", "rows=rows-before.txt"]);
    expect(lines(written)).toEqual(expect.arrayContaining(["rows rows: 100 → 2, improved", "suite failed: 1 → 0, improved", "suite passed: 5 → 6, changed"]));
    expect(written.record.metrics.find(({ check }) => check === "suite")).toMatchObject({ source: "file", before: { takenAt: null, machine: null } });
    // Named once, it stays, whatever the next run is given.
    expect(life.record()).toMatchObject({ status: "unchanged" });
  });

  it("--save writes what --baseline and --results take, on a machine that kept nothing", () => {
    const life = measured();
    const folder = makeFolder();
    ok(life, "before", "--only", "rows", "--save", `${folder}/before.json`);
    life.commit("One", { "rows.txt": "rows=2\n" });
    ok(life, "after", "--only", "rows", "--save", `${folder}/after.json`);
    rmSync(join(life.directory, ".git", "shipnote"), { recursive: true });
    const written = life.record(["--baseline", `${folder}/before.json`, "--results", `${folder}/after.json`]);
    expect(lines(written)).toEqual(["rows rows: 9 → 2, improved"]);
    expect(written.record.metrics[0]?.before?.takenAt).not.toBeNull();
    expect(life.record().status).toBe("unchanged");
  });

  it.each([
    [["--before", "suite=none.xml"], "report-invalid"],
    [["--before", "none.xml"], "usage"],
    [["--before", "suite=.gitignore"], "report-invalid"],
    [["--baseline", "none.json"], "results-invalid"],
    [["--results", "rows.txt"], "results-invalid"],
  ])("%j is refused, and nothing written", (args, code) => {
    const life = measured();
    expect(life.refused(["record", "--yes", ...args])).toMatchObject({ status: 2, code });
    expect(life.has("notes")).toBe(false);
  });

  it("results of another repository are refused", () => {
    const life = measured();
    const other = makeLife();
    other.commit("Elsewhere", { "shipnote.config.yaml": "checks:\n  rows: { command: echo, rounds: 1 }\n" });
    const folder = makeFolder();
    ok(other, "before", "--save", `${folder}/other.json`);
    expect(life.refused(["record", "--yes", "--baseline", `${folder}/other.json`])).toMatchObject({ status: 2, code: "results-invalid", message: expect.stringContaining("another repository") });
  });
});
