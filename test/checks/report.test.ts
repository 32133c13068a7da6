import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RunningCheck } from "../../src/checks/check.ts";
import { findReports } from "../../src/checks/report-paths.ts";
import { type ReportCheck, startReport } from "../../src/checks/report.ts";
import { type Ending, stubRun } from "./stub.ts";

let root = "";
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "shipnote-report-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

async function finished(known: Partial<ReportCheck>, endings: Ending[]): Promise<ReturnType<RunningCheck["finish"]>> {
  const check = { report: "r.json", format: null, command: null, rounds: 1, timeout: 1000, metrics: {}, ...known };
  const started = startReport("size", check, { directory: root, run: stubRun({ make: endings }).run });
  for (let round = 1; round <= started.rounds; round += 1) await started.round(round);
  return started.finish();
}

async function run(known: Partial<ReportCheck>, endings: Ending[] = []): Promise<unknown> {
  const { metrics, problem } = await finished(known, endings);
  return problem?.message ?? metrics.map(({ metric, value, samples }) => [metric, value ?? samples]);
}

async function roundsOf(known: Partial<ReportCheck>, endings: Ending[]): Promise<number[] | undefined> {
  return (await finished(known, endings)).metrics[0]?.rounds;
}

describe("a report that is there", () => {
  it("is read once, however many rounds", async () => {
    write("r.json", '{"kb": 12}');
    expect(await run({ rounds: 5 })).toEqual([["kb", 12]]);
  });

  it("may be several files", async () => {
    write("out/a/r.json", '{"kb": 1}');
    write("out/r.json", '{"kb": 2}');
    write("out/other.txt", "kb 3");
    write("node_modules/out/r.json", '{"kb": 4}');
    expect(await run({ report: "**/r.json" })).toEqual([["kb", [1, 2]]]);
  });

  it("says which configured metric it does not hold", async () => {
    write("r.json", '{"kb": 12}');
    expect(await run({ metrics: { kb: { json: "/kb" }, mb: { json: "/mb" } } })).toBe("The report of size does not hold mb.");
  });

  it.each([["r.json"], ["out/*.json"], ["."]])("is asked for where it is not: %s", async (report) => {
    await expect(run({ report })).rejects.toMatchObject({ code: "check-failed", message: `The report of size is not there: nothing matches ${report}.` });
  });

  it("is refused where it is too large, before it is read", async () => {
    write("r.json", "");
    truncateSync(join(root, "r.json"), 500 * 1024 * 1024);
    await expect(run({})).rejects.toMatchObject({ code: "report-invalid", message: expect.stringContaining("too large") });
  });
});

