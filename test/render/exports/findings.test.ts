import { XMLParser, XMLValidator } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import type { Verified } from "../../../src/record/finding.ts";
import { findingFormats } from "../../../src/render/exports/findings.ts";
import { hostileStrings, unseen } from "../../hostile/strings.ts";

const verified: Verified = {
  findings: [
    { code: "edited", record: "2026-03-04-a", path: "notes/2026/2026-03-04-a.md", line: 41, message: "the region `changes` was edited by hand", mend: "shipnote record --id 2026-03-04-a --force" },
    { code: "rewritten", record: "2026-03-04-b", path: "notes/2026/2026-03-04-b/record.json", line: 7, message: "history was rewritten", mend: "shipnote record --id 2026-03-04-b --relink" },
    { code: "against-policy", record: "2026-03-04-a", path: "notes/2026/2026-03-04-a.md", line: null, message: "100 %, at 10:00\nor so", mend: "shipnote record" },
  ],
  exceptions: [{ record: "2026-03-04-a", path: "notes/2026/2026-03-04-a.md", rule: "review", reason: "At night, alone." }],
  records: 2,
  unrendered: { sealed: 0, open: 0 },
  notes: "notes",
};
const nothing: Verified = { findings: [], exceptions: [], records: 1, unrendered: { sealed: 0, open: 0 }, notes: "notes" };

describe("findings", () => {
  it("as text", () => {
    expect(findingFormats.text(verified)).toBe(`notes/2026/2026-03-04-a.md:41: edited: the region \`changes\` was edited by hand
  shipnote record --id 2026-03-04-a --force
notes/2026/2026-03-04-b/record.json:7: rewritten: history was rewritten
  shipnote record --id 2026-03-04-b --relink
notes/2026/2026-03-04-a.md: against the policy: 100 %, at 10:00 or so
  shipnote record
notes/2026/2026-03-04-a.md: exception to review: At night, alone.
2 records checked: 1 rewritten, 1 edited, 1 against the policy`);
    expect(findingFormats.text({ ...verified, findings: verified.findings.slice(1, 2), exceptions: [] })).toMatch(/\n2 records checked: 1 rewritten, which is no failure$/);
    expect(findingFormats.text(nothing)).toBe("1 record checked: all is as it should be");
  });

  it("as GitHub's annotations, escaped as its runner reads them", () => {
    expect(findingFormats.github(verified)).toBe(`::error file=notes/2026/2026-03-04-a.md,line=41,title=edited::the region \`changes\` was edited by hand%0Ashipnote record --id 2026-03-04-a --force
::notice file=notes/2026/2026-03-04-b/record.json,line=7,title=rewritten::history was rewritten%0Ashipnote record --id 2026-03-04-b --relink
::error file=notes/2026/2026-03-04-a.md,title=against the policy::100 %25, at 10:00 or so%0Ashipnote record
::notice file=notes/2026/2026-03-04-a.md,title=exception::Exception to review: At night, alone.
2 records checked: 1 rewritten, 1 edited, 1 against the policy`);
  });

  it("as SARIF", () => {
    const { version, runs: [run] } = JSON.parse(findingFormats.sarif(verified)) as { version: string; runs: { results: object[] }[] };
    expect(version).toBe("2.1.0");
    expect(run?.results.map((result) => ({ ...result, partialFingerprints: null }))).toMatchObject([
      { ruleId: "edited", ruleIndex: 4, level: "error", locations: [{ physicalLocation: { artifactLocation: { uri: "notes/2026/2026-03-04-a.md" }, region: { startLine: 41 } } }] },
      { ruleId: "rewritten", level: "note" },
      { ruleId: "against-policy", level: "error" },
    ]);
  });

  it("as JUnit's XML", () => {
    const parsed = new XMLParser({ ignoreAttributes: false, parseAttributeValue: true }).parse(findingFormats.junit(verified)) as { testsuites: { testsuite: { testcase: object[] } } };
    expect(parsed.testsuites).toMatchObject({ "@_tests": 3, "@_failures": 2 });
    expect(parsed.testsuites.testsuite.testcase).toMatchObject([
      { "@_name": "notes/2026/2026-03-04-a.md:41: the region `changes` was edited by hand", failure: { "@_type": "edited" } },
      { "system-out": expect.stringContaining("rewritten") as string },
      { failure: { "@_message": "against the policy: 100 %, at 10:00 or so" } },
    ]);
    expect(findingFormats.junit(nothing)).toContain('<testcase classname="shipnote.verify" name="1 records"/>');
  });

  it("without a file have none, but in SARIF, which GitHub takes only with one", () => {
    const said: Verified = { ...nothing, findings: [{ code: "missing", record: null, path: null, line: null, message: "no record", mend: "shipnote record" }] };
    expect(findingFormats.text(said)).toBe("missing: no record\n  shipnote record\n1 record checked: 1 missing");
    expect(findingFormats.github(said).split("\n")[0]).toBe("::error title=missing::no record%0Ashipnote record");
    expect(findingFormats.junit(said)).toContain('<testcase classname="shipnote.verify.missing" name="no record">');
    expect(findingFormats.sarif(said)).toContain('"uri": "notes/README.md"');
  });

  it("say before the sum what was not rendered again", () => {
    const text = (sealed: number, open: number): string => findingFormats.text({ ...nothing, records: 5, unrendered: { sealed, open } });
    expect(text(1, 0)).toBe("of another version of shipnote or other templates: 1 is as it was written, by its digest\n5 records checked: all is as it should be");
    expect(text(2, 1)).toMatch(/^of another version of shipnote or other templates: 2 are as they were written, by their digests; 1 keeps no digest, so that what only shipnote knows was not checked\n/);
    expect(text(0, 3)).toMatch(/^of another version of shipnote or other templates: 3 keep no digest, so /);
    expect(findingFormats.github({ ...nothing, unrendered: { sealed: 1, open: 0 } }).split("\n")).toHaveLength(2);
  });

  it("keep their form, whatever a record says", () => {
    for (const words of hostileStrings(2000, 5)) {
      const said: Verified = { ...nothing, findings: [{ code: "edited", record: "a", path: `notes/${words}.md`, line: 1, message: words, mend: words }], exceptions: [{ record: "a", path: "a", rule: words, reason: words }] };
      expect(findingFormats.github(said).split("\n").filter((line) => !/^::(?:error|notice) [^\n]*::/.test(line))).toEqual(["1 record checked: 1 edited"]);
      expect(XMLValidator.validate(findingFormats.junit(said))).toBe(true);
      const { runs: [run] } = JSON.parse(findingFormats.sarif(said)) as { runs: { results: { message: { text: string } }[] }[] };
      expect(run?.results[0]?.message.text.replaceAll(/\\[[\]\\]/g, "")).not.toMatch(/[[\]\\]/);
      // Three lines of the finding and the exception, and the sum.
      expect(findingFormats.text(said).split("\n")).toHaveLength(4);
      for (const format of Object.values(findingFormats)) expect(unseen(format(said).replaceAll("\n", " "))).toBe(null);
    }
  });
});
