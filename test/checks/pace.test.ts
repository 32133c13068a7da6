import { describe, expect, it } from "vitest";
import { followPace, paceText } from "../../src/checks/pace.ts";

describe("the pace of a measuring", () => {
  it("is not known in the first round, and then goes by what a round of each check takes", () => {
    const pace = followPace();
    // a takes 900 ms the first time and 100 then, b 10; a takes part in 4 rounds, b in 3.
    expect(pace({ check: "a", round: 1, rounds: 4 }, 0)).toEqual({ round: 1, rounds: 4, leftMs: null });
    expect(pace({ check: "b", round: 1, rounds: 3 }, 900)).toEqual({ round: 1, rounds: 4, leftMs: null });
    expect(pace({ check: "b", round: 2, rounds: 3 }, 910).leftMs).toBe(3 * 900 + 2 * 10);
    expect(pace({ check: "a", round: 2, rounds: 4 }, 920).leftMs).toBe(3 * 900 + 10);
    expect(pace({ check: "a", round: 3, rounds: 4 }, 1020).leftMs).toBe(2 * 100 + 10);
    expect(pace({ check: "b", round: 3, rounds: 3 }, 1120).leftMs).toBe(100 + 10);
    expect(pace({ check: "a", round: 4, rounds: 4 }, 1130).leftMs).toBe(100);
  });

  it("leaves a check out that takes part no longer", () => {
    const pace = followPace();
    pace({ check: "a", round: 1, rounds: 9 }, 0);
    pace({ check: "b", round: 1, rounds: 9 }, 10);
    pace({ check: "a", round: 2, rounds: 9 }, 5010);
    // b was stopped in its first round.
    expect(pace({ check: "a", round: 3, rounds: 9 }, 5020).leftMs).toBe(7 * 10);
  });

  it.each([
    [null, "round 4 of 10"],
    [0, "round 4 of 10, about a second left"],
    [1000, "round 4 of 10, about a second left"],
    [12_100, "round 4 of 10, about 13 s left"],
    [38_000, "round 4 of 10, about 40 s left"],
    [90_000, "round 4 of 10, about 90 s left"],
    [95_000, "round 4 of 10, about 2 min left"],
    [3_600_000, "round 4 of 10, about 60 min left"],
    [7_300_000, "round 4 of 10, about 2 h left"],
  ])("%s ms left: %s", (leftMs, text) => {
    expect(paceText({ round: 4, rounds: 10, leftMs })).toBe(text);
  });
});
