import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listRecords, readRecord, recordIds } from "../../src/archive/read.ts";

const sha = "1f3a9c24d0e71f3a9c24d0e71f3a9c24d0e71f3a";
const sha256 = "a".repeat(64);
let notes = "";

beforeEach(() => {
  notes = join(mkdtempSync(join(tmpdir(), "archive-")), "notes");
});
afterEach(() => rmSync(dirname(notes), { recursive: true }));

function fact(id: string, changed: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    version: 1, generator: { version: "0.1.0", templates: sha256, regions: {} }, id, title: `Title of ${id}`,
    recordedAt: `${id.slice(0, 10)}T10:00:00Z`, environment: "production", component: null, direction: "forward",
    remediates: null, promotion: null, shippedAt: `${id.slice(0, 10)}T09:00:00Z`, shippedAtSource: "commit",
    range: { from: null, to: sha, toTree: sha, patchId: null, source: "first" }, repository: null, owner: null,
    actor: { name: "Ada Osei", ci: null }, contributors: [], references: [], approvals: [], artifacts: [],
    verdict: "not-measured", notes: [], counts: { commits: 0, files: 0, ignored: 0, added: 0, deleted: 0 },
    commits: [], files: [], commands: [], metrics: [], watch: null,
    rollback: { strategy: "none", commands: [], hazards: [], applies: { status: "unknown", against: null, conflicts: [] }, rehearsal: null },
    checklist: [], exceptions: [], ...changed,
  };
}

function put(path: string, content: unknown): void {
  mkdirSync(dirname(join(notes, path)), { recursive: true });
  writeFileSync(join(notes, path), typeof content === "string" ? content : JSON.stringify(content));
}

const record = (id: string, changed: Record<string, unknown> = {}): void => put(`${id.slice(0, 4)}/${id}/record.json`, fact(id, changed));

describe("listRecords", () => {
  it("lists all, newest shippedAt first, then recordedAt, then id", () => {
    record("2025-12-31-old");
    record("2026-01-02-late", { shippedAt: "2025-01-01T00:00:00Z" });
    record("2026-01-03-a");
    record("2026-01-03-b");
    record("2026-01-03-c", { recordedAt: "2026-01-03T11:00:00Z" });
    const { rows, problems } = listRecords(notes, (found, path) => `${found.id} ${path.slice(notes.length)}`);
    expect(rows.map((row) => row.split(" ")[0])).toEqual(["2026-01-03-c", "2026-01-03-b", "2026-01-03-a", "2025-12-31-old", "2026-01-02-late"]);
    expect(rows[3]).toBe("2025-12-31-old /2025/2025-12-31-old/record.json");
    expect(problems).toEqual([]);
  });

  it("keeps what is selected and nothing else", () => {
    record("2026-01-01-a");
    record("2026-01-02-b");
    expect(listRecords(notes, (found) => found.id.endsWith("a") ? 1 : null).rows).toEqual([1]);
  });

  it("passes over what is no record", () => {
    put("README.md", "x");
    put("2026/README.md", "x");
    put("2026/2026-01-01-hand-written.md", "x");
    put("2026/2026-01-01-plots/a.svg", "x");
    put("2026/drafts/record.json", fact("2026-01-01-a"));
    put("2026/2025-01-01-other-year/record.json", fact("2025-01-01-other-year"));
    put("guides/2026-01-01-a/record.json", fact("2026-01-01-a"));
    expect(listRecords(notes, () => 1)).toEqual({ rows: [], problems: [] });
    expect(listRecords(join(notes, "none"), () => 1)).toEqual({ rows: [], problems: [] });
  });

  it.each([
    ["truncated", '{"version": 1, "id": "2026-01-01-a"', "record-invalid", /ends too early/],
    ["empty", "", "record-invalid", /empty/],
    ["broken", '{"version": 1,\n  secret}', "record-invalid", /line 2, column 3$/],
    ["a list", "[]", "record-invalid", /no JSON object/],
    ["null", "null", "record-invalid", /no JSON object/],
    ["newer", { version: 2 }, "record-newer", /version 2/],
    ["without a version", { id: "2026-01-01-a" }, "record-invalid", /`version`/],
    ["without an id", { version: 1 }, "record-invalid", /`id`/],
    ["for another id", fact("2026-01-01-b"), "record-invalid", /"2026-01-01-b", not of 2026-01-01-a/],
    ["incomplete", { version: 1, id: "2026-01-01-a", title: "x" }, "record-invalid", /lacks/],
    ["of a wrong type", fact("2026-01-01-a", { commits: {} }), "record-invalid", /lacks/],
  ])("reports a file that is %s, and lists the rest", async (_, content, code, message) => {
    put("2026/2026-01-01-a/record.json", content);
    record("2026-01-02-b");
    const { rows, problems } = listRecords(notes, (found) => found.id);
    expect(rows).toEqual(["2026-01-02-b"]);
    expect(problems).toEqual([{ path: join(notes, "2026/2026-01-01-a/record.json"), code, message: expect.stringMatching(message) }]);
    expect(problems[0]?.message).not.toContain("secret");
    await expect(readRecord(notes, "2026-01-01-a")).rejects.toMatchObject({ code, exitStatus: 3, message: expect.stringMatching(message.source.replace("$", "\\.$")) });
  });
});

