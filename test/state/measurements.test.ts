import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asMeasured, yielded } from "../../src/record/yielded.ts";
import {
  type Results, markResultsTaken, maskResults, readResults, readResultsFile, requireSavable, sameRepository, saveResults,
} from "../../src/state/measurements.ts";

const rules = { userPatterns: [], environment: { API_TOKEN: "correct-horse-battery" } };
const machine = { os: "linux", arch: "x64", cpu: "c", cores: 2, memoryGiB: 8, fingerprint: "f" };
const circumstances = { takenAt: "2026-11-24T08:55:00.120Z", commit: "a".repeat(40), machine, checkDigest: "b".repeat(64) };

function results(known: Partial<Results> = {}): Results {
  return {
    version: 1, side: "before", environment: "production", component: null, takenAt: "2026-11-24T08:55:00.120Z", commit: "a".repeat(40), machine,
    metrics: [asMeasured("tests", yielded("failed", "", { value: 1, details: { failing: ["a", "b"] } }), circumstances)],
    takenBy: null, repository: "root:11 origin:22", ...known,
  };
}

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "shipnote-state-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("results in the git directory", () => {
  it("come back as they went in, oldest first", async () => {
    const later = results({ takenAt: "2026-11-24T09:20:00.000Z", side: "after" });
    const second = await saveResults(folder, later, rules);
    const first = await saveResults(folder, results(), rules);
    expect(await readResults(folder)).toEqual([{ kind: "shipnote-results", ...results(), id: first.id }, { kind: "shipnote-results", ...later, id: second.id }]);
    expect(readdirSync(join(folder, "results")).every((name) => /^20261124T\d{6}-(?:before|after)-[0-9a-f]{8}\.json$/.test(name))).toBe(true);
  });

  it("of an earlier second are passed over on request", async () => {
    await saveResults(folder, results(), rules);
    expect(await readResults(folder, "2026-11-24T08:55:00Z")).toHaveLength(1);
    expect(await readResults(folder, "2026-11-24T08:55:01Z")).toHaveLength(0);
  });

  it("are none where nothing was measured", async () => {
    expect(await readResults(folder)).toEqual([]);
  });

  it("keep the record that took them", async () => {
    const { id } = await saveResults(folder, results(), rules);
    await saveResults(folder, results({ takenAt: "2026-11-24T10:00:00.000Z" }), rules);
    await markResultsTaken(folder, [id, "one-that-is-gone", "../../outside"], "2026-11-24-a-ship");
    expect((await readResults(folder)).map(({ takenBy }) => takenBy)).toEqual(["2026-11-24-a-ship", null]);
  });

  it("are masked before they reach the disk", async () => {
    const secret = "correct-horse-battery";
    const details = { failing: [`login ${secret}`, "other"], shape: `Scan ${secret}`, errors: [{ reason: `said ${secret}`, count: 2 }, { reason: "exit 3", count: 1 }] };
    const metrics = [asMeasured("tests", yielded(`failed ${secret}`, "", { stratum: secret, details }), circumstances)];
    const file = join(folder, "saved.json");
    const { id, results: kept } = await saveResults(folder, results({ metrics }), rules, file);
    const text = readFileSync(join(folder, "results", `${id}.json`), "utf8");
    expect(text).not.toContain(secret);
    expect(readFileSync(file, "utf8")).toBe(text);
    expect((await readResults(folder))[0]).toEqual({ kind: "shipnote-results", ...kept, id });
    expect(kept.metrics[0]).toMatchObject({ metric: "failed [masked]", stratum: "[masked]" });
    expect(kept.metrics[0]?.measurement.details).toEqual({
      failing: ["login [masked]", "other"], shape: "Scan [masked]", errors: [{ reason: "said [masked]", count: 2 }, { reason: "exit 3", count: 1 }],
    });
  });

  it("keep names apart that only masking made equal, in an order of their own", async () => {
    // GitHub's tokens, whose masks are all alike.
    const [one, two] = ["ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8", "ghp_z1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"];
    const series = (check: string, token: string, stratum: string | null = null) => asMeasured(check, yielded(`hits{token=${token}}`, "", { value: 1, stratum }), circumstances);
    const failing = (...names: string[]) => asMeasured("tests", yielded("failed", "", { value: names.length, details: { failing: names } }), circumstances);
    const names = async (...metrics: Results["metrics"]): Promise<unknown> =>
      (await maskResults(results({ metrics }), rules)).metrics.map(({ metric, measurement }) => measurement.details.failing ?? metric);
    const masked = "hits{token=[masked]";
    expect(await names(series("a", one), series("a", two), series("b", two))).toEqual([masked, `${masked} #2`, masked]);
    expect(await names(series("a", two, "x"), series("a", one), series("a", two, "y"))).toEqual([`${masked} #2`, masked, `${masked} #2`]);
    expect(await names(failing(`t ${two}`, "t [masked]", "t [masked] #2", `t ${one}`))).toEqual([["t [masked] #4", "t [masked]", "t [masked] #2", "t [masked] #3"]]);
  });

  it("that are damaged are named", async () => {
    const { id } = await saveResults(folder, results(), rules);
    writeFileSync(join(folder, "results", `${id}.json`), '{"version": 1, "side');
    await expect(readResults(folder)).rejects.toMatchObject({ code: "results-invalid", message: expect.stringContaining(id) });
  });

  it("are whole for whoever reads while others write", async () => {
    const { id } = await saveResults(folder, results(), rules);
    const marks = Array.from({ length: 30 }, (_, place) => markResultsTaken(folder, [id], `2026-11-24-ship-${place}`));
    const reads = Array.from({ length: 30 }, async () => readResults(folder));
    await Promise.all(marks);
    expect((await Promise.all(reads)).every((list) => list.length === 1)).toBe(true);
    expect(readdirSync(join(folder, "results"))).toEqual([`${id}.json`]);
  });
});

