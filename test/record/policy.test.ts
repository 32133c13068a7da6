import { describe, expect, it } from "vitest";
import { isRequirement, judgePolicy, type Requirement, requirements } from "../../src/record/policy.ts";
import type { ChangeRecord } from "../../src/record/schema.ts";
import { command, small } from "../render/ships.ts";

const nothing = { why: false, expected: false, rollback: false };
const rehearsal = { status: "clean" as const, against: "a".repeat(40), startedAt: "2026-03-04T09:00:00Z", durationMs: 1, conflicts: [], commands: [] };

/** Each rule with what just meets it, and what just does not. */
const rows: readonly (readonly [Requirement, { record?: Partial<ChangeRecord>; written?: Partial<typeof nothing> }, { record?: Partial<ChangeRecord>; written?: Partial<typeof nothing> }])[] = [
  ["reason", { written: { why: true } }, { written: { expected: true, rollback: true } }],
  ["expected", { written: { expected: true } }, { written: { why: true } }],
  ["rollback", { written: { rollback: true } }, { written: { why: true } }],
  [
    "ticket",
    { record: { references: [{ kind: "ticket", id: "OPS-1", url: null, source: "a".repeat(40) }] } },
    { record: { references: [{ kind: "pull-request", id: "#1", url: null, source: "a".repeat(40) }] } },
  ],
  [
    "rehearsal",
    { record: { rollback: { ...small.rollback, rehearsal } } },
    { record: { rollback: { ...small.rollback, rehearsal: { ...rehearsal, status: "failed" } } } },
  ],
  ["review", { record: { approvals: [{ who: "Bo", source: "trailer" }] } }, { record: { approvals: [{ who: "WHO", source: "flag" }, { who: "…", source: "flag" }] } }],
  [
    "backup",
    { record: { commands: [command("pg_dump", { kind: "backup" })] } },
    { record: { commands: [command("pg_dump", { kind: "backup", exitCode: 1 }), command("pg_dump", { kind: "backup", source: "stated" })] } },
  ],
];

describe("the policy", () => {
  it.each(rows)("%s", (rule, met, unmet) => {
    const judge = ({ record, written }: typeof met) => judgePolicy({ ...small, ...record }, { ...nothing, ...written }, [rule]).map((found) => found.rule);
    expect(judge(met)).toEqual([]);
    expect(judge(unmet)).toEqual([rule]);
  });

  it("requires only what is asked for, in that order", () => {
    expect(judgePolicy(small, nothing, [])).toEqual([]);
    expect(judgePolicy(small, nothing, requirements).map(({ rule }) => rule)).toEqual(requirements);
  });

  it("excuses by an exception that gives a reason, and by no other", () => {
    const judge = (exceptions: ChangeRecord["exceptions"]) => judgePolicy({ ...small, exceptions }, nothing, ["review", "backup"]).map(({ rule }) => rule);
    expect(judge([{ rule: "review", reason: "night" }])).toEqual(["backup"]);
    expect(judge([{ rule: "review", reason: "…" }, { rule: "backup", reason: "..." }])).toEqual(["review", "backup"]);
    expect(judge([{ rule: "review", reason: "夜" }])).toEqual(["backup"]);
    expect(judge([{ rule: "review", reason: " " }, { rule: "reviews", reason: "night" }])).toEqual(["review", "backup"]);
  });

  it("knows its own rules", () => {
    expect(requirements.every(isRequirement)).toBe(true);
    expect(["toString", "tests", ""].some(isRequirement)).toBe(false);
  });
});
