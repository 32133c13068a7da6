import { describe, expect, it } from "vitest";
import { auditFacts, auditItself, auditLinks, type FactsAgain } from "../../src/record/audit.ts";
import type { ChangeRecord } from "../../src/record/schema.ts";
import { full, small } from "../render/ships.ts";

/** What git says of a record that is true. */
function again(record: ChangeRecord, more: Partial<FactsAgain> = {}): FactsAgain {
  const files = record.files.map(({ kind: _kind, owners: _owners, ...file }) => file);
  return {
    unknownEnds: [],
    commits: { known: new Map(record.commits.map((commit) => [commit.sha, commit])), inRange: new Set(record.commits.map(({ sha }) => sha)), unlisted: [], named: true, parented: true },
    files: { net: files, ofComponent: null, complete: true, onOtherFiles: false },
    whole: true,
    toTree: record.range?.toTree ?? null,
    patchId: undefined,
    derived: null,
    ...more,
  };
}

const ways = (record: ChangeRecord, facts: FactsAgain): string[] => auditFacts(record, facts).map(({ at, message }) => `${at.join(".")}: ${message}`);
const commits = (more: Partial<NonNullable<FactsAgain["commits"]>>, record = small): FactsAgain => {
  const whole = again(record);
  return whole.commits === null ? whole : { ...whole, commits: { ...whole.commits, ...more } };
};

