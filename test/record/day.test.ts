import { expect, it } from "vitest";
import { isDay } from "../../src/record/day.ts";

it.each([
  ["2026-11-24", true], ["2024-02-29", true], ["2026-02-29", false], ["2026-02-30", false], ["2026-04-31", false], ["2026-13-01", false],
  ["2026-11-00", false], ["2026-11-24T00:00Z", false], ["24.11.2026", false], ["", false],
])("%j: %s", (text, expected) => {
  expect(isDay(text)).toBe(expected);
});
