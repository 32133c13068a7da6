import { lcovParser } from "@friedemannsommer/lcov-parser/sync";
import { describe, expect, it } from "vitest";
import { read, refusal, told, written } from "./reading.ts";

const record = (path: string, ...lines: string[]): string => `SF:${path}\n${lines.map((line) => `${line}\n`).join("")}end_of_record\n`;

describe("lcov, as tools write it", () => {
  // What the tool itself said, in lines, branches and functions.
  it.each<[file: string, lines: number, branches: number, functions: number | undefined]>([
    // lines 78.6% (11 of 14), functions 75.0% (3 of 4), branches 66.7% (4 of 6); no totals in the file.
    ["lcov-1.16/lcov.info", 11 / 14, 4 / 6, 3 / 4],
    // 87.88 %, 87.50 %, 85.71 %.
    ["node-20.20.2/lcov.info", 29 / 33, 14 / 16, 12 / 14],
    // 71.42 %, 50 %, 66.66 %.
    ["vitest-4.1.12/lcov.info", 5 / 7, 2 / 4, 2 / 3],
    // 75 %, 60 %, 66.66 %.
    ["c8-12.0.0/lcov.info", 12 / 16, 3 / 5, 2 / 3],
    // 10 statements, 3 missed; 4 branches, 2 not taken. It tells of no functions.
    ["coverage-6.5.0/lcov.info", 7 / 10, 2 / 4, undefined],
  ])("%s", (file, lines, branches, functions) => {
    const found = read(written(file));
    expect(told(found)).toEqual({ "line-coverage": lines, "branch-coverage": branches, ...(functions === undefined ? {} : { "function-coverage": functions }) });
    expect(found["line-coverage"]).toMatchObject({ unit: "ratio", better: "higher", samples: [], rate: null, tolerance: { value: 0.001, percent: false } });
  });

  it.each(["lcov-1.16/lcov.info", "node-20.20.2/lcov.info", "vitest-4.1.12/lcov.info", "c8-12.0.0/lcov.info", "coverage-6.5.0/lcov.info"])(
    "counts the lines that another parser finds: %s", (file) => {
      const lines = lcovParser({ from: written(file) }).flatMap((source) => source.lines.details);
      expect(read(written(file))["line-coverage"]?.value).toBe(lines.filter(({ hit }) => hit > 0).length / lines.length);
    });
});

describe("lcov", () => {
  it("counts a source file once that several records or files tell of", () => {
    const one = record("a.c", "DA:1,1", "DA:2,0", "DA:3,0", "FN:1,f", "FNDA:1,f", "FN:2,g", "FNDA:0,g", "BRDA:1,0,0,1", "BRDA:1,0,1,-");
    const two = record("a.c", "DA:1,0", "DA:2,5", "DA:3,0", "FN:1,f", "FNDA:0,f", "FN:2,g", "FNDA:2,g", "BRDA:1,0,0,0", "BRDA:1,0,1,3");
    const expected = { "line-coverage": 2 / 3, "branch-coverage": 1, "function-coverage": 1 };
    expect(told(read(one + two))).toEqual(expected);
    expect(told(read([one, two]))).toEqual(expected);
    expect(told(read(one + record("b.c", "DA:1,1")))["line-coverage"]).toBe(2 / 4);
  });

  it("believes totals where nothing stands behind them", () => {
    expect(told(read(record("a.c", "FNF:4", "FNH:1", "BRF:0", "BRH:0", "LF:10", "LH:7")))).toEqual({ "line-coverage": 0.7, "function-coverage": 0.25 });
    expect(told(read(record("a.c", "DA:1,1", "DA:2,0", "LF:10", "LH:7")))).toEqual({ "line-coverage": 0.5 });
  });

  it.each<[string, string[], object]>([
    ["functions by index (version 2)", ["VER:abc", "FNL:0,1,5", "FNA:0,3,f", "FNA:0,0,f<int>", "FNL:1,7", "FNA:1,0,g", "DA:1,1"], { "function-coverage": 0.5 }],
    ["two functions that begin in one line (version 2)", ["FNL:0,1,5", "FNA:0,3,f", "FNL:1,1,2", "FNA:1,0,g", "DA:1,1"], { "function-coverage": 0.5 }],
    ["a function's name with commas", ["FN:1,f(int, char)", "FNDA:2,f(int, char)", "DA:1,1"], { "function-coverage": 1 }],
    ["a function's last line", ["FN:1,9,f", "FNDA:2,f", "DA:1,1"], { "function-coverage": 1 }],
    ["an exception's branch", ["BRDA:1,e0,0,1", "BRDA:1,0,0,-", "DA:1,1"], { "branch-coverage": 0.5 }],
    ["checksums, large and rounded counts", ["DA:1,18446744073709551,aGk=", "DA:2,1.5e+06", "DA:3,0"], { "line-coverage": 2 / 3 }],
    ["what is not counted here", ["BA:1,2", "MCDC:1,2,t,1,0,x", "MRF:1", "DA:1,1"], { "line-coverage": 1 }],
    ["comments and blank lines", ["# a comment", "", "DA:1,1"], { "line-coverage": 1 }],
  ])("reads %s", (_, lines, expected) => {
    expect(told(read(record("a.c", ...lines)))).toMatchObject(expected);
    expect(told(read(`TN:\r\n${record("a.c", ...lines).replaceAll("\n", "\r\n")}`))).toMatchObject(expected);
  });
});

describe("lcov, refused", () => {
  it.each<[string, string, RegExp]>([
    ["cut off", "TN:\nSF:a.c\nDA:1,1\nDA:2", /^report-0 is not a readable LCOV tracefile: line 4: no readable DA here: "DA:2"\.$/],
    ["cut off between lines", "SF:a.c\nDA:1,1\n", /line 2: it breaks off in the record that begins in line 1/],
    ["a record without its end", "SF:a.c\nDA:1,1\nSF:b.c\nend_of_record\n", /line 3: the record that begins in line 1 has no end/],
    ["an end without a record", "TN:\nend_of_record\n", /line 2: a record ends that did not begin/],
    ["lines of no file", "DA:1,1\n", /line 1: no readable DA/],
    ["a negative count", record("a.c", "DA:1,-1"), /line 2: no readable DA here: "DA:1,-1"/],
    ["a count that is none", record("a.c", "DA:1,many"), /line 2/],
    ["a negative total", record("a.c", "LF:-3"), /line 2: no readable LF/],
    ["more than there is", record("a.c", "LF:3", "LH:4"), /line 4: more was reached than is there/],
    ["a function that was not announced", record("a.c", "FNA:0,1,f"), /line 2: no readable FNA/],
    ["other text", record("a.c", "hello"), /line 2: no entry of a tracefile: "hello"/],
    ["no line of code", record("a.c", "LF:0", "LH:0"), /it counts no line of code/],
    ["no file", "TN:\n", /it counts no line of code/],
  ])("%s", (_, text, message) => {
    const failure = refusal(text, "lcov");
    expect(failure.code).toBe("report-invalid");
    expect(failure.message).toMatch(message);
  });
});
