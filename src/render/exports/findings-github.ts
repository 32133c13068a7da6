import { fails, type Finding, type Verified } from "../../record/finding.ts";
import { brief, plain } from "../visible.ts";
import { longest, sum, wordsOf } from "./findings-text.ts";

/**
 * Annotations for GitHub Actions, one a finding, then the sum.
 *
 * Source: GitHub's documentation of workflow commands; what has to be escaped stands in its runner's and its toolkit's
 * code (`%`, CR and LF in a message, `:` and `,` in a property as well).
 */
export function githubFindings(verified: Verified): string {
  const { findings, exceptions } = verified;
  return [
    ...findings.map(annotation),
    ...exceptions.map(({ path, rule, reason }) => `::notice ${properties({ file: path, title: "exception" })}::${message(brief(`Exception to ${rule}: ${reason}`, longest))}`),
    ...sum(verified),
  ].join("\n");
}

function annotation(finding: Finding): string {
  const { path, line, message: said, mend } = finding;
  const place = { ...(path === null ? {} : { file: path }), ...(line === null ? {} : { line: String(line) }), title: wordsOf(finding) };
  return `::${fails(finding) ? "error" : "notice"} ${properties(place)}::${message(`${brief(said, longest)}\n${plain(mend)}`)}`;
}

function properties(values: Readonly<Record<string, string>>): string {
  return Object.entries(values).map(([name, value]) => `${name}=${message(plain(value)).replaceAll(":", "%3A").replaceAll(",", "%2C")}`).join(",");
}

function message(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
