import { array, assert, asyncProperty } from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { markedRegion } from "../../src/document/markers.ts";
import { findRegions } from "../../src/document/regions.ts";
import type { ChangeRecord } from "../../src/record/schema.ts";
import { renderRegions } from "../../src/render/regions.ts";
import { loadTemplates, type Templates } from "../../src/render/templates.ts";
import { full } from "../render/ships.ts";
import { alive, rendered, tags } from "./rendered.ts";
import { hostile } from "./strings.ts";

let templates: Templates;
beforeAll(async () => {
  templates = await loadTemplates({});
});

/** Strings of a record that are ours: words of the schema, ids, times and digests. */
const ours = new Set([
  "version", "id", "direction", "recordedAt", "shippedAt", "shippedAtSource", "kind", "kindSource", "source", "sha", "date", "committedAt",
  "status", "state", "startedAt", "endedAt", "takenAt", "commit", "verdict", "from", "to", "toTree", "patchId", "against", "before", "after", "better",
  "sha256", "reverts", "by", "strategy", "url", "fingerprint", "remediates", "ci", "unit", "stratum",
]);

/** A record of the same shape with each of the strings that others wrote replaced. */
function replaced(value: unknown, next: () => string, key = ""): unknown {
  if (typeof value === "string") return ours.has(key) ? value : `x ${next()}`;
  if (Array.isArray(value)) return value.map((item: unknown) => replaced(item, next, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replaced(inner, next, name)]));
}

/** The tags of a rendered region, but for inline code and the words of pictures, each of which is a plot of ours. */
function frame(markdown: string): string {
  return tags(rendered(markdown)).filter((tag) => tag !== "<code>" && tag !== "</code>")
    .map((tag) => tag.replace(/^<img src="2026-03-04-keep-baskets-in-the-store\/[a-z0-9-]+\.svg" alt="[^"]*" \/>$/, "<img>")).join("\n");
}

describe("a record of hostile strings", () => {
  it("renders to the elements, attributes and links of a harmless one, region by region, and to six regions", () => {
    return assert(asyncProperty(array(hostile, { minLength: 40, maxLength: 60 }), async (strings) => {
      let at = 0;
      const next = () => strings[at++ % strings.length] ?? "";
      const record = replaced(full, next) as ChangeRecord;
      const harmless = replaced(full, () => "word") as ChangeRecord;
      // Authors tell bots from people, names tell commits apart: these stay what they are.
      record.contributors = full.contributors;
      harmless.contributors = full.contributors;
      const paths = (each: ChangeRecord) => each.files.forEach((file, place) => Object.assign(file, { status: full.files[place]?.status, kind: "submodule" }));
      [record, harmless].forEach(paths);
      // A note stands in its row or below the table by its length and whether others are the same.
      const notes = (each: ChangeRecord, word: () => string) => each.metrics.forEach(({ comparison }, place) => {
        if (comparison !== null) comparison.notes = comparison.notes.map(() => `for metric ${place}, too long to have any room in a row of the table: ${word()}`);
      });
      notes(record, next);
      notes(harmless, () => "word");
      const bad = renderRegions(record, { expected: null }, templates);
      const good = renderRegions(harmless, { expected: null }, templates);
      for (const [name, markdown] of Object.entries(bad)) {
        expect(frame(markdown)).toBe(frame(good[name as keyof typeof good]));
        expect(alive(rendered(markdown)).filter((found) => !/^:\/\/$/.test(found))).toEqual([]);
      }
      const whole = Object.entries(bad).map(([name, markdown]) => markedRegion(name, markdown)).join("\n\n");
      expect((await findRegions(whole)).map(({ name, text }) => ({ name, text }))).toEqual(Object.entries(bad).map(([name, text]) => ({ name, text })));
    }), { numRuns: 150, seed: 12 });
  }, 120_000);
});
