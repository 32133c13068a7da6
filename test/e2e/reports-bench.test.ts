import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import type { Metric } from "../../src/record/schema.ts";
import { makeLife, removeAll, type Life, type Written } from "./life.ts";

afterAll(removeAll);

const report = (path: string): string => readFileSync(new URL(`../reports/${path}`, import.meta.url), "utf8");

/** Records a ship whose before and after are two reports of a tool. */
function recorded(check: string, before: string, after: string): { life: Life; written: Written; markdown: string } {
  const life = makeLife();
  life.commit("Base", { "a.txt": "1" });
  life.commit("Look articles up by index", { "a.txt": "2" });
  life.write("before.out", report(before));
  life.write("after.out", report(after));
  const written = life.record(["--before", `${check}=before.out`, "--after", `${check}=after.out`]);
  return { life, written, markdown: life.read(written.path) };
}

function metric({ record }: Written, name: string): Metric | undefined {
  return record.metrics.find(({ metric }) => metric === name);
}

describe("record --before and --after", () => {
  it("finds hyperfine's runs faster: each is a process of its own", () => {
    const { written } = recorded("start", "hyperfine-1.15.0/before.json", "hyperfine-1.15.0/after.json");
    const duration = metric(written, "duration");
    // hyperfine printed 52.0 ms ± 0.9 ms and 43.1 ms ± 2.5 ms; no run of the one is within the range of the other.
    expect(duration).toMatchObject({ source: "file", unit: "ms", before: { count: 20 }, after: { count: 20 }, comparison: { verdict: "improved" } });
    expect(duration?.before?.value).toBeCloseTo(51.612, 3);
    expect(metric(written, "error-rate")).toMatchObject({ before: { events: 0, count: 20 }, after: { events: 0, count: 20 } });
    expect(written.record.verdict).toBe("improved");
  });

  it("finds go's benchmarks slower from -count=10", () => {
    const { written } = recorded("join", "go-1.19.8/count.txt", "go-1.19.8/slower.txt");
    expect(metric(written, "BenchmarkJoin")).toMatchObject({ unit: "ns", before: { count: 10 }, after: { count: 10 }, comparison: { verdict: "regressed" } });
    expect(metric(written, "BenchmarkJoin allocs/op")).toMatchObject({ before: { value: 1 }, after: { value: 238 }, comparison: { verdict: "regressed" } });
    expect(metric(written, "BenchmarkLogs")?.comparison?.verdict).toBe("gone");
    expect(written.record.verdict).toBe("regressed");
  });

  it("says that a query's plan changed, and how", () => {
    const { written, markdown } = recorded("lookup", "postgresql-15.18/seq.json", "postgresql-15.18/index.json");
    expect(metric(written, "plan")).toMatchObject({
      before: { value: null, details: { shape: "Nested Loop (Seq Scan on articles, Seq Scan on authors)" } },
      after: { value: null, details: { shape: "Hash Join (Seq Scan on authors, Hash (Index Scan using articles_id on articles))" } },
      comparison: { verdict: "changed" },
    });
    expect(metric(written, "shared-blocks")).toMatchObject({ before: { value: 320 }, after: { value: 5 }, comparison: { verdict: "improved" } });
    // One run a side can say nothing of a time.
    expect(metric(written, "execution-time")?.comparison?.verdict).toBe("not-enough-data");
    expect(markdown).toContain("Index Scan using articles_id on articles");
    expect(markdown).toContain("Seq Scan on articles");
  });

  it("takes k6's crossed thresholds for failures", () => {
    const { written } = recorded("load", "k6/summary-export.json", "k6/handle-summary.json");
    expect(metric(written, "failed")).toMatchObject({ after: { value: 1, details: { failing: ["http_req_duration: p(95)<200"] } }, comparison: { verdict: "unchanged" } });
    expect(metric(written, "http_req_duration med")?.comparison?.verdict).toBe("not-enough-data");
  });
});

describe("before and after", () => {
  it("compares the sizes of what a build made", () => {
    const life = makeLife();
    life.write(".gitignore", "dist/\n");
    const build = "mkdir -p dist && rm -f dist/* && head -c $(cat kb.txt)000 /dev/zero > dist/index-$(cat digest.txt).js && echo 'a{}' > dist/style.css";
    life.commit("Base", {
      "kb.txt": "120", "digest.txt": "BxY3kZ9a",
      "shipnote.config.yaml": `checks:\n  bundle:\n    command: "${build}"\n    report: "dist/*"\n    format: size\n`,
    });
    expect(life.call(["before"]).status).toBe(0);
    life.commit("Drop a library", { "kb.txt": "90", "digest.txt": "Cq7RtLw0" });
    expect(life.call(["after"]).status).toBe(0);
    const written = life.record();
    expect(written.record.metrics.map(({ metric, before, after, comparison }) => [metric, before?.value, after?.value, comparison?.verdict])).toEqual([
      ["size", 120_004, 90_004, "improved"],
      ["dist/index-*.js", 120_000, 90_000, "improved"],
      ["dist/style.css", 4, 4, "unchanged"],
    ]);
    expect(life.read(written.path)).toContain("90 kB");
  });
});
