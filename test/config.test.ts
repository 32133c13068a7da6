import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { configJsonSchema, defaultConfig, expandEnvironment, loadConfig } from "../src/config.ts";
import { configSchema } from "../src/config-schema.ts";
import { Failure } from "../src/failure.ts";

let root = "";
beforeEach(async () => { root = await mkdtemp(join(tmpdir(), "shipnote-config-")); });
afterEach(async () => { await rm(root, { recursive: true }); });

async function load(text: string, name = "shipnote.config.yaml") {
  await writeFile(join(root, name), text);
  return (await loadConfig({ root, file: null })).config;
}

async function failure(work: Promise<unknown> | (() => unknown)): Promise<Failure> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("nothing failed");
}

const problems = async (text: string): Promise<string[]> => (await failure(load(text))).message.split("\n");

describe("what is configured", () => {
  test("the defaults written out are those of the schema", () => {
    expect(defaultConfig).toEqual(configSchema.parse({}));
  });

  test("without a file, and with an empty one, the defaults hold", async () => {
    expect(await loadConfig({ root, file: null })).toEqual({ config: defaultConfig, path: null });
    expect(await loadConfig({ root: null, file: null })).toEqual({ config: defaultConfig, path: null });
    expect(await load("# nothing yet\n")).toEqual(defaultConfig);
  });

  test("nobody changes the defaults of the next caller", async () => {
    (await loadConfig({ root, file: null })).config.ignore.push("x");
    expect((await loadConfig({ root, file: null })).config.ignore).toEqual([]);
  });

  test("every key of the documentation is taken", async () => {
    await copyFile(new URL("config/whole.yaml", import.meta.url), join(root, "shipnote.config.yml"));
    const { config, path } = await loadConfig({ root, file: null });
    expect(path).toBe(join(root, "shipnote.config.yml"));
    expect(config.notes).toBe("docs/notes");
    expect(config.environments).toEqual({
      staging: { branches: ["main"], tags: [] }, production: { branches: ["release/*"], tags: ["v*"] },
    });
    expect(config.checks["article-page"]).toEqual({
      kind: "http", http: "http://127.0.0.1:8000/articles/42", method: "HEAD",
      headers: { authorization: "Bearer ${API_TOKEN}" }, body: "…", socket: "/run/app.sock", ca: "certs/staging.pem",
      samples: 60, rounds: 20, warmup: 0, pause: 500, timeout: 2000,
      expect: { status: 200, body: "^<html", cache: "bypass" }, cache: "x-cache",
      serve: "uvicorn app:app --port $PORT", ready: "/health", tolerance: null,
    });
    expect(config.checks["slow-query"]).toEqual({
      kind: "command", command: "psql -XAtf bench/slow.sql", rounds: 10, timeout: 60_000, tolerance: null,
      metrics: {
        queries: { json: "/db/queries", of: null, pattern: null, unit: "queries", better: "lower", tolerance: { value: 1, percent: false } },
        rows: { json: null, of: null, pattern: "rows=([0-9.]+)", unit: "rows", better: "none", tolerance: null },
        errors: { json: "/errors", of: "/requests", pattern: null, unit: null, better: "lower", tolerance: null },
      },
    });
    expect(config.checks["tests"]).toEqual({
      kind: "report", report: "reports/junit.xml", command: "pytest --junitxml=reports/junit.xml", format: "junit",
      metrics: {}, rounds: 1, timeout: 60_000, tolerance: null,
    });
    expect(config.checks["p95"]).toMatchObject({ kind: "prometheus", window: 600_000, step: 15_000, unit: "s", better: "lower" });
    expect(config.compare).toEqual({ alpha: 0.05, tolerance: { value: 1.5, percent: false }, setup: "npm ci", pairs: 20 });
    expect(config.watch).toEqual({
      for: 3_600_000, every: 30_000, checks: ["article-page"], logs: [
        { file: "/var/log/app/*.log", command: null, error: "\\b(ERROR|CRITICAL|Traceback)\\b" },
        { file: null, command: "journalctl -fu app", error: "\\bERROR\\b" },
      ],
    });
    expect(config.policy["production"]?.grace).toBe(86_400_000);
  });

  test("a check's defaults are those of its kind", async () => {
    const { checks } = await load("checks: { page: { http: 'http://a.example.org/' } }");
    expect(checks["page"]).toEqual({
      kind: "http", http: "http://a.example.org/", method: "GET", headers: {}, body: null, socket: null, ca: null,
      samples: 30, rounds: 10, warmup: 3, pause: 0, timeout: 10_000, expect: { status: null, body: null, cache: null },
      cache: null, serve: null, ready: null, tolerance: null,
    });
  });

  test("JSON and --config are taken as well", async () => {
    expect((await load('{"notes": "ships", "compare": {"tolerance": "5%"}}', "shipnote.config.json")).notes).toBe("ships");
    await writeFile(join(root, "other.yaml"), "owner: '@ops'\n");
    const named = await loadConfig({ root, file: join(root, "other.yaml") });
    expect([named.config.owner, named.config.notes]).toEqual(["@ops", "notes"]);
  });
});

