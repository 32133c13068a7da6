import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gatherComparisons, pairMetrics } from "../../src/gather/comparisons.ts";
import { treeWithoutNotes } from "../../src/gather/range-trees.ts";
import { openRepository, type Repository } from "../../src/git/repository.ts";
import { notesPaths } from "../../src/record/notes-paths.ts";
import type { MeasuredMetric, Metric, Range } from "../../src/record/schema.ts";
import { asMeasured, yielded } from "../../src/record/yielded.ts";
import type { KeptComparison } from "../../src/state/comparisons.ts";
import { type Fixture, makeRepository } from "../git-fixture.ts";

const notes = notesPaths("notes");
const id = "2026-11-24-s";
const at = (time: string): string => `2026-11-24T${time}:00Z`;
const judgement = { alpha: 0.01, tolerance: { value: 2, percent: true } };

let fixture: Fixture;
let repository: Repository;
let range: Range;
let trees: [string, string];

beforeEach(async () => {
  fixture = makeRepository();
  const from = fixture.commit("First", { "a.txt": "one\n", "notes/2026/README.md": "of the notes" });
  const to = fixture.commit("Second", { "a.txt": "two\n" });
  repository = await openRepository(fixture.directory, { named: true });
  const treeOf = treeWithoutNotes(repository, notes);
  trees = [await treeOf(from), await treeOf(to)];
  range = { from, to, toTree: trees[1], patchId: null, source: "flag" };
});
afterEach(() => fixture.remove());

function measured(check: string, value: number, takenAt = at("09:00")): MeasuredMetric {
  return asMeasured(check, yielded("m", "", { value, better: "lower" }), { takenAt, commit: null, machine: null, checkDigest: null });
}

function compared(time: string, values: Record<string, readonly [before: number, after: number]>): Metric[] {
  const side = (which: 0 | 1): MeasuredMetric[] => Object.entries(values).map(([check, pair]) => measured(check, pair[which], at(time)));
  return pairMetrics(side(0), side(1), judgement);
}

function kept(time: string, values: Record<string, readonly [number, number]>, known: Partial<KeptComparison> = {}): KeptComparison {
  const [fromTree, toTree] = trees;
  return {
    version: 1, id: `compare-${time}`, environment: null, component: null, takenAt: at(time), pairs: 15, takenBy: null,
    from: { commit: "a".repeat(40), tree: fromTree }, to: { commit: "b".repeat(40), tree: toTree }, metrics: compared(time, values), ...known,
  };
}

async function gather(list: readonly KeptComparison[], known: Partial<Parameters<typeof gatherComparisons>[2]> = {}): Promise<{ shown: unknown[]; taken: string[] }> {
  const { metrics, taken } = await gatherComparisons(repository, notes, { kept: list, environment: "production", component: null, standing: null, range, ...known });
  return { shown: metrics.map(({ source, check, before, after }) => [source, check, before?.value, after?.value]), taken };
}

