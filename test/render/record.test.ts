import { readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { ProseName } from "../../src/document/prose.ts";
import type { ChangeRecord } from "../../src/record/schema.ts";
import { headingOf, renderRecord } from "../../src/render/record.ts";
import { quotationOf } from "../../src/render/quotation.ts";
import { renderRegions } from "../../src/render/regions.ts";
import { loadTemplates, type Templates } from "../../src/render/templates.ts";
import { commit, file, full, small } from "./ships.ts";

let templates: Templates;
beforeAll(async () => {
  templates = await loadTemplates({});
});

const said: Partial<Record<ProseName, string>> = {
  why: "Baskets were lost whenever a worker restarted.",
  expected: "`basket response-time < 150 ms`, and no basket lost.",
  assumptions: "the store is reachable from every worker.",
  rollback: "Empty the store first: `redis-cli FLUSHDB`.",
};

function fresh(record: ChangeRecord, prose: Partial<Record<ProseName, string>> = {}, quotation: string | null = null) {
  return renderRecord(record, null, { templates, atHand: null, prose, quotation, force: false, outcome: null });
}

/** Renders again over what stands, as the next run would: with the record at hand as it was written. */
function again(record: ChangeRecord, standing: string, atHand: ChangeRecord, more: Partial<Parameters<typeof renderRecord>[2]> = {}) {
  return renderRecord(record, standing, { templates, atHand, prose: {}, quotation: null, force: false, outcome: null, ...more });
}

async function written(record: ChangeRecord, prose: Partial<Record<ProseName, string>> = {}, quotation: string | null = null) {
  const { text, regions } = await fresh(record, prose, quotation);
  return { text, record: { ...record, generator: { ...record.generator, regions } } };
}

const rolledBack: ChangeRecord = {
  ...small,
  id: "2026-03-05-take-the-banner-back",
  title: "Take the banner back",
  direction: "rollback",
  remediates: small.id,
  repository: { url: "https://git.example.org/shop/front", kind: "github" },
  range: small.range === null ? null : { ...small.range, from: small.range.to, to: small.range.from ?? "" },
  rollback: { ...small.rollback, applies: { status: "conflicts", against: small.range?.from ?? null, conflicts: ["shop/banner.ts"] } },
};
const promoted: ChangeRecord = {
  ...small,
  direction: "promotion",
  component: "front",
  promotion: { from: "2025-12-30-say-when-the-shop-is-closed", missing: ["npm run migrate"], additional: [] },
};
const act: ChangeRecord = {
  ...small,
  id: "2026-03-06-switch-the-new-basket-on",
  title: "Switch the new basket on",
  shippedAtSource: "now",
  range: null,
  counts: { commits: 0, files: 0, ignored: 0, added: 0, deleted: 0 },
  commits: [],
  files: [],
  contributors: [],
  rollback: { ...small.rollback, strategy: "none", commands: [], applies: { status: "unknown", against: null, conflicts: [] } },
};
const large: ChangeRecord = {
  ...full,
  title: "Everything at once",
  counts: { commits: 10_000, files: 5000, ignored: 0, added: 15_000, deleted: 5000 },
  commits: Array.from({ length: 10_000 }, (_, at) => commit(at.toString(16).padStart(8, "0"), `Change number ${at} ${"of very many words ".repeat(30)}`)),
  files: Array.from({ length: 5000 }, (_, at) => file(`src/part-${String(at % 40).padStart(2, "0")}/file-${String(at).padStart(4, "0")}.ts`, {
    kind: at % 500 === 0 ? "migration" : "code",
  })),
};

describe("a record as markdown", () => {
  const why = quotationOf([
    { sha: commit("dd44", "").sha, text: "People rang at a closed door.\nThe banner says so now." },
  ], null);
  const cases: [string, ChangeRecord, Partial<Record<ProseName, string>>, string | null][] = [
    ["full", full, said, null],
    ["small", small, {}, why],
    ["rollback", rolledBack, { why: "It hid the checkout." }, null],
    ["promotion", promoted, {}, null],
    ["act", act, { why: "All shops have the store by now." }, null],
    ["large", large, {}, null],
  ];
  it.each(cases)("reads like golden/%s.md", async (name, record, prose, quotation) => {
    const path = new URL(`golden/${name}.md`, import.meta.url);
    const { text } = await fresh(record, prose, quotation);
    if (process.env["GOLDEN"] === "write") writeFileSync(path, text);
    expect(text).toBe(readFileSync(path, "utf8"));
  });

  it("stays short for one small commit, and small for ten thousand", async () => {
    expect((await fresh(small)).text.split("\n").length).toBeLessThan(100);
    expect(Buffer.byteLength((await fresh(large)).text)).toBeLessThan(60_000);
  });

  it("stays under 500 KB whatever strangers write, and in whatever amount", async () => {
    const monstrous = (value: unknown, key = ""): unknown => {
      if (typeof value === "string") return /^(?:sha|from|to|toTree|id|commit|against|date|.*At|kind|kindSource|source|status|state|verdict|direction|better|strategy|by|unit|url|title|digest|text|tree|shippedAtSource)$/.test(key) ? value : "漢\u0000@".repeat(2000);
      if (Array.isArray(value)) return value.length === 0 || typeof value[0] === "number" ? value : Array.from({ length: 300 }, (_, at) => monstrous(value[at % value.length], key));
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, monstrous(inner, name)]));
    };
    const record = monstrous({ ...full, notes: full.notes.map((note) => ({ ...note, text: "x".repeat(5000) })) }) as ChangeRecord;
    const regions = renderRegions({ ...record, checklist: full.checklist }, { expected: null }, templates);
    expect(Buffer.byteLength(Object.values(regions).join("\n"))).toBeLessThan(500_000);
  });

  it("holds no empty cell row, no placeholder and no word of the code", async () => {
    for (const [, record, prose] of cases) {
      const { text } = await fresh(record, prose);
      expect(text).not.toMatch(/undefined|null|NaN|Infinity|\[object|TODO|-0 %|\n\n\n/);
      expect(text).not.toMatch(/ \n/);
    }
  });
});

