import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { doubledShips, joinRecords, type ShipMark } from "../../src/record/joined.ts";
import type { ChangeRecord, ChecklistItem } from "../../src/record/schema.ts";
import { command, small } from "../render/ships.ts";

type Named = ShipMark & { id: string };

function ship(id: string, more: Partial<ShipMark> = {}): Named {
  return {
    id, environment: "production", component: null, direction: "forward", title: "T", shippedAt: `2026-01-01T${id.slice(1).padStart(2, "0")}:00:00Z`,
    recordedAt: `2026-01-01T${id.slice(1).padStart(2, "0")}:30:00Z`, range: { from: "p", to: "x" }, byCi: false, ...more,
  };
}

const grouped = (records: readonly Named[]): string[] => doubledShips(records).map((group) => group.map(({ id }) => id).join(" "));

describe("doubledShips", () => {
  const back = { direction: "rollback" as const, range: { from: "x", to: "p" } };

  it.each<[what: string, records: Named[], doubles: string[]]>([
    ["one ship by the hook and by CI", [ship("a1"), ship("a2", { byCi: true })], ["a1 a2"]],
    ["the one that was written first stands first", [ship("a1", { recordedAt: "2026-01-02T00:00:00Z" }), ship("a2")], ["a2 a1"]],
    ["which began elsewhere for CI", [ship("a1"), ship("a2", { byCi: true, range: { from: "o", to: "x" } })], ["a1 a2"]],
    ["which somebody recorded anew on purpose", [ship("a1"), ship("a2", { range: { from: "o", to: "x" } })], []],
    ["another line", [ship("a1"), ship("a2", { environment: "staging" }), ship("a3", { component: "api" })], []],
    ["two pushes close to one another", [ship("a1"), ship("a2", { range: { from: "x", to: "y" } }), ship("a3", { byCi: true }), ship("a4", { byCi: true, range: { from: "x", to: "y" } })], ["a1 a3", "a2 a4"]],
    ["shipped again after a rollback", [ship("a1"), ship("a2", back), ship("a3")], []],
    ["and rolled back again", [ship("a1"), ship("a2", back), ship("a3"), ship("a4", back)], []],
    ["a rollback that is recorded twice", [ship("a1"), ship("a2", back), ship("a3", { ...back, byCi: true }), ship("a4")], ["a2 a3"]],
    ["three times", [ship("a3"), ship("a1"), ship("a2", { byCi: true })], ["a1 a2 a3"]],
    ["an act of the same day", [ship("a1", { range: null }), ship("a2", { range: null })], ["a1 a2"]],
    ["an act of another day, or of another name", [ship("a1", { range: null }), ship("a2", { range: null, title: "U" }), ship("a3", { range: null, shippedAt: "2026-01-03T00:00:00Z" })], []],
  ])("%s", (_what, records, doubles) => {
    expect(grouped(records)).toEqual(doubles);
    expect(grouped(records.toReversed())).toEqual(doubles);
  });
});

const written = { why: false, expected: false, rollback: false };

function joined(first: ChangeRecord, second: ChangeRecord): ChangeRecord {
  return joinRecords(first, second, { metrics: first.metrics, written, checklists: [null, null] });
}