describe("what is wrong", () => {
  const at = (place: string, text: string) => `shipnote.config.yaml:${place}: ${text}`;

  test.each([
    ["enviroment: staging", "1:1", "enviroment: there is no such key; did you mean environment?"],
    ["xyzzyplugh: 1", "1:1", expect.stringMatching(/^xyzzyplugh: there is no such key; known here: environment, environments, branches, /)],
    ["# first\ncompare:\n  alhpa: 0.1", "3:3", "compare.alhpa: there is no such key; did you mean alpha?"],
    ["checks:\n  page:\n    http: http://a.b/\n    metod: GET", "4:5", "checks.page.metod: there is no such key; did you mean method?"],
    ["kinds: { migrations: [a] }", "1:10", "kinds.migrations: there is no such key; did you mean migration?"],
    ["ignore: dist/**", "1:9", 'ignore: expected a list, found the text "dist/**"'],
    ["owner: [a]", "1:1", "owner: expected a text, found a list"],
    ["owner:", "1:7", "owner: expected a text, found nothing (null)"],
    ["compare: { pairs: many }", "1:19", 'compare.pairs: expected a number, found the text "many"'],
    ["compare: { pairs: 0 }", "1:19", "compare.pairs: expected a number above 0"],
    ["compare: { tolerance: 2 % }", "1:23", "compare.tolerance: expected a percentage such as 2%, or a number in the metric's unit that is not below 0"],
    ["failOn: [regresed]", "1:10", expect.stringMatching(/^failOn\.0: expected one of improved, regressed, .*, found the text "regresed"$/)],
    ["watch: { for: 10 minutes }", "1:15", "watch.for: expected a duration, such as 500ms, 10s, 5m or 24h"],
    ["redact: ['ACME-[0-9']", "1:10", expect.stringMatching(/^redact\.0: expected a regular expression, but ACME-\[0-9 is none: /)],
    ["notes: ../notes", "1:8", "notes: expected a path inside the repository, but ../notes is none"],
    ["notes: /srv/notes", "1:8", "notes: expected a path inside the repository, but /srv/notes is none"],
    ["notes: .git/notes", "1:8", "notes: expected a path inside the repository, but .git/notes is none"],
    ["notes: .", "1:8", "notes: expected a path inside the repository, but . is none"],
    ["checks: { t: { report: a/../../b.xml } }", "1:24", "checks.t.report: expected a path inside the repository or a URL, but a/../../b.xml is neither"],
    ["checks:\n  t: { command: ls, timeout: 25d }", "2:30", "checks.t.timeout: expected 24d at the most"],
    ["checks:\n  t: {}", "2:3", "checks.t: expected exactly one of http, command, report, prometheus, and found none"],
    ["checks:\n  t: { http: http://a.b/, command: ls }", "2:3", "checks.t: expected exactly one of http, command, report, prometheus, and found http and command"],
    ["checks:\n  t: { command: ls, samples: 3 }", "2:30", "checks.t.samples: samples does not go with command, which takes rounds, timeout, metrics, tolerance"],
    ["checks:\n  t: { http: http://a.b/, expect: { cache: hit } }", "2:44", "checks.t.expect.cache: expected cache beside expect.cache: the header that tells"],
    ["checks:\n  t: { command: ls, metrics: { n: { unit: x } } }", "2:32", "checks.t.metrics.n: expected json or pattern"],
    ["checks:\n  t: { command: ls, metrics: { n: { json: /a, pattern: b } } }", "2:32", "checks.t.metrics.n: expected json or pattern, not both"],
    ...["duration", "error-rate", "user-time", "system-time", "peak-memory"].map((name): [string, string, string] => [
      `checks:\n  t: { command: ls, metrics: { ${name}: { json: /a } } }`, "2:32", `checks.t.metrics.${name}: expected another name: every command has a ${name} of its own`,
    ]),
    ["checks: { 'a b': { command: ls } }", "1:11", "checks.a b: expected a name of letters, digits, `.`, `_` and `-`"],
    ["watch: { checks: [page] }", "1:19", "watch.checks.0: expected the name of a check, and page is none of them"],
    ["notes: a\nnotes: b", "2:1", "Map keys must be unique"],
    ["owner: [a", "1:10", expect.stringMatching(/^Flow sequence in block collection must be|^Expected flow sequence to end with \]|flow/i)],
    ["- a", "1:1", "expected a mapping, found a list"],
  ])("%j", async (text, place, message) => {
    const [first = "", ...rest] = await problems(text);
    expect(rest).toEqual([]);
    expect(first.startsWith(`shipnote.config.yaml:${place}: `)).toBe(true);
    const said = first.slice(at(place, "").length);
    expect(said).toEqual(message);
  });

  test("all at once, in the file's order", async () => {
    expect(await problems("owner: [a]\nnotes: ..\nwatch: { every: 1 }\nx: 1\n")).toEqual([
      at("1:1", "owner: expected a text, found a list"),
      at("2:8", "notes: expected a path inside the repository, but .. is none"),
      at("3:17", "watch.every: expected a text, found the number 1"),
      expect.stringMatching(/^shipnote\.config\.yaml:4:1: x: there is no such key; /),
    ]);
  });

  test("an alias bomb is refused at once", async () => {
    const lines = ["a: &a [x,x,x,x,x,x,x,x,x]"];
    for (let level = 1; level < 12; level += 1) {
      const [name, before] = [String.fromCharCode(97 + level), String.fromCharCode(96 + level)];
      lines.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(",")}]`);
    }
    const began = performance.now();
    expect(await problems(lines.join("\n"))).toEqual([expect.stringContaining("Excessive alias count")]);
    expect(performance.now() - began).toBeLessThan(1000);
  });

  test("a named file that is not there, and two files at the root", async () => {
    expect((await failure(loadConfig({ root, file: join(root, "none.yaml") }))).code).toBe("config-invalid");
    await writeFile(join(root, "shipnote.config.json"), "{}");
    expect(await problems("")).toEqual(["There are two configurations, shipnote.config.yaml and shipnote.config.json."]);
  });
});

describe("the environment in what is sent", () => {
  test("is put in for each ${NAME}, and for nothing else", () => {
    expect(expandEnvironment("Bearer ${API_TOKEN} $PORT ${A}${A} {0}", { API_TOKEN: "t$1", A: "" })).toBe("Bearer t$1 $PORT  {0}");
  });

  test("what is not set is named", async () => {
    const failed = await failure(() => expandEnvironment("${A} ${B} ${A}", { B: "value-of-b" }));
    expect(failed.message).toBe("The configuration uses A, not set in the environment.");
  });
});

test("the JSON Schema describes what people write, every key with its description", async () => {
  const schema = JSON.stringify(await configJsonSchema());
  const parsed: unknown = JSON.parse(schema);
  expect(parsed).toMatchObject({ type: "object", additionalProperties: false, properties: { watch: { properties: { for: { type: "string", default: "10m" } } } } });
  for (const key of Object.keys(defaultConfig)) expect(parsed).toHaveProperty(["properties", key, "description"]);
});
