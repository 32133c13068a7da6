import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import type { RequestListener, ServerResponse } from "node:http";
import { join } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import type { MeasuredMetric } from "../../src/record/schema.ts";
import { closeServers, serve } from "../checks/servers.ts";
import { fixtureEnvironment } from "../git-fixture.ts";
import { type Life, makeFolder, makeLife, removeAll } from "./life.ts";
import { refused } from "./refusal.ts";
import { type Answer, document, node } from "./tool.ts";

/* What checks are given that they cannot use: each time a clear word, and nothing lost. */

afterAll(() => {
  closeServers();
  removeAll();
});

const good = '<testsuite name="s"><testcase name="adds"/></testsuite>\n';
const other = "other: { command: 'echo ran >>ran', rounds: 1 }";

function configured(checks: string): Life {
  const life = makeLife();
  life.commit("Base", { "shipnote.config.yaml": `checks:\n  ${checks}\n`, ".gitignore": "ran\nreport\n" });
  return life;
}

describe("a check of no kind, or of two", () => {
  it.each<[string, string]>([
    ["{ rounds: 3 }", "found none"],
    ["{}", "found none"],
    ["{ http: 'http://127.0.0.1/', command: ls }", "found http and command"],
    ["{ http: 'http://127.0.0.1/', report: a.xml }", "found http and report"],
    ["{ report: a.xml, command: make, prometheus: 'http://127.0.0.1/' }", "found report and prometheus"],
  ])("%s is refused at its place before anything runs", (settings, found) => {
    const life = configured(`${other}\n  page: ${settings}`);
    for (const command of ["before", "after", "compare"]) {
      expect(refused(life.directory, [command], [2, "config-invalid"])).toMatchObject({
        message: `shipnote.config.yaml:3:3: checks.page: expected exactly one of http, command, report, prometheus, and ${found}`, retry: true,
      });
    }
  });
});

describe("a report that cannot be read", () => {
  const bomb = ["a", "b", "c", "d", "e"].map((name, at, all) => `<!ENTITY ${name} "${at === 0 ? "lol" : `&${all[at - 1]};`.repeat(10)}">`).join("");
  const write = (text: string) => (life: Life): void => life.write("report", text);
  const file = (name: string) => new RegExp(`^${name}`);
  it.each<[string, (life: Life) => void, string, [number, string], RegExp]>([
    ["missing", () => undefined, "", [4, "check-failed"], file("The report of suite is not there: nothing matches report\\.$")],
    ["empty", write(""), "", [2, "report-invalid"], file("report is empty\\.$")],
    ["truncated XML", write(good.slice(0, 40)), "", [2, "report-invalid"], file("report is not a readable JUnit report: line 1: ")],
    ["truncated JSON", write('{"results": [{"command": "a", '), "", [2, "report-invalid"], file("report is not JSON: it ends too early, in line 1\\.$")],
    ["of 500 MB", (life) => {
      life.write("report", good);
      truncateSync(join(life.directory, "report"), 500 * 1024 * 1024);
    }, "", [2, "report-invalid"], file("report is too large to be read as a report: 500 MiB\\.$")],
    ["of another format", write('{"results": []}\n'), ", format: junit", [2, "report-invalid"], file("report is not a readable JUnit report: line 1: ")],
    ["of no format", write("hello\n"), "", [2, "report-invalid"], file("report is of no report format that is known\\.$")],
    ["with a bomb of entities", write(`<?xml version="1.0"?><!DOCTYPE s [${bomb}]><testsuite name="s"><testcase name="&e;"/></testsuite>`), ", format: junit",
      [2, "report-invalid"], file("report is not a readable JUnit report: line 1: its document type declares entities, which are not read\\.$")],
    ["with a pattern that never ends", write(`${"1".repeat(50)}!\n`), ", format: text, metrics: { rows: { pattern: '^(\\d+)+$' } }", [2, "report-invalid"], /rows.*did not end within/],
  ])("%s: what else was measured is kept, and a whole one is taken", (_, make, settings, [status, code], message) => {
    const life = configured(`${other}\n  suite: { report: report${settings} }`);
    make(life);
    const refusal = life.refused(["before"]);
    expect(refusal).toMatchObject({ status, code, message: expect.stringMatching(message) });
    expect(refusal.expected).not.toBe("");
    life.write("report", settings.includes("text") ? "4\n" : good);
    life.commit("Change");
    expect(checksOf(life.call(["after", "--json"]))).toEqual(["other", "suite"]);
    const { metrics } = life.record(["--from", "HEAD~1"]).record;
    expect(metrics.find(({ metric }) => metric === "error-rate")).toMatchObject({ check: "other", before: { count: 1 }, after: { count: 1 } });
    expect(metrics.find(({ check }) => check === "suite")).toMatchObject({ before: null });
  });

  it("is refused by record, which writes nothing", () => {
    const life = configured(other);
    life.write("report", good.slice(0, 40));
    for (const [named, message] of [["report", /not a readable JUnit report/], ["gone", /is not there/], [".", /is a folder/], ["/dev/zero", /too large/]] as const) {
      expect(refused(life.directory, ["record", "--yes", "--after", `suite=${named}`], [2, "report-invalid"])).toMatchObject({ message: expect.stringMatching(message) });
    }
  });
});

