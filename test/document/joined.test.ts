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