describe("gatherComparisons", () => {
  const page = { page: [10, 20] } as const;

  it("takes a comparison of the range's two trees, whatever the commits were called", async () => {
    expect(await gather([kept("08:00", page)])).toEqual({ shown: [["compare", "page", 10, 20]], taken: ["compare-08:00"] });
  });

  it("takes the newest of each check", async () => {
    const list = [kept("08:00", { page: [1, 2], tests: [3, 4] }), kept("08:30", page), kept("07:00", { tests: [5, 6] })].sort((a, b) => (a.takenAt < b.takenAt ? -1 : 1));
    expect(await gather(list)).toEqual({ shown: [["compare", "page", 10, 20], ["compare", "tests", 3, 4]], taken: ["compare-08:00", "compare-08:30"] });
  });

  it.each<[string, () => KeptComparison]>([
    ["of another before", () => kept("08:00", page, { from: { commit: "a".repeat(40), tree: trees[1] } })],
    ["of another after", () => kept("08:00", page, { to: { commit: "b".repeat(40), tree: trees[0] } })],
    ["that another record has taken", () => kept("08:00", page, { takenBy: "2026-11-20-other" })],
    ["of another environment", () => kept("08:00", page, { environment: "staging" })],
    ["of another component", () => kept("08:00", page, { component: "api" })],
  ])("takes none %s", async (_, other) => {
    expect(await gather([other()])).toEqual({ shown: [], taken: [] });
  });

  it("takes one of this environment, and of this component", async () => {
    expect((await gather([kept("08:00", page, { environment: "production" })])).taken).toHaveLength(1);
    expect((await gather([kept("08:00", page, { component: "api" })], { component: "api" })).taken).toHaveLength(1);
  });

  it("has nothing for a ship without commits, or without a commit before it", async () => {
    expect(await gather([kept("08:00", page)], { range: null })).toEqual({ shown: [], taken: [] });
    expect(await gather([kept("08:00", page)], { range: { ...range, from: null } })).toEqual({ shown: [], taken: [] });
  });

  it("asks git nothing where nothing is kept", async () => {
    fixture.remove();
    expect(await gather([])).toEqual({ shown: [], taken: [] });
    await expect(gather([kept("08:00", page)])).rejects.toMatchObject({ code: "not-a-repository" });
  });

  describe("for a record that stands", () => {
    const stands = { id, recordedAt: at("09:25"), metrics: [] as Metric[] };
    beforeEach(() => {
      stands.metrics = [...compared("08:00", { page: [10, 20], tests: [1, 1] }), { ...compared("08:10", { page: [7, 7] })[0], source: "before-after" } as Metric];
    });

    it("drops nothing where the git directory is empty", async () => {
      expect(await gather([], { standing: stands })).toEqual({ shown: [["compare", "page", 10, 20], ["compare", "tests", 1, 1]], taken: [] });
      const other = kept("08:40", page, { takenBy: "2026-11-20-other" });
      expect((await gather([other], { standing: stands })).shown).toHaveLength(2);
    });

    it("keeps what it took, and takes what was compared later", async () => {
      const own = kept("08:00", { page: [10, 20], tests: [1, 1] }, { takenBy: id });
      expect(await gather([own], { standing: stands })).toEqual({ shown: [["compare", "page", 10, 20], ["compare", "tests", 1, 1]], taken: ["compare-08:00"] });
      const later = kept("09:40", { page: [10, 11] });
      expect(await gather([own, later], { standing: stands })).toEqual({ shown: [["compare", "page", 10, 11], ["compare", "tests", 1, 1]], taken: ["compare-08:00", "compare-09:40"] });
    });

    it("takes nothing that was compared earlier than what stands", async () => {
      expect(await gather([kept("07:00", page)], { standing: stands })).toEqual({ shown: [["compare", "page", 10, 20], ["compare", "tests", 1, 1]], taken: [] });
    });
  });
});

describe("pairMetrics", () => {
  it("joins both sides by check, metric and stratum; what one side has no answer of is told by neither", () => {
    const stratum = (name: string, value: number): MeasuredMetric => ({ ...measured("page", value), stratum: name });
    const metrics = pairMetrics([stratum("hit", 1), stratum("miss", 2)], [stratum("miss", 1), stratum("stale", 4)], judgement);
    expect(metrics.map(({ stratum, before, after, comparison, source }) => [source, stratum, before?.value ?? null, after?.value ?? null, comparison?.verdict])).toEqual([
      ["compare", "miss", 2, 1, "improved"], ["compare", "stale", null, 4, "not-enough-data"], ["compare", "hit", 1, null, "not-enough-data"],
    ]);
  });

  it("compares nothing of a check that one side holds nothing of", () => {
    const metrics = pairMetrics([measured("page", 1), measured("gone", 1)], [measured("page", 1), measured("fresh", 2)], judgement);
    expect(metrics.map(({ check, before, after, comparison }) => [check, before?.value ?? null, after?.value ?? null, comparison?.verdict ?? null])).toEqual([
      ["page", 1, 1, "unchanged"], ["fresh", null, 2, null], ["gone", 1, null, null],
    ]);
  });

  it("tells a small, steady difference of pairs from noise that both sides share", () => {
    // Pair n takes 100 + 40n ms before and 10 ms more after: apart the sides look alike, in pairs they do not.
    const samples = [...Array(15).keys()].map((pair) => 100 + 40 * pair);
    const timed = (values: number[]): MeasuredMetric =>
      asMeasured("job", yielded("duration", "ms", { samples: values, rounds: values.map((_, place) => place + 1), better: "lower" }), { takenAt: at("09:00"), commit: null, machine: null, checkDigest: null });
    const [metric] = pairMetrics([timed(samples)], [timed(samples.map((value, place) => value + 10 + (place % 3)))], { alpha: 0.01, tolerance: { value: 1, percent: true } });
    expect(metric?.comparison).toMatchObject({ verdict: "regressed", pValue: 2 / 2 ** 15 });
  });
});
