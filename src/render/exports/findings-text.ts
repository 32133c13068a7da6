import { fails, type Finding, findingCodes, type Verified } from "../../record/finding.ts";
import { brief, plain } from "../visible.ts";

/** No longer message is shown, in characters: a value of git's may have any length. */
export const longest = 400;

/** A line for each finding, `PATH:LINE: CODE: MESSAGE`, with the command that mends it below, and a last line that sums up. */
export function textFindings({ findings, exceptions, records }: Verified): string {
  return [
    ...findings.flatMap((finding) => [`${placeOf(finding)}: ${wordsOf(finding)}: ${brief(finding.message, longest)}`, `  ${plain(finding.mend)}`]),
    ...exceptions.map(({ path, rule, reason }) => `${plain(path)}: exception to ${plain(rule)}: ${plain(reason)}`),
    summary(findings, records),
  ].join("\n");
}

/** `notes/2026/….md:41`. */
export function placeOf({ path, line }: Finding): string {
  return line === null ? plain(path) : `${plain(path)}:${line}`;
}

/** A code as people read it. */
export function wordsOf({ code }: Pick<Finding, "code">): string {
  return code === "against-policy" ? "against the policy" : code.replaceAll("-", " ");
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
