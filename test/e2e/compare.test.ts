import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makeRig, nothingLeft, noted, isRunning, server, verdicts } from "./compare-rig.ts";
import { lifeAt, makeFolder, makeLife, removeAll } from "./life.ts";

afterAll(removeAll);

const job = "checks: { job: { command: sh job.sh } }\n";
const page = 'checks: { page: { http: "http://127.0.0.1:8000/articles/42", serve: \'exec "$NODE" server.mjs\', ready: /health, samples: 10, warmup: 1 } }\n';

describe("compare", () => {
  it("finds a script that a commit made slower, without anything being shipped, and ends as failOn says", () => {
    const rig = makeRig(`${job}failOn: [regressed]\n`, { "job.sh": "sleep 0.02\n" });
    const from = rig.git("rev-parse", "HEAD");
    const to = rig.commit("Slower", { "job.sh": "sleep 0.08\n" });
    const answer = rig.compare();
    expect([answer.status, answer.stdout]).toEqual([1, expect.stringMatching(/^job duration .* regressed/m)]);
    expect(answer.stdout).toContain(`Compared ${from.slice(0, 12)} with ${to.slice(0, 12)}, 15 pairs of rounds.`);
    expect(answer.stdout).toMatch(/^Is it slower\? Yes/m);
    expect(rig.left()).toEqual(nothingLeft);
    expect(rig.git("status", "--porcelain")).toBe("");
  });

  it("prints a document, whose sides have their commits and lie in the same pairs", () => {
    const rig = makeRig(`${job}compare: { pairs: 4 }\n`, { "job.sh": "exit 0\n" });
    const from = rig.git("rev-parse", "HEAD");
    const to = rig.commit("Fails", { "job.sh": "exit 1\n" });
    const compared = rig.compared();
    expect(compared).toMatchObject({ status: "compared", from, to, pairs: 4, leftOut: [] });
    const rate = compared.metrics.find(({ metric }) => metric === "error-rate");
    expect(rate).toMatchObject({ source: "compare", before: { events: 0, count: 4, commit: from }, after: { events: 4, count: 4, commit: to } });
    const duration = compared.metrics.find(({ metric }) => metric === "duration");
    expect(duration?.before).toMatchObject({ rounds: [1, 2, 3, 4], carried: false, machine: { os: process.platform } });
  });

  it("raises no alarm for identical code", () => {
    // At 1 % one such run in a hundred may raise one; test/bench/alarms.mjs counts them.
    const rig = makeRig(`compare: { alpha: 0.0005, tolerance: 50% }\n${job}`, { "job.sh": "sleep 0.02\n" });
    const { metrics, from, to } = rig.compared("HEAD", "HEAD");
    expect(from).toBe(to);
    for (const { comparison } of metrics) expect(["unchanged", "unclear", "not-enough-data"]).toContain(comparison?.verdict);
  });

  it("serves each side from its own tree, and leaves neither server nor port", async () => {
    const rig = makeRig(page, { "server.mjs": server, "delay": "1" });
    rig.commit("Slower", { delay: "40", "server.mjs": server.replace("an article", "an article, and slowly") });
    const { metrics } = rig.compared();
    expect(verdicts(metrics, "response-time")).toEqual(["page response-time: regressed"]);
    expect(metrics.find(({ metric }) => metric === "body-size")).toMatchObject({ before: { value: 10 }, after: { value: 22 }, comparison: { verdict: "changed" } });
    const servers = noted(rig, "server");
    expect([servers.length, servers.filter(isRunning), rig.left()]).toEqual([2, [], nothingLeft]);
  });

  it("sets both trees up, and gives them to reports as well as to commands", () => {
    const rig = makeRig("compare: { setup: cp size.txt ready.txt, pairs: 3 }\nchecks: { size: { command: cp ready.txt size.out, report: size.out, format: text, metrics: { bytes: { pattern: \"(\\\\d+)\", better: lower, tolerance: 0 } } } }\n", { "size.txt": "7\n" });
    rig.commit("Smaller", { "size.txt": "5\n" });
    const [metric] = rig.compared().metrics;
    expect(metric).toMatchObject({ check: "size", metric: "bytes", before: { samples: [7, 7, 7] }, after: { samples: [5, 5, 5] } });
  });

  it("says what cannot be laid side by side; where nothing can, that is refused", () => {
    const checks = "  there: { http: \"http://127.0.0.1:9/\" }\n  p95: { prometheus: \"http://127.0.0.1:9\", query: up }\n  old: { report: a.xml }\n";
    const rig = makeRig(`compare: { pairs: 1 }\nchecks:\n${checks}  job: { command: exit 0 }\n`);
    rig.commit("One");
    const answer = rig.compare();
    expect(answer.status).toBe(0);
    for (const check of ["there", "p95", "old"]) expect(answer.stderr).toMatch(new RegExp(`^shipnote: ${check} is left out: `, "m"));
    expect(rig.compared().leftOut.map(({ check }) => check)).toEqual(["there", "p95", "old"]);
    expect(rig.refused(["compare", "--only", "there", "--only", "p95"])).toMatchObject({ status: 2, code: "usage", message: expect.stringContaining("there: it has no `serve:`") });
  });

  it("takes two revisions, one, or none; what they name is known or refused", () => {
    const rig = makeRig("compare: { pairs: 1 }\nchecks: { job: { command: exit 0 } }\n");
    const base = rig.git("rev-parse", "HEAD");
    rig.git("tag", "v1");
    const one = rig.commit("One");
    const two = rig.commit("Two");
    expect(rig.compared()).toMatchObject({ from: base, to: two });
    expect(rig.compared(one)).toMatchObject({ from: one, to: two });
    expect(rig.compared(two, "v1")).toMatchObject({ from: two, to: base });
    rig.record(["--from", one]);
    expect(rig.compared()).toMatchObject({ from: one, to: two });
    expect(rig.refused(["compare", "v2"])).toMatchObject({ status: 2, code: "revision-unknown" });
    expect(rig.refused(["compare", "HEAD", "HEAD:shipnote.config.yaml"])).toMatchObject({ status: 2, code: "revision-unknown" });
    expect(rig.refused(["compare", "a", "b", "c"])).toMatchObject({ status: 2, code: "usage" });
  });

  it("has nothing to compare the first commit with", () => {
    const rig = makeRig("checks: { job: { command: exit 0 } }\n");
    expect(rig.refused(["compare"])).toMatchObject({ status: 2, code: "usage", expected: "two commits: shipnote compare FROM TO" });
    expect(makeLife().refused(["compare"])).toMatchObject({ status: 2 });
  });

  it("--dry-run runs nothing, --only no more than it says", () => {
    const rig = makeRig("compare: { pairs: 1 }\nchecks:\n  a: { command: 'touch \"$NOTES/ran-a\"' }\n  b: { command: 'touch \"$NOTES/ran-b\"' }\n");
    rig.commit("One");
    expect(rig.compare("--dry-run").stdout).toMatch(/^Would compare [0-9a-f]{12} with [0-9a-f]{12} by a, b, in 1 pair of rounds\. Nothing was run\.$/m);
    const { temporary } = rig;
    const has = (name: string): boolean => lifeAt(temporary).has(name);
    expect([has("ran-a"), has("ran-b"), rig.has(".git/shipnote")]).toEqual([false, false, false]);
    rig.compared("--only", "b");
    expect([has("ran-a"), has("ran-b")]).toEqual([false, true]);
  });

  it("compares what is committed, and says so where there is more", () => {
    const rig = makeRig("compare: { pairs: 1 }\nchecks: { job: { command: cat a.txt, metrics: { a: { pattern: \"(\\\\d+)\" } } } }\n", { "a.txt": "1\n" });
    rig.commit("Two", { "a.txt": "2\n" });
    expect(rig.compare().stderr).not.toContain("not committed");
    rig.write("a.txt", "3\n");
    const answer = rig.compare();
    expect(answer.stderr).toContain("shipnote: what is not committed is not compared");
    expect(rig.compared().metrics.find(({ metric }) => metric === "a")).toMatchObject({ before: { samples: [1] }, after: { samples: [2] } });
    expect(rig.read("a.txt")).toBe("3\n");
  });

  it("gives commands a git that knows of their tree, also where a hook starts it", () => {
    const rig = makeRig("compare: { pairs: 1 }\nchecks: { job: { command: git rev-list --count HEAD; git status --porcelain, metrics: { commits: { pattern: \"(\\\\d+)\" } } } }\n");
    rig.commit("One");
    const answer = rig.call(["compare", "--json"], { env: { GIT_DIR: join(rig.directory, ".git"), GIT_WORK_TREE: rig.directory, GIT_INDEX_FILE: join(rig.directory, ".git/index") } });
    expect(JSON.parse(answer.stdout)).toMatchObject({ metrics: expect.arrayContaining([expect.objectContaining({ metric: "commits", before: expect.objectContaining({ samples: [1] }), after: expect.objectContaining({ samples: [2] }) })]) });
  });

  it("works in a bare repository, with the configuration that is named", () => {
    const rig = makeRig("compare: { pairs: 1 }\nchecks: { job: { command: test -e a.txt } }\n");
    rig.commit("One", { "a.txt": "1\n" });
    const bare = join(makeFolder(), "bare.git");
    rig.git("clone", "-q", "--bare", rig.directory, bare);
    const answer = lifeAt(bare).call(["compare", "--json", "--config", join(rig.directory, "shipnote.config.yaml")]);
    expect(answer.status).toBe(0);
    expect(JSON.parse(answer.stdout)).toMatchObject({ metrics: expect.arrayContaining([expect.objectContaining({ metric: "error-rate", before: expect.objectContaining({ events: 1 }), after: expect.objectContaining({ events: 0 }) })]) });
  });

  it("runs twice at once, each in trees and on ports of its own", async () => {
    const rig = makeRig(`compare: { pairs: 3 }\n${page}`, { "server.mjs": server, "delay": "1" });
    rig.commit("Same");
    mkdirSync(join(rig.directory, "sub"));
    const answers = await Promise.all([rig.start("--json").ended, rig.start("--json").ended]);
    expect(answers.filter(({ status, stderr }) => status !== 0 || stderr !== "")).toEqual([]);
    expect([noted(rig, "server").length, noted(rig, "server").filter(isRunning), rig.left()]).toEqual([4, [], nothingLeft]);
  });
});

