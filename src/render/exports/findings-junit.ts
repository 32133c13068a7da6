import { fails, type Finding, type Verified } from "../../record/finding.ts";
import { brief, plain } from "../visible.ts";
import { longest, placeOf, wordsOf } from "./findings-text.ts";

/**
 * JUnit's XML as CI systems read it: a test case a finding, and one that passes where there is none, as some systems
 * take an empty report for a broken one.
 */
export function junitFindings({ findings, records }: Verified): string {
  const failures = findings.filter(fails).length;
  const cases = findings.length === 0 ? [`    <testcase classname="shipnote.verify" name="${records} records"/>`] : findings.map(caseOf);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${cases.length}" failures="${failures}">`,
    `  <testsuite name="shipnote verify" tests="${cases.length}" failures="${failures}" errors="0" skipped="0">`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
  ].join("\n");
}

function caseOf(finding: Finding): string {
  const { path, line, message, mend } = finding;
  const words = wordsOf(finding);
  const open = `    <testcase classname="shipnote.verify.${finding.code}" name="${escaped(`${placeOf(finding)}: ${brief(message, longest)}`)}" file="${escaped(plain(path))}"${line === null ? "" : ` line="${line}"`}`;
  const text = escaped(`${placeOf(finding)}: ${words}: ${brief(message, longest)}\n${plain(mend)}`);
  if (!fails(finding)) return `${open}>\n      <system-out>${text}</system-out>\n    </testcase>`;
  return `${open}>\n      <failure type="${finding.code}" message="${escaped(`${words}: ${brief(message, longest)}`)}">${text}</failure>\n    </testcase>`;
}

/** What XML gives a meaning to, and without what it cannot hold. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
