import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordId, recordPaths, slug } from "../../src/record/id.ts";

describe("slug", () => {
  it.each([
    ["Cache article lookups", "cache-article-lookups"],
    ["  fix(api): Größe & Ångström — 50 % faster!  ", "fix-api-gro-e-angstrom-50-faster"],
    ["Déjà vu", "deja-vu"],
    ["ﬁne ligature ①", "fine-ligature-1"],
    ["日本語", ""],
    ["../../etc/passwd", "etc-passwd"],
    ["---", ""],
  ])("%j becomes %j", (title, expected) => {
    expect(slug(title)).toBe(expected);
  });

  it("is cut at a word's end within 80 bytes", () => {
    const title = `${"abcdefghi ".repeat(7)}abcdefghij tail`;
    expect(slug(title)).toBe("abcdefghi-abcdefghi-abcdefghi-abcdefghi-abcdefghi-abcdefghi-abcdefghi-abcdefghij".slice(0, 80));
    expect(slug(`${"abcdefghi ".repeat(7)}abcdefghijk`)).toBe("abcdefghi-".repeat(7).slice(0, -1));
    expect(slug("x".repeat(200))).toBe("x".repeat(80));
  });

  it("never holds anything but a-z, 0-9 and single dashes inside", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (title) => {
      expect(slug(title)).toMatch(/^(?:[a-z0-9]+(?:-[a-z0-9]+)*)?$/);
      expect(slug(title).length).toBeLessThanOrEqual(80);
    }));
  });
});

describe("recordId", () => {
  const to = "8b7e4105c3aa8b7e4105c3aa8b7e4105c3aa8b7e";

  it("is the UTC day and the slug", () => {
    expect(recordId("Cache it", "2026-11-24T23:59:59Z", to, () => false)).toBe("2026-11-24-cache-it");
  });

  it("takes the first eight digits of `to` where the title leaves nothing", () => {
    expect(recordId("日本語", "2026-11-24T09:00:00Z", to, () => false)).toBe("2026-11-24-8b7e4105");
  });

  it("counts up where an id stands for another ship", () => {
    const taken = new Set(["2026-11-24-cache-it", "2026-11-24-cache-it-2"]);
    expect(recordId("Cache it", "2026-11-24T09:00:00Z", to, (id) => taken.has(id))).toBe("2026-11-24-cache-it-3");
  });

  it("puts its files under the year", () => {
    expect(recordPaths("2026-11-24-cache-it")).toEqual({
      markdown: "2026/2026-11-24-cache-it.md",
      facts: "2026/2026-11-24-cache-it/record.json",
      outcome: "2026/2026-11-24-cache-it/outcome.json",
      folder: "2026/2026-11-24-cache-it",
    });
  });
});
