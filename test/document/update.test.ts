import { describe, expect, it } from "vitest";
import type { RegionDigests } from "../../src/document/digests.ts";
import { regionDigests } from "../../src/document/digests.ts";
import { findRegions } from "../../src/document/regions.ts";
import { updateRegions, type ChecklistEntry, type RegionUpdate } from "../../src/document/update.ts";
import { recordSource, reformatted } from "./fixtures.ts";

const items = ["capture the current behaviour", "create a safe backup", "test the smallest change", "watch logs after release", "write the final note"];
const checklist: ChecklistEntry[] = items.map((item, at) => ({ item, done: [0, 1, 4].includes(at), note: null, by: "evidence" }));

async function atHand(): Promise<{ rendered: Record<string, string>; stored: Record<string, RegionDigests> }> {
  const rendered: Record<string, string> = {};
  const stored: Record<string, RegionDigests> = {};
  for (const region of await findRegions(recordSource)) {
    rendered[region.name] = region.text;
    stored[region.name] = await regionDigests(region.name, region.text);
  }
  return { rendered, stored };
}

async function update(source: string, changed: Partial<RegionUpdate> & { news?: Record<string, string> } = {}) {
  const { rendered, stored } = await atHand();
  return updateRegions(source, {
    rendered: { ...rendered, ...changed.news },
    stored,
    renderAtHand: (name) => rendered[name] ?? "",
    checklist,
    force: false,
    ...changed,
  });
}

describe("updateRegions", () => {
  it.each([["as rendered", recordSource] as const, ...reformatted])("changes no byte where nothing changed: %s", async (_, source) => {
    const { stored } = await atHand();
    expect(await update(source)).toEqual({ text: source, regions: stored, edited: [] });
  });

  it.each(reformatted)("changes one region and no other byte after %s", async (_, source) => {
    const news = { metrics: "It got faster." };
    const { text, edited, regions } = await update(source, { news });
    expect(edited).toEqual([]);
    expect(regions["metrics"]).toEqual(await regionDigests("metrics", news.metrics));
    const [before, after] = await Promise.all([source, text].map(async (document) =>
      (await findRegions(document)).find((region) => region.name === "metrics")));
    expect(after?.text).toBe(news.metrics);
    expect(text.slice(0, after?.start)).toBe(source.slice(0, before?.start));
    expect(text.slice(after?.end)).toBe(source.slice(before?.end));
  });

  it("names the regions that people edited and changes nothing, unless forced", async () => {
    const source = recordSource.replace("9 ms", "9 s").replace("412 ms", "4 ms").replace("Nothing was measured", "All was measured");
    const held = await update(source, { news: { changes: "New." } });
    expect(held.edited).toEqual(["summary", "metrics"]);
    expect(held.text).toBe(source);
    const forced = await update(source, { force: true });
    expect(forced).toMatchObject({ text: recordSource, edited: ["summary", "metrics"] });
  });

  it("keeps a region deleted that people deleted with its markers, and one of theirs as it is", async () => {
    const [metrics] = (await findRegions(recordSource)).filter((region) => region.name === "metrics");
    const source = `${recordSource.slice(0, metrics?.outerStart)}${recordSource.slice(metrics?.outerEnd)}\n<!-- shipnote:mine -->\n\nx\n\n<!-- /shipnote:mine -->\n`;
    const { text, regions, edited } = await update(source, { news: { metrics: "New." } });
    expect({ text, edited }).toEqual({ text: source, edited: [] });
    expect(Object.keys(regions)).not.toContain("metrics");
  });

  it("does not take templates that changed for an edit", async () => {
    const { text, edited } = await update(recordSource, {
      renderAtHand: () => "rendered by other templates", news: { summary: "New words." },
    });
    expect(edited).toEqual([]);
    expect(text).toContain("New words.");
  });

  it("leaves a rendering alone that differs in white space only", async () => {
    const { stored, rendered } = await atHand();
    const source = recordSource;
    const news = { summary: (rendered["summary"] ?? "").replace("Shipped to", "Shipped  to") };
    expect(await update(source, { news })).toEqual({ text: source, regions: stored, edited: [] });
  });

  describe("of the checklist", () => {
    const watched = "- [ ] watch logs after release";
    const source = recordSource
      .replace(watched, "- [x] watch logs after release, by hand")
      .replace("why\\_so, expected result\n", "why\\_so, expected result\n- [ ] call Bob\n- no box\n");
    const told: ChecklistEntry[] = [
      ...checklist.map((entry) => entry.item.startsWith("watch") ? { ...entry, done: true, note: ", by hand", by: "hand" } : entry),
      { item: "call Bob", done: false, note: null, by: "person-item" },
      { item: "no box", done: false, note: null, by: "person-item" },
    ];

    it("keeps every byte where the record says what stands there", async () => {
      expect(await update(source, { checklist: told })).toMatchObject({ text: source, edited: [] });
    });

    it("keeps notes and people's items where an item of ours changes", async () => {
      const { rendered } = await atHand();
      const news = { checklist: (rendered["checklist"] ?? "").replace("6 metrics", "7 metrics").replace("[ ] watch", "[x] watch") };
      const { text, edited } = await update(source, { checklist: told, news });
      expect(edited).toEqual([]);
      expect(text).toContain("7 metrics\n");
      expect(text).toContain("- [x] watch logs after release, by hand\n");
      expect(text).toContain("expected result\n- [ ] call Bob\n- [ ] no box\n\n<!-- /shipnote:checklist -->");
    });

    it("tells an item that people rewrote", async () => {
      expect((await update(source.replace("create a safe backup", "create a backup"))).edited).toEqual(["checklist"]);
    });
  });
});
