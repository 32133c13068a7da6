import { describe, expect, it } from "vitest";
import { type MeasuredRecord, type MeasurementSources, gatherMeasurements } from "../../src/gather/measurements.ts";
import type { MeasuredMetric, Metric } from "../../src/record/schema.ts";
import { asMeasured, yielded } from "../../src/record/yielded.ts";
import type { KeptResults } from "../../src/state/measurements.ts";

/** An instant of the day of the ship: `at("09:12")`. */
const at = (time: string): string => `2026-11-24T${time}:00Z`;

function measured(check: string, value: number, takenAt: string | null, metric = "m"): MeasuredMetric {
  return asMeasured(check, yielded(metric, "", { value, better: "lower" }), { takenAt, commit: null, machine: null, checkDigest: null });
}

function kept(side: "before" | "after", time: string, values: Record<string, number>, known: Partial<KeptResults> = {}): KeptResults {
  const takenAt = at(time);
  return {
    version: 1, side, environment: "production", component: null, takenAt, commit: null, machine: null, repository: "", takenBy: null,
    id: `${side}-${time}`, metrics: Object.entries(values).map(([check, value]) => measured(check, value, takenAt)), ...known,
  };
}

const record = (id: string, recordedAt: string, metrics: Metric[]): MeasuredRecord => ({ id, recordedAt: at(recordedAt), metrics });

function metricOf(check: string, before: MeasuredMetric | null, after: MeasuredMetric | null, known: Partial<Metric> = {}): Metric {
  return {
    source: "before-after", check, metric: "m", stratum: null, unit: "", better: "lower", tolerance: 2,
    before: before?.measurement ?? null, after: after?.measurement ?? null, comparison: null, ...known,
  };
}

function gather(known: Partial<MeasurementSources>): { shown: unknown[]; metrics: Metric[]; taken: string[] } {
  const found = gatherMeasurements({
    environment: "production", component: null, kept: [], previous: null, standing: null, shippedAt: at("09:12"), shippedAtSource: "commit",
    deployEnd: null, toCommittedAt: at("09:00"), nextShippedAt: null, commitsBefore: new Set(), baseline: null, results: null, files: { before: [], after: [] },
    judgement: { alpha: 0.01, tolerance: { value: 2, percent: true } }, ...known,
  });
  const shown = found.metrics.map(({ check, before, after, comparison }) =>
    [check, before?.carried ? `carried ${before.value}` : (before?.value ?? null), after?.value ?? null, comparison?.verdict ?? null]);
  return { ...found, shown };
}

const previous = record("2026-11-23-p", "08:00", [metricOf("page", measured("page", 50, at("07:00")), measured("page", 60, at("07:30")))]);
const deploy = { shippedAtSource: "deploy", shippedAt: at("09:12"), deployEnd: at("09:12") } as const;

const commitsBefore = new Set(["a".repeat(40)]);
/** What `before --rev` kept. */
const laidOut = (time: string, value: number, commit = "a".repeat(40)): KeptResults => kept("before", time, { page: value }, { laidOut: true, commit });

