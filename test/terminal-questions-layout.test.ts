import { assert, constantFrom, integer, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { charactersOf, layOut, widthOf, wrapped } from "../src/terminal-questions-layout.ts";

describe("a text's width", () => {
  // As glibc's wcwidth and tmux have it.
  const rows: [text: string, columns: number][] = [
    ["", 0], ["plain", 5], ["déçu", 4], ["de\u0301c\u0327u", 4], ["記事", 4], ["한국", 4], ["ｶﾅ", 2], ["Ａ！", 4], ["🚀", 2], ["👍🏽", 4], ["שלום", 4], ["שָׁלוֹם", 4], ["→", 1], ["⌚", 2], ["𠀀", 2],
  ];
  it.each(rows)("of %j is %i", (text, columns) => expect(widthOf(text)).toBe(columns));
});

describe("a layout", () => {
  const rows: [name: string, text: string, caret: number, columns: number, lines: string[], caretAt: [line: number, column: number]][] = [
    ["of nothing", "", 0, 10, [""], [0, 0]],
    ["of a line, the caret at its end", "abc", 3, 10, ["abc"], [0, 3]],
    ["of a full line: the caret goes on below", "abcde", 5, 5, ["abcde", ""], [1, 0]],
    ["of a longer line, the caret where it wraps", "abcdefg", 5, 5, ["abcde", "fg"], [1, 0]],
    ["of two lines, the caret at the end of the first", "ab\ncd", 2, 10, ["ab", "cd"], [0, 2]],
    ["of two lines, the caret at the start of the second", "ab\ncd", 3, 10, ["ab", "cd"], [1, 0]],
    ["that ends in a line's end", "ab\n", 3, 10, ["ab", ""], [1, 0]],
    ["of wide characters, of which none is split", "記事事", 3, 5, ["記事", "事"], [1, 2]],
    ["of what a terminal would obey", "a\u001b[2Jb\u202e", 6, 30, ["a<U+001B>[2Jb<U+202E>"], [0, 13]],
    ["of a tab", "\tx", 1, 10, ["  x"], [0, 2]],
  ];
  it.each(rows)("%s", (_name, text, caret, columns, lines, [line, column]) => {
    expect(layOut(text, caret, columns)).toEqual({ lines, caret: { line, column } });
  });

  it("shows every character once, on lines that fit, with nothing to obey", () => {
    const text = string({ unit: constantFrom("a", " ", "\n", "記", "e\u0301", "🚀", "ש", "\u202e", "\u001b", "\t"), maxLength: 80 });
    assert(property(text, integer({ min: 10, max: 40 }), (text, columns) => {
      const { lines } = layOut(text, text.length, columns);
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(columns);
      const shown = text.replaceAll("\n", "").replaceAll("\t", "  ").replaceAll("\u202e", "<U+202E>").replaceAll("\u001b", "<U+001B>");
      expect(lines.join("")).toBe(shown);
    }));
  });
});

describe("characters", () => {
  it("of a long text are those that Intl.Segmenter finds in one go", () => {
    const text = string({ unit: constantFrom("a", "\r\n", "e\u0301", "👍🏽", "👩‍🚀", "🇩🇪", "한", "\u200d", "ש"), minLength: 100, maxLength: 1000 });
    const whole = new Intl.Segmenter("en", { granularity: "grapheme" });
    assert(property(text, (text) => {
      expect(charactersOf(text)).toEqual(Array.from(whole.segment(text), ({ segment }) => segment));
    }));
  });
});

describe("our words", () => {
  it.each([
    ["one two three", 9, ["one two", "three"]],
    ["one", 9, ["one"]],
    ["anotherlongword x", 6, ["anothe", "rlongw", "ord x"]],
    ["", 5, [""]],
    ["a\u001b[1mb", 20, ["ab"]],
  ] as const)("%j in %i columns", (text, columns, lines) => expect(wrapped(text, columns)).toEqual(lines));
});