describe("a record", () => {
  it("takes the comparison of its two trees, in whatever commits they are, and no other record does", () => {
    const rig = makeRig("compare: { pairs: 3 }\nchecks: { job: { command: cat a.txt, rounds: 3, metrics: { a: { pattern: \"(\\\\d+)\", better: lower } } } }\n", { "a.txt": "9\n" });
    rig.git("tag", "v1");
    rig.commit("Two", { "a.txt": "2\n" });
    const { id } = rig.compared();
    // The same tree under another id, as a squash or an amended message leaves it.
    rig.git("commit", "-q", "--amend", "-m", "Two, in other words");
    const first = rig.record();
    expect(first.record.metrics.map(({ source, check, metric }) => `${source} ${check} ${metric}`)).toContain("compare job a");
    expect(first.record.metrics.every(({ source }) => source === "compare")).toBe(true);
    expect(first.record.metrics.find(({ metric }) => metric === "a")).toMatchObject({ before: { samples: [9, 9, 9] }, after: { samples: [2, 2, 2] } });
    expect(JSON.parse(rig.read(`.git/shipnote/comparisons/${id}.json`))).toMatchObject({ takenBy: first.id });
    expect(rig.read(first.path)).toMatch(/side by side/i);
    expect(rig.record().status).toBe("unchanged");
    rig.commitNotes();
    // The next ship undoes it: its trees are those of the comparison, the other way round.
    rig.commit("Three", { "a.txt": "9\n" });
    expect(rig.record().record.metrics).toEqual([]);
  });

  it("has what compare found before what before and after found, and keeps it where the git directory is empty", () => {
    const rig = makeRig("compare: { pairs: 3 }\nchecks: { job: { command: cat a.txt, rounds: 3, metrics: { a: { pattern: \"(\\\\d+)\", better: lower } } } }\n", { "a.txt": "9\n" });
    rig.call(["before"]);
    rig.commit("Two", { "a.txt": "2\n" });
    rig.call(["after"]);
    rig.compared();
    const { record, id } = rig.record();
    expect(record.metrics.filter(({ metric }) => metric === "a").map(({ source }) => source)).toEqual(["compare", "before-after"]);
    expect(rig.record().status).toBe("unchanged");
    const clone = lifeAt(join(makeFolder(), "clone"));
    rig.commitNotes();
    rig.git("clone", "-q", rig.directory, clone.directory);
    expect(clone.record(["--id", id, "--owner", "@ops"]).record.metrics).toEqual(record.metrics);
    // after shows before and after, nothing else.
    expect(rig.call(["after", "--json"]).stdout).not.toContain('"source": "compare"');
  });
});