describe("readRecord", () => {
  it("reads a record with its markdown and outcome, by id, by its beginning, and by path", async () => {
    record("2026-01-02-cache", { later: { key: 1 } });
    record("2026-01-02-cold");
    put("2026/2026-01-02-cache.md", "\uFEFF# T\r\n");
    put("2026/2026-01-02-cache/outcome.json", { version: 1, id: "2026-01-02-cache", outcome: "ok", at: "2026-01-03T00:00:00Z", reason: null });
    for (const named of ["2026-01-02-cache", "2026-01-02-ca", "notes/2026/2026-01-02-cache.md", "../x/2026-01-02-cache.md", "notes/2026/2026-01-02-cache/record.json", "notes/2026/2026-01-02-cache/"]) {
      const found = await readRecord(notes, named);
      expect(found).toMatchObject({
        id: "2026-01-02-cache", path: join(notes, "2026/2026-01-02-cache/record.json"), markdownPath: join(notes, "2026/2026-01-02-cache.md"),
        markdown: "\uFEFF# T\r\n", outcome: { outcome: "ok" }, record: { id: "2026-01-02-cache", later: { key: 1 } },
      });
    }
    expect(await readRecord(notes, "2026-01-02-cold")).toMatchObject({ markdown: null, outcome: null });
  });

  it("takes an id that begins another for itself", async () => {
    record("2026-01-02-a");
    record("2026-01-02-a-2");
    expect((await readRecord(notes, "2026-01-02-a")).id).toBe("2026-01-02-a");
  });

  it("names the nearest ids, or those that begin so", async () => {
    for (const id of ["2026-01-02-cache-articles", "2026-01-02-cold", "2026-03-04-warm-up", "2026-03-05-x", "2026-03-06-y"]) record(id);
    const expected = async (named: string): Promise<unknown> => readRecord(notes, named).catch((failure: unknown) => failure);
    expect(await expected("2026-01-02-cahce-articles")).toMatchObject({ code: "record-unknown", exitStatus: 2, expected: expect.stringMatching(/Nearest: 2026-01-02-cache-articles,/) });
    expect(await expected("warm")).toMatchObject({ code: "record-unknown", expected: expect.stringMatching(/Nearest: 2026-03-04-warm-up,/) });
    expect(await expected("2026-01-02")).toMatchObject({ code: "record-unknown", expected: "One of 2026-01-02-cache-articles, 2026-01-02-cold." });
  });

  it.each(["../../etc/passwd", "..", "", "/", "2026-01-01-../../x", "2026-01-01-a\0b", "2026-01-01-A", "2026-01-01-\u001B[31m", "x".repeat(5000)])(
    "never makes a path of what no id may hold: %j",
    async (named) => {
      record("2026-01-01-a");
      const failure: unknown = await readRecord(notes, named).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "record-unknown" });
      expect(String(failure)).not.toContain("\u001B");
    },
  );

  it("says so where there are no records", async () => {
    await expect(readRecord(notes, "2026-01-01-a")).rejects.toMatchObject({ code: "record-unknown", expected: expect.stringContaining("none yet") });
  });

  it("names the place of what is wrong, in the record and in its outcome", async () => {
    record("2026-01-01-a", { commits: [{ sha: "zz" }] });
    await expect(readRecord(notes, "2026-01-01-a")).rejects.toMatchObject({ code: "record-invalid", message: expect.stringMatching(/`commits\[0\]\.sha`: .*and \d+ more/) });
    record("2026-01-01-a");
    put("2026/2026-01-01-a/outcome.json", { version: 1, id: "2026-01-01-a", outcome: "great" });
    await expect(readRecord(notes, "2026-01-01-a")).rejects.toMatchObject({ code: "record-invalid", message: expect.stringMatching(/outcome\.json: `outcome`: /) });
    put("2026/2026-01-01-a/outcome.json", "{");
    await expect(readRecord(notes, "2026-01-01-a")).rejects.toMatchObject({ code: "record-invalid", message: expect.stringContaining("ends too early") });
    put("2026/2026-01-01-a/outcome.json", { version: 1, id: "2026-01-01-b", outcome: "ok", at: "2026-01-03T00:00:00Z", reason: null });
    await expect(readRecord(notes, "2026-01-01-a")).rejects.toMatchObject({ code: "record-invalid", message: expect.stringContaining('"2026-01-01-b"') });
  });
});

describe("recordIds", () => {
  it("lists the folders of records without reading them", () => {
    record("2026-01-02-b");
    record("2025-01-01-a");
    put("2026/2026-01-03-c/record.json", "broken");
    symlinkSync(notes, join(notes, "link"));
    expect(recordIds(notes)).toEqual(["2025-01-01-a", "2026-01-02-b", "2026-01-03-c"]);
    expect(readFileSync(join(notes, "2026/2026-01-03-c/record.json"), "utf8")).toBe("broken");
  });
});