describe("joinRecords", () => {
  const second: ChangeRecord = {
    ...small, id: "2026-03-04-other", recordedAt: "2026-03-04T10:00:00Z", title: "Other", shippedAt: "2026-03-04T09:50:00Z",
    actor: { name: "ci", ci: "https://git.example.org/run/1" }, owner: { name: "@web", source: "flag" }, approvals: [{ who: "Lin", source: "flag" }],
    commands: [command("make deploy")], exceptions: [{ rule: "backup", reason: "none needed" }],
  };

  it("keeps what the first is, and adds what the second says", () => {
    const { id, title, recordedAt, shippedAt, actor, range, owner, approvals, commands, exceptions } = joined(small, second);
    expect({ id, title, recordedAt, shippedAt, actor, range }).toEqual({
      id: small.id, title: small.title, recordedAt: small.recordedAt, shippedAt: small.shippedAt, actor: small.actor, range: small.range,
    });
    expect({ owner, approvals, exceptions }).toEqual({ owner: second.owner, approvals: second.approvals, exceptions: second.exceptions });
    expect(commands).toEqual(second.commands);
  });

  it("lets the moment move to one that was seen, and never back", () => {
    const seen = { ...second, shippedAtSource: "deploy" as const };
    expect(joined(small, seen)).toMatchObject({ shippedAt: seen.shippedAt, shippedAtSource: "deploy" });
    expect(joined(seen, small)).toMatchObject({ shippedAt: seen.shippedAt, shippedAtSource: "deploy" });
    expect(joined({ ...small, shippedAtSource: "flag" }, seen).shippedAt).toBe(small.shippedAt);
  });

  it("orders commands by start, then id, and takes how one ended that still ran", () => {
    const running = command("b", { state: "running", exitCode: null, startedAt: "2026-03-04T09:05:00Z" });
    const ended = { ...running, state: "ended" as const, exitCode: 0 };
    const both = joined({ ...small, commands: [running, command("z", { startedAt: null })] }, { ...second, commands: [command("c"), command("a"), ended] });
    expect(both.commands.map(({ id, state }) => [id, state])).toEqual([["a", "ended"], ["c", "ended"], ["b", "ended"], ["z", "ended"]]);
    expect(joined({ ...small, commands: [ended] }, { ...second, commands: [running] }).commands).toEqual([ended]);
  });

  it("keeps both people's ticks, notes and items, and ticks from the united evidence", () => {
    const item = (name: string, more: Partial<ChecklistItem> = {}): ChecklistItem => ({ item: name, done: false, evidence: null, note: null, by: "evidence", ...more });
    const backup = command("pg_dump", { kind: "backup" });
    const one = { ...small, checklist: [item("create a safe backup"), item("watch logs after release", { note: "by Mara" }), item("call Lin", { by: "person-item" })] };
    const two = {
      ...second, commands: [backup],
      checklist: [
        item("create a safe backup", { done: true, evidence: "`pg_dump`, exit 0" }), item("watch logs after release", { done: true, by: "hand", note: "all quiet" }),
        item("call Lin", { by: "person-item", done: true }), item("call Bo", { by: "person-item" }),
      ],
    };
    expect(joined(one, two).checklist).toEqual([
      item("create a safe backup", { done: true, evidence: "`pg_dump`, exit 0" }),
      item("watch logs after release", { done: true, by: "hand", note: "by Mara; all quiet" }),
      item("call Lin", { by: "person-item", done: true }), item("call Bo", { by: "person-item" }),
    ]);
  });

  it("gives the same again, and drops no command, whatever the two hold", () => {
    const commands = fc.array(fc.record({ id: fc.constantFrom("a", "b", "c", "d"), state: fc.constantFrom("running" as const, "ended" as const), startedAt: fc.constantFrom(null, "2026-03-04T09:00:00Z", "2026-03-04T09:00:00.5Z") }), { maxLength: 4 })
      .map((all) => [...new Map(all.map((one) => [one.id, command(one.id, one)])).values()]);
    const who = fc.array(fc.constantFrom("Ada", "Lin", "Bo"), { maxLength: 3 }).map((names) => names.map((name) => ({ who: name, source: "flag" as const })));
    const record = (base: ChangeRecord) => fc.record({ commands, approvals: who }).map((more): ChangeRecord => ({ ...base, ...more }));
    fc.assert(fc.property(record(small), record(second), (first, other) => {
      const once = joined(first, other);
      expect(joined(once, other)).toEqual(once);
      expect(new Set(once.commands.map(({ id }) => id))).toEqual(new Set([...first.commands, ...other.commands].map(({ id }) => id)));
      expect(new Set(once.approvals.map(({ who: name }) => name))).toEqual(new Set([...first.approvals, ...other.approvals].map(({ who: name }) => name)));
    }));
  });
});
