import { describe, expect, it } from "vitest";
import type { Measurement } from "../../src/record/schema.ts";
import { smallestChange } from "../../src/statistics/noise.ts";

const measured = (samples: readonly number[], value: number | null): Measurement => ({
  samples: [...samples], rounds: samples.map((_, at) => at + 1), value, count: samples.length, events: null, takenAt: null, commit: null, machine: null,
  checkDigest: null, carried: false, details: {},
});

describe("smallestChange", () => {
  const run = measured([100, 101, 102, 103], 101.5);

  it("is what the interval and the test together ask for, of the value before", () => {
    // Four rounds a side: of 70 arrangements one has U = 0, so the least and the greatest of the differences, -3 and 3,
    // are the ends of both intervals at 0.05; the interval has to pass the tolerance of 2 as well.
    expect(smallestChange(run, run, { alpha: 0.05, tolerance: 2 })).toEqual({ size: 5, share: 5 / 101.5 });
    expect(smallestChange(run, run, { alpha: 0.05, tolerance: 0 })).toEqual({ size: 3, share: 3 / 101.5 });
  });

  it("is one in the unit alone, where there is nothing to have a share of", () => {
    const zero = measured([-3, -1, 1, 3], 0);
    expect(smallestChange(zero, zero, { alpha: 0.05, tolerance: 0 })).toEqual({ size: 6, share: null });
  });

  it("is none where so few rounds show nothing", () => {
    expect(smallestChange(run, run, { alpha: 0.01, tolerance: 2 })).toBeNull();
    expect(smallestChange(measured([], 1), measured([], 1), { alpha: 0.05, tolerance: 0 })).toBeNull();
  });
});
