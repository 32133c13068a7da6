import { createHash } from "node:crypto";
import { fails, type Finding, type FindingCode, findingCodes, type Verified } from "../../record/finding.ts";
import { brief, plain } from "../visible.ts";
import { longest, wordsOf } from "./findings-text.ts";

/** What each code means, for whoever reads the results elsewhere. */
const meanings: Readonly<Record<FindingCode, string>> = {
  "rewritten": "The ship's history was rewritten; it was found again under other commits.",
  "missing": "A ship has no record.",
  "incomplete": "A part of a record is missing.",
  "invalid": "A file of a record cannot be read.",
  "edited": "A generated part was edited by hand.",
  "does-not-follow": "What is recorded does not follow from git, or what is shown from what is recorded.",
  "against-policy": "The record lacks what the policy requires.",
};

/** Static Analysis Results Interchange Format 2.1.0 (OASIS). */
export function sarifFindings({ findings, notes }: Verified): string {
  return JSON.stringify({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{
      tool: {
        driver: {
          name: "shipnote",
          rules: findingCodes.map((code) => ({
            id: code,
            shortDescription: { text: meanings[code] },
            defaultConfiguration: { level: fails({ code }) ? "error" : "note" },
          })),
        },
      },
      results: findings.map((finding) => resultOf(finding, notes)),
    }],
  }, null, 2);
}

function resultOf(finding: Finding, notes: string): object {
  const { code, line, message, mend } = finding;
  // GitHub refuses results without a place: what has no file of its own is missing from the index.
  const path = finding.path ?? `${notes}/README.md`;
  const said = `${brief(message, longest)} (${plain(mend)})`;
  return {
    ruleId: code,
    ruleIndex: findingCodes.indexOf(code),
    level: fails(finding) ? "error" : "note",
    message: { text: unlinked(`${wordsOf(finding)}: ${said}`) },
    locations: [{
      physicalLocation: {
        artifactLocation: { uri: path.replace(/\p{Surrogate}/gu, "\uFFFD").split("/").map(encodeURIComponent).join("/") },
        ...(line === null ? {} : { region: { startLine: line } }),
      },
    }],
    // Without its line, so that the same finding is known again where lines above it moved.
    partialFingerprints: { "shipnoteFinding/v1": createHash("sha256").update(JSON.stringify([code, path, message])).digest("hex") },
  };
}

/** Text of which no part is a link: `[words](target)` would be one in any message (section 3.11.6). */
function unlinked(text: string): string {
  return text.replaceAll(/[[\]\\]/g, String.raw`\$&`);
}
