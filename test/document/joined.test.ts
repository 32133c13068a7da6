import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinText } from "../../src/document/joined.ts";
import { readProse } from "../../src/document/prose.ts";
import { recordSource } from "./fixtures.ts";

const options = { isQuotation: (why: string) => why.startsWith("Nobody wrote down why"), base: null };
const empty = "*Not written down.*";

/** A record's text with nothing but these words in its sections. */
function record(words: { why?: string; expected?: string; notes?: string; more?: string; keys?: string; above?: string }): string {
  return [
    `---\nid: a\n${words.keys ?? ""}---\n\n# Title\n`, "<!-- shipnote:summary -->\n\nShipped.\n\n<!-- /shipnote:summary -->\n", ...(words.above === undefined ? [] : [`${words.above}\n`]),
    `## Why\n\n${words.why ?? empty}\n`, `## Expected result\n\n${words.expected ?? empty}\n`,
    "## Rollback\n\n<!-- shipnote:rollback -->\n\nRevert.\n\n<!-- /shipnote:rollback -->\n", `## Notes\n\n${words.notes ?? empty}\n`, ...(words.more === undefined ? [] : [words.more]),
  ].join("\n");
}

describe("joinText", () => {
  it("fills what is empty, and adds below what is not", async () => {
    const joined = await joinText(record({ notes: "Ours." }), record({ why: "Theirs.", notes: "Theirs, too." }), options);
    expect(joined).toBe(record({ why: "Theirs.", notes: "Ours.\n\nTheirs, too." }));
  });

  it("lets a reason take the place of the commits' own words, which nobody wrote", async () => {
    const quoted = record({ why: "Nobody wrote down why; the commits say:\n\n> So." });
    expect(await joinText(quoted, record({ why: "A reason." }), options)).toBe(record({ why: "A reason." }));
    expect(await joinText(record({ why: "A reason." }), quoted, options)).toBe(record({ why: "A reason." }));
  });

  it("leaves what both were made of, where only one of them has changed it", async () => {
    const base = record({ why: "Base.", notes: "Base." });
    const joined = await joinText(record({ why: "Ours.", notes: "Base." }), record({ why: "Base.", notes: "Theirs." }), { ...options, base });
    expect(joined).toBe(record({ why: "Ours.", notes: "Base.\n\nTheirs." }));
  });

  it("keeps sections, keys and a lead of their own", async () => {
    const theirs = record({ above: "Read this first.", more: "\n## Who watched\n\nMara did.\n", keys: "team: web # ours\nid2: \"x: y\"\n" });
    const joined = await joinText(record({}), theirs, options);
    expect(joined).toContain("---\nid: a\nteam: web # ours\nid2: \"x: y\"\n---\n");
    expect(joined).toContain("## Notes\n\nRead this first.\n");
    expect(joined.endsWith("\n\n## Who watched\n\nMara did.\n")).toBe(true);
    const both = await joinText(record({ more: "\n## Who watched\n\nLin did.\n\n## Last\n\nEnd.\n" }), theirs, options);
    expect(both).toContain("## Who watched\n\nLin did.\n\nMara did.\n\n## Last\n");
  });

  it("loses nothing that stands at an unusual place, and adds it once", async () => {
    const theirs = [
      "---\nid: a\nteam: api # as of today\n---\n\nAbove the title.\n\n# Title\n\n<!-- shipnote:summary -->\n\nShipped.\n\n<!-- /shipnote:summary -->\n\nBelow it.\n",
      `## Why\n\nA reason.\n\n## Notes\n\nFirst.\n\n## *Who* watched\n\nMara did.\n\n## Notes\n\nAgain.\n\n# Appendix\n\nA table.\n\n## Checklist\n\nUnder it.\n`,
    ].join("\n");
    const joined = await joinText(record({ keys: "team: web\n" }), theirs, { ...options, also: ["Also recorded as \"T\"."] });
    for (const words of ["Above the title.", "Below it.", "A reason.", "First.", "## *Who* watched\n\nMara did.", "Again.", "## Appendix\n\nA table.", "Under it."]) {
      expect(joined.split(words)).toHaveLength(2);
    }
    expect(joined).toContain("---\nid: a\nteam: web\n---\n\n# Title\n\n<!-- shipnote:summary -->");
    expect(joined).toContain("Also recorded as \"T\".\n\nAlso recorded in the front matter:\n\n```yaml\nteam: api # as of today\n```\n");
    expect(await joinText(joined, theirs, { ...options, also: ["Also recorded as \"T\"."] })).toBe(joined);
  });

  it("takes what stands above where there is neither a title nor a front matter", async () => {
    expect(await joinText(record({}), "Lead.\n\n## Why\n\nA reason.\n", options)).toBe(record({ why: "A reason.", notes: "Lead." }));
  });

  it("keeps what footnotes and links of either mean", async () => {
    const words = (who: string): string => `${who} [doc] text[^1].\n\n[doc]: https://${who}.example\n\n[^1]: ${who} said so.`;
    const [first, second] = [record({ why: words("one") }), record({ why: words("two") })];
    const joined = await joinText(first, second, options);
    expect(joined).toBe(record({ why: `${words("one")}\n\ntwo [doc][doc-2] text[^1-2].\n\n[doc-2]: https://two.example\n\n[^1-2]: two said so.` }));
    expect(await joinText(joined, second, options)).toBe(joined);
    // Where both began with these, they are no news.
    expect(await joinText(record({ why: words("ours") }), second, { ...options, base: second })).toBe(record({ why: words("ours") }));
  });

  it("leaves a section of people's own that only the first has changed", async () => {
    const base = record({ more: "\n## Who watched\n\nMara did.\n", keys: "team: web\n" });
    const ours = record({ more: "\n## Who watched\n\nLin did.\n", keys: "team: api\n" });
    expect(await joinText(ours, base, { ...options, base })).toBe(ours);
  });

  it("writes line ends as they are around", async () => {
    const crlf = (text: string): string => text.replaceAll("\n", "\r\n");
    const theirs = record({ notes: "Theirs.", more: "\n## Who watched\n\nMara did.\n", keys: "team: web\n" });
    expect(await joinText(crlf(record({ notes: "Ours." })), theirs, options)).toBe(crlf(await joinText(record({ notes: "Ours." }), theirs, options)));
  });

  it("refuses a text that would swallow what follows", async () => {
    const open = "```\nopen";
    await expect(joinText(record({ why: "Ours." }), record({ why: open }), options)).rejects.toMatchObject({ code: "value-invalid" });
    await expect(joinText(record({ notes: open }), record({ more: "\n## Who watched\n\nMara did.\n" }), options)).rejects.toMatchObject({ code: "value-invalid" });
  });

  it("gives the same again, and loses no word of either", async () => {
    const words = fc.option(fc.constantFrom("One.", "Two.\n\nThree.", "- a\n- b", "One.\n\nFour."), { nil: undefined });
    const texts = fc.record({ why: words, expected: words, notes: words, above: words }, { requiredKeys: [] }).map((given) =>
      Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Parameters<typeof record>[0]);
    await fc.assert(fc.asyncProperty(texts, texts, async (one, two) => {
      const [first, second] = [record(one), record(two)];
      const joined = await joinText(first, second, options);
      expect(await joinText(joined, second, options)).toBe(joined);
      const prose = await readProse(joined);
      for (const given of [one, two]) {
        for (const name of ["why", "expected", "notes"] as const) expect(prose[name] ?? "").toContain(given[name] ?? "");
        expect(joined).toContain(given.above ?? "");
      }
    }), { numRuns: 100 });
  });

  it("adds nothing of a record to itself", async () => {
    expect(await joinText(recordSource, `${recordSource}\n`, options)).toBe(recordSource);
  });
});
