import { execFileSync } from "node:child_process";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { fixtureEnvironment } from "../git-fixture.ts";
import { type Life, lifeAt, makeFolder, makeLife, recordSays, removeAll } from "./life.ts";

afterAll(removeAll);

const zeros = "0".repeat(40);

/** An origin with so many commits, oldest first, and a clone of it as a CI job has one. */
function clonedOrigin(commits: number, ...cloneArgs: string[]): { origin: Life; shas: string[]; clone: Life } {
  const origin = makeLife();
  const shas = Array.from({ length: commits }, (_, at) => origin.commit(`Change ${at}`, { [`app/${at}.js`]: `${at}\n` }));
  return { origin, shas, clone: cloneOf(origin, ...cloneArgs) };
}

function cloneOf({ directory }: Life, ...args: string[]): Life {
  const folder = join(makeFolder(), "clone");
  execFileSync("git", ["clone", "-q", ...args, `file://${directory}`, folder], { env: fixtureEnvironment(1_700_000_000), stdio: ["ignore", "pipe", "pipe"] });
  return lifeAt(folder);
}

/** The environment of a GitHub Actions job, its event in a file as the runner leaves it. */
function github(name: string, sha: string, event: object): Record<string, string> {
  const path = join(makeFolder(), "event.json");
  writeFileSync(path, JSON.stringify(event));
  return {
    CI: "true", GITHUB_ACTIONS: "true", GITHUB_EVENT_NAME: name, GITHUB_SHA: sha, GITHUB_EVENT_PATH: path,
    GITHUB_SERVER_URL: "https://git.example.org", GITHUB_REPOSITORY: "web/articles", GITHUB_RUN_ID: "42", GITHUB_ACTOR: "ada",
  };
}

/** The environment of a GitLab CI job. */
function gitlab(source: string, sha: string, more: Record<string, string>): Record<string, string> {
  return { CI: "true", GITLAB_CI: "true", CI_PIPELINE_SOURCE: source, CI_COMMIT_SHA: sha, ...more };
}

