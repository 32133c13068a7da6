import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { plotDigest } from "../../src/record/facts-digest.ts";
import type { ChangeRecord } from "../../src/record/schema.ts";
import { makeLife, removeAll, writtenSo } from "./life.ts";
import { change, mend, shipped, type Shipped, shippedByAnother, told, verify } from "./verify-rig.ts";

/* Tampering, whichever version of shipnote wrote the record. */

afterAll(removeAll);

describe("a record.json that was edited", () => {
  const metric = ({ metrics: [first] }: ChangeRecord) => first ?? expect.fail("nothing was measured");
  const rows: readonly (readonly [string, (record: ChangeRecord) => void])[] = [
    ["a captured backup that never was", ({ commands }) => {
      const [first] = commands;
      if (first !== undefined) commands.push({ ...first, id: "x", kind: "backup", source: "captured", state: "ended", exitCode: 0 });
    }],
    ["a comparison", (record) => void Object.assign(metric(record).comparison ?? {}, { change: -0.99 })],
    ["a sample", (record) => void Object.assign(metric(record).before ?? {}, { samples: [1, 2, 3] })],
    ["an approval, and other templates", (record) => {
      record.approvals.push({ who: "Boss", source: "flag" });
      record.generator.templates = "1".repeat(64);
    }],
    ["when it shipped", (record) => void (record.shippedAt = "2024-02-01T00:00:00Z")],
    ["when it was written", (record) => void (record.recordedAt = "2024-02-01T00:00:00Z")],
    ["who recorded it", (record) => void (record.actor.name = "Nobody")],
    ["a key that nobody knows", (record) => void Object.assign(record, { added: true })],
    ["the version that wrote it", (record) => void (record.generator.version = "0.0.2")],
    ["the digests of a region", (record) => void Object.assign(record.generator.regions, { summary: { text: "0".repeat(64), tree: "0".repeat(64) } })],
    ["no digest any more", (record) => void delete record.generator.facts],
    ["the digest of a plot", (record) => void (record.generator.plots = {})],
    ["a tree", ({ range }) => void (range !== null && (range.toTree = "0".repeat(40)))],
    ["a patch", ({ range }) => void (range !== null && (range.patchId = "0".repeat(40)))],
    ["a beginning", ({ range }) => void (range !== null && (range.from = "0".repeat(40)))],
    ["an end", ({ range }) => void (range !== null && (range.to = "1".repeat(40)))],
    ["nothing between", ({ range }) => void (range !== null && (range.from = range.to))],
    ["a subject", ({ commits: [first] }) => void Object.assign(first ?? {}, { subject: "Another" })],
    ["no files", (record) => void (record.files = [])],
    ["an exception", ({ exceptions }) => void exceptions.push({ rule: "review", reason: "Nobody was there." })],
    ["a tick", ({ checklist: [first] }) => void Object.assign(first ?? {}, { done: true, evidence: "me" })],
    ["a verdict", (record) => void (record.verdict = "changed")],
  ];

  it.each(rows)("%s", (_name, by) => {
    for (const made of [shipped(), shippedByAnother()]) {
      change(made, by);
      const found = verify(made.life);
      expect(found.status).toBe(1);
      expect(told(found)).toContain(`edited ${made.facts}`);
      expect([...new Set(found.findings.map((finding) => finding.mend))]).toEqual([`git checkout HEAD -- ${made.facts}`]);
      mend(made.life, found.findings);
      expect(verify(made.life)).toMatchObject({ status: 0, findings: [] });
    }
  });

  it("is taken back from before it was committed", () => {
    const made = shipped();
    const whole = made.life.git("rev-parse", "HEAD");
    change(made, (record) => void (record.actor.name = "Nobody"));
    made.life.commitNotes();
    change(made, (record) => void (record.actor.name = "Nobody Else"));
    const { findings } = verify(made.life);
    expect(findings.map((finding) => finding.mend)).toContain(`git checkout ${whole.slice(0, 12)} -- ${made.facts}`);
    mend(made.life, findings);
    expect(verify(made.life).status).toBe(0);
  });

  it("is built on by no record, but on purpose", () => {
    const made = shipped();
    change(made, (record) => void (record.actor.name = "Nobody"));
    expect(made.life.refused(["record", "--yes", "--id", made.ship.id])).toMatchObject({ status: 1, code: "record-edited" });
    expect(made.life.refused(["record", "--yes", "--id", made.ship.id, "--reason", "Another."])).toMatchObject({ code: "record-edited" });
    expect(verify(made.life).status).toBe(1);
    expect(made.life.record(["--id", made.ship.id, "--force"]).status).toBe("written");
    expect(verify(made.life).status).toBe(0);
    expect(made.life.record(["--id", made.ship.id, "--force"]).status).toBe("unchanged");
  });

  it("by a formatter alone was not", () => {
    const made = shipped();
    const { version, id, ...others } = JSON.parse(made.life.read(made.facts)) as ChangeRecord;
    made.life.write(made.facts, `\n${JSON.stringify({ ...others, id, version }, null, "\t").replaceAll("\n", "\r\n")}`);
    expect(verify(made.life)).toMatchObject({ status: 0, findings: [] });
    expect(made.life.record(["--id", made.ship.id]).status).toBe("unchanged");
  });
});

