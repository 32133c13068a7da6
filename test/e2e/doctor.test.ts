import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, describe, expect, inject, it } from "vitest";
import { fixtureEnvironment } from "../git-fixture.ts";
import { codes, diagnosed, expectHealthy, makeHealthy, onlyFinding, typed } from "./doctor-rig.ts";
import { type Life, lifeAt, makeFolder, makeLife, removeAll } from "./life.ts";
import { shipnoteUnprivileged } from "./refusal.ts";
import { node } from "./tool.ts";

afterAll(removeAll);

const config = "shipnote.config.yaml";

/** A healthy repository with this configuration. */
function configured(yaml: string): Life {
  const life = makeHealthy();
  life.commit("Configure", { [config]: yaml });
  life.record(["--index"]);
  life.commitNotes();
  return life;
}

/** A clone of a healthy repository, with the hook. */
function cloned(...args: string[]): Life {
  const origin = makeHealthy();
  origin.git("config", "uploadpack.allowFilter", "true");
  const folder = join(makeFolder(), "clone");
  execFileSync("git", ["clone", "-q", ...args, `file://${origin.directory}`, folder], { env: fixtureEnvironment(1_709_700_000), stdio: "pipe" });
  const life = lifeAt(folder);
  expect(life.call(["hook", "install"]).status).toBe(0);
  return life;
}

describe("doctor, where all is well", () => {
  it("is quiet, writes nothing, and mends nothing", () => {
    const life = makeHealthy();
    expectHealthy(life);
    expect(diagnosed(life)).toMatchObject({ status: 0, findings: [] });
    expect(diagnosed(life, ["--fix"])).toMatchObject({ status: 0, findings: [], fixed: [] });
    expect(life.git("status", "--porcelain")).toBe("");
  });

  it("is so with a configuration that names what is there", () => {
    const life = configured([
      "environments: { production: { branches: [main] } }", "ignore: [\"*.lock\"]", "redact: [\"ACME-[0-9]{8}\"]",
      "components: { greeting: { paths: [greet.txt] } }", "policy: { production: { require: [reason] } }", "",
    ].join("\n"));
    life.commit("Lock", { "a.lock": "x\n" });
    expect(codes(life)).toEqual([]);
  });

  it("asks for no hook in CI, in a bare repository, or where CI records", () => {
    const life = makeLife();
    life.commit("Greet", { "greet.txt": "hello\n" });
    expect(codes(life)).toEqual(["hook-missing"]);
    expect(codes(life, [], { env: { CI: "true" } })).toEqual([]);
    const bare = join(makeFolder(), "bare.git");
    execFileSync("git", ["clone", "-q", "--bare", life.directory, bare], { env: fixtureEnvironment(0), stdio: "pipe" });
    expectHealthy(lifeAt(bare));
  });
});

describe("doctor, of git", () => {
  it("says what an old git cannot tell", () => {
    const life = makeHealthy();
    const bin = join(makeFolder(), "bin");
    mkdirSync(bin);
    const git = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    writeFileSync(join(bin, "git"), `#!/bin/sh\nif [ "$1" = version ]; then echo "git version 2.34.1"; else exec "${git}" "$@"; fi\n`, { mode: 0o755 });
    const env = { PATH: `${bin}${delimiter}${process.env["PATH"]}` };
    expect(onlyFinding(life, "git-old", { env })).toMatchObject({ level: "advice", mend: expect.stringContaining("2.38") });
    rmSync(join(bin, "git"));
    expectHealthy(life, { env });
  });

  it.each<[code: string, args: string[]]>([["history-shallow", ["--depth", "1"]], ["history-partial", ["--filter=blob:none"]]])("sees a clone's %s", (code, args) => {
    const life = cloned(...args);
    const { mend, level } = onlyFinding(life, code);
    expect(level).toBe("advice");
    typed(life, mend);
    expectHealthy(life);
    expect(life.git("rev-list", "--objects", "--missing=print", "--all")).not.toMatch(/^\?/m);
  });
});