describe("record in CI", () => {
  it("takes what a push brought, on GitHub, and says which run and when", () => {
    const { shas, clone } = clonedOrigin(5);
    const env = github("push", shas[4] ?? "", { before: shas[1], after: shas[4], repository: { pushed_at: Date.UTC(2024, 2, 5, 10) / 1000 } });
    const written = clone.record([], { env });
    expect(recordSays(written).commits).toEqual([shas[2], shas[3], shas[4]].sort());
    expect(written.record).toMatchObject({
      range: { from: shas[1], to: shas[4], source: "ci" }, shippedAt: "2024-03-05T10:00:00Z", shippedAtSource: "ci",
      actor: { name: "ada", ci: "https://git.example.org/web/articles/actions/runs/42" },
    });
    expect(clone.record([], { env }).status).toBe("unchanged");
  });

  it("takes what a push brought, on GitLab", () => {
    const { shas, clone } = clonedOrigin(4);
    const env = gitlab("push", shas[3] ?? "", { CI_COMMIT_BEFORE_SHA: shas[0] ?? "", CI_JOB_STARTED_AT: "2024-03-05T11:00:00+01:00" });
    expect(clone.record([], { env }).record).toMatchObject({ range: { from: shas[0], to: shas[3], source: "ci" }, shippedAt: "2024-03-05T10:00:00Z" });
  });

  it("begins at the nearest tag where a tag or a new branch was pushed", () => {
    const { origin, shas } = clonedOrigin(4);
    origin.git("tag", "v1", shas[1] ?? "");
    origin.git("tag", "-a", "-m", "Two", "v2", shas[3] ?? "");
    const clone = cloneOf(origin, "--branch", "v2");
    expect(clone.record([], { env: github("push", shas[3] ?? "", { ref: "refs/tags/v2", before: zeros, after: origin.git("rev-parse", "v2") }) }).record.range)
      .toMatchObject({ from: shas[1], to: shas[3], source: "tag" });
  });

  it.each<[string, (topic: string, older: string, newer: string, merged: string) => Record<string, string>]>([
    ["a pull request's, merged as a try, also from a fork", (topic, _older, newer, merged) => github("pull_request", merged, { pull_request: { base: { sha: newer }, head: { sha: topic, repo: { fork: true } } } })],
    ["a pull request's whose event is older than what it was merged onto", (topic, older, _newer, merged) => github("pull_request", merged, { pull_request: { base: { sha: older }, head: { sha: topic } } })],
    ["a merge request's, merged as a try", (_topic, older, newer, merged) => gitlab("merge_request_event", merged, { CI_MERGE_REQUEST_DIFF_BASE_SHA: older, CI_MERGE_REQUEST_TARGET_BRANCH_SHA: newer })],
  ])("takes no other commits than %s", (_whose, environment) => {
    const { origin, shas } = clonedOrigin(2);
    origin.git("switch", "-q", "-c", "topic");
    const topic = origin.commit("Topic", { "topic.js": "1\n" });
    origin.git("switch", "-q", "main");
    const newer = origin.commit("Somebody else's, on main", { "other.js": "1\n" });
    origin.git("switch", "-q", "--detach");
    origin.git("merge", "-q", "--no-ff", "-m", "Merge topic into main", "topic");
    const merged = origin.git("rev-parse", "HEAD");
    const env = environment(topic, shas[1] ?? "", newer, merged);
    const written = origin.record(["--dry-run"], { env });
    expect(written.record.range).toMatchObject({ from: newer, to: merged, source: "ci" });
    expect(recordSays(written)).toEqual({ commits: [topic, merged].sort(), files: ["topic.js"] });
    origin.git("update-ref", "refs/pull/7/merge", merged);
    const clone = cloneOf(origin, "--depth=1");
    clone.git("fetch", "-q", "--depth=1", "origin", "refs/pull/7/merge");
    clone.git("checkout", "-q", "--detach", "FETCH_HEAD");
    expect(recordSays(clone.record(["--fetch"], { env }))).toEqual(recordSays(written));
  });

  it.each([["GitHub", github], ["GitLab", gitlab]])("takes what a push brought for each environment that it goes to, on %s", (forge, environment) => {
    const { shas, clone } = clonedOrigin(4, "--depth=2");
    clone.write("shipnote.config.yaml", "environments:\n  eu: { branches: [main] }\n  us: { branches: [main] }\n");
    const [before = "", after = ""] = [shas[0], shas[3]];
    const env = forge === "GitHub" ? github("push", after, { before, after }) : environment("push", after, { CI_COMMIT_BEFORE_SHA: before });
    for (const name of ["eu", "us"]) {
      const written = clone.record(["--fetch", "--commit", "--env", name], { env });
      expect(written.record).toMatchObject({ environment: name, range: { from: before, to: after, source: "ci" } });
      expect(recordSays(written).commits).toEqual(shas.slice(1).sort());
    }
    expect(clone.git("rev-parse", "HEAD~2")).toBe(after);
    expect(clone.record(["--fetch", "--commit", "--env", "eu"], { env }).status).toBe("unchanged");
  });

  it("takes what a push brought to a ship branch, whatever another one shipped meanwhile", () => {
    const { origin } = clonedOrigin(2);
    origin.git("tag", "v1.0");
    origin.git("switch", "-q", "-c", "release/2");
    origin.commit("Second", { "two.js": "1\n" });
    origin.record();
    origin.git("switch", "-q", "-c", "release/1", "main");
    const [one, two] = [origin.commit("First", { "one.js": "1\n" }), origin.commit("Mend it", { "one.js": "2\n" })];
    const written = origin.record([], { env: github("push", two, { before: one, after: two }) });
    expect(written.record.range).toMatchObject({ from: one, to: two, source: "ci" });
    expect(recordSays(written).commits).toEqual([two]);
    expect(origin.record().status).toBe("unchanged");
  });

  it("after a force push whose beginning is gone, goes on as without it", () => {
    const { shas, clone } = clonedOrigin(3);
    const env = github("push", shas[2] ?? "", { before: "9".repeat(40), after: shas[2], forced: true });
    expect(clone.record([], { env }).record.range).toMatchObject({ to: shas[2] });
  });

  it("lets a job of another repository say nothing here", () => {
    const { shas, clone } = clonedOrigin(3);
    const env = github("push", "a".repeat(40), { before: "b".repeat(40), after: "a".repeat(40) });
    expect(clone.record(["--from", shas[0] ?? ""], { env }).record.range).toMatchObject({ from: shas[0], to: shas[2], source: "flag" });
  });
});

