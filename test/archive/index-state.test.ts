import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { hasIndex, isIndexStale } from "../../src/archive/index-state.ts";

let notes: string;
beforeEach(() => {
  notes = mkdtempSync(join(tmpdir(), "shipnote-notes-"));
  mkdirSync(join(notes, "2026"));
});
afterEach(() => rmSync(notes, { recursive: true, force: true }));

const page = (path: string, ...ids: string[]): void =>
  writeFileSync(join(notes, path), `<!-- shipnote:index -->\n\n${ids.map((id) => `[x](${id}.md)`).join("\n")}\n\n<!-- /shipnote:index -->\n`);

it("is stale nowhere without an index", async () => {
  expect(await isIndexStale(notes, "2026-11-24-a")).toBe(false);
  writeFileSync(join(notes, "README.md"), "Our notes.\n");
  expect([await hasIndex(notes), await isIndexStale(notes, "2026-11-24-a")]).toEqual([false, false]);
});

it("is stale where the page of its year does not name a record", async () => {
  page("README.md", "2026/2026-11-24-b");
  expect(await isIndexStale(notes, "2026-11-24-a")).toBe(true);
  page("2026/README.md", "2026-11-24-b");
  expect(await isIndexStale(notes, "2026-11-24-a")).toBe(true);
});

it("is not stale for a record that is too old for the front page", async () => {
  page("README.md", "2026/2026-11-24-b");
  page("2026/README.md", "2026-11-24-b", "2026-01-02-a");
  expect(await isIndexStale(notes, "2026-01-02-a")).toBe(false);
});
