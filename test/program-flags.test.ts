import { describe, expect, it } from "vitest";
import type { FlagLine } from "../src/program-commands.ts";
import { asFlags, readFlags, readLeadingFlags } from "../src/program-flags.ts";

const lines: readonly FlagLine[] = [
  ["--title T", ""], ["--no-range", ""], ["--command CMD...", ""], ["-C DIR", ""], ["-q, --quiet", ""],
];
const flags = (...words: string[]) => asFlags(readFlags(words, lines).values);

describe("flags behind a command", () => {
  it("are read in any order, with = or without", () => {
    const { values, args } = readFlags(["one", "--title=A", "-q", "two", "-C", "/tmp"], lines);
    expect(args).toEqual(["one", "two"]);
    expect([asFlags(values).text("title"), asFlags(values).on("quiet"), asFlags(values).text("C")]).toEqual(["A", true, "/tmp"]);
  });

  it("keep every value of one that may be repeated, and the last of one that may not", () => {
    const given = flags("--command", "a", "--command", "b", "--title", "x", "--title", "y");
    expect(given.list("command")).toEqual(["a", "b"]);
    expect(given.text("title")).toBe("y");
  });

  it("tell what was not given", () => {
    const given = flags();
    expect([given.on("no-range"), given.text("title"), given.list("command")]).toEqual([false, null, []]);
  });

  it("take a value that begins with a dash, but no other flag for a value", () => {
    expect(flags("--title", "-30 % latency").text("title")).toBe("-30 % latency");
    expect(() => flags("--title", "--no-range")).toThrow("--title T needs its value");
  });

  it("end at --", () => {
    expect(readFlags(["--", "--title", "-30"], lines).args).toEqual(["--title", "-30"]);
  });

  it.each([
    ["--titel", "unknown option '--titel' (Did you mean --title?)"],
    ["--entirely-else", "unknown option '--entirely-else'"],
    ["-x", "unknown option '-x'"],
    ["--title", "--title T needs its value"],
    ["--command", "--command CMD needs its value"],
    ["-C", "-C DIR needs its value"],
  ])("refuse %s", (word, message) => {
    expect(() => flags(word)).toThrow(expect.objectContaining({ code: "usage", message }));
  });
});

describe("flags before a command", () => {
  it.each([
    [["-q", "record", "--title", "x"], ["record", "--title", "x"]],
    [["-C", "/tmp", "run", "--", "ls"], ["run", "--", "ls"]],
    [["--", "ls", "-l"], ["ls", "-l"]],
    [["-q", "--", "--title"], ["--title"]],
    [["-q"], []],
  ])("%j leave %j", (words, rest) => {
    expect(readLeadingFlags(words, lines).rest).toEqual(rest);
  });

  it("do not look at flags behind the first word", () => {
    expect([...readLeadingFlags(["ls", "--unknown"], lines).values.keys()]).toEqual([]);
  });
});
