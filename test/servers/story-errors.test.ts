import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { removeAll } from "../e2e/life.ts";
import { type Archive, changes, metricOf, openArchive, type Repository, verdicts } from "./archive.ts";
import { keep } from "./kept.ts";

/*
 * A change that does nothing, one that breaks a request in twenty, and a server that is down: asked straight from the
 * app, with the index in place.
 */

let archive: Archive;
let repository: Repository;

const uncached = "http://127.0.0.1:${APP_PORT}/articles";
// A page takes 20 ms by itself; a quarter more or less is the mood of a machine that has other work as well.
const configuration = `checks:
  article: { http: "${uncached}/142" }
  article-often: { http: "${uncached}/143", samples: 300, timeout: 5s }
  article-roughly: { http: "${uncached}/142", tolerance: 25% }
`;

beforeAll(async () => {
  archive = await openArchive();
  repository = archive.repository();
  repository.commit("Take 20 ms a page", {
    "settings.json": '{ "renderMs": 20, "failEvery": 0 }\n', "shipnote.config.yaml": configuration, [changes.index.path]: changes.index.text,
  });
  repository.ship("run", "--as", "migrate", "--", "alembic", "upgrade", "head");
  repository.deploy();
});
afterAll(async () => {
  await archive.stop();
  removeAll();
});

describe("a change that does nothing", () => {
  it("is no improvement and no regression", () => {
    repository.ship("before", "--only", "article-roughly");
    repository.commit("Say what the archive is", { "README.md": "# The archive\n" });
    repository.deploy();
    const after = repository.ship("after", "--only", "article-roughly");
    const written = repository.record(["--from", "HEAD~1"], { env: archive.env });
    keep("nothing", repository, after, written);
    expect(["unchanged", "unclear"]).toContain(metricOf(written, "article-roughly response-time").comparison?.verdict);
    expect(verdicts(written).filter((verdict) => ["improved", "regressed", "changed", "gone"].includes(verdict))).toEqual([]);
    expect(["unchanged", "unclear"]).toContain(written.record.verdict);
  });
});

describe("a change that breaks one request in twenty", () => {
  it("is found by 300 samples a side, and by 30 it is said how many would do", () => {
    repository.commitNotes();
    repository.ship("before", "--only", "article", "--only", "article-often");
    repository.commit("Close the archive for a moment", { "settings.json": '{ "renderMs": 20, "failEvery": 20 }\n' });
    repository.deploy();
    const after = repository.ship("after", "--only", "article", "--only", "article-often");
    const written = repository.record([], { env: archive.env });
    keep("one-in-twenty", repository, after, written);
    const often = metricOf(written, "article-often error-rate");
    expect(often.before).toMatchObject({ events: 0, count: 300 });
    expect(often.after).toMatchObject({ events: 15, count: 300 });
    expect(often.comparison?.verdict).toBe("regressed");
    expect(often.after?.details.errors?.[0]?.reason).toMatch(/503/);
    const seldom = metricOf(written, "article error-rate");
    expect(seldom).toMatchObject({ before: { events: 0, count: 30 }, after: { events: 1, count: 30 }, comparison: { verdict: "unclear" } });
    expect(seldom.comparison?.notes.join("; ")).toMatch(/\b\d{3} (a|each) side/);
    expect(written.record.verdict).toBe("regressed");
    // An answer that says no is never a fast page.
    expect((often.after?.events ?? 0) + (metricOf(written, "article-often response-time").after?.samples.length ?? 0)).toBe(300);
  });
});

describe("a server that is down", () => {
  it("is told of, with every failed request counted", async () => {
    repository.commitNotes();
    repository.ship("before", "--only", "article");
    repository.commit("Close the archive", { "settings.json": '{ "renderMs": 20, "failEvery": 1 }\n' });
    await archive.closeApp();
    const answer = repository.tool(["after", "--only", "article"]);
    expect(answer).toMatchObject({ status: 0 });
    expect(answer.stdout).toMatch(/^Is it up\? No/m);
    expect(answer.stdout).toContain("30 of 30");
    expect(answer.stdout).toContain("connection refused");
    const written = repository.record([], { env: archive.env });
    keep("down", repository, answer.stdout, written);
    expect(metricOf(written, "article error-rate")).toMatchObject({
      after: { events: 30, count: 30, details: { errors: [{ count: 30 }] } }, comparison: { verdict: "regressed" },
    });
    expect(written.record.verdict).not.toBe("improved");
  });
});
