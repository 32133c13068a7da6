import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { removeAll } from "../e2e/life.ts";
import { failure } from "../e2e/tool.ts";
import { type Archive, metricOf, openArchive, type Repository } from "./archive.ts";
import { keep } from "./kept.ts";

/*
 * What others measure: pytest's report with a test that newly fails and one that newly passes, and Prometheus, asked
 * for a range and for now.
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

describe("pytest's report", () => {
  it("names the tests that newly fail, and those that newly pass", () => {
    repository.commit("Expect words for nothing", {
      "tests/test_words.py": 'from page import headline\n\n\ndef test_nothing_is_said_in_words():\n    assert headline(-0) == "no comments"\n',
    });
    repository.ship("before", "--only", "tests");
    repository.commit("Say that there are no comments", {
      "page.py": repository.read("page.py").replace('return "1 comment" if count == 1 else f"{count} comments"', 'return f"{count or \'no\'} comments"'),
    });
    const after = repository.ship("after", "--only", "tests");
    expect(after).toMatch(/^Are jobs or tests failing\? Yes: 1 test fails, newly .*test_comments_are_counted/m);
    const written = repository.record(["--from", "HEAD~1"], { env: archive.env });
    keep("tests", repository, after, written);
    expect(metricOf(written, "tests passed")).toMatchObject({ before: { value: 3 }, after: { value: 3 } });
    expect(metricOf(written, "tests failed")).toMatchObject({ before: { value: 1 }, after: { value: 1 }, comparison: { verdict: "regressed" } });
    const markdown = repository.read(written.path);
    expect(markdown).toMatch(/Newly failing.*test_comments_are_counted/);
    expect(markdown).toMatch(/(?:Newly passing|No longer failing).*test_nothing_is_said_in_words/);
  });
});

describe("Prometheus", () => {
  beforeAll(async () => {
    // Readers, for as long as a few scrapes take.
    for (let round = 0; round < 5; round += 1) {
      for (let request = 0; request < 8; request += 1) await archive.page("/articles/142");
      await wait(600);
    }
  });

  const p95 = "histogram_quantile(0.95, sum by (le) (rate(archive_request_seconds_bucket[5s])))";

  it.each([
    ["a range", `query: "${p95}", window: 3s, step: 1s`],
    ["an instant", `query: "${p95}", window: 0s`],
  ])("answers %s", (_kind, query) => {
    repository.write("shipnote.config.yaml", `checks:\n  p95: { prometheus: "http://127.0.0.1:\${PROMETHEUS_PORT}", ${query}, unit: s, better: lower }\n`);
    const { metrics } = JSON.parse(repository.ship("before", "--json")) as { metrics: { unit: string; measurement: { value: number } }[] };
    expect(metrics).toHaveLength(1);
    expect(metrics[0]).toMatchObject({ check: "p95", unit: "s", better: "lower" });
    expect(metrics[0]?.measurement.value).toBeGreaterThan(0.0005);
    expect(metrics[0]?.measurement.value).toBeLessThan(2.1);
  });

  it("yields a metric a series, named by what tells it apart", () => {
    repository.write("shipnote.config.yaml", `checks:\n  buckets: { prometheus: "http://127.0.0.1:\${PROMETHEUS_PORT}", query: 'archive_request_seconds_bucket{le=~"0.001|.Inf"}', window: 2s, step: 1s }\n`);
    const { metrics } = JSON.parse(repository.ship("before", "--json")) as { metrics: { metric: string }[] };
    expect(metrics).toHaveLength(2);
    for (const le of ["0.001", "+Inf"]) expect(metrics.filter(({ metric }) => metric.includes(le))).toHaveLength(1);
  });

  it("refuses what is no query, and says why", () => {
    repository.write("shipnote.config.yaml", 'checks:\n  p95: { prometheus: "http://127.0.0.1:${PROMETHEUS_PORT}", query: "sum by (" }\n');
    const answer = repository.tool(["before", "--json"]);
    expect(answer.status).toBe(4);
    expect(failure(answer)).toMatchObject({ code: "check-failed", message: expect.stringMatching(/p95.*parse error/s) });
  });
});
