import { describe, expect, it } from "vitest";
import { asMeasured, median, yielded } from "../../src/record/yielded.ts";
import { measuredMetric } from "../../src/record/schema.ts";

describe("median", () => {
  it.each<[number[], number | null]>([
    [[], null], [[3], 3], [[2, 1], 1.5], [[9, 1, 5], 5], [[10, 9, 100, 1], 9.5], [[0.1, 0.2], 0.15000000000000002], [[-0], 0], [[1.7e308, 1.7e308], 1.7e308],
  ])("of %j is %j", (samples, expected) => {
    expect(median(samples)).toBe(expected);
  });
});

describe("asMeasured", () => {
  const nowhere = { takenAt: null, commit: null, machine: null, checkDigest: null };
  it.each([
    ["samples", { samples: [3, 1, 2], rounds: [1, 2, 3] }, { value: 2, count: 3, events: null }],
    ["a rate", { rate: { events: 1, count: 4 } }, { value: 0.25, count: 4, events: 1 }],
    ["a rate of nothing", { rate: { events: 0, count: 0 } }, { value: null, count: 0, events: 0 }],
    ["a plain value", { value: 7 }, { value: 7, count: null, events: null }],
    ["nothing", {}, { value: null, count: null, events: null }],
  ])("%s", (_, known, expected) => {
    const made = asMeasured("c", yielded("m", "ms", known), nowhere);
    expect(made.measurement).toMatchObject(expected);
    expect(measuredMetric.safeParse(made).success).toBe(true);
  });
});
