/** What forges, and the tools behind them, bring to life in a word. */
const lively = new RegExp(
  [
    "[@#~$\\\\]", // mentions, issues, labels, math; a backslash is math in Gitea, and an escape
    "%[^\\s.,;:!?)\\]]", // milestones; `5 %` and `100%` are none
    "![0-9]", "&[0-9]", // merge requests, epics
    "://", "www\\.", "mailto:", "xmpp:",
    ":(?![0-9]{2}:)[a-z0-9_+-]+:", // emoji; `09:04:12` is none
    "\\[\\[", "\\[!", "\\[[a-z_]+:", // wiki links, alerts, GitLab's long references
    "[{[][+-]", "[+-][}\\]]", // GitLab's inline diffs
    "(?<![a-z0-9])[0-9a-f]{7,64}(?![a-z0-9])", // commits
    "(?<![a-z0-9])g[hl]-[0-9]", // GH-12
  ].join("|"),
  "i",
);

/** Whether a forge would make more than text of a text: notify somebody, link an issue or a commit, draw an emoji. */
export function isLively(text: string): boolean {
  return lively.test(text);
}
