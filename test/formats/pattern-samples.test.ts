import { describe, expect, it } from "vitest";
import { endsInTime } from "../../src/formats/pattern-samples.ts";

describe("endsInTime", () => {
  it.each([
    "(a+)+$", "^(\\w+\\s?)*$", "foo(bar|b[ar]+)*baz", "([a-zA-Z0-9_.-]+)*@example", "(?:[^\"]|\\\\.)*\"", "^(?<word>[A-Z]+)+_$",
  ])("sees that %s may never end", (pattern) => {
    expect(endsInTime(pattern)).toBe(false);
  });

  it.each([
    "ACME-[0-9]{8}", "OPS-[0-9]+", "\\b(ERROR|CRITICAL|Traceback)\\b", "rows=([0-9.]+)", "https?://[^\\s]+/(?:\\w+/)*\\w+\\.html", "[A-Z][A-Z0-9]+-\\d+", "", "^$",
    "\\p{Lu}+", "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}", "a{2,5}b*",
  ])("is content with %s", (pattern) => {
    expect(endsInTime(pattern)).toBe(true);
  });
});