describe("facts gathered again", () => {
  it("say nothing of a true record", () => {
    expect(ways(small, again(small))).toEqual([]);
  });

  it("are not asked of a ship without commits", () => {
    expect(ways({ ...small, range: null }, again(small, { unknownEnds: ["to"] }))).toEqual([]);
  });

  it("stop at ends that git does not know", () => {
    expect(ways(small, again(small, { unknownEnds: ["from"] }))).toEqual([`range.from: git has no commit ${small.range?.from ?? ""}`]);
  });

  it("name what a commit says, and pass over what cannot be known here", () => {
    const [commit] = small.commits;
    if (commit === undefined) throw new Error("no commit");
    const known = new Map([[commit.sha, { ...commit, author: "Else", parents: 2 }]]);
    expect(ways(small, commits({ known }))).toEqual(['commits.0.author: git says "Else"', "commits.0.parents: git says 2"]);
    expect(ways(small, commits({ known, named: false, parented: false }))).toEqual([]);
    expect(ways(small, commits({ inRange: new Set() }))).toEqual([`commits.0.sha: ${commit.sha} is not in the range`]);
    expect(ways(small, commits({ known: new Map() }))).toEqual([`commits.0.sha: git has no commit ${commit.sha}`]);
  });

  it("miss commits of a whole range, not of a component's", () => {
    const facts = commits({ unlisted: ["b".repeat(40), "c".repeat(40)] });
    expect(ways(small, facts)).toEqual([`commits: ${"b".repeat(40)} and 1 more are in the range and not listed`]);
    expect(ways(small, { ...facts, whole: false, files: null })).toEqual([]);
  });

  it("take what was masked for what it masks", () => {
    const masked = { ...small, commits: small.commits.map((commit) => ({ ...commit, subject: "Say [masked]" })) };
    expect(ways(masked, commits({}))).toEqual([]);
  });

  it("count files that are ignored, and totals over all", () => {
    const more = { ...again(small).files?.net[0], path: "dist/a.js", added: 10, deleted: 0 };
    const net = [...(again(small).files?.net ?? []), more] as NonNullable<FactsAgain["files"]>["net"];
    const facts = again(small, { files: { net, ofComponent: null, complete: true, onOtherFiles: false } });
    expect(ways(small, facts)).toEqual(["counts.files: git says 2", "counts.ignored: 1 of 2 are not listed", "counts.added: git says 13"]);
    expect(ways({ ...small, counts: { ...small.counts, files: 2, ignored: 1, added: 13 } }, facts)).toEqual([]);
  });

  it("of a component are those of today's paths or of all, for the configuration may have changed", () => {
    const net = again(full).files?.net ?? [];
    const part = { ...full, component: "shop", files: full.files.filter(({ path }) => path.startsWith("shop/")) };
    const counts = { ...full.counts, files: 1, ignored: 0, added: 1136, deleted: 31 };
    const own = net.filter(({ path }) => path.startsWith("shop/"));
    expect(ways({ ...part, counts }, again(full, { whole: false, files: { net, ofComponent: own, complete: true, onOtherFiles: false } }))).toEqual([]);
    expect(ways({ ...part, counts }, again(full, { whole: false, files: { net, ofComponent: [], complete: true, onOtherFiles: false } }))).toEqual([]);
    expect(ways({ ...part, counts: { ...counts, added: 1 } }, again(full, { whole: false, files: { net, ofComponent: own, complete: true, onOtherFiles: false } }))).toEqual(["counts.added: git says 1136"]);
    expect(ways({ ...part, counts, files: [{ ...part.files[0], path: "shop/nothing.ts" }] as ChangeRecord["files"] }, again(full, { whole: false, files: { net, ofComponent: own, complete: true, onOtherFiles: false } })))
      .toContain("files.0.path: shop/nothing.ts does not differ between the ends of the range");
  });

  it("compare trees and patches where they were asked for", () => {
    expect(ways(small, again(small, { toTree: "1".repeat(40) }))).toEqual([`range.toTree: git says ${"1".repeat(40)}`]);
    expect(ways(small, again(small, { toTree: null, patchId: null }))).toEqual([]);
    expect(ways(small, again(small, { patchId: "2".repeat(40) }))).toEqual([`range.patchId: git says ${"2".repeat(40)}`]);
  });

  it("leave what a flag or the configuration decided", () => {
    const derived = { contributors: small.contributors, references: [], owners: () => [], owner: { name: "Mara Quint", source: "author" as const }, hazards: [] };
    expect(ways(small, again(small, { derived }))).toEqual([]);
    const owned = (source: NonNullable<ChangeRecord["owner"]>["source"]) => ways({ ...small, owner: { name: "@x", source } }, again(small, { derived }));
    expect(owned("flag")).toEqual([]);
    expect(owned("config")).toEqual([]);
    expect(owned("codeowners")).toEqual(["owner: git says Mara Quint (author)"]);
    const ticket = { kind: "ticket" as const, id: "OPS-1", url: null, source: small.commits[0]?.sha ?? "" };
    expect(ways({ ...small, references: [ticket] }, again(small, { derived }))).toEqual([]);
    const hazard = { kind: "index", path: "a", why: "configured" };
    expect(ways({ ...small, rollback: { ...small.rollback, hazards: [hazard] } }, again(small, { derived }))).toEqual([]);
    expect(ways(small, again(small, { derived: { ...derived, hazards: [hazard] } }))).toEqual(["rollback.hazards: git says index: a"]);
  });
});

describe("a record by itself", () => {
  it("has the verdict of its metrics, medians of its samples, and trailers for its reviewers", () => {
    expect(auditItself(small)).toEqual([]);
    expect(auditItself({ ...small, verdict: "improved" }).map(({ at }) => at)).toEqual([["verdict"]]);
    expect(auditItself({ ...small, approvals: [{ who: "Bo", source: "trailer" }, { who: "Al", source: "flag" }] }).map(({ at }) => at)).toEqual([["approvals", 0, "who"]]);
    expect(auditItself({ ...small, references: [{ kind: "issue", id: "#1", url: null, source: "b".repeat(40) }] }).map(({ at }) => at)).toEqual([["references", 0, "source"]]);
  });

  it("names records that are there", () => {
    const record = { ...small, remediates: "2026-01-01-a", promotion: { from: "2026-01-01-b", missing: [], additional: [] } };
    expect(auditLinks(record, new Set(["2026-01-01-a", "2026-01-01-b"]))).toEqual([]);
    expect(auditLinks(record, new Set()).map(({ at }) => at.join("."))).toEqual(["remediates", "promotion.from"]);
  });
});