function checksOf(answer: Answer): string[] {
  return [...new Set((document(answer)["metrics"] as MeasuredMetric[]).map(({ check }) => check))].sort();
}

/** Runs the packed tool while this process goes on, for it is the server. @returns also its peak memory in KiB; 0 where GNU time is not there */
async function call(life: Life, ...args: string[]): Promise<Answer & { peak: number }> {
  const { GIT_AUTHOR_DATE: _author, GIT_COMMITTER_DATE: _committer, NODE_EXTRA_CA_CERTS: _certificates, ...environment } = fixtureEnvironment(0);
  const used = join(makeFolder(), "used");
  const isGnu = /\(GNU Time\)/.test(spawnSync("/usr/bin/time", ["--version"], { encoding: "utf8" }).stdout ?? "");
  const [command = "", ...before] = isGnu ? ["/usr/bin/time", "-q", "-f", "%M", "-o", used, node] : [node];
  const child = spawn(command, [...before, inject("tool"), ...args], { cwd: life.directory, env: { ...environment, CI: "" }, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (text: Buffer) => (stdout += text.toString()));
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  const [status, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => child.on("close", (...ending) => resolve(ending)));
  return { status, signal, stdout, stderr, peak: isGnu ? Number(readFileSync(used, "utf8").trim().split("\n").at(-1)) : 0 };
}

const megabyte = Buffer.alloc(1 << 20, "x");
/** Writes as fast as it is read. */
function pour(response: ServerResponse, megabytes: number): void {
  let left = megabytes;
  const go = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      if (!response.write(megabyte)) return;
    }
    response.end();
  };
  response.on("drain", go);
  go();
}

