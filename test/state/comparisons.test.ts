import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { asMeasured, yielded } from "../../src/record/yielded.ts";
import { markComparisonsTaken, readComparisons, saveComparison, type SideBySide } from "../../src/state/comparisons.ts";

const [a, b] = ["a".repeat(40), "b".repeat(40)] as const;

function comparison(known: Partial<SideBySide> = {}): SideBySide {
  const { measurement, ...metric } = asMeasured("job", yielded("size", "bytes", { value: 1 }), { takenAt: "2026-11-24T08:55:00.120Z", commit: a, machine: null, checkDigest: null });
  return {
    version: 1, environment: null, component: null, takenAt: "2026-11-24T08:55:00.120Z", from: { commit: a, tree: b }, to: { commit: b, tree: a }, pairs: 15,
    metrics: [{ ...metric, source: "compare", tolerance: 0, before: measurement, after: null, comparison: null }], takenBy: null, ...known,
  };
}

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "shipnote-state-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("comparisons in the git directory", () => {
  it("are none where nothing was compared", async () => {
    expect(await readComparisons(folder)).toEqual([]);
  });

  it("come back as they went in, oldest first", async () => {
    const later = comparison({ takenAt: "2026-11-24T09:20:00.000Z", environment: "staging" });
    const second = saveComparison(folder, later);
    const first = saveComparison(folder, comparison());
    expect(await readComparisons(folder)).toEqual([{ ...comparison(), id: first }, { ...later, id: second }]);
    expect(readdirSync(join(folder, "comparisons")).every((name) => /^20261124T\d{6}-compare-[0-9a-f]{8}\.json$/.test(name))).toBe(true);
  });

  it("keep the record that took them", async () => {
    const id = saveComparison(folder, comparison());
    saveComparison(folder, comparison({ takenAt: "2026-11-24T10:00:00.000Z" }));
    await markComparisonsTaken(folder, [id, "one-that-is-gone", "../../outside"], "2026-11-24-a-ship");
    expect((await readComparisons(folder)).map(({ takenBy }) => takenBy)).toEqual(["2026-11-24-a-ship", null]);
  });

  it("keep what a later version added", async () => {
    saveComparison(folder, { ...comparison(), extra: { of: "tomorrow" } });
    expect((await readComparisons(folder))[0]).toMatchObject({ extra: { of: "tomorrow" } });
  });

  it.each<[string, string, RegExp]>([
    ["truncated", JSON.stringify(comparison()).slice(0, 200), /damaged/],
    ["empty", "", /damaged/],
    ["of another shape", '{"version":1}', /holds no comparison/],
    ["from a newer version", JSON.stringify({ ...comparison(), version: 2 }), /newer shipnote \(version 2\)/],
    ["with a pair that is none", JSON.stringify(comparison({ pairs: 0 })), /holds no comparison: pairs/],
  ])("are refused with their name: %s", async (_, text, message) => {
    const id = saveComparison(folder, comparison());
    writeFileSync(join(folder, "comparisons", `${id}.json`), text);
    await expect(readComparisons(folder)).rejects.toMatchObject({ code: "results-invalid", message: expect.stringMatching(message) });
    await expect(readComparisons(folder)).rejects.toMatchObject({ message: expect.stringContaining(id) });
  });
});
