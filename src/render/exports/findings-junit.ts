import { fails, type Finding, type Verified } from "../../record/finding.ts";
import { brief, plain } from "../visible.ts";
import { longest, placed, wordsOf } from "./findings-text.ts";

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
  const { code, path, line, message, mend } = finding;
  const words = wordsOf(finding);
  const said = brief(message, longest);
  const place = path === null ? "" : ` file="${escaped(plain(path))}"${line === null ? "" : ` line="${line}"`}`;
  const open = `    <testcase classname="shipnote.verify.${code}" name="${escaped(placed(finding, said))}"${place}`;
  const text = escaped(`${placed(finding, words)}: ${said}\n${plain(mend)}`);
  if (!fails(finding)) return `${open}>\n      <system-out>${text}</system-out>\n    </testcase>`;
  return `${open}>\n      <failure type="${code}" message="${escaped(`${words}: ${said}`)}">${text}</failure>\n    </testcase>`;
}

/** What XML gives a meaning to, and without what it cannot hold. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
