import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { after } from "../../src/commands/after.ts";
import { before } from "../../src/commands/before.ts";
import type { Invocation } from "../../src/invocation.ts";
import type { Terminal } from "../../src/terminal.ts";
import { type Fixture, makeRepository } from "../git-fixture.ts";

let fixture: Fixture;
beforeEach(() => {
  fixture = makeRepository();
});
afterEach(() => fixture.remove());

/** Calls a command as the program does; what it printed, its document and its exit status. */
async function call(command: (invocation: Invocation) => Promise<number>, flags: Record<string, string | string[]> = {}, dryRun = false): Promise<{
  printed: string; document: unknown; exitStatus: number;
}> {
  let printed = "";
  let document: unknown = null;
  const print = (text: string): void => void (printed += `${text}\n`);
  const terminal: Terminal = {
    json: false, interactive: false, result: print, raw: print, say: print, warn: print, strong: (text) => text,
    document: (value) => void (document = value),
    progress: async (_, work) => (typeof work === "function" ? work(() => undefined) : work),
  };
  const exitStatus = await command({
    terminal, directory: fixture.directory, named: true, configFile: null, dryRun, args: [],
    flags: {
      on: (name) => name in flags,
      text: (name) => [flags[name] ?? []].flat()[0] ?? null,
      list: (name) => [flags[name] ?? []].flat(),
    },
  });
  return { printed, document, exitStatus };
}

function configure(yaml: string): void {
  fixture.commit("Configure", { "shipnote.config.yaml": yaml, "queries.json": '{"queries": 11}' });
}

const checks = `
checks:
  page:
    command: cat queries.json
    rounds: 5
    metrics: { queries: { json: /queries, better: lower } }
  size: { report: queries.json }
failOn: [changed]
`;

/** A record as far as `after` looks at it. */
function recordShip(to: string, recordedAt: string, metrics: unknown): void {
  const id = "2026-11-24-ask-less";
  fixture.commit("Record it", {
    [`notes/2026/${id}/record.json`]: JSON.stringify({
      version: 1, id, title: "Ask less", recordedAt, environment: "production", component: null, shippedAt: recordedAt, shippedAtSource: "commit",
      direction: "forward", verdict: "changed", generator: {}, actor: {}, counts: {}, rollback: {}, range: { from: null, to, toTree: to, patchId: null, source: "flag" },
      contributors: [], references: [], approvals: [], artifacts: [], notes: [], commits: [], files: [], commands: [], metrics, checklist: [], exceptions: [],
    }),
  });
}

describe("after, beside what is recorded", () => {
  const sizeOnly = "checks: { size: { report: queries.json } }";
  const row = (printed: string): string | undefined => printed.split("\n").find((line) => line.startsWith("size queries"))?.replaceAll(/[ \u2588-\u258F]+/g, " ");
  const queries = (count: number): void => writeFileSync(join(fixture.directory, "queries.json"), `{"queries": ${count}}`);

  /** Ship one: 11 queries before, 2 after, recorded. */
  async function firstShip(): Promise<void> {
    configure(sizeOnly);
    await call(before);
    const to = fixture.commit("Ask less", { "queries.json": '{"queries": 2}' });
    const { document } = await call(after);
    recordShip(to, new Date().toISOString(), (document as { metrics: unknown }).metrics);
  }

  it("compares with the before of the ship at hand, also once that is recorded", async () => {
    await firstShip();
    queries(3);
    expect(row((await call(after)).printed)).toBe("size queries 11 3 −8 changed");
  });

  it("carries the last ship's after over where the next one has no baseline", async () => {
    await firstShip();
    fixture.commit("Ask more", { "queries.json": '{"queries": 5}' });
    expect(row((await call(after)).printed)).toBe("size queries 2, carried 5 +3 changed");
  });

  it("takes a new baseline for the beginning of the next ship", async () => {
    await firstShip();
    queries(4);
    await call(before);
    queries(6);
    expect(row((await call(after)).printed)).toBe("size queries 4 6 +2 changed");
  });
});