describe("what another version or other templates wrote", () => {
  it("is whole by its digests, and counted", () => {
    const { life } = shippedByAnother();
    expect(verify(life)).toMatchObject({ status: 0, findings: [], unrendered: { sealed: 1, open: 0 } });
    expect(life.call(["verify"]).stdout).toBe("of another version of shipnote or other templates: 1 is as it was written, by its digest\n1 record checked: all is as it should be\n");
    expect(life.call(["verify", "--format", "github"]).stdout.split("\n")).toHaveLength(3);
  });

  it.each([
    ["a plot", ({ life, plot }: Shipped) => life.write(plot, "<svg><script>alert(1)</script></svg>\n"), "edited"],
    ["a plot that is gone", ({ life, plot }: Shipped) => rmSync(join(life.directory, plot)), "incomplete"],
  ] as const)("%s", (_name, by, code) => {
    const made = shippedByAnother();
    by(made);
    const { findings } = verify(made.life);
    expect(told({ findings })).toEqual([`${code} ${made.plot}`]);
    mend(made.life, findings);
    expect(verify(made.life).status).toBe(0);
  });

  it("a region, whose mend draws the plots of today and keeps what they are", () => {
    const made = shippedByAnother();
    made.life.write(made.plot, "<svg>as it was drawn then</svg>\n");
    change(made, (record) => void (record.generator.plots = { "sort-duration.svg": plotDigest("<svg>as it was drawn then</svg>\n") }));
    writtenSo(made.life, made.facts);
    made.life.edit(made.markdown, "Sort names", "Sort games");
    mend(made.life, verify(made.life).findings);
    expect(verify(made.life)).toMatchObject({ status: 0, findings: [] });
  });

  it("from before there were digests is counted as what it is, and read", () => {
    const made = shipped();
    const before = (record: ChangeRecord): void => {
      delete record.generator.facts;
      delete record.generator.plots;
    };
    change(made, before);
    // This version rendered it, and compares.
    expect(verify(made.life)).toMatchObject({ status: 0, unrendered: { sealed: 0, open: 0 } });
    made.life.edit(made.facts, '"strategy": "revert"', '"strategy": "flag"');
    expect(told(verify(made.life)).some((each) => each.startsWith(`does-not-follow ${made.markdown}`))).toBe(true);
    made.life.edit(made.facts, '"strategy": "flag"', '"strategy": "revert"');
    change(made, (record) => void (record.generator.version = "0.0.1"));
    expect(verify(made.life)).toMatchObject({ status: 0, unrendered: { sealed: 0, open: 1 } });
    expect(made.life.call(["verify"]).stdout).toContain("1 keeps no digest, so that what only shipnote knows was not checked\n");
    // The next write gives it one.
    made.life.record(["--id", made.ship.id, "--owner", "@ops"]);
    change(made, (record) => void (record.actor.name = "Nobody"));
    expect(told(verify(made.life))).toContain(`edited ${made.facts}`);
  });
});

describe("a ship", () => {
  it("that two records are of is told of", () => {
    const life = makeLife();
    life.commit("Base", { "a.ts": "1\n" });
    life.commit("Sort names", { "a.ts": "2\n" });
    const ship = life.record(["--from", "HEAD~1"]);
    const other = `${ship.id}-2`;
    life.write(`notes/2024/${other}.md`, life.read(ship.path).replaceAll(ship.id, other));
    life.write(`notes/2024/${other}/record.json`, JSON.stringify({ ...ship.record, id: other, recordedAt: "2099-01-01T00:00:00Z" }));
    writtenSo(life, `notes/2024/${other}/record.json`);
    const { findings } = verify(life);
    expect(findings).toMatchObject([{ code: "does-not-follow", record: other, message: `it is of the same ship as ${ship.id}`, mend: "shipnote doctor --fix" }]);
    mend(life, findings);
    expect(verify(life)).toMatchObject({ status: 0, findings: [] });
    expect(life.has(`notes/2024/${other}.md`)).toBe(false);
  });

  it("cannot have been five days before its last commit", () => {
    const made = shipped();
    change(made, (record) => void (record.shippedAt = "2024-02-28T09:00:00Z"));
    writtenSo(made.life, made.facts);
    expect(verify(made.life).findings.map(({ message }) => message)).toContain("shippedAt: its last commit is of 2024-03-04T09:01:00Z");
    change(made, (record) => void (record.shippedAtSource = "flag"));
    writtenSo(made.life, made.facts);
    expect(verify(made.life).findings.map(({ message }) => message).join("\n")).not.toContain("shippedAt");
  });
});
