import { describe, expect, it } from "vitest";
import { namesApart } from "../../src/record/failing.ts";
import { measured } from "../render/ships.ts";

const side = (failing?: string[]) => measured(failing === undefined ? {} : { details: { failing } });

describe("names of what fails", () => {
  it.each([
    [["a", "b"], ["b", "c", "d"], { newly: ["c", "d"], noLonger: ["a"] }],
    [["a"], ["a"], { newly: [], noLonger: [] }],
    [[], ["a"], { newly: ["a"], noLonger: [] }],
    [undefined, ["a"], null],
    [["a"], undefined, null],
  ])("before %j, after %j", (before, after, apart) => {
    expect(namesApart(side(before), side(after))).toEqual(apart);
  });

  it("are not told where a side was not measured", () => {
    expect(namesApart(null, side(["a"]))).toBeNull();
    expect(namesApart(side(["a"]), null)).toBeNull();
  });

  it("are told apart in lists of ten thousand", () => {
    const many = Array.from({ length: 10_000 }, (_, at) => `test ${at}`);
    expect(namesApart(side(many), side([...many.slice(1), "new"]))).toEqual({ newly: ["new"], noLonger: ["test 0"] });
  });
});