describe("doctor, of the hook", () => {
  it("misses it", () => {
    const life = makeLife();
    life.commit("Greet", { "greet.txt": "hello\n" });
    const finding = onlyFinding(life, "hook-missing");
    // Nobody has set anything up: records come without a hook, too.
    expect(finding).toEqual({ code: "hook-missing", level: "advice", message: "No hook of ours is installed.", mend: "shipnote hook install" });
    life.write("shipnote.config.yaml", "notes: notes\n");
    expect(onlyFinding(life, "hook-missing").level).toBe("problem");
    // What was never there is not put there unasked.
    expect(diagnosed(life, ["--fix"]).fixed).toEqual([]);
    typed(life, finding.mend);
    expectHealthy(life);
  });

  it.each<[code: string, break_: (path: string) => void]>([
    ["hook-outdated", (path) => writeFileSync(path, readFileSync(path, "utf8").replace(/^tool=.*$/m, "tool='/gone/shipnote/dist/main.js'"))],
    ["hook-not-executable", (path) => chmodSync(path, 0o644)],
    ["hook-missing", (path) => rmSync(path)],
  ])("%s: by the command, and by --fix", (code, spoil) => {
    const life = makeHealthy();
    const path = join(life.directory, ".git/hooks/reference-transaction");
    spoil(path);
    const finding = onlyFinding(life, code);
    typed(life, finding.mend);
    expectHealthy(life);
    spoil(path);
    expect(onlyFinding(life, code)).toEqual(finding);
    expect(diagnosed(life, ["--fix", "--dry-run"])).toMatchObject({ fixed: ["installed the hooks again"], status: 1 });
    expect(diagnosed(life, ["--fix"])).toMatchObject({ fixed: ["installed the hooks again"], status: 0 });
    expectHealthy(life);
  });

  it("warns of a tool that npx keeps, until one is installed", () => {
    const life = makeHealthy();
    const kept = join(makeFolder(), "_npx/0a1b/node_modules/shipnote");
    cpSync(join(inject("tool"), "../.."), kept, { recursive: true });
    const call = (...args: string[]): string => execFileSync(node, [join(kept, "dist/main.js"), ...args], { cwd: life.directory, encoding: "utf8", env: { ...fixtureEnvironment(0), CI: "", PATH: "/usr/bin:/bin" } });
    call("hook", "install");
    expect(JSON.parse(call("doctor", "--json"))).toMatchObject({ findings: [{ code: "tool-fleeting", level: "advice", mend: expect.stringContaining("npm install --save-dev shipnote") }] });
    typed(life, "shipnote hook install");
    expectHealthy(life);
  });

  it("sees that it would see nothing", () => {
    const life = makeHealthy();
    life.git("config", "core.logAllRefUpdates", "false");
    const { mend } = onlyFinding(life, "hook-blind");
    expect(mend).toBe("git config core.logAllRefUpdates true");
    typed(life, mend);
    expectHealthy(life);
  });
});