describe("a new record's before", () => {
  it.each<[string, Partial<MeasurementSources>, unknown]>([
    ["is the newest result", { kept: [kept("before", "08:30", { page: 1 }), kept("before", "08:40", { page: 2 })] }, ["page", 2, null, null]],
    ["whatever the order of the files", { kept: [kept("before", "08:40", { page: 2 }), kept("before", "08:30", { page: 1 })] }, ["page", 2, null, null]],
    ["is later than the previous record", { previous, kept: [kept("before", "07:59", { page: 1 })] }, ["page", "carried 60", null, null]],
    ["may be earlier where there is no previous record", { kept: [kept("before", "07:59", { page: 1 })] }, ["page", 1, null, null]],
    ["is earlier than a deploy", { ...deploy, previous, kept: [kept("before", "09:13", { page: 1 }), kept("before", "09:11", { page: 2 })] }, ["page", 2, null, null]],
    ["is later than a deploy where an older commit was laid out for it", { ...deploy, previous, commitsBefore, kept: [laidOut("09:30", 3)] }, ["page", 3, null, null]],
    ["is not of the ship itself, laid out", { ...deploy, previous, commitsBefore, kept: [laidOut("09:30", 3, "b".repeat(40))] }, ["page", "carried 60", null, null]],
    ["is not of an older commit that was at hand after a deploy", { ...deploy, previous, commitsBefore, kept: [{ ...laidOut("09:30", 3), laidOut: false }] }, ["page", "carried 60", null, null]],
    ["is later than the previous record, also laid out", { ...deploy, previous, commitsBefore, kept: [laidOut("07:59", 3)] }, ["page", "carried 60", null, null]],
    ["may be later than a commit", { kept: [kept("before", "09:13", { page: 1 })] }, ["page", 1, null, null]],
    ["is not taken by another record", { previous, kept: [kept("before", "08:30", { page: 1 }, { takenBy: "2026-11-20-other" })] }, ["page", "carried 60", null, null]],
    ["is of this environment", { previous, kept: [kept("before", "08:30", { page: 1 }, { environment: "staging" })] }, ["page", "carried 60", null, null]],
    ["is of this component", { previous, kept: [kept("before", "08:30", { page: 1 }, { component: "api" })] }, ["page", "carried 60", null, null]],
    ["is another's where the ship is of a component", { component: "api", kept: [kept("before", "08:30", { page: 1 }, { component: "api" })] }, ["page", 1, null, null]],
    ["is carried over from the previous after", { previous }, ["page", "carried 60", null, null]],
  ])("%s", (_, known, expected) => {
    expect(gather(known).shown).toEqual([expected]);
  });

  it("is chosen check by check", () => {
    expect(gather({ previous, kept: [kept("before", "08:20", { page: 1, tests: 2 }), kept("before", "08:30", { tests: 3 })] }).shown)
      .toEqual([["page", 1, null, null], ["tests", 3, null, null]]);
  });

  it("is not carried over from a compare", () => {
    const compared = record("2026-11-23-p", "08:00", [metricOf("page", null, measured("page", 60, at("07:30")), { source: "compare" })]);
    expect(gather({ previous: compared }).shown).toEqual([]);
  });
});

describe("a new record's after", () => {
  const before = kept("before", "08:30", { page: 100 });
  it.each<[string, Partial<MeasurementSources>, unknown]>([
    ["is the newest result", { kept: [before, kept("after", "09:20", { page: 90 }), kept("after", "09:30", { page: 80 })] }, ["page", 100, 80, "improved"]],
    ["is later than the deploy's end", { ...deploy, kept: [before, kept("after", "09:11", { page: 90 })] }, ["page", 100, null, null]],
    ["is later than the commit, without a deploy", { kept: [before, kept("after", "08:59", { page: 90 })] }, ["page", 100, null, null]],
    ["is later than its before", { kept: [kept("before", "09:30", { page: 100 }), kept("after", "09:20", { page: 90 })] }, ["page", 100, null, null]],
    ["may be earlier than its before where that was laid out for it", { ...deploy, commitsBefore, kept: [laidOut("09:40", 100), kept("after", "09:20", { page: 90 })] }, ["page", 100, 90, "improved"]],
    ["is later than the previous record", { previous, toCommittedAt: at("07:00"), kept: [kept("after", "07:50", { page: 90 })] }, ["page", "carried 60", null, null]],
    ["is compared with a carried before", { previous, kept: [kept("after", "09:20", { page: 90 })] }, ["page", "carried 60", 90, "regressed"]],
    ["stands alone where nothing was measured before", { kept: [kept("after", "09:20", { page: 90 })] }, ["page", null, 90, null]],
    ["is earlier than the next ship", { nextShippedAt: at("10:00"), kept: [before, kept("after", "09:20", { page: 90 }), kept("after", "10:30", { page: 70 })] }, ["page", 100, 90, "improved"]],
  ])("%s", (_, known, expected) => {
    expect(gather(known).shown).toEqual([expected]);
  });

  it("says which results were taken, and only those", () => {
    const { taken } = gather({ kept: [kept("before", "08:20", { page: 1 }), before, kept("after", "09:20", { page: 90 }), kept("after", "08:00", { page: 3 })] });
    expect(taken).toEqual(["before-08:30", "after-09:20"]);
  });

  it("tells a metric that is new or gone from a check that was not run", () => {
    const [one, two] = [kept("before", "08:30", {}), kept("after", "09:20", {})];
    one.metrics = [measured("page", 1, one.takenAt, "old"), measured("page", 1, one.takenAt, "same"), measured("tests", 1, one.takenAt)];
    two.metrics = [measured("page", 1, two.takenAt, "same"), measured("page", 1, two.takenAt, "fresh")];
    expect(gather({ kept: [one, two] }).metrics.map(({ check, metric, comparison }) => [check, metric, comparison?.verdict ?? null])).toEqual([
      ["page", "same", "unchanged"], ["page", "fresh", "new"], ["page", "old", "gone"], ["tests", "m", null],
    ]);
  });
});

