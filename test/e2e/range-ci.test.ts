import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
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
    const env = { CI: "true", GITLAB_CI: "true", CI_PIPELINE_SOURCE: "push", CI_COMMIT_SHA: shas[3], CI_COMMIT_BEFORE_SHA: shas[0], CI_JOB_STARTED_AT: "2024-03-05T11:00:00+01:00" };
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

  it("takes a pull request's commits, merged as a try, also from a fork", () => {
    const { origin, shas } = clonedOrigin(2);
    origin.git("switch", "-q", "-c", "topic");
    const topic = origin.commit("Topic", { "topic.js": "1\n" });
    origin.git("switch", "-q", "main");
    const base = origin.commit("Meanwhile", { "other.js": "1\n" });
    origin.git("switch", "-q", "--detach");
    origin.git("merge", "-q", "--no-ff", "-m", "Merge topic into main", "topic");
    const merged = origin.git("rev-parse", "HEAD");
    const written = origin.record(["--dry-run"], { env: github("pull_request", merged, { pull_request: { base: { sha: base }, head: { sha: topic, repo: { fork: true } } } }) });
    expect(written.record.range).toMatchObject({ from: base, to: merged, source: "ci" });
    expect(recordSays(written)).toEqual({ commits: [topic, merged].sort(), files: ["topic.js"] });
    expect(shas).not.toContain(base);
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

  it("says why nothing could be fetched", () => {
    const { shas, clone } = clonedOrigin(3, "--depth=1");
    clone.git("remote", "set-url", "origin", `file://${makeFolder()}/gone`);
    expect(clone.refused(["record", "--yes", "--fetch", "--from", shas[0] ?? ""])).toMatchObject({ status: 3, code: "fetch-failed", message: expect.stringContaining("origin") });
    expect(clone.has("notes")).toBe(false);
  });
});