describe("doctor, of the configuration", () => {
  it("tells each problem of one that does not load, with its place", () => {
    const life = configured("branches: [main]\n");
    life.write(config, "brnaches: [main]\nchecks: { page: { http: nowhere } }\n");
    const { status, findings } = diagnosed(life);
    expect(status).toBe(1);
    expect(findings.map(({ code, message }) => [code, message])).toEqual([
      ["config-invalid", `${config}:1:1: brnaches: there is no such key; did you mean branches?`],
      ["config-invalid", `${config}:2:25: checks.page.http: expected an http or https URL`],
    ]);
    life.write(config, "branches: [main]\nchecks: {}\n");
    life.git("checkout", "-q", "--", config);
    expectHealthy(life);
  });

  it.each<[key: string, yaml: string, glob: string, mended: string]>([
    ["kinds.migration", "kinds: { migration: [\"db/**\"] }\n", "db/**", "kinds: { migration: [\"*.txt\"] }\n"],
    ["ignore", "ignore: [\"dist/**\"]\n", "dist/**", "ignore: []\n"],
    ["hazards", "hazards: [{ match: index/*, kind: index, why: it stays }]\n", "index/*", "hazards: []\n"],
    ["components.api.paths", "components: { api: { paths: [api/**] } }\n", "api/**", "components: { api: { paths: [greet.*] } }\n"],
  ])("finds that %s matches nothing", (key, yaml, glob, mended) => {
    const life = configured(yaml);
    const finding = onlyFinding(life, "glob-unmatched");
    expect(finding).toMatchObject({ level: "advice", message: `${key}: ${glob} matches none of the files that git tracks.`, mend: expect.stringContaining(config) });
    life.write(config, mended);
    expectHealthy(life);
  });

  it("finds a report that nothing makes", () => {
    const life = configured("checks: { tests: { report: reports/*.xml } }\n");
    expect(onlyFinding(life, "report-missing").message).toBe("checks.tests: no file matches reports/*.xml, and no command makes one.");
    life.write("reports/a.xml", "<testsuite/>\n");
    expectHealthy(life);
    rmSync(join(life.directory, "reports"), { recursive: true });
    life.write(config, "checks: { tests: { report: reports/*.xml, command: pytest } }\n");
    expectHealthy(life);
  });

  it.each<[key: string, yaml: string, mended: string]>([
    ["redact", "redact: [\"(a+)+$\"]\n", "redact: [\"a+$\"]\n"],
    ["tickets.pattern", "tickets: { pattern: \"(\\\\w+\\\\s?)+-\" }\n", "tickets: { pattern: \"[A-Z]+-\\\\d+\" }\n"],
    ["checks.page.expect.body", "checks: { page: { http: \"http://127.0.0.1:1/\", expect: { body: \"(x+x+)+y\" } } }\n", "checks: { page: { http: \"http://127.0.0.1:1/\", expect: { body: \"x+y\" } } }\n"],
    ["checks.q.metrics.rows", "checks: { q: { command: \"true\", metrics: { rows: { pattern: \"(\\\\d+)*x\" } } } }\n", "checks: { q: { command: \"true\", metrics: { rows: { pattern: \"(\\\\d+)x\" } } } }\n"],
    ["watch.logs", "watch: { logs: [{ file: a.log, error: \"(.*)*E\" }] }\n", "watch: { logs: [{ file: a.log, error: \".*E\" }] }\n"],
  ])("finds that %s may never end", (key, yaml, mended) => {
    const life = makeHealthy();
    life.write(config, yaml);
    const finding = onlyFinding(life, "pattern-slow");
    expect(finding.message.startsWith(`${key}: `)).toBe(true);
    expect(finding.level).toBe("problem");
    life.write(config, mended);
    expectHealthy(life);
  });

  it("finds what matches nothing at all, and tickets that nobody names or that lead to one page", () => {
    const life = makeHealthy();
    life.write(config, "redact: [\"[0-9]*\"]\n");
    expect(onlyFinding(life, "pattern-empty").message).toBe("redact: [0-9]* matches nothing at all, and so everywhere.");
    life.write(config, "redact: [\"[0-9]+x\"]\n");
    expectHealthy(life);

    life.write(config, "tickets: { pattern: \"OPS-[0-9]+\", url: \"https://tickets.example.org/browse/\" }\n");
    expect(onlyFinding(life, "tickets-url").mend).toContain("{0}");
    life.write(config, "tickets: { pattern: \"OPS-[0-9]+\", url: \"https://tickets.example.org/browse/{0}\" }\n");
    expectHealthy(life);

    life.git("add", config);
    for (let at = 0; at < 20; at += 1) life.git("commit", "-q", "--allow-empty", "-m", `OSP-${at}: do it`);
    expect(onlyFinding(life, "tickets-unmatched").level).toBe("advice");
    life.git("commit", "-q", "--allow-empty", "-m", "OPS-1: do it");
    expectHealthy(life);
  });

  it.each<[code: string, level: string, yaml: string, mended: string]>([
    ["environment-unknown", "problem", "environments: { staging: { branches: [main] } }\n", "environment: staging\nenvironments: { staging: { branches: [main] } }\n"],
    ["policy-environment", "problem", "environments: { production: { branches: [main] } }\npolicy: { prod: { require: [reason] } }\n", "environments: { production: { branches: [main] } }\npolicy: { production: { require: [reason] } }\n"],
    ["policy-environment", "advice", "policy: { prod: { require: [reason] } }\n", "policy: { production: { require: [reason] } }\n"],
    ["branch-missing", "advice", "branches: [main, \"release/*\"]\n", "branches: [main]\n"],
    ["branch-missing", "advice", "environments: { production: { branches: [master] } }\n", "environments: { production: { branches: [main] } }\n"],
  ])("finds %s (%s)", (code, level, yaml, mended) => {
    const life = makeHealthy();
    life.write(config, yaml);
    const finding = onlyFinding(life, code);
    expect(finding).toMatchObject({ level, mend: expect.stringContaining(config) });
    life.write(config, mended);
    expectHealthy(life);
  });
});

