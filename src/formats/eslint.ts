import { findingMetrics, type Finding, stablePath } from "./findings.ts";
import type { ReportFormat, ReportText } from "./format.ts";
import { countAt, entries, type Member, member, misread, needed, textAt, wholeReport } from "./members.ts";

/** ESLint's `json` formatter: a list of files, each with its messages. What a comment suppresses is not counted. */
export const eslint: ReportFormat = {
  name: "eslint",
  recognizes: (text) => /^\s*\[\s*\{\s*"filePath"\s*:/.test(text.slice(0, 4096)),
  read: (files) => findingMetrics(files.flatMap(findingsOf), ["error", "warning"]),
};

function findingsOf(file: ReportText): Finding[] {
  return entries(wholeReport(file, "ESLint")).flatMap((one) => {
    const path = stablePath(textAt(needed(one, "filePath")), file);
    return entries(needed(one, "messages")).map((message): Finding => ({ level: levelOf(message), rule: ruleOf(message), path }));
  });
}

function levelOf(message: Member): Finding["level"] {
  const severity = needed(message, "severity");
  const value = countAt(severity);
  if (value === 2) return "error";
  if (value === 1) return "warning";
  throw misread(severity, "is neither 1 (a warning) nor 2 (an error)");
}

/** No rule is named where a file could not be parsed, or a comment to ESLint is not needed. */
function ruleOf(message: Member): string {
  const rule = member(message, "ruleId");
  if (rule !== null) return textAt(rule);
  return member(message, "fatal")?.value === true ? "fatal" : "no rule";
}