describe("files", () => {
  const both = [kept("before", "08:30", { page: 1, tests: 1 }), kept("after", "09:20", { page: 1, tests: 1 })];
  it("beat what was kept, check by check", () => {
    const found = gather({ kept: both, files: { before: [measured("page", 7, null)], after: [measured("page", 8, null)] } });
    expect(found.shown).toEqual([["page", 7, 8, "regressed"], ["tests", 1, 1, "unchanged"]]);
    expect(found.metrics.map(({ source }) => source)).toEqual(["file", "before-after"]);
  });

  it("of results beat what was kept, whenever they were taken", () => {
    const found = gather({ kept: both, baseline: kept("before", "05:00", { page: 5 }), results: kept("after", "06:00", { page: 6 }) });
    expect(found.shown).toEqual([["page", 5, 6, "regressed"], ["tests", 1, 1, "unchanged"]]);
  });

  it("make a record without any configuration", () => {
    expect(gather({ files: { before: [measured("size", 100, null)], after: [measured("size", 100, null)] } }).shown).toEqual([["size", 100, 100, "unchanged"]]);
  });
});

describe("a record that is brought up to date", () => {
  const first = { kept: [kept("before", "08:30", { page: 100 }), kept("after", "09:20", { page: 90 })] };
  const id = "2026-11-24-s";
  const standing = record(id, "09:25", gather(first).metrics);

  it("stays as it is where nothing is new", () => {
    const taken = first.kept.map((results) => ({ ...results, takenBy: id }));
    expect(gather({ standing, kept: taken }).metrics).toEqual(standing.metrics);
    expect(gather({ standing, kept: taken }).taken).toEqual(["before-08:30", "after-09:20"]);
  });

  it("drops nothing where the git directory is empty", () => {
    expect(gather({ standing, kept: [] }).metrics).toEqual(standing.metrics);
    expect(gather({ standing, previous, kept: [] }).metrics).toEqual(standing.metrics);
  });

  it("takes a later after in place of the earlier one, whole", () => {
    const later = kept("after", "09:40", {});
    later.metrics = [measured("page", 70, later.takenAt, "other")];
    expect(gather({ standing, kept: [later] }).metrics.map(({ metric, comparison }) => [metric, comparison?.verdict])).toEqual([["other", "new"], ["m", "gone"]]);
  });

  it("takes no earlier after", () => {
    expect(gather({ standing, kept: [kept("after", "09:15", { page: 70 })] }).shown).toEqual([["page", 100, 90, "improved"]]);
  });

  it("leaves a before that was measured after it was written to the next ship", () => {
    const next = kept("before", "09:50", { page: 90, tests: 1 });
    const found = gather({ standing, kept: [next] });
    expect(found.shown).toEqual([["page", 100, 90, "improved"]]);
    expect(found.taken).toEqual([]);
  });

  it("takes a before that was measured after it was written, of an older commit that was laid out for it", () => {
    const without = record(id, "09:25", gather({ kept: [kept("after", "09:20", { page: 90 })] }).metrics);
    const found = gather({ standing: without, commitsBefore, kept: [laidOut("09:50", 100)] });
    expect(found.shown).toEqual([["page", 100, 90, "improved"]]);
    expect(found.taken).toEqual(["before-09:50"]);
    expect(gather({ standing, commitsBefore, kept: [laidOut("09:50", 80)] }).shown).toEqual([["page", 80, 90, "regressed"]]);
    expect(gather({ standing: without, kept: [laidOut("09:50", 100)] }).shown).toEqual([["page", null, 90, null]]);
  });

  it("takes a check that it did not have", () => {
    expect(gather({ standing, kept: [kept("after", "09:40", { tests: 3 })] }).shown).toEqual([["page", 100, 90, "improved"], ["tests", null, 3, null]]);
  });

  it("takes a before between its writing and a later deploy", () => {
    const early = record(id, "08:50", [metricOf("page", measured("page", 100, at("08:30")), null)]);
    expect(gather({ ...deploy, standing: early, kept: [kept("before", "09:05", { page: 99 })] }).shown).toEqual([["page", 99, null, null]]);
  });

  it("keeps its before where a later one would be later than its after", () => {
    const all = { ...deploy, shippedAt: at("10:00"), deployEnd: at("10:00"), standing };
    expect(gather({ ...all, kept: [kept("before", "09:40", { page: 99 })] }).shown).toEqual([["page", 100, 90, "improved"]]);
  });

  it("keeps what files gave until something later was measured", () => {
    const fromFiles = record(id, "09:25", gather({ files: { before: [measured("page", 7, null)], after: [measured("page", 8, null)] } }).metrics);
    expect(gather({ standing: fromFiles, kept: [kept("after", "09:20", { page: 1 })] }).metrics).toEqual(fromFiles.metrics);
    expect(gather({ standing: fromFiles, kept: [kept("after", "09:30", { page: 1 })] }).shown).toEqual([["page", 7, 1, "improved"]]);
  });

  it("leaves what compare found to those who know of it: it is neither a before nor an after", () => {
    const compared = metricOf("page", measured("page", 1, at("09:30")), measured("page", 2, at("09:30")), { source: "compare" });
    const alone = metricOf("other", null, measured("other", 3, at("09:30")), { source: "compare" });
    const both = record(id, "09:25", [compared, alone, ...standing.metrics]);
    expect(gather({ standing: both, kept: [kept("after", "09:40", { page: 70 })] }).shown).toEqual([["page", 100, 70, "improved"]]);
    expect(gather({ standing: both, kept: [] }).metrics).toEqual(standing.metrics);
    expect(gather({ previous: both, kept: [] }).shown).toEqual([["page", "carried 90", null, null]]);
  });

  it("keeps a carried before, and leaves it for a real one", () => {
    const carried = record(id, "09:25", gather({ previous, kept: [kept("after", "09:20", { page: 90 })] }).metrics);
    expect(gather({ standing: carried, previous, kept: [] }).metrics).toEqual(carried.metrics);
    expect(gather({ standing: carried, previous: null, kept: [] }).metrics).toEqual(carried.metrics);
    expect(gather({ standing: carried, previous, kept: [kept("before", "08:45", { page: 95 })] }).shown).toEqual([["page", 95, 90, "improved"]]);
  });
});

