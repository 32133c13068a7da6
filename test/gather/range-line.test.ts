import { describe, expect, test } from "vitest";
import { liveCommits, revertedShip } from "../../src/gather/range-line.ts";
import { commitOf, recordOf } from "./range-fixture.ts";

const sha = (digit: string): string => digit.repeat(40);
const ship = (id: string, digits: string, direction: "forward" | "rollback" = "forward") =>
  recordOf(id, { direction, commits: [...digits].map((digit) => commitOf(sha(digit))) });

describe("revertedShip", () => {
  const line = [ship("three", "5"), ship("undo", "34", "rollback"), ship("two", "34"), ship("one", "12")];
  test.each([
    ["nothing reverted", [commitOf(sha("a"))], null],
    ["a commit of an earlier ship", [commitOf(sha("a"), sha("5")), commitOf(sha("b"))], "three"],
    ["a commit of no ship", [commitOf(sha("a"), sha("9"))], null],
    ["its own commit", [commitOf(sha("5")), commitOf(sha("a"), sha("5"))], null],
    ["more of one than of another", [commitOf(sha("a"), sha("5")), commitOf(sha("b"), sha("1")), commitOf(sha("c"), sha("2"))], "one"],
    ["as many of one as of another: the newer", [commitOf(sha("b"), sha("1")), commitOf(sha("a"), sha("5"))], "three"],
    ["what a rollback took away: the ship, not the rollback", [commitOf(sha("a"), sha("3"))], "two"],
  ])("%s", (_, commits, expected) => {
    expect(revertedShip(line, commits)).toBe(expected);
  });
});

test("liveCommits: what was shipped and not taken away later", () => {
  const line = [ship("again", "4"), ship("undo", "34", "rollback"), ship("two", "34"), ship("one", "12")];
  expect([...liveCommits(line)].map(([commit, { id }]) => [commit, id]).sort()).toEqual([
    [sha("1"), "one"], [sha("2"), "one"], [sha("4"), "again"],
  ]);
});
