import { findingMetrics, type Finding, stablePath } from "./findings.ts";
import type { ReportFormat, ReportText } from "./format.ts";
import { entries, type Member, member, needed, textAt, wholeReport } from "./members.ts";

/** Ruff's JSON: a list of findings, all of which it calls errors; an empty one where it found nothing. */
export const ruff: ReportFormat = {
  name: "ruff",
  recognizes: (text) => /^\s*\[\s*\]\s*$/.test(text.slice(0, 4096)) ||
    (/^\s*\[\s*\{\s*"(?:cell|code|end_location|filename)"\s*:/.test(text.slice(0, 4096)) && /"(?:noqa_row|end_location)"\s*:/.test(text.slice(0, 65_536))),
  read: (files) => findingMetrics(files.flatMap(findingsOf), ["error"]),
};

function findingsOf(file: ReportText): Finding[] {
  return entries(wholeReport(file, "Ruff")).map((finding) => ({
    level: "error",
    rule: codeOf(finding),
    path: stablePath(textAt(needed(finding, "filename")), file),
  }));
}

/** Older versions give no code where a file could not be parsed; newer ones call it so. */
function codeOf(finding: Member): string {
  const code = member(finding, "code");
  needed(finding, "message");
  return code === null ? "invalid-syntax" : textAt(code);
}
