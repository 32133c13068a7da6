import { describe, expect, it } from "vitest";
import { damageIn, holdsMore } from "../../src/document/damage.ts";

describe("holdsMore", () => {
  const older = "---\nid: a\n---\n\n# A\n\n<!-- shipnote:changes -->\n- x\n<!-- /shipnote:changes -->\n\nWords.\n";
  it.each([
    ["a marker that is misspelt", older.replace("<!-- shipnote:changes -->", "<!-- shipnote:chages -->")],
    ["a marker that has lost a character at its begin", older.replace("<!-- /shipnote", "!-- /shipnote")],
    ["a marker that has lost characters at its end", older.replace("/shipnote:changes -->", "/shipnote:changes --")],
    ["a fence that has lost a character", older.replace("---\n\n", "--\n\n")],
    ["other ends of lines, and blanks", older.replaceAll("\n", " \r\n")],
    ["less", older.replace("Words.\n", "")],
  ])("takes for nobody's words: %s", (_what, standing) => {
    expect(holdsMore(standing, older)).toBe(false);
  });

  it.each(["More.", "We shipped, says shipnote: all of it", "See the log of shipnote:changes here", "Deployed by shipnote:changes"])("sees a line that is new: %s", (line) => {
    expect(holdsMore(`${older}\n${line}\n`, older)).toBe(true);
  });
});

describe("damageIn", () => {
  const sound = "---\nid: a\n---\n\n<!-- shipnote:changes -->\n<!-- /shipnote:changes -->\n";
  it.each([
    ["nothing where all is well", sound, null],
    ["nothing of a region that was deleted with its markers", "---\nid: a\n---\n", null],
    ["nothing of front matter that people took away", "<!-- shipnote:changes -->\n<!-- /shipnote:changes -->\n", null],
    ["a fence that is gone", sound.replace("---\n", ""), "The front matter has lost one of its `---` lines."],
    ["two markers that are spoilt", sound.replaceAll("changes -->", "changes . -->"), "A marker of the region `changes` is damaged."],
  ])("says %s", async (_what, markdown, damage) => {
    expect(await damageIn(markdown, "a", ["changes"])).toBe(damage);
  });
});
