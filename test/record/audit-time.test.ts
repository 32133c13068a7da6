import { describe, expect, it } from "vitest";
import { auditTime } from "../../src/record/audit-time.ts";
import type { ChangeRecord } from "../../src/record/schema.ts";
import { small } from "../render/ships.ts";

const [commit] = small.commits;
const range = small.range ?? expect.fail("a ship with commits");
const of = (more: Partial<ChangeRecord>, committedAt = "2026-03-04T09:00:00Z"): ChangeRecord => ({
  ...small, shippedAt: "2026-03-01T09:00:00Z", shippedAtSource: "push", recordedAt: "2026-03-04T10:00:00Z", range: { ...range, to: "a".repeat(40), from: "b".repeat(40) },
  commits: commit === undefined ? [] : [{ ...commit, sha: "a".repeat(40), committedAt }], ...more,
});

describe("when a ship was, against its last commit", () => {
  it.each([
    ["three days before", of({}), true],
    ["by CI's clock", of({ shippedAtSource: "ci" }), true],
    ["an hour before: clocks differ", of({ shippedAt: "2026-03-04T08:00:00Z" }), false],
    ["after", of({ shippedAt: "2026-03-05T09:00:00Z" }), false],
    ["as somebody said", of({ shippedAtSource: "flag" }), false],
    ["by a deploy, perhaps of the commits before", of({ shippedAtSource: "deploy" }), false],
    ["whose commits were rewritten since", of({}, "2026-03-09T09:00:00Z"), false],
    ["whose last commit is another component's", of({ commits: [] }), false],
    ["without commits", of({ range: null }), false],
    ["a rollback, to what was long there", of({ direction: "rollback" }), false],
    ["a rollback of what was not there yet", of({ direction: "rollback", range: { ...range, to: "b".repeat(40), from: "a".repeat(40) } }), true],
  ])("%s", (_name, record, isTold) => {
    expect(auditTime(record).map(({ at }) => at)).toEqual(isTold ? [["shippedAt"]] : []);
  });
});