describe("a record written again", () => {
  it("does not change where nothing changed", async () => {
    const { text, record } = await written(full, said);
    const second = await again(record, text, record);
    expect(second).toEqual({ text, regions: record.generator.regions, edited: [] });
  });

  it("changes its regions, front matter and heading, and no byte of what people wrote", async () => {
    const { text, record } = await written(full, said);
    const standing = text.replace("verdict: improved\n", "verdict: improved\nteam: web\n").replace("## Notes\n\n*Not written down.*", "## Our own\n\nWords.  \nMore\n\n\n* x");
    const later: ChangeRecord = { ...record, title: "Keep *all* baskets", verdict: "mixed", environment: "staging" };
    const second = await again(later, standing, record);
    expect(second.edited).toEqual([]);
    expect(second.text).toContain("verdict: mixed\nteam: web\n");
    expect(second.text).toContain("environment: staging\n");
    expect(second.text).toContain(`\n${headingOf("Keep *all* baskets")}\n`);
    expect(second.text).toContain("Shipped to **staging**");
    expect(second.text.endsWith("## Our own\n\nWords.  \nMore\n\n\n* x\n")).toBe(true);
  });

  it("fills what is empty, answers what is expected, and refuses where other prose stands", async () => {
    const { text, record } = await written(full);
    expect(text).not.toContain("Expected `");
    const second = await again(record, text, record, { prose: { expected: "`basket response-time <= 0.05 s`" } });
    expect(second.text).toContain("Expected `basket response-time <= 0.05 s`: not met (95.2 ms on misses).");
    await expect(again(record, second.text, record, { prose: { expected: "other" } })).rejects.toMatchObject({ code: "prose-exists" });
  });

  it("takes a reason in place of an untouched quotation", async () => {
    const quoted = "Nobody wrote down why; the commits say:\n\n> words";
    const { text, record } = await written(small, {}, quoted);
    expect(text).toContain(quoted);
    const second = await again(record, text, record, { prose: { why: "Because." }, quotation: quoted });
    expect(second.text).toContain("## Why\n\nBecause.\n\n## Expected result");
  });

  it("names what people edited and leaves everything as it was, unless forced", async () => {
    const { text, record } = await written(small);
    const edited = text.replace("No commands were captured.", "I ran `ls`.").replace("verdict: not-measured", "verdict: improved");
    const second = await again({ ...record, title: "Other" }, edited, record);
    expect(second.edited).toEqual(["front matter verdict", "commands"]);
    expect(second.text).toBe(edited);
    const forced = await again(record, edited, record, { force: true });
    expect(forced.text).toBe(text);
  });

  it("says the outcome in the front matter once there is one", async () => {
    const { text, record } = await written(small);
    const outcome = { version: 1, id: small.id, outcome: "rolled-back", at: "2026-03-05T09:00:00Z", reason: null } as const;
    const second = await again(record, text, record, { outcome });
    expect(second.text).toBe(text.replace("rollback: planned\n", "rollback: planned\noutcome: rolled-back\n"));
    expect((await again(record, second.text, record, { outcome: { ...outcome, outcome: "ok" } })).edited).toEqual([]);
  });
});

