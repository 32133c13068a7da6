import { describe, expect, it } from "vitest";
import { parseLog } from "../../src/gather/log.ts";

const id = (digit: string): string => digit.repeat(40);

function logged(fields: { sha?: string; parents?: string; at?: string; body?: string; trailers?: string[] }): string {
  const { sha = id("a"), parents = "", at = "1795510800", body = "", trailers = [] } = fields;
  return `${[sha, parents, "Ada", "ada@example.org", at, "Lin", at, "Subject", body, trailers.join("\0")].join("\0")}\0\0`;
}

describe("parseLog", () => {
  it("keeps commits apart, with any number of trailers", () => {
    const { commits } = parseLog(Buffer.from([
      logged({ sha: id("c"), parents: `${id("b")} ${id("a")}`, trailers: ["A: 1", "B: 2"] }),
      logged({ sha: id("b"), parents: id("a"), trailers: ["A: 1"] }),
      logged({ sha: id("a") }),
    ].join("")));
    expect(commits.map(({ sha, parents, parentShas, trailers, subject }) => [sha, parents, parentShas, trailers, subject])).toEqual([
      [id("c"), 2, [id("b"), id("a")], { A: ["1"], B: ["2"] }, "Subject"],
      [id("b"), 1, [id("a")], { A: ["1"] }, "Subject"],
      [id("a"), 0, [], {}, "Subject"],
    ]);
  });

  it("reads an empty log", () => {
    expect(parseLog(Buffer.alloc(0))).toEqual({ commits: [], lossless: true });
  });

  it.each([
    ["0", "1970-01-01T00:00:00Z"],
    ["1795510800", "2026-11-24T09:00:00Z"],
    ["-1", "1969-12-31T23:59:59Z"],
    ["-99999999999999", "0000-01-01T00:00:00Z"],
    ["253402300799", "9999-12-31T23:59:59Z"],
    ["9999999999999999", "9999-12-31T23:59:59Z"],
  ])("reads the time %s", (at, date) => {
    expect(parseLog(Buffer.from(logged({ at }))).commits[0]).toMatchObject({ date, committedAt: date });
  });

  it.each([
    [`This reverts commit ${id("b")}.`, id("b")],
    [`Why.\n\nThis reverts commit ${id("b")}, reversing\nchanges made to ${id("c")}.`, id("b")],
    ["This reverts commit 0123abc.", "0123abc"],
    [`This reverts commit ${"b".repeat(64)}.`, "b".repeat(64)],
    [`> This reverts commit ${id("b")}.`, null],
    ["This reverts commit messages to English.", null],
    ["This reverts commit 012345 of theirs.", null],
  ])("finds what %j reverts", (body, reverts) => {
    expect(parseLog(Buffer.from(logged({ body }))).commits[0]?.reverts).toBe(reverts);
  });
});
