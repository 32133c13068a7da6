import { describe, expect, it } from "vitest";
import { read, refusal, told } from "./reading.ts";

const finding = (more: object = {}): object => ({
  cell: null, code: "F401", end_location: { column: 1, row: 1 }, filename: "a.py", fix: null, location: { column: 1, row: 1 },
  message: "unused", noqa_row: 1, url: null, ...more,
});

describe("ruff", () => {
  it("finds nothing in an empty list, as Ruff writes it where all is well", () => {
    expect(told(read("[]\n"))).toEqual({ errors: 0 });
    expect(read("[]")["errors"]?.details.failing).toEqual([]);
  });

  it("reads older versions, which have no code for a file that they could not parse", () => {
    const { code: _, cell: __, ...older } = finding() as { code: string; cell: null };
    const found = read([JSON.stringify([{ code: null, ...older }]), JSON.stringify([finding()])]);
    expect(told(found)).toEqual({ errors: 2 });
    expect(found["errors"]?.details.failing).toEqual(["F401 a.py", "invalid-syntax a.py"]);
  });

  it.each<[string, string, RegExp]>([
    ["cut off", JSON.stringify([finding()], null, 2).slice(0, -20), /^report-0 is not JSON: it ends too early, in line 1[0-9]\.$/],
    ["no list", "{}", /report of Ruff: the whole is no list\.$/],
    ["no file", JSON.stringify([finding(), finding({ filename: null })]), /: \/1 has no filename\.$/],
    ["a file that is none", JSON.stringify([finding({ filename: 3 })]), /: \/0\/filename is no text\.$/],
    ["a code that is none", JSON.stringify([finding({ code: 401 })]), /: \/0\/code is no text\.$/],
    ["no message", JSON.stringify([finding({ message: undefined })]), /: \/0 has no message\.$/],
    ["what is no finding", "[1]", /: \/0 is no object\.$/],
  ])("refuses %s", (_, text, message) => {
    const failure = refusal(text, "ruff");
    expect(failure.code).toBe("report-invalid");
    expect(failure.message).toMatch(message);
  });
});