describe("record --fetch in a shallow clone", () => {
  it("is refused without it, and with it fetches the history that the push needs and no more than about twice that", () => {
    const { shas, clone } = clonedOrigin(130, "--depth=1");
    const env = github("push", shas[129] ?? "", { before: shas[99], after: shas[129] });
    expect(clone.refused(["record", "--yes"], { env })).toMatchObject({ status: 3, code: "history-missing", message: expect.stringContaining(shas[99] ?? "") });
    expect(clone.has("notes")).toBe(false);
    const written = clone.record(["--fetch"], { env });
    expect(recordSays(written).commits).toEqual(shas.slice(100).sort());
    const there = Number(clone.git("rev-list", "--count", "HEAD"));
    expect(there).toBeGreaterThan(30);
    expect(there).toBeLessThan(61);
  });

  /** As many commits, made by one process. */
  function longOrigin(commits: number): Life {
    const origin = makeLife();
    const input = Array.from({ length: commits }, (_, at) => `commit refs/heads/main\ncommitter A <a@example.org> ${1_700_000_000 + at} +0000\ndata 4\nMany\nM 644 inline ${at % 9}.js\ndata 4\n${1000 + at}\n`).join("");
    execFileSync("git", ["fast-import", "--quiet"], { cwd: origin.directory, input });
    origin.git("reset", "-q", "--hard");
    return origin;
  }
  const there = (clone: Life): number => Number(clone.git("rev-list", "--count", "--all", "HEAD"));

  it.each([["is still there", 3], ["was recorded", 3], ["is gone", 0]])("after a force push does not fetch all history where what was before %s", (what, dropped) => {
    const origin = longOrigin(600);
    const [root, shared] = [origin.git("rev-parse", "HEAD~500"), origin.git("rev-parse", "HEAD")];
    for (let at = 0; at < dropped; at += 1) origin.commit("Taken away", { [`${at}.txt`]: "1\n" });
    const before = dropped === 0 ? "9".repeat(40) : origin.git("rev-parse", "HEAD");
    origin.git("reset", "-q", "--hard", shared);
    const after = origin.commit("In its place", { "a.txt": "2\n" });
    const clone = cloneOf(origin, "--depth=2");
    if (what === "was recorded") {
      origin.git("switch", "-q", "--detach", shared);
      origin.record(["--from", root, "--at", "2024-03-01T00:00:00Z"]);
      origin.git("switch", "-q", "--detach", before);
      origin.record();
      cpSync(join(origin.directory, "notes"), join(clone.directory, "notes"), { recursive: true });
    }
    const { range } = clone.record(["--fetch"], { env: github("push", after, { before, after, forced: true }) }).record;
    expect(range).toMatchObject({ from: shared, to: after, source: { "is still there": "ci", "was recorded": "previous-record" }[what] ?? "first" });
    expect(there(clone)).toBeLessThan(200);
    expect(clone.git("rev-parse", "--is-shallow-repository")).toBe("true");
  });

  it("takes a push of many commits", () => {
    const origin = longOrigin(600);
    const [before, after] = [origin.git("rev-parse", "HEAD~250"), origin.git("rev-parse", "HEAD")];
    const clone = cloneOf(origin, "--depth=2");
    const written = clone.record(["--fetch"], { env: github("push", after, { before, after }) });
    expect(written.record).toMatchObject({ range: { from: before, to: after, source: "ci" }, counts: { commits: 250 } });
  });

  it("takes a push that was pushed away since", () => {
    const origin = longOrigin(300);
    const before = origin.git("rev-parse", "HEAD");
    const [one, after] = [origin.commit("One", { "a.txt": "1\n" }), origin.commit("Two", { "a.txt": "2\n" })];
    const clone = cloneOf(origin, "--depth=1");
    origin.git("reset", "-q", "--hard", "HEAD~7");
    origin.commit("In their place", { "a.txt": "3\n" });
    const written = clone.record(["--fetch"], { env: github("push", after, { before, after }) });
    expect(written.record.range).toMatchObject({ from: before, to: after, source: "ci" });
    expect(recordSays(written).commits).toEqual([one, after].sort());
    expect(there(clone)).toBeLessThan(200);
  });

  it("fetches all of it where all is needed", () => {
    const { shas, clone } = clonedOrigin(70, "--depth=2");
    expect(recordSays(clone.record(["--fetch", "--from", shas[0] ?? ""])).commits).toEqual(shas.slice(1).sort());
  });

  it("fetches the blobs that a partial clone lacks, and counts their lines", () => {
    const { origin, shas } = clonedOrigin(4);
    origin.git("config", "uploadpack.allowFilter", "true");
    const clone = cloneOf(origin, "--filter=blob:none", "--no-checkout");
    const args = ["--from", shas[0] ?? "", "--dry-run"];
    expect(clone.record(args).record).toMatchObject({ counts: { added: null, deleted: null } });
    expect(clone.record([...args, "--fetch"]).record).toMatchObject({ counts: { added: 3, deleted: 0 }, notes: [] });
  });

  it("says so where the remote is shallow itself, and does not have it", () => {
    const { origin, shas } = clonedOrigin(12);
    const between = cloneOf(origin, "--depth=6");
    const clone = cloneOf(between, "--depth=2");
    expect(clone.refused(["record", "--yes", "--fetch", "--from", shas[2] ?? ""])).toMatchObject({
      status: 3, code: "history-missing", message: expect.stringContaining("origin has no more of it"), expected: expect.stringContaining("a remote with the whole history"),
    });
    expect(clone.has("notes")).toBe(false);
    // What it has is enough for others.
    expect(recordSays(clone.record(["--fetch", "--from", shas[8] ?? ""])).commits).toEqual(shas.slice(9).sort());
  });

  it("takes an abbreviated beginning, as Travis says it", () => {
    const { shas, clone } = clonedOrigin(5);
    const [before = "", after = ""] = [shas[1], shas[4]];
    const env = { CI: "true", TRAVIS: "true", TRAVIS_COMMIT: after, TRAVIS_COMMIT_RANGE: `${before.slice(0, 12)}...${after.slice(0, 12)}` };
    expect(clone.record(["--dry-run"], { env }).record.range).toMatchObject({ from: before, to: after, source: "ci" });
    // After a force push it names nothing here.
    expect(clone.record(["--dry-run"], { env: { ...env, TRAVIS_COMMIT_RANGE: `${"9".repeat(12)}...${after.slice(0, 12)}` } }).record.range).toMatchObject({ from: shas[3], source: "first" });
    const shallow = cloneOf(clone, "--depth=1");
    expect(shallow.refused(["record", "--yes"], { env })).toMatchObject({ status: 3, code: "history-missing" });
    expect(recordSays(shallow.record(["--fetch"], { env })).commits).toEqual(shas.slice(2).sort());
  });

  it("says why nothing could be fetched", () => {
    const { shas, clone } = clonedOrigin(3, "--depth=1");
    clone.git("remote", "set-url", "origin", `file://${makeFolder()}/gone`);
    expect(clone.refused(["record", "--yes", "--fetch", "--from", shas[0] ?? ""])).toMatchObject({ status: 3, code: "fetch-failed", message: expect.stringContaining("origin") });
    expect(clone.has("notes")).toBe(false);
  });
});
