import { describe, expect, it } from "vitest";
import type { MetricSpec } from "../../src/formats/pick.ts";
import { read, refusal, told, written } from "./reading.ts";

const post = String.raw`http_requests_total{method="POST",path="C:\\new \"x\"\nline"}`;
const expected = {
  'http_requests_total{method="GET",path="/articles/{id}"}': 1027,
  [post]: 3,
  "queue_depth": 12,
  'odd_values{is="minus"}': -2.5e-9,
  'http_request_duration_seconds_bucket{le="0.1"}': 1,
  'http_request_duration_seconds_bucket{le="0.5"}': 1,
  'http_request_duration_seconds_bucket{le="+Inf"}': 2,
  "http_request_duration_seconds_sum": 0.75,
  "http_request_duration_seconds_count": 2,
  'job_seconds{quantile="0.5"}': 2,
  'job_seconds{quantile="0.9"}': 3,
  "job_seconds_sum": 6,
  "job_seconds_count": 3,
};

describe("a page of metrics, as tools write it", () => {
  // What the registry was given; NaN and infinity are no values to compare.
  it.each(["prometheus.txt", "openmetrics.txt"])("prom-client 15.1.3, %s", (file) => {
    const found = read(written(`prom-client-15.1.3/${file}`));
    expect(told(found)).toEqual(expected);
    expect(found["queue_depth"]).toMatchObject({ better: "none", unit: "" });
    expect(found["job_seconds_sum"]?.unit).toBe("s");
    expect(found["job_seconds_count"]?.unit).toBe("");
  });

  it("node_exporter 1.5.0, chosen from", () => {
    const page = written("node_exporter-1.5.0/metrics.txt");
    expect(refusal(page)).toMatchObject({ code: "report-invalid", message: expect.stringMatching(/holds \d+ series\./), expected: expect.stringContaining("metrics:") });
    const found = read(page, { metrics: { node_memory_MemTotal_bytes: { better: "higher" } } });
    expect(Object.keys(found)).toEqual(["node_memory_MemTotal_bytes"]);
    expect(found["node_memory_MemTotal_bytes"]).toMatchObject({ unit: "bytes", better: "higher" });
    expect(page).toContain(`node_memory_MemTotal_bytes ${found["node_memory_MemTotal_bytes"]?.value?.toExponential().replace(/e\+(\d)$/, "e+0$1")}`);
  });
});

const page = `# HELP req Requests.
# TYPE req counter
req_total{code="200",path="/a"} 10 1700000000000
req_total{code="500",path="/a"} 1
req_total{code="200",path="/b,}\\""} 4
up 1
# UNIT pause seconds
pause_sum 3
`;

function choose(metrics: Record<string, MetricSpec>): Record<string, unknown> {
  return told(read(page, { format: "openmetrics", metrics }));
}

describe("a page of metrics, chosen from", () => {
  it("by a name: every series of it, with its labels", () => {
    expect(choose({ req_total: {} })).toEqual({ 'req_total{code="200",path="/a"}': 10, 'req_total{code="500",path="/a"}': 1, 'req_total{code="200",path="/b,}\\""}': 4 });
    expect(choose({ up: {} })).toEqual({ up: 1 });
  });

  it("by a name with labels, in whatever order and spacing", () => {
    expect(choose({ 'req_total{path="/a", code="500"}': {} })).toEqual({ 'req_total{path="/a", code="500"}': 1 });
    expect(choose({ 'req_total{path="/a"}': {} })).toEqual({});
  });

  it("by a pattern that a series' name matches somewhere", () => {
    expect(choose({ broken: { pattern: 'code="5' } })).toEqual({ 'broken{code="500",path="/a"}': 1 });
    expect(choose({ all: { pattern: '^req|^up$' } })).toEqual({ 'all{code="200",path="/a"}': 10, 'all{code="500",path="/a"}': 1, 'all{code="200",path="/b,}\\""}': 4, "all": 1 });
    expect(choose({ none: { pattern: "^total" } })).toEqual({});
  });

  it("with its unit as configured, as the page says, or as its name ends", () => {
    expect(read(page, { metrics: { up: { unit: "servers" }, pause_sum: {} } })).toMatchObject({ up: { unit: "servers" }, pause_sum: { unit: "s" } });
  });

  it("stops a pattern that never ends", () => {
    const long = `# TYPE a gauge\n${"a".repeat(40)}b 1\n`;
    expect(() => read(long, { metrics: { x: { pattern: "^(a+)+$" } } })).toThrow(/did not end within/);
  });
});

describe("a page of metrics", () => {
  it("reads what is written in other ways", () => {
    const found = read("# TYPE a gauge\na  1e3\r\nb{} +2.50\nc{x=\"1\",} .5 12\nd{ x = \"#\" , y = \"} # {\" } -0x # no\n".replace("-0x", "-7"), { format: "openmetrics" });
    expect(told(found)).toEqual({ "a": 1000, "b": 2.5, 'c{x="1"}': 0.5, 'd{x="#",y="} # {"}': -7 });
  });

  it("takes several points of a series for samples, and several pages for rounds", () => {
    expect(read("# TYPE a gauge\na 1 1\na 2 2\n")["a"]).toMatchObject({ samples: [1, 2], rounds: [1, 1] });
    expect(read(["# TYPE a gauge\na 1\n", "a 2\n"])["a"]).toMatchObject({ samples: [1, 2], rounds: [1, 2] });
  });

  it("does not tell of when series began", () => {
    expect(told(read("# TYPE a counter\na_total 1\na_created 1.7e9\n# EOF\n"))).toEqual({ a_total: 1 });
  });

  it.each([
    ["cut off in a line", "# TYPE a gauge\na 12", /breaks off in line 2/],
    ["cut off in labels", '# TYPE a gauge\na 1\nb{x="1\n', /line 3 is no sample/],
    ["labels without an end", 'a 1\nb{x="1" 3\n', /line 2/],
    ["a label without quotes", "a 1\nb{x=1} 3\n", /line 2/],
    ["a value that is none", "a 1\nb 1,5\n", /line 2/],
    ["no value", "a 1\nb\n", /line 2/],
    ["a name that is none", "a 1\n1b 2\n", /line 2/],
    ["hexadecimal", "a 0x10\n", /line 1/],
    ["what is no page", "<html>\n", /line 1/],
    ["nothing but NaN", "# TYPE a gauge\na NaN\n", /holds no series with a number/],
    ["very many series", Array.from({ length: 200_001 }, (_, n) => `a{n="${n}"} 1\n`).join(""), /holds more than 200000 series/],
  ])("refuses %s", (_, text, message) => {
    const failure = refusal(text, "openmetrics");
    expect(failure.code).toBe("report-invalid");
    expect(failure.message).toMatch(message);
  });

  it("ends at a long line of backslashes and quotes", () => {
    expect(refusal(`a{x="${'\\"'.repeat(500_000)}\n`, "openmetrics").message).toMatch(/line 1 is no sample/);
  });
});