describe("a server that", () => {
  const page = (origin: string, more = ""): Life => configured(`${other}\n  page: { http: '${origin}', samples: 2, rounds: 2, warmup: 0${more} }`);
  it.each<[string, RequestListener, string]>([
    ["never answers", () => undefined, "no whole answer within 0.6 s"],
    ["answers drop by drop, for ever", (_, response) => {
      const drops = setInterval(() => response.write("x"), 50);
      response.on("close", () => clearInterval(drops));
    }, "no whole answer within 0.6 s"],
    ["answers in floods, for ever", (_, response) => pour(response, Infinity), "no whole answer within 0.6 s"],
    ["closes mid-way", (_, response) => {
      response.writeHead(200, { "content-length": "100" }).write("half", () => response.destroy());
    }, "the connection was closed mid-way"],
  ])("%s is counted as an error, in bounded memory; its end is waited for by nobody", async (_, answer, reason) => {
    const life = page((await serve(answer)).origin, ", timeout: 600ms");
    const { status, stdout, stderr, peak } = await call(life, "before");
    expect(status).toBe(0);
    expect(stdout).toContain(`page error-rate: 2 of 2 (2 × ${reason})\n`);
    expect(stdout).toContain("other error-rate: 0 of 1\n");
    expect(stderr).toContain("shipnote: each of 2 requests of page failed: this baseline is broken, and a later failure would look like no change.\n");
    expect(peak).toBeLessThan(300 * 1024);
  });

  it("sends more than memory should hold is measured to its end", async () => {
    const life = page((await serve((_, response) => pour(response, 700))).origin, ", timeout: 50s");
    const { status, stdout, peak } = await call(life, "before");
    expect(status).toBe(0);
    expect(stdout).toContain("page error-rate: 0 of 2\n");
    expect(stdout).toContain("page body-size: 734 MB (median of 2)\n");
    expect(peak).toBeLessThan(300 * 1024);
  });

  it("sends what a pattern never ends on has the pattern stopped, and the rest is kept", async () => {
    const life = page((await serve((_, response) => void response.end(`${"a".repeat(50)}!`))).origin, ", expect: { body: '^(a+)+$' }");
    const { status, stdout, stderr } = await call(life, "before");
    expect(status).toBe(4);
    expect(stderr).toContain("What could be measured is kept.\nshipnote: The pattern of the body of page did not end within 2 s: ^(a+)+$.\n");
    expect(stdout).toContain("other error-rate: 0 of 1\n");
  });

  it("is no Prometheus, or one that fails: what else was measured is kept", async () => {
    const answers: RequestListener[] = [
      (_, response) => void response.writeHead(503).end(JSON.stringify({ status: "error", errorType: "unavailable", error: "query timed out" })),
      (_, response) => void response.end("<html>"),
      (_, response) => void response.end(JSON.stringify({ status: "success", data: { resultType: "vector", result: [] } })),
    ];
    const messages = ["Prometheus refused the query of rate: unavailable: query timed out.", "What answered for rate is not Prometheus' API: the answer is not JSON.", "The query of rate has no usable point: no series matches."];
    for (const [at, answer] of answers.entries()) {
      const { origin } = await serve(answer);
      const { status, stdout, stderr } = await call(configured(`${other}\n  rate: { prometheus: '${origin}', query: up }`), "before");
      expect([status, stderr]).toEqual([4, expect.stringContaining(`What could be measured is kept.\nshipnote: ${messages[at]}`)]);
      expect(stdout).toContain("other error-rate: 0 of 1\n");
    }
  });

  it("is all that there is to measure, and cannot be asked: nothing is kept or shown as measured", async () => {
    const life = configured("rate: { prometheus: 'http://127.0.0.1:1', query: up }");
    const { status, stdout, stderr } = await call(life, "before");
    expect([status, stdout]).toEqual([4, ""]);
    expect(stderr).toContain("shipnote: Prometheus could not be asked for rate: connection refused.\n");
    expect(life.has(".git/shipnote/results")).toBe(false);
    expect((await call(life, "after")).stdout).toBe("Nothing was measured.\n");
  });
});

describe("kept results that are damaged", () => {
  it("are named before after measures anything, and record writes nothing; without them it goes on", () => {
    const life = configured(other);
    life.call(["before"]);
    const [name = ""] = readdirSync(join(life.directory, ".git/shipnote/results"));
    const path = `.git/shipnote/results/${name}`;
    life.write(path, life.read(path).slice(0, 300));
    const damaged = { message: `${life.directory}/${path} is damaged: it is not whole JSON.`, expected: "results as they were written; remove the file, and measure again" };
    expect(refused(life.directory, ["after"], [2, "results-invalid"])).toMatchObject(damaged);
    expect(refused(life.directory, ["record", "--yes"], [2, "results-invalid"])).toMatchObject(damaged);
    rmSync(join(life.directory, path));
    expect(life.call(["after"]).status).toBe(0);
    expect(life.read("ran")).toBe("ran\nran\n");
  });
});

describe("a baseline that is no baseline", () => {
  it.each<[string, (text: string) => string, RegExp]>([
    ["another repository's", (text) => text.replace(/"repository": "[^"]*"/, '"repository": "root:aaaa origin:bbbb"'), /holds the results of another repository\.$/],
    ["a newer version's", (text) => text.replace('"version": 1', '"version": 2'), /is from a newer shipnote \(version 2\)\.$/],
    ["half a file", (text) => text.slice(0, 300), /is damaged: it is not whole JSON\.$/],
    ["a file of something else", () => '{"version": 1, "side": "left"}', /holds no results: side: /],
  ])("%s is refused, by after before anything runs, and by record before anything is written", (_, damage, message) => {
    const life = configured(other);
    const file = join(makeFolder(), "base.json");
    life.call(["before", "--save", file]);
    writeFileSync(file, damage(readFileSync(file, "utf8")));
    for (const call of [["after", "--baseline", file], ["record", "--yes", "--baseline", file], ["record", "--yes", "--results", file]]) {
      expect(refused(life.directory, call, [2, "results-invalid"])).toMatchObject({ message: expect.stringMatching(message), retry: true });
    }
    expect(life.read("ran")).toBe("ran\n");
  });
});