describe("the words of regions", () => {
  const words = (record: Partial<ChangeRecord>) => renderRegions({ ...small, ...record }, { expected: null }, templates);

  it.each<[string, Partial<ChangeRecord>, string]>([
    ["no owner", { owner: null }, "no owner is known."],
    ["no plan", { rollback: { ...small.rollback, strategy: "none", commands: [] } }, "**Rollback: no plan**."],
    ["a failed rehearsal", { rollback: { ...full.rollback, rehearsal: { status: "failed", against: commit("dd44", "").sha, startedAt: small.shippedAt, durationMs: 1, conflicts: [], commands: [] } } }, "**Rollback: tried, fails** at `dd44c0f`; a revert leaves [two things behind](#rollback)."],
    ["many hazards", { rollback: { ...small.rollback, hazards: Array.from({ length: 12 }, () => ({ kind: "migration", path: "a.sql", why: "x" })) } }, "[12 things behind](#rollback)"],
    ["caveats", { notes: [{ code: "blobs-missing", text: "Lines are not counted." }] }, "\n- Lines are not counted."],
    ["an exception", { exceptions: [{ rule: "review", reason: "at night" }] }, "- Exception to `review`: at night"],
  ])("the summary says %s", (_, record, sentence) => {
    expect(words(record).summary).toContain(sentence);
  });

  it("sets many commits of bots apart", () => {
    const bots = Array.from({ length: 12 }, (_, at) => commit(`${at}`.padStart(4, "e"), `Update ${at}`, "renovate[bot]"));
    const { changes } = words({
      commits: [...small.commits, ...bots],
      contributors: [{ name: "Mara Quint", commits: 1, bot: false }, { name: "renovate[bot]", commits: 12, bot: true }],
    });
    expect(changes).toContain("And 12 commits by bots: renovate\\[bot] (12).");
    expect(changes).not.toContain("Update 3");
  });

  it("says of files whose content is not there that their lines are not known", () => {
    expect(words({ files: [file("a.bin", { added: null, deleted: null })] }).changes).toContain("| `a.bin` | modified | not known | code |");
  });

  it("names tests that newly fail", () => {
    const [metric] = full.metrics;
    if (metric === undefined || metric.before === null || metric.after === null) throw new Error("the fixture has both sides");
    const { metrics } = words({
      metrics: [{ ...metric, before: { ...metric.before, details: { failing: ["a"] } }, after: { ...metric.after, details: { failing: ["a", "b @all"] } } }],
    });
    expect(metrics).toContain("**Newly failing** in `basket`: `b @all`.");
  });

  it("names what a linter newly finds, and what it no longer does", () => {
    const [metric] = full.metrics;
    if (metric === undefined || metric.before === null || metric.after === null) throw new Error("the fixture has both sides");
    const { metrics } = words({
      metrics: [{ ...metric, metric: "warnings", before: { ...metric.before, details: { failing: ["a"] } }, after: { ...metric.after, details: { failing: ["b"] } } }],
    });
    expect(metrics).toContain("**Newly found** by `basket`, warnings: `b`.\n\nNo longer found by `basket`, warnings: `a`.");
  });

  it("prints no commands that nobody could read", () => {
    const { rollback } = words({ rollback: { ...small.rollback, commands: [`git revert ${"a".repeat(30_000)}`] } });
    expect(rollback).toContain("too long to be read here; `shipnote rollback 2026-03-04-say-when-the-shop-is-closed` prints them.");
    expect(rollback.length).toBeLessThan(1000);
  });
});
