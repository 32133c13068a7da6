import { expect, it } from "vitest";
import { foldReverts } from "../../src/record/folding.ts";

const rows: [name: string, commits: [sha: string, reverts: string | null][], pairs: [string, string][]][] = [
  ["nothing reverted", [["b", null], ["a", null]], []],
  ["a revert and its commit", [["c", "a"], ["b", null], ["a", null]], [["c", "a"], ["a", "c"]]],
  ["what is reverted lies outside", [["b", "z"], ["a", null]], []],
  ["a revert of a revert: the commit stands", [["c", "b"], ["b", "a"], ["a", null]], [["c", "b"], ["b", "c"]]],
  ["reverted twice: the newer one counts", [["c", "a"], ["b", "a"], ["a", null]], [["c", "a"], ["a", "c"]]],
  ["a message that names a newer commit", [["b", null], ["a", "b"]], []],
  ["a message that names itself", [["a", "a"]], []],
];

it.each(rows)("%s", (_, commits, pairs) => {
  expect([...foldReverts(commits.map(([sha, reverts]) => ({ sha, reverts })))]).toEqual(pairs);
});