describe("before and after", () => {
  it("measure, keep, and compare", async () => {
    configure(checks);
    const first = await call(before);
    expect(first.printed).toMatch(new RegExp(`^Before, production, [67] metrics at \\d\\d:\\d\\d UTC:\n {2}page duration: .* ms \\(median of 5\\)\n {2}page error-rate: 0 of 5\n${
      " {2}page user-time: .*\n {2}page system-time: .*\n(?: {2}page peak-memory: .*\n)?"} {2}page queries: 11 \\(median of 5\\)\n {2}size queries: 11\n`));
    expect(first.exitStatus).toBe(0);
    fixture.commit("Ask less", { "queries.json": '{"queries": 2}' });
    const second = await call(after);
    expect(second.printed).toContain("Are jobs or tests failing? No: none of 5 runs failed.");
    expect(second.printed).toContain("Did anything change? Yes: size queries changed.");
    expect(second.printed).toMatch(/page queries +11 \(5\).* 2 \(5\) +.* −82 % /);
    expect(second.printed).toMatch(/size queries +11 .* 2 .*−9 +changed/);
    expect(second.document).toMatchObject({ status: "measured", side: "after", verdict: "changed" });
    // `failOn: [changed]`
    expect(second.exitStatus).toBe(1);
    expect(fixture.git("status", "--porcelain")).toBe("");
  });

  it("tell a check that fails from one that ran, on both sides", async () => {
    configure("checks: { page: { command: test -e up } }");
    const broken = "shipnote: each of 10 runs of page failed: this baseline is broken, and a later failure would look like no change.\n";
    expect((await call(before)).printed).toContain(broken);
    const stillBroken = (await call(after)).printed;
    expect(stillBroken).toContain("Are jobs or tests failing? Yes: each of 10 runs failed; before as well: page (10 of 10).\n");
    writeFileSync(join(fixture.directory, "up"), "");
    const mended = await call(after);
    expect(mended.printed).toContain("Are jobs or tests failing? No: none of 10 runs failed.\n");
    expect(mended.printed).toContain("Did anything change? Yes: page error-rate improved.\n");
    expect((await call(before)).printed).not.toContain("broken");
    fixture.git("clean", "-qf");
    const down = await call(after);
    expect(down.printed).toContain("Are jobs or tests failing? Yes: each of 10 runs failed.\n");
    expect(down.printed).toContain("Did anything change? Yes: page error-rate regressed.\n");
    expect(down.printed).toMatch(/page error-rate +0 of 10 +10 of 10 +\+100 points +regressed\n/);
    expect(down.document).toMatchObject({ verdict: "regressed" });
  });

  it("say at once what cannot be told, and why runs failed", async () => {
    configure("checks: { page: { command: exit 3, rounds: 2 }, size: { report: queries.json } }");
    const { printed, document } = await call(before);
    expect(printed).toContain("  page error-rate: 2 of 2 (2 × exit 3)\n");
    expect(printed).toMatch(/^shipnote: page: no change of error-rate can be told: .*too few/m);
    expect(printed).not.toMatch(/no change of .*queries/);
    expect(document).toMatchObject({ outOfReach: [{ check: "page", metric: "error-rate", stratum: null, note: expect.stringContaining("too few") }] });
    configure("checks: { page: { command: 'true' } }");
    expect(await call(before)).toMatchObject({ printed: expect.not.stringContaining("can be told"), document: { outOfReach: [] } });
  });

  it("show what a query's plan is, which has no value", async () => {
    configure("checks: { query: { report: plan.json } }");
    const plan = (name: string) => JSON.stringify([{ Plan: { "Node Type": "Seq Scan", "Relation Name": name, "Total Cost": 8.3, "Plan Rows": 1 } }]);
    writeFileSync(join(fixture.directory, "plan.json"), plan("comments"));
    expect((await call(before)).printed).toContain("  query plan: Seq Scan on comments\n");
    writeFileSync(join(fixture.directory, "plan.json"), plan("c".repeat(500)));
    expect((await call(before)).printed).toMatch(/^ {2}query plan: Seq Scan on c{187}…$/m);
  });

  it("say that there is no baseline", async () => {
    configure(checks);
    expect((await call(after, { only: "size" })).printed).toContain("There is no baseline: run `shipnote before` before the next change.");
  });

  it("write what they kept where --save says", async () => {
    configure(checks);
    await call(before, { save: "out/base.json", only: ["size"] });
    expect(JSON.parse(readFileSync(join(fixture.directory, "out/base.json"), "utf8"))).toMatchObject({ version: 1, side: "before", environment: "production", metrics: [{ check: "size", metric: "queries" }] });
  });

  it("look where --save leads before anything runs", async () => {
    configure("checks: { page: { command: touch made } }");
    await expect(call(before, { save: "." })).rejects.toMatchObject({ code: "not-writable" });
    expect(fixture.git("status", "--porcelain")).toBe("");
  });

  it("run nothing with --dry-run", async () => {
    configure("checks: { page: { command: touch made } }");
    expect((await call(before, {}, true)).printed).toBe("Would measure page. Nothing was run.\n");
    expect(fixture.git("status", "--porcelain")).toBe("");
  });

  it("tell the revision that --rev names with --dry-run", async () => {
    configure("checks: { page: { command: touch made }, up: { http: http://127.0.0.1/ } }");
    const { printed, document } = await call(before, { rev: "main" }, true);
    expect(printed).toBe(`shipnote: up is left out: it has no \`serve:\`, and both sides would ask the same server.\nWould measure page at ${fixture.git("rev-parse", "HEAD").slice(0, 12)}. Nothing was run.\n`);
    expect(document).toEqual({ status: "dry-run", checks: ["page"], commit: fixture.git("rev-parse", "HEAD") });
    await expect(call(before, { rev: "main", only: "up" })).rejects.toMatchObject({ code: "usage", message: expect.stringContaining("up: it has no `serve:`") });
    await expect(call(before, { rev: "nothing" })).rejects.toMatchObject({ code: "revision-unknown" });
  });

  it("keep what could be measured where a check cannot be run, and end with 4", async () => {
    configure("checks: { gone: { command: no-such-program-here }, size: { report: queries.json } }");
    await expect(call(before)).rejects.toMatchObject({ code: "check-failed", exitStatus: 4, message: expect.stringMatching(/^gone could not be run: no-such-program-here \(the shell did not find it/) });
    writeFileSync(join(fixture.directory, "queries.json"), '{"queries": 12}');
    expect((await call(after, { only: "size" })).printed).toMatch(/size queries +11 +█+▍ +12 +█+ +\+1 +changed/);
  });

  it("refuse a check that nobody configured, before anything runs", async () => {
    configure(checks);
    await expect(call(before, { only: ["pages"] })).rejects.toMatchObject({ code: "usage", expected: "one of page, size" });
  });

  it("refuse an environment that no record would look for, before anything runs", async () => {
    configure("environments: { production: {}, staging: {} }\nchecks: { page: { command: touch made } }");
    await expect(call(before, { env: "prodution" })).rejects.toMatchObject({ code: "value-invalid", expected: "one of production, staging, as configured" });
    expect(fixture.git("status", "--porcelain")).toBe("");
  });
});

describe("after --baseline", () => {
  const sizeOnly = "checks: { size: { report: queries.json }, page: { command: 'true' } }";
  const queries = (count: number): void => writeFileSync(join(fixture.directory, "queries.json"), `{"queries": ${count}}`);

  it("compares with the file, whatever is kept, and only with it", async () => {
    configure(sizeOnly);
    await call(before, { save: "base.json", only: "size" });
    queries(5);
    await call(before, { only: ["size", "page"] });
    queries(7);
    const { printed } = await call(after, { baseline: "base.json", only: ["size", "page"] });
    expect(printed).toMatch(/size queries +11 .* 7 .* −4 +changed/);
    expect(printed).toMatch(/page error-rate +- /);
  });

  it("says where that was measured elsewhere", async () => {
    configure(sizeOnly);
    await call(before, { save: "base.json", only: "size", env: "staging" });
    expect((await call(after, { baseline: "base.json", only: "size" })).printed).toContain("shipnote: the baseline was measured in staging, this is production.\n");
  });

  it.each<[string, string | null, string]>([
    ["missing", null, "There is no file"],
    ["empty", "", "is empty"],
    ["damaged", "{", "is damaged"],
    ["a record", '{"version": 1, "id": "x"}', "holds no results"],
  ])("that is %s is refused before anything runs", async (_, text, message) => {
    configure("checks: { page: { command: touch made } }");
    if (text !== null) writeFileSync(join(fixture.directory, "base.json"), text);
    await expect(call(after, { baseline: "base.json" })).rejects.toMatchObject({ code: "results-invalid", message: expect.stringContaining(message) });
    expect(fixture.git("status", "--porcelain", "--ignored", "made")).toBe("");
  });

  it("that holds none of the checks is refused, too", async () => {
    configure(sizeOnly);
    await call(before, { save: "base.json", only: "size" });
    await expect(call(after, { baseline: "base.json", only: "page" })).rejects.toMatchObject({ code: "results-invalid", expected: expect.stringContaining("it holds those of size") });
  });
});
