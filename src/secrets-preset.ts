import { lintSource } from "@secretlint/core";
import { rules } from "@secretlint/secretlint-rule-preset-recommend";

/** Not the rule that obeys `secretlint-disable`: a stranger's text does not switch the search off. */
const wanted = rules.filter((rule) => rule.meta.id !== "@secretlint/secretlint-rule-filter-comments");

/** What secretlint's preset finds in a text: places, and the names of the rules. To be loaded only where it may find something. */
export async function findWithPreset(text: string): Promise<{ start: number; end: number; rule: string }[]> {
  const result = await lintSource({
    // The line end in front keeps a byte order mark from being taken away, which would shift every place.
    source: { content: `\n${text}`, filePath: "package.json", ext: ".txt", contentType: "text" },
    options: { config: { rules: wanted.map((rule) => ({ id: rule.meta.id, rule })) }, noPhysicFilePath: true },
  });
  return result.messages.map(({ range, ruleId }) => ({
    start: range[0] - 1, end: range[1] - 1, rule: ruleId.replace(/^@secretlint\/secretlint-rule-/, ""),
  }));
}
