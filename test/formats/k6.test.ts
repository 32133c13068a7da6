import { describe, expect, it } from "vitest";
import { read, refusal, told, written } from "./reading.ts";

// The same made-up run in three forms; see test/reports/k6/README.md.
const common = {
  "http_req_duration med": [110.47], "http_req_duration p(95)": [215.95],
  "http_req_duration{expected_response:true} med": [110.02], "http_req_duration{expected_response:true} p(95)": [214.7],
  "http_req_waiting med": [109.5], "http_req_waiting p(95)": [215.56],
  "iteration_duration med": [1278], "iteration_duration p(95)": [1337],
  "articles_on_page med": [20], "articles_on_page p(95)": [20],
  "checks": { events: 178, count: 180 }, "http_req_failed": { events: 2, count: 180 },
  "http_reqs": [180], "iterations": [45], "data_received": [1_300_000],
};
const perSecond = { "http_reqs rate": [4.36938], "iterations rate": [1.092345] };

describe("k6, in each of its forms", () => {
  it.each([
    ["summary-export.json", { ...common, ...perSecond, failed: 1 }],
    ["handle-summary.json", { ...common, ...perSecond, failed: 1 }],
    ["machine-readable.json", common],
  ])("%s", (file, expected) => {
    const found = read(written(`k6/${file}`));
    expect(told(found)).toEqual(expected);
    expect(found["http_req_duration med"]).toMatchObject({ unit: "ms", better: "lower", rounds: [1] });
    expect(found["articles_on_page med"]).toMatchObject({ unit: "", better: "none" });
    expect([found["checks"]?.better, found["http_req_failed"]?.better, found["data_received"]?.unit]).toEqual(["higher", "lower", "bytes"]);
  });

  it.each(["summary-export.json", "handle-summary.json"])("names the thresholds that were crossed: %s", (file) => {
    expect(read(written(`k6/${file}`))["failed"]).toMatchObject({ tolerance: { value: 0, percent: false }, details: { failing: ["http_req_duration: p(95)<200"] } });
  });
});

const summary = (metrics: object): string => JSON.stringify({ root_group: {}, metrics });

describe("k6", () => {
  it("leaves out settings, and parts of requests that have no threshold", () => {
    const blocked = { "med": 1, "p(95)": 2 };
    expect(Object.keys(read(summary({ vus: { value: 3 }, http_req_blocked: blocked, http_req_sending: { ...blocked, thresholds: { "med<3": false } } }))))
      .toEqual(["http_req_sending med", "http_req_sending p(95)", "failed"]);
  });

  it("takes the average where there is no median, and a gauge's last value", () => {
    expect(told(read(summary({ t: { avg: 3 }, g: { value: -2, min: -3, max: 1 } })))).toEqual({ "t avg": [3], "g": [-2] });
  });

  it("takes several summaries for several runs", () => {
    const run = (med: number, passes: number): string => summary({ t: { med }, checks: { passes, fails: 1 } });
    expect(told(read([run(1, 4), run(2, 5)]))).toEqual({ "t med": [1, 2], "checks": { events: 9, count: 11 } });
  });

  it.each([
    ["cut off", written("k6/handle-summary.json").slice(0, 900), /is not JSON: it ends too early, in line 1/],
    ["no metrics", '{"root_group": {}, "metrics": [3]}', /of k6: \/metrics|the whole/],
    ["more events than checks", summary({ checks: { matches: 3, total: 2 } }), /\/metrics\/checks\/matches is more than it is of/],
    ["half a check", summary({ checks: { passes: 0.5, fails: 1 } }), /\/metrics\/checks\/passes is no whole number/],
    ["fewer than none", summary({ http_reqs: { count: -1 } }), /\/metrics\/http_reqs\/count is below zero/],
    ["a text for a time", summary({ http_req_duration: { med: "3ms" } }), /\/metrics\/http_req_duration\/med is no number/],
    ["a threshold that says nothing", summary({ "a/b~c": { med: 3, thresholds: { "med<3": { ok: 1 } } } }), /\/metrics\/a~1b~0c\/thresholds\/med<3 does not say/],
    ["metrics that are none", summary({ a: 3 }), /\/metrics\/a is no object/],
  ])("refuses %s", (_, text, message) => {
    const failure = refusal(text);
    expect(failure.code).toBe("report-invalid");
    expect(failure.message).toMatch(message);
  });
});
