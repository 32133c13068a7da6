import { type Yielded, yielded } from "../record/yielded.ts";
import { failingDetails, shortName } from "./details.ts";

/** What a test runner counted. */
export interface TestRun {
  passed: number;
  failed: number;
  /** With those that are known to fail, or not yet written. */
  skipped: number;
  /** Names of those that failed, as {@link testName} makes them; not necessarily each once. */
  failing: string[];
  /** null where the report does not say. */
  milliseconds: number | null;
}

/** More names of failing tests than this are not kept. */
const mostNames = 10_000;

/** No run takes longer, in milliseconds (some thirty years): what says so is mistaken. */
const longestRun = 1e12;

export function emptyRun(): TestRun {
  return { passed: 0, failed: 0, skipped: 0, failing: [], milliseconds: null };
}

/** `cart > discount > takes a tenth`: the suites, then the test, as far as they have names. */
export function testName(parts: readonly string[]): string {
  return shortName(parts.filter((part) => part !== "").join(" > ")) || "a test without a name";
}

/** One time added to another; null where neither is known. */
export function addTimes(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : one + other;
}

/**
 * `passed`, `failed` and `skipped`, told apart exactly, of several runs the worst of each; `duration` in ms where the
 * report says it. One run of a suite
 * is one sample of its duration, not a value that the next run would give again.
 */
export function testMetrics({ passed, failed, skipped, failing, milliseconds }: TestRun): Yielded[] {
  const tolerance = { value: 0, percent: false };
  const counts = [
    yielded("passed", "", { value: passed, tolerance, ofRuns: "least" }),
    yielded("failed", "", { value: failed, better: "lower", tolerance, ofRuns: "most", details: failingDetails(failing, mostNames) }),
    yielded("skipped", "", { value: skipped, tolerance, ofRuns: "most" }),
  ];
  if (milliseconds === null || !(milliseconds <= longestRun)) return counts;
  return [...counts, yielded("duration", "ms", { better: "lower", samples: [Math.round(milliseconds * 1e3) / 1e3], rounds: [1] })];
}