describe("doctor, of CI", () => {
  const workflow = ".github/workflows/record.yml";
  const job = "on: push\njobs:\n  record:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npx shipnote@1 record --yes --commit\n";

  it("finds that both would record", () => {
    const life = makeHealthy();
    life.write(workflow, job);
    const finding = onlyFinding(life, "recorded-twice");
    expect(finding.message).toContain(`${workflow}:6 records a push`);
    life.write(config, "record: { by: ci }\n");
    expectHealthy(life);
    rmSync(join(life.directory, config));
    life.write(workflow, job.replace("      - run", "      # - run"));
    expectHealthy(life);
  });

  it.each([["github", "https://github.com/web/articles.git"], ["gitlab", "git@gitlab.com:web/articles.git"], ["other", "https://git.example.org/web/articles.git"]])("finds that nobody would, and says what writes the job: %s", (forge, address) => {
    const life = makeHealthy();
    life.write(config, "record: { by: ci }\n");
    life.git("remote", "add", "origin", address);
    const { mend } = onlyFinding(life, "ci-job-missing");
    expect(mend).toBe(`shipnote init --ci ${forge}`);
    typed(life, `${mend} --by ci --yes`);
    expect(codes(life)).toEqual([]);
  });
});

describe("doctor, of files and folders", () => {
  it("finds a folder that may not be written to", () => {
    const life = makeHealthy();
    execFileSync("chmod", ["-R", "go+rwX", life.directory]);
    chmodSync(join(life.directory, "notes"), 0o555);
    const answer = shipnoteUnprivileged(life.directory, ["doctor", "--json"]);
    const { findings } = JSON.parse(answer.stdout) as { findings: { code: string; message: string; mend: string }[] };
    const found = findings.find(({ code }) => code === "notes-not-writable");
    expect(found?.message).toMatch(/^notes\/ may not be written to: its owner, user \d+, can change that\.$/);
    expect(found?.mend).toMatch(/^chmod u\+rwx \S+\/notes$/);
    chmodSync(join(life.directory, "notes"), 0o777);
    expect(shipnoteUnprivileged(life.directory, ["doctor", "--json"]).stdout).not.toContain("notes-not-writable");
  });

  it.each<[code: string, path: string]>([["notes-not-writable", "notes"], ["state-not-writable", ".git/shipnote"]])("%s: something is in the way", (code, path) => {
    for (const what of ["file", "link"]) {
      const life = makeHealthy();
      const place = join(life.directory, path);
      renameSync(place, `${place}.whole`);
      if (what === "file") writeFileSync(place, "mine\n");
      else symlinkSync(`${place}.whole`, place);
      const { findings } = diagnosed(life);
      const found = findings.find((finding) => finding.code === code);
      expect(found?.level).toBe("problem");
      typed(life, found?.mend ?? "false");
      renameSync(`${place}.whole`, place);
      expectHealthy(life);
    }
  });

  it("tells what it could not look at, and goes on", () => {
    const life = makeHealthy();
    life.write("notes/2024/2024-03-04-other/record.json", "{}");
    execFileSync("chmod", ["-R", "go+rwX", life.directory]);
    chmodSync(join(life.directory, "notes/2024"), 0o300);
    const { findings } = JSON.parse(shipnoteUnprivileged(life.directory, ["doctor", "--json"]).stdout) as { findings: { code: string; level: string }[] };
    expect(findings.filter(({ level, code }) => level === "problem" && !code.startsWith("hook-"))).toEqual([expect.objectContaining({ code: "not-readable" })]);
    chmodSync(join(life.directory, "notes/2024"), 0o755);
  });

  it("finds a partial that is not sound, before and after there is a record", () => {
    const life = makeHealthy();
    life.write("notes/templates/summary.hbs", "{{#if shipped}}\n");
    life.git("add", "notes");
    life.git("commit", "-qm", "Template");
    const finding = onlyFinding(life, "partial-invalid");
    expect(finding.message).toContain("notes/templates/summary.hbs");
    life.write("notes/templates/summary.hbs", "{{text nobody}}\n");
    typed(life, onlyFinding(life, "partial-invalid").mend);
    expect(life.read("notes/templates/summary.hbs.aside")).toBe("{{text nobody}}\n");
    expectHealthy(life);
  });

  it("names each partial that is not sound, whatever the folder's name", () => {
    const life = makeLife();
    life.commit("Greet", { "greet.txt": "hello\n", "shipnote.config.yaml": 'notes: "my notes"\n' });
    life.record();
    for (const name of ["changes", "rollback", "summary"]) life.write(`my notes/templates/${name}.hbs`, name === "rollback" ? "Undo it.\n" : "{{text nobody}}\n");
    const findings = diagnosed(life).findings.filter(({ code }) => code === "partial-invalid");
    expect(findings).toHaveLength(2);
    for (const { mend } of findings) typed(life, mend);
    expect(["changes", "rollback", "summary"].map((name) => life.has(`my notes/templates/${name}.hbs`))).toEqual([false, true, false]);
    expect(codes(life)).not.toContain("partial-invalid");
  });

  it("finds a stale index, and one that somebody wrote in", () => {
    const life = makeHealthy();
    life.commit("Wave", { "wave.txt": "w\n" });
    life.record();
    const finding = onlyFinding(life, "index-stale");
    expect(finding).toMatchObject({ level: "advice", mend: "shipnote index" });
    expect(diagnosed(life, ["--fix", "--dry-run"]).fixed[0]).toBe("rebuilt the index");
    expect(codes(life)).toEqual(["index-stale"]);
    expect(diagnosed(life, ["--fix"])).toMatchObject({ fixed: ["rebuilt the index"], findings: [] });
    life.edit("notes/README.md", "Wave", "Mine");
    typed(life, onlyFinding(life, "index-edited").mend);
    expectHealthy(life);
  });

  it("clears up after runs that were killed", () => {
    const life = makeHealthy();
    const state = join(life.directory, ".git/shipnote");
    const directory = join(realpathSync(mkdtempSync(join(tmpdir(), "shipnote-x-"))), `shipnote-before-${"0a".repeat(6)}`);
    life.git("worktree", "add", "-q", "--detach", directory, "HEAD");
    const dead = { pid: 999_999, started: "never" };
    mkdirSync(join(state, "worktrees"), { recursive: true });
    mkdirSync(join(state, "lock"), { recursive: true });
    writeFileSync(join(state, "worktrees/a.json"), JSON.stringify({ directory, owner: dead, groups: [] }));
    writeFileSync(join(state, "lock/999999-a.json"), JSON.stringify(dead));
    writeFileSync(join(state, "intent.json"), JSON.stringify({ version: 1, moves: [] }));
    const temporary = "notes/2024/.shipnote-999999-0123abcd.tmp";
    life.write(temporary, "half\n");
    const finding = onlyFinding(life, "leftovers");
    expect(finding.message).toBe("Runs that were killed have left a throw-away worktree, a record half written, a temporary file, a lock.");
    expect(diagnosed(life, ["--fix", "--dry-run"]).fixed).toHaveLength(4);
    expect(existsSync(directory)).toBe(true);
    expect(diagnosed(life, ["--fix"])).toMatchObject({ findings: [] });
    expect([existsSync(directory), life.has(temporary), life.git("worktree", "list").split("\n").length]).toEqual([false, false, 1]);
    expectHealthy(life);
  });

  it("finds results that cannot be read", () => {
    const life = makeHealthy();
    const path = join(life.directory, ".git/shipnote/results/20240304T090000-before-a.json");
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, "{\"side\":");
    const { mend } = onlyFinding(life, "results-unreadable");
    expect(mend).toBe(`rm ${path}`);
    typed(life, mend);
    expectHealthy(life);
  });

  it("reminds of a ship that was put off, until it is recorded", () => {
    const life = makeHealthy();
    const from = life.git("rev-parse", "HEAD");
    const to = life.commit("Wave", { "wave.txt": "w\n" });
    life.write(".git/shipnote/pushes/postponed.json", JSON.stringify([{ environment: "production", component: null, from, to, at: new Date(Date.now() + 2000).toISOString().replace(/\.\d+/, "") }]));
    const finding = onlyFinding(life, "ship-postponed");
    expect(finding.mend).toBe(`shipnote record --from ${from.slice(0, 12)} --to ${to.slice(0, 12)}`);
    typed(life, `${finding.mend} --yes --index`);
    expectHealthy(life);
  });
});
