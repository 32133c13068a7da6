import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { removeAll, type Written } from "../e2e/life.ts";
import { type Archive, changes, metricOf, openArchive, type Repository, verdicts } from "./archive.ts";
import { keep } from "./kept.ts";

/*
 * One repository over two ships: an index that is worth it, and a cache that is only warmer. Fewer pages are made for
 * what the second does, and none is made faster.
 */

let archive: Archive;
let repository: Repository;

beforeAll(async () => {
  archive = await openArchive();
  repository = archive.repository();
});
afterAll(async () => {
  await archive.stop();
  removeAll();
});

describe("a change that adds an index", () => {
  let after = "";
  let written: Written;

  beforeAll(() => {
    repository.ship("before");
    repository.commit("Find comments by their article\n\nReaders waited for a scan of all comments, whatever the article.", { [changes.index.path]: changes.index.text });
    repository.ship("run", "--as", "backup", "--", "pg_dump", "-Fc", "-f", "reports/archive.dump", "archive");
    repository.ship("run", "--as", "migrate", "--", "alembic", "upgrade", "head");
    repository.deploy();
    after = repository.ship("after");
    written = repository.record(["--from", "HEAD~1", "--title", "Find comments by their article", "--expected", "`article-page response-time < 20 ms`, and `comments-query` without a sequential scan."], { env: archive.env });
    keep("index", repository, after, written);
  }, 300_000);

  it("says that the plan has another shape", () => {
    const plan = metricOf(written, "comments-query plan");
    expect(plan.before?.details.shape).toMatch(/Seq Scan on comments/);
    expect(plan.after?.details.shape).toBe("Index Scan using comments_by_article on comments");
    expect(plan.comparison?.verdict).toBe("changed");
  });

  it("says that pages which the cache lacks are faster", () => {
    const times = ["article-page response-time miss", "article-uncached response-time"].map((name) => metricOf(written, name).comparison);
    // A machine whose mood changes while it measures may leave room for doubt in one of them, and then says so.
    expect(times.map((time) => time?.verdict)).toContain("improved");
    for (const time of times) {
      expect(time?.verdict === "improved" || time?.notes.join().includes("drift")).toBe(true);
      expect(time?.interval?.[1]).toBeLessThan(-5);
    }
    expect(written.record.verdict).toBe("improved");
    expect(verdicts(written)).not.toContain("regressed");
  });

  it("answers the four questions first", () => {
    expect(after).toMatch(/^Is it up\? Yes/m);
    expect(after).toMatch(/^Is it slower\? (?:No, faster|Faster): /m);
    expect(after).toMatch(/^Are jobs or tests failing\? No/m);
    expect(after).toMatch(/^Did anything change\? Yes/m);
  });

  it("keeps facts, words and plots", () => {
    const markdown = repository.read(written.path);
    expect(markdown).toMatch(/^verdict: improved$/m);
    expect(markdown).toMatch(/`article-page` response time, misses \|.*(?:\*\*improved\*\*|drift)/);
    expect(markdown).toMatch(/`article-page response-time < 20 ms`: met/);
    expect(markdown).toContain("alembic upgrade head");
    const folder = join(repository.directory, written.path.replace(/\.md$/, ""));
    const plots = readdirSync(folder).filter((name) => name.endsWith(".svg"));
    expect(plots).toEqual(expect.arrayContaining(["article-page-response-time-miss.svg", "article-uncached-response-time.svg"]));
    for (const plot of plots) expect(markdown).toContain(`${written.path.split("/").at(-1)?.replace(/\.md$/, "")}/${plot}`);
    expect(existsSync(join(folder, "record.json"))).toBe(true);
    expect(written.record.commands.map(({ kind, exitCode }) => [kind, exitCode])).toEqual([["backup", 0], ["migrate", 0], ["deploy", 0]]);
  });
});

describe("a change that only warms the cache", () => {
  let written: Written;

  beforeAll(() => {
    repository.commitNotes();
    // A page takes 20 ms by itself; a quarter more or less is the mood of a machine that has other work as well.
    repository.commit("Take 20 ms a page", {
      "settings.json": '{ "renderMs": 20, "failEvery": 0 }\n',
      "shipnote.config.yaml": repository.read("shipnote.config.yaml").replaceAll(/^    (http: .*)$/gm, "    $1\n    tolerance: 25%"),
    });
    repository.deploy();
    repository.ship("before");
    repository.commit("Warm the cache when deploying", { [changes.warm.path]: changes.warm.text });
    repository.deploy();
    const after = repository.ship("after");
    written = repository.record(["--from", "HEAD~1"], { env: archive.env });
    keep("warm", repository, after, written);
  }, 300_000);

  it("moves the share of hits", () => {
    const hits = metricOf(written, "article-page cache-hit-rate");
    expect(hits.after?.value).toBeGreaterThan((hits.before?.value ?? 1) + 0.3);
    expect(repository.read(written.path)).toMatch(/`article-page` cache hit rate \|.*\| changed/);
  });

  it("makes no page faster", () => {
    expect(metricOf(written, "article-page response-time miss").comparison?.verdict).not.toBe("improved");
    expect(metricOf(written, "article-uncached response-time").comparison?.verdict).not.toBe("improved");
    // A time that has nothing to do with it, such as that of a hit below a millisecond, may do so on a busy machine.
    const others = written.record.metrics.some(({ metric, comparison }) => metric !== "cache-hit-rate" && comparison?.verdict === "improved");
    expect(["improved", "mixed"].includes(written.record.verdict)).toBe(others);
  });
});