describe("results in a file", () => {
  const here = "root:11 origin:22";

  it("travel between machines, and say what they are", async () => {
    const path = join(folder, "deep", "before.json");
    await saveResults(folder, results(), rules, path);
    expect(readFileSync(path, "utf8")).toMatch(/^\{\n {2}"kind": "shipnote-results",\n {2}"version": 1,\n {2}"side": "before",\n/);
    expect(await readResultsFile(path, here)).toEqual({ kind: "shipnote-results", ...results() });
  });

  it("are written also where the git directory cannot take them, and the other way round", async () => {
    const blocked = join(folder, "blocked");
    writeFileSync(blocked, "");
    const path = join(folder, "before.json");
    await expect(saveResults(blocked, results(), rules, path)).rejects.toMatchObject({ code: "not-writable" });
    expect(await readResultsFile(path, here)).toMatchObject(results());
    await expect(saveResults(folder, results(), rules, join(blocked, "x.json"))).rejects.toMatchObject({ code: "not-writable", message: expect.stringContaining("x.json") });
    expect(await readResults(folder)).toHaveLength(1);
  });

  it("have their place looked at before anything is measured", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => requireSavable(join(folder, "new", "deep", "x.json"))).not.toThrow();
    expect(() => requireSavable(join(folder, "file"))).not.toThrow();
    for (const path of [folder, join(folder, "file", "x.json")]) expect(() => requireSavable(path)).toThrow(/could not be written/);
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  it.each<[string, string | null, RegExp]>([
    ["missing", null, /There is no file .*file\.json\.$/],
    ["empty", " \n", /file\.json is empty\.$/],
    ["truncated", JSON.stringify(results()).slice(0, 200), /damaged/],
    ["of another shape", '{"version":1}', /holds no results/],
    ["no object", "[]", /holds no results/],
    ["from a newer version", JSON.stringify({ ...results(), version: 2 }), /newer shipnote \(version 2\)/],
    ["of another repository", JSON.stringify(results({ repository: "root:99 origin:98" })), /another repository/],
    ["of another kind", JSON.stringify({ ...results(), kind: "shipnote-comparison" }), /holds no results: kind/],
    ["with a number that is none", JSON.stringify(results()).replace('"value":1', '"value":"1"'), /holds no results: metrics\.0\.measurement\.value/],
  ])("are refused: %s", async (_, text, message) => {
    const path = join(folder, "file.json");
    if (text !== null) writeFileSync(path, text);
    await expect(readResultsFile(path, here)).rejects.toMatchObject({ code: "results-invalid", message: expect.stringMatching(message) });
  });

  it("are refused: a folder", async () => {
    await expect(readResultsFile(folder, here)).rejects.toMatchObject({ code: "results-invalid", message: `${folder} is a folder.` });
  });

  it("keep what a later version added", async () => {
    const path = join(folder, "file.json");
    writeFileSync(path, JSON.stringify({ ...results(), extra: { of: "tomorrow" } }));
    expect(await readResultsFile(path, here)).toMatchObject({ extra: { of: "tomorrow" } });
  });
});

describe("sameRepository", () => {
  it.each([
    ["root:1 origin:2", "root:1 origin:2", true],
    ["root:1 origin:2", "root:1 origin:3", true], // a fork
    ["root:1 origin:2", "origin:2", true], // a shallow clone
    ["root:1 origin:2", "root:3 origin:4", false],
    ["root:1", "root:2", false],
    ["root:1", "origin:2", true], // nothing speaks against it
    ["", "root:1", true],
  ])("%s and %s: %s", (one, other, expected) => {
    expect(sameRepository(one, other)).toBe(expected);
    expect(sameRepository(other, one)).toBe(expected);
  });
});
