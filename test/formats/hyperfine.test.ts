import { describe, expect, it } from "vitest";
import { median } from "../../src/record/yielded.ts";
import { read, refusal, told, written } from "./reading.ts";

const before = written("hyperfine-1.15.0/before.json");

describe("hyperfine, as the tool writes it", () => {
  // What hyperfine printed: 52.0 ms ± 0.9 ms, 51.2 ms … 54.6 ms, 20 runs; its file has the median 0.0516123445 s.
  it("takes each run for a round of its own, in milliseconds", () => {
    const { duration } = read(before);
    expect(duration).toMatchObject({ unit: "ms", better: "lower", rounds: Array.from({ length: 20 }, (_, run) => run + 1) });
    expect([Math.min(...duration?.samples ?? []).toFixed(1), Math.max(...duration?.samples ?? []).toFixed(1)]).toEqual(["51.2", "54.6"]);
    expect(median(duration?.samples ?? [])).toBeCloseTo(51.6123445, 6);
    expect(read(before)["error-rate"]?.rate).toEqual({ events: 0, count: 20 });
  });

  it("names several commands, and takes no sample of a run that failed", () => {
    expect(told(read(written("hyperfine-1.15.0/several.json")))).toEqual({
      "fine": [0, 0, 1.2820211000000001, 0, 0],
      "fine error-rate": { events: 0, count: 5 },
      "broken error-rate": { events: 5, count: 5 },
    });
  });

  it("tells a scan of parameters apart by the commands", () => {
    expect(Object.keys(read(written("hyperfine-1.15.0/parameters.json")))).toEqual(["seq 1", "seq 1 error-rate", "seq 2", "seq 2 error-rate"]);
  });
});

const run = (of: object): string => JSON.stringify({ results: [{ command: "make", ...of }] });

describe("hyperfine", () => {
  it("goes on counting rounds over several files of one command, and names commands where they differ", () => {
    expect(read([run({ times: [1, 2] }), run({ times: [3] })])["duration"]).toMatchObject({ samples: [1000, 2000, 3000], rounds: [1, 2, 3] });
    expect(told(read([run({ times: [1] }), run({ command: "make -j", times: [2] })]))).toEqual({ "make": [1000], "make -j": [2000] });
  });

  it("tells commands of one name apart by their parameters", () => {
    const both = JSON.stringify({ results: [{ command: "sort", times: [1], parameters: { n: "1" } }, { command: "sort", times: [2], parameters: { n: "2" } }] });
    expect(told(read(both))).toEqual({ "sort (n=1)": [1000], "sort (n=2)": [2000] });
  });

  it("leaves out runs that failed or were ended, and keeps the others' rounds", () => {
    expect(told(read(run({ times: [1, 2, 3], exit_codes: [0, 1, null] })))).toEqual({ "duration": [1000], "error-rate": { events: 2, count: 3 } });
  });

  it("takes the median of an old file, else the mean, for one sample", () => {
    expect(told(read(run({ mean: 2, median: 1.5 })))).toEqual({ duration: [1500] });
    expect(told(read(run({ mean: 2 })))).toEqual({ duration: [2000] });
  });

  it("keeps long commands apart, on one line", () => {
    const names = Object.keys(read([run({ command: `a\n${"x".repeat(500)}1`, times: [1] }), run({ command: `a\n${"x".repeat(500)}2`, times: [1] })]));
    expect(names.map((name) => [name.length, name.slice(0, 4)])).toEqual([[200, "a xx"], [200, "a xx"]]);
    expect(new Set(names).size).toBe(2);
  });

  it.each([
    ["cut off", before.slice(0, 400), /is not JSON: it ends too early, in line 16/],
    ["no list", '{"results": [{"command": "a", "times": 3}]}', /of hyperfine: \/results\/0\/times is no list/],
    ["a time below zero", run({ times: [1, -1] }), /\/results\/0\/times\/1 is below zero/],
    ["a time beyond numbers", '{"results": [{"command": "a", "times": [1e999]}]}', /\/results\/0\/times\/0 is no number/],
    ["a time beyond measure", run({ times: [1e306] }), /\/results\/0\/times\/0 is beyond any measure/],
    ["a text for a time", run({ times: ["1"] }), /\/results\/0\/times\/0 is no number/],
    ["no times", run({}), /\/results\/0 has no times/],
    ["codes for other runs", run({ times: [1], exit_codes: [0, 0] }), /\/results\/0\/exit_codes is not as long as times/],
    ["a command that is none", '{"results": [{"command": 3, "times": [1]}]}', /\/results\/0\/command is no text/],
    ["a million runs", run({ times: Array.from({ length: 1_000_000 }, () => 1) }), /has more than 200000 entries/],
  ])("refuses %s", (_, text, message) => {
    const failure = refusal(text);
    expect(failure.code).toBe("report-invalid");
    expect(failure.message).toMatch(message);
  });
});
