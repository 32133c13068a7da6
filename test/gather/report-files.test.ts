import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configSchema } from "../../src/config-schema.ts";
import { readReportFiles } from "../../src/gather/report-files.ts";

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "shipnote-files-"));
  writeFileSync(join(directory, "a.json"), '{"p95": 120, "rows": 3}');
  writeFileSync(join(directory, "b=c.txt"), "rows 4");
  writeFileSync(join(directory, "huge.xml"), "");
  truncateSync(join(directory, "huge.xml"), 500 * 1024 * 1024);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const read = async (pairs: string[], checks = {}): Promise<unknown> =>
  (await readReportFiles(pairs, { directory, configured: configSchema.parse({ checks }).checks })).map(({ check, metric, measurement: { value, samples, takenAt } }) => [check, metric, value, samples, takenAt]);

describe("readReportFiles", () => {
  it("needs no configuration", async () => {
    expect(await read(["page=a.json", "db=b=c.txt"])).toEqual([["page", "p95", 120, [], null], ["page", "rows", 3, [], null], ["db", "rows", 4, [], null]]);
  });

  it("uses what is configured", async () => {
    expect(await read(["page=a.json"], { page: { report: "p.json", metrics: { p95: { json: "/p95" } } } })).toEqual([["page", "p95", 120, [], null]]);
  });

  it("takes several files of one name together", async () => {
    expect(await read(["page=a.json", "page=a.json"])).toEqual([["page", "p95", 120, [120, 120], null], ["page", "rows", 3, [3, 3], null]]);
  });

  it.each([
    ["a.json", "usage", /does not say which check/],
    ["=a.json", "usage", /does not say which check/],
    ["page=", "usage", /does not say which check/],
    ["page=gone.json", "report-invalid", /gone\.json is not there/],
    ["page=huge.xml", "report-invalid", /too large to be read as a report: 500 MiB/],
    ["page=.", "report-invalid", /\. is a folder/],
    ["page=/dev/zero", "report-invalid", /too large to be read as a report: 65 MiB/],
  ])("refuses %s", async (pair, code, message) => {
    await expect(read([pair])).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