describe("a report that a command makes", () => {
  it("is read even where the command failed", async () => {
    expect(await run({ command: "make" }, [{ exitCode: 1, act: () => write("r.json", '{"kb": 12}') }])).toEqual([["kb", 12]]);
  });

  it("is a sample each round", async () => {
    const kb = (value: number): Ending => ({ act: () => write("r.json", `{"kb": ${value}}`) });
    expect(await run({ command: "make", rounds: 3 }, [kb(10), kb(11), kb(12)])).toEqual([["kb", [10, 11, 12]]]);
  });

  it("counts tests once, by its worst run, with every name that failed", async () => {
    const suite = (passed: number, failing: string[], skipped: number): Ending => ({
      act: () => write("r.xml", `<testsuite time="1">${[
        ...Array.from({ length: passed }, (_, n) => `<testcase name="p${n}"/>`), ...failing.map((name) => `<testcase name="${name}"><failure/></testcase>`),
        ...Array.from({ length: skipped }, (_, n) => `<testcase name="s${n}"><skipped/></testcase>`),
      ].join("")}</testsuite>`),
    });
    const known = { report: "r.xml", command: "make", rounds: 3 };
    const endings = [suite(5, [], 1), suite(3, ["a", "b"], 2), suite(4, ["c"], 0)];
    expect(await run(known, endings)).toEqual([["passed", 3], ["failed", 2], ["skipped", 2], ["duration", [1000, 1000, 1000]]]);
    const { metrics } = await finished(known, endings);
    expect(metrics[1]).toMatchObject({ samples: [], rounds: [], tolerance: { value: 0, percent: false }, details: { failing: ["a", "b", "c"] } });
    // Of more than 10,000 no names are kept, and so none of any run.
    const many = suite(0, Array.from({ length: 10_001 }, (_, n) => `f${n}`), 0);
    const { metrics: [, most] } = await finished({ ...known, rounds: 2 }, [many, suite(1, ["a"], 0)]);
    expect([most?.value, most?.details]).toEqual([10_001, {}]);
  });

  it("is refused where it is from before the command", async () => {
    write("r.json", '{"kb": 12}');
    await expect(run({ command: "make" }, [{ exitCode: 2 }])).rejects.toMatchObject({
      code: "check-failed", message: "r.json is from before the command of size, which ended with 2 and did not write it.",
    });
  });

  it("is fresh where the same bytes were written anew", async () => {
    write("r.json", '{"kb": 12}');
    expect(await run({ command: "make" }, [{ act: () => write("r.json", '{"kb": 12}') }])).toEqual([["kb", 12]]);
  });

  it("is refused where one of several files is from before", async () => {
    write("out/old.json", '{"kb": 1}');
    await expect(run({ report: "out/*.json", command: "make" }, [{ act: () => write("out/new.json", '{"kb": 2}') }])).rejects.toThrow(/out\/old\.json is from before/);
  });

  it.each<[string, Ending, RegExp]>([
    ["wrote none", { exitCode: 0 }, /ended with 0 and wrote no report at r\.json/],
    ["was killed", { exitCode: null }, /was ended by a signal and wrote no report/],
    ["was not found", { exitCode: 127, stderr: "sh: make: not found" }, /could not be run: make \(the shell did not find it/],
    ["did not end", { timedOut: true, exitCode: null }, /did not end within 1 s/],
  ])("is asked for where the command %s", async (_, ending, message) => {
    await expect(run({ command: "make" }, [ending])).rejects.toMatchObject({ code: "check-failed", message: expect.stringMatching(message) });
  });
});

describe("the rounds of a report's samples", () => {
  const bench = (...times: number[]): string => JSON.stringify({ results: [{ command: "x", times }] });
  it("are those of its format where it was made once", async () => {
    expect(await roundsOf({ command: "make" }, [{ act: () => write("r.json", bench(1, 2, 3)) }])).toEqual([1, 2, 3]);
  });

  it("are the runs where it was made more than once", async () => {
    const endings = [bench(1, 2, 3), bench(4), bench(5, 6)].map((text) => ({ act: () => write("r.json", text) }));
    expect(await roundsOf({ command: "make", rounds: 3 }, endings)).toEqual([1, 1, 1, 2, 3, 3]);
  });
});

describe("sizes of files", () => {
  it("are taken without reading them, however large", async () => {
    write("dist/a.bin", "");
    truncateSync(join(root, "dist/a.bin"), 500 * 1024 * 1024);
    write("dist/b.txt", "");
    expect(await run({ report: "dist/*", format: "size" })).toEqual([["size", 524_288_000], ["dist/a.bin", 524_288_000], ["dist/b.txt", 0]]);
  });

  it("may be of files that a build had no need to write again", async () => {
    write("dist/a.js", "12345");
    expect(await run({ report: "dist/*", format: "size", command: "make" }, [{}])).toEqual([["size", 5]]);
    await expect(run({ report: "dist/*", format: "size", command: "make" }, [{ exitCode: 1 }])).rejects.toThrow(/dist\/a\.js is from before the command/);
  });
});

describe("very much to read", () => {
  it("is refused as a whole, before it is read", async () => {
    for (const name of ["a", "b"]) {
      write(`${name}.xml`, "");
      truncateSync(join(root, `${name}.xml`), 40 * 1024 * 1024);
    }
    await expect(run({ report: "*.xml" })).rejects.toThrow("*.xml is too large to be read as a report: 80 MiB.");
  });
});

describe("findReports", () => {
  it("finds files by glob, sorted, once", async () => {
    for (const path of ["b/TEST-2.xml", "b/TEST-1.xml", "b/c/TEST-3.xml", "b/notes.md", ".git/TEST-4.xml"]) write(path, "x");
    const paths = async (pattern: string): Promise<string[]> => (await findReports(root, pattern)).map(({ path }) => path);
    expect(await paths("b/TEST-*.xml")).toEqual(["b/TEST-1.xml", "b/TEST-2.xml"]);
    expect(await paths("**/TEST-*.xml")).toEqual(["b/TEST-1.xml", "b/TEST-2.xml", "b/c/TEST-3.xml"]);
    expect(await paths("./b/c/TEST-{3,4}.xml")).toEqual(["b/c/TEST-3.xml"]);
    expect(await paths("b")).toEqual([]);
  });

  it.each(["../r.json", "/etc/passwd", "a/../../r.json", "link/r.json", "link/*.json"])("does not leave the repository: %s", async (pattern) => {
    const outside = mkdtempSync(join(tmpdir(), "shipnote-outside-"));
    writeFileSync(join(outside, "r.json"), "{}");
    symlinkSync(outside, join(root, "link"));
    await expect(findReports(root, pattern)).rejects.toMatchObject({ code: "check-failed", message: expect.stringContaining("outside the repository") });
    rmSync(outside, { recursive: true });
  });
});
