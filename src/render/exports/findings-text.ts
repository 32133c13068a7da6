import { fails, type Finding, findingCodes, type Unrendered, type Verified } from "../../record/finding.ts";
import { brief, plain } from "../visible.ts";

/** No longer message is shown, in characters: a value of git's may have any length. */
export const longest = 400;

/** A line for each finding, `PATH:LINE: CODE: MESSAGE`, with the command that mends it below, and a last line that sums up. */
export function textFindings(verified: Verified): string {
  return [
    ...verified.findings.flatMap((finding) => [`${placed(finding, wordsOf(finding))}: ${brief(finding.message, longest)}`, `  ${plain(finding.mend)}`]),
    ...verified.exceptions.map(({ path, rule, reason }) => `${plain(path)}: exception to ${plain(rule)}: ${plain(reason)}`),
    ...sum(verified),
  ].join("\n");
}

/** Words behind the place of what they are about: `notes/2026/….md:41: WORDS`; where no file is at fault, the words. */
export function placed({ path, line }: Pick<Finding, "path" | "line">, words: string): string {
  return path === null ? words : `${plain(path)}${line === null ? "" : `:${line}`}: ${words}`;
}

/** A code as people read it. */
export function wordsOf({ code }: Pick<Finding, "code">): string {
  return code === "against-policy" ? "against the policy" : code.replaceAll("-", " ");
}

/** What sums up, in which nothing is a stranger's: a line for what was not rendered again, and one for all. */
export function sum({ findings, records, unrendered }: Verified): string[] {
  return [...notRendered(unrendered), summary(findings, records)];
}

function notRendered({ sealed, open }: Unrendered): string[] {
  if (sealed + open === 0) return [];
  const said = [
    ...(sealed === 0 ? [] : [`${sealed} ${sealed === 1 ? "is as it was" : "are as they were"} written, by ${sealed === 1 ? "its digest" : "their digests"}`]),
    ...(open === 0 ? [] : [`${open} ${open === 1 ? "keeps" : "keep"} no digest, so that what only shipnote knows was not checked`]),
  ];
  return [`of another version of shipnote or other templates: ${said.join("; ")}`];
}

function summary(findings: readonly Finding[], records: number): string {
  const checked = `${records} ${records === 1 ? "record" : "records"} checked`;
  const counts = findingCodes.flatMap((code) => {
    const count = findings.filter((finding) => finding.code === code).length;
    return count === 0 ? [] : [`${count} ${count > 1 && code === "does-not-follow" ? "do not follow" : wordsOf({ code })}`];
  });
  if (counts.length === 0) return `${checked}: all is as it should be`;
  return `${checked}: ${counts.join(", ")}${findings.some(fails) ? "" : ", which is no failure"}`;
}
