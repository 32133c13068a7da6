import { describe, expect, it } from "vitest";
import { read, refusal, told, written } from "./reading.ts";

const plan = (name: string): string => written(`postgresql-15.18/${name}`);

describe("EXPLAIN (FORMAT JSON), as the server writes it", () => {
  // `EXPLAIN (ANALYZE, BUFFERS)` of the same query as text: Nested Loop, Seq Scan, Seq Scan, 320 buffers, and after
  // CREATE INDEX: Hash Join, Seq Scan, Hash, Index Scan using articles_id, 5 buffers.
  it("tells a plan's shape, cost, times, rows and buffers", () => {
    expect(told(read(plan("seq.json")))).toEqual({
      "plan": [], "total-cost": 950.5, "execution-time": [2.453], "planning-time": [0.465], "rows": 1, "shared-blocks": 320, "shared-blocks-read": [0],
    });
    expect(told(read(plan("index.json")))).toMatchObject({ "total-cost": 12.86, "execution-time": [0.169], "shared-blocks": 5, "shared-blocks-read": [2] });
    expect(read(plan("seq.json"))["execution-time"]).toMatchObject({ unit: "ms", better: "lower", rounds: [1] });
  });

  it.each([
    ["seq.json", "Nested Loop (Seq Scan on articles, Seq Scan on authors)"],
    ["index.json", "Hash Join (Seq Scan on authors, Hash (Index Scan using articles_id on articles))"],
    ["update.json", "ModifyTable [Update] on articles (Index Scan using articles_id on articles)"],
    ["complex.json", "Limit (CTE recent: Gather (Parallel Seq Scan on articles), InitPlan 2: Aggregate [Finalize] (Gather (Aggregate [Partial] (Parallel Seq Scan on authors))), Sort (Aggregate [Hashed] (CTE Scan on recent)))"],
  ])("%s", (file, shape) => {
    expect(read(plan(file))["plan"]?.details).toEqual({ shape });
  });

  it("needs no ANALYZE", () => {
    expect(told(read(plan("costs.json")))).toEqual({ "plan": [], "total-cost": 950.5 });
  });

  it("reads psql's table", () => {
    expect(read(plan("aligned.txt"))).toEqual(read(plan("costs.json")));
  });

  it("tells several plans apart by file and place", () => {
    expect(Object.keys(read(plan("costs.json") + plan("update.json")))).toEqual([
      "#1 plan", "#1 total-cost", "#2 plan", "#2 total-cost", "#2 execution-time", "#2 planning-time", "#2 rows",
    ]);
    expect(Object.keys(read([plan("costs.json"), plan("costs.json")]))).toEqual(["report-0 plan", "report-0 total-cost", "report-1 plan", "report-1 total-cost"]);
  });
});

const node = (of: object): string => JSON.stringify([{ Plan: of }]);
const shape = (of: object): string | undefined => read(node(of))["plan"]?.details.shape;

describe("a plan's shape", () => {
  it("says what the server does otherwise", () => {
    const scan = { "Node Type": "Index Scan", "Index Name": "i", "Relation Name": "t" };
    expect(shape({ ...scan, "Scan Direction": "Backward" })).toBe("Backward Index Scan using i on t");
    expect(shape({ "Node Type": "Hash Join", "Join Type": "Left", "Plans": [] })).toBe("Hash Left Join");
    expect(shape({ "Node Type": "Nested Loop", "Join Type": "Semi" })).toBe("Nested Loop Semi Join");
    expect(shape({ "Node Type": "Bitmap Index Scan", "Index Name": "i" })).toBe("Bitmap Index Scan on i");
    expect(shape({ "Node Type": "Function Scan", "Function Name": "f" })).toBe("Function Scan on f");
  });

  it("holds no condition, cost, count or alias", () => {
    const bare = { "Node Type": "Seq Scan", "Relation Name": "t" };
    expect(shape({ ...bare, "Alias": "secret", "Filter": "(name = 'secret')", "Total Cost": 3, "Plan Rows": 4, "Output": ["secret"], "Schema": "public" })).toBe(shape(bare));
  });

  it("is cut where it is very long, and still told apart", () => {
    const many = (last: string): string | undefined => shape({
      "Node Type": "Append",
      "Plans": Array.from({ length: 1000 }, (_, n) => ({ "Node Type": "Seq Scan", "Relation Name": n === 999 ? last : `part_${n}` })),
    });
    expect(many("a")).toHaveLength(10_014);
    expect(many("a")).not.toBe(many("b"));
    expect(many("a")).toBe(many("a"));
  });
});

describe("a plan, refused", () => {
  let deep: object = { "Node Type": "Sort" };
  for (let level = 0; level < 300; level += 1) deep = { "Node Type": "Sort", "Plans": [deep] };
  it.each([
    ["cut off", plan("seq.json").slice(0, 700), /is not JSON: it ends too early, in line 25/],
    ["cut off in psql's table", plan("aligned.txt").slice(0, 900), /is not JSON: it ends too early/],
    ["no node type", node({}), /of EXPLAIN \(FORMAT JSON\): \/0\/Plan has no Node Type/],
    ["a second plan that is none", `${plan("costs.json")}[{"Plan": 3}]`, /\/0\/Plan is no object/],
    ["a second plan cut off", `${plan("costs.json")}[{"Plan": {`, /ends too early, in line 44/],
    ["nested without end", node(deep), /is nested more than 200 deep/],
    ["a cost below zero", node({ "Node Type": "Result", "Total Cost": -1 }), /\/0\/Plan\/Total Cost is below zero/],
    ["plans that are none", node({ "Node Type": "Result", "Plans": "x" }), /\/0\/Plan\/Plans is no list/],
    ["a name that is none", node({ "Node Type": "Seq Scan", "Relation Name": 3 }), /\/0\/Plan\/Relation Name is no text/],
  ])("%s", (_, text, message) => {
    const failure = refusal(text, "postgres-explain");
    expect(failure.code).toBe("report-invalid");
    expect(failure.message).toMatch(message);
  });
});
