import { describe, expect, it } from "vitest";
import { assembleChecklist, type ChecklistFacts, defaultChecklist } from "../../src/record/checklist.ts";
import type { Command, Measurement, Metric } from "../../src/record/schema.ts";

const nothing: ChecklistFacts = { metrics: [], commands: [], watch: null, written: { why: false, expected: false, rollback: false } };

const command = (over: Partial<Command>): Command => ({
  id: "1", name: null, kind: "backup", kindSource: "flag", source: "captured", command: "pg_dump app", directory: ".", head: null,
  startedAt: "2026-11-24T09:01:40Z", durationMs: 100, state: "ended", exitCode: 0, signal: null, output: null, redactions: [], ...over,
});

const measurement = (value: number): Measurement => ({
  samples: [], rounds: [], value, count: null, events: null, takenAt: "2026-11-24T08:55:12Z", commit: null, machine: null,
  checkDigest: null, carried: false, details: {},
});

const metric = (name: string, before: number | null, after: number | null): Metric => ({
  source: "before-after", check: "tests", metric: name, stratum: null, unit: "tests", better: "none", tolerance: 0,
  before: before === null ? null : measurement(before), after: after === null ? null : measurement(after), comparison: null,
});

const items = (facts: ChecklistFacts) => assembleChecklist(defaultChecklist, facts, [], null);

describe("the default checklist", () => {
  it("stays open without evidence", () => {
    expect(items(nothing).map(({ done, evidence, by }) => ({ done, evidence, by }))).toEqual(
      defaultChecklist.map(() => ({ done: false, evidence: null, by: "evidence" })),
    );
  });

  it("ticks itself from evidence and names it", () => {
    const found = items({
      metrics: [metric("passed", 218, 224), metric("failed", 0, 0)],
      commands: [command({})],
      watch: { startedAt: "2026-11-24T09:13:00Z", endedAt: "2026-11-24T09:23:00Z", metrics: [], logs: [] },
      written: { why: true, expected: true, rollback: true },
    });
    expect(found.map(({ done, evidence }) => [done, evidence])).toEqual([
      [true, "08:55 UTC, 2 metrics"],
      [true, "`pg_dump app`, exit 0"],
      [true, "`tests`, 224 passed"],
      [true, "09:13 to 09:23 UTC"],
      [true, "why, expected result and rollback note are there"],
    ]);
  });

  it.each([
    ["a backup that failed", [command({ exitCode: 1 })]],
    ["a backup that was only said", [command({ source: "stated" })]],
    ["a backup that still runs", [command({ state: "running", exitCode: null })]],
    ["a deploy", [command({ kind: "deploy" })]],
  ])("does not take %s for a backup", (_case, commands) => {
    expect(items({ ...nothing, commands })[1]?.done).toBe(false);
  });

  it("does not take a test report with failures for a test", () => {
    expect(items({ ...nothing, metrics: [metric("passed", 10, 10), metric("failed", 0, 1)] })[2]?.done).toBe(false);
  });

  it("takes a test report that passed, whatever other reports say", () => {
    const failing = [metric("passed", 10, 10), metric("failed", 0, 1)].map((each) => ({ ...each, check: "e2e" }));
    expect(items({ ...nothing, metrics: [...failing, metric("passed", 10, 12), metric("failed", 0, 0)] })[2]?.evidence).toBe("`tests`, 12 passed");
  });

  it("knows no evidence for an item of people's own, whatever its name", () => {
    const [item] = assembleChecklist(["constructor"], nothing, [], null);
    expect(item).toMatchObject({ item: "constructor", done: false, evidence: null });
  });

  it("does not take half a final note for one", () => {
    expect(items({ ...nothing, written: { why: true, expected: true, rollback: false } })[4]?.done).toBe(false);
  });
});

describe("ticks by hand", () => {
  const open = items(nothing);
  const standing = open.map(({ item, done, note }) => ({ item, done, note, added: false }));

  it("stay when set", () => {
    const ticked = standing.map((item, place) => (place === 3 ? { ...item, done: true, note: "20 minutes, quiet" } : item));
    const next = assembleChecklist(defaultChecklist, nothing, open, ticked);
    expect(next[3]).toMatchObject({ done: true, by: "hand", note: "20 minutes, quiet", evidence: null });
    const again = assembleChecklist(defaultChecklist, nothing, next, ticked);
    expect(again).toEqual(next);
  });

  it("stay away when taken away, although evidence is there", () => {
    const facts = { ...nothing, commands: [command({})] };
    const ticked = items(facts);
    const undone = ticked.map(({ item, done, note }) => ({ item, done: item === "create a safe backup" ? false : done, note, added: false }));
    expect(assembleChecklist(defaultChecklist, facts, ticked, undone)[1]).toMatchObject({ done: false, by: "hand", evidence: "`pg_dump app`, exit 0" });
  });

  it("evidence that comes later ticks what nobody touched", () => {
    expect(assembleChecklist(defaultChecklist, { ...nothing, commands: [command({})] }, open, standing)[1]).toMatchObject({ done: true, by: "evidence" });
  });

  it("people's items stay below", () => {
    const next = assembleChecklist(defaultChecklist, nothing, open, [...standing, { item: "tell support", done: true, note: null, added: true }]);
    expect(next.at(-1)).toEqual({ item: "tell support", done: true, evidence: null, note: null, by: "person-item" });
    expect(next).toHaveLength(defaultChecklist.length + 1);
  });
});