describe("rates", () => {
  const rated = (side: "before" | "after", time: string, events: Record<string, number>): KeptResults => ({
    ...kept(side, time, {}),
    metrics: Object.entries(events).map(([check, count]) =>
      asMeasured(check, yielded("error-rate", "ratio", { rate: { events: count, count: 10 }, better: "lower" }), { takenAt: at(time), commit: null, machine: null, checkDigest: null })),
  });
  const judged = (metrics: Metric[]): unknown[] => metrics.map(({ comparison }) => [comparison?.verdict, Number(comparison?.pAdjusted?.toPrecision(3))]);
  const both = { kept: [rated("before", "08:30", { a: 0, b: 0, c: 0, d: 0 }), rated("after", "09:20", { a: 7, b: 10, c: 0, d: 1 })] };

  it("are adjusted to one another over all checks", () => {
    // 7 of 10: p = 0.0031, three that are no smaller; 10 of 10: 0.0000108, four.
    expect(judged(gather(both).metrics)).toEqual([["regressed", 0.00929], ["regressed", 0.0000433], ["unclear", 1], ["unclear", 1]]);
  });

  it("stand as they were judged until one is measured again", () => {
    const standing = record("2026-11-24-s", "09:25", gather(both).metrics);
    const stricter = { alpha: 0.001, tolerance: { value: 2, percent: true } };
    expect(gather({ standing, judgement: stricter }).metrics).toEqual(standing.metrics);
    const again = gather({ standing, kept: [rated("after", "09:40", { d: 9 })] }).metrics;
    // 9 of 10: p = 0.000119, three.
    expect(judged(again)).toEqual([["regressed", 0.00619], ["regressed", 0.0000433], ["unclear", 1], ["regressed", 0.000357]]);
  });
});
