import { array, assert, constantFrom, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { edited, type Field, inserted, type Key, openField } from "../src/terminal-questions-field.ts";

/** A field as one text, `|` where the caret is. */
function written(marked: string, long = true): Field {
  return { text: marked.replace("|", ""), caret: marked.indexOf("|"), long };
}

function marked({ text, caret }: Field): string {
  return `${text.slice(0, caret)}|${text.slice(caret)}`;
}

/** Whether no surrogate stands alone. */
function isWhole(text: string): boolean {
  return Buffer.from(text).toString() === text;
}

const key = (name: string): Key => {
  const [, modifier = "", bare = ""] = /^(C-|M-)?(.*)$/.exec(name) ?? [];
  return { name: bare, ctrl: modifier === "C-", meta: modifier === "M-" };
};

describe("a key", () => {
  const rows: [before: string, key: string, after: string][] = [
    ["ab|c", "left", "a|bc"], ["|abc", "left", "|abc"], ["ab|c", "right", "abc|"], ["abc|", "right", "abc|"], ["a|bc", "C-b", "|abc"], ["a|bc", "C-f", "ab|c"],
    ["e\u0301|x", "left", "|e\u0301x"], ["|e\u0301x", "right", "e\u0301|x"], ["👩🏽‍🚀|", "left", "|👩🏽‍🚀"], ["👩🏽‍🚀|", "backspace", "|"], ["🇩🇪|🇫🇷", "delete", "🇩🇪|"],
    ["ab|c", "backspace", "a|c"], ["|abc", "backspace", "|abc"], ["ab|c", "C-h", "a|c"], ["a|bc", "delete", "a|c"], ["abc|", "delete", "abc|"],
    ["ab\ncd|", "home", "ab\n|cd"], ["a|b\ncd", "end", "ab|\ncd"], ["ab\nc|d", "C-a", "ab\n|cd"], ["|ab\ncd", "C-e", "ab|\ncd"],
    ["ab\n|cd", "left", "ab|\ncd"], ["ab|\ncd", "right", "ab\n|cd"], ["ab\n|cd", "backspace", "ab|cd"], ["ab|\ncd", "delete", "ab|cd"],
    ["abc\nd|e", "up", "a|bc\nde"], ["abc|\nde", "down", "abc\nde|"], ["a|bc", "up", "|abc"], ["a|bc", "down", "abc|"], ["記事|\nabc", "down", "記事\nab|c"],
    ["one two|", "C-w", "one |"], ["one two, |", "C-w", "one |"], ["one |two", "M-b", "|one two"], ["|one two", "M-f", "one| two"], ["déçu|", "M-backspace", "|"],
    ["one two|", "C-left", "one |two"], ["one| two", "C-right", "one two|"],
    ["ab\ncd|e", "C-u", "ab\n|e"], ["a|b\ncd", "C-k", "a|\ncd"], ["a|b", "C-x", "a|b"], ["a|b", "f5", "a|b"], ["a|b", "constructor", "a|b"],
  ];
  it.each(rows)("in %j: %s", (before, name, after) => expect(marked(edited(written(before), key(name)))).toBe(after));

  it("never splits a character, loses none but those it deletes, and keeps the caret within the text", () => {
    const text = string({ unit: constantFrom("a", " ", "\n", "記", "e\u0301", "🚀", "👩🏽‍🚀", "\u05d0"), maxLength: 30 });
    const keys = array(constantFrom(...rows.map(([, name]) => name)), { maxLength: 30 });
    assert(property(text, keys, (start, names) => {
      let field = openField(start, true);
      for (const name of names) {
        const after = edited(field, key(name));
        expect(isWhole(after.text)).toBe(true);
        expect(after.caret).toBeGreaterThanOrEqual(0);
        expect(after.caret).toBeLessThanOrEqual(after.text.length);
        expect(isWhole(after.text.slice(0, after.caret))).toBe(true);
        // What is left is what stood, but for one stretch.
        expect(field.text.startsWith(after.text.slice(0, after.caret)) && field.text.endsWith(after.text.slice(after.caret))).toBe(true);
        field = after;
      }
    }));
  });
});

describe("what is typed or pasted", () => {
  const rows: [before: string, typed: string, long: boolean, after: string][] = [
    ["a|b", "x", true, "ax|b"], ["a|b", "1\r\n2\r3\n4", true, "a1\n2\n3\n4|b"], ["a|b", "1 \r\n\n 2", false, "a1 2|b"],
    ["|", "a\u001b[31mb\u0007", true, "a[31mb|"], ["|", "a\tb", true, "a\tb|"], ["|", "a\u202eb\u200d", true, "a\u202eb\u200d|"], ["|", "e\u0301", true, "e\u0301|"],
  ];
  it.each(rows)("stands at the caret of %j: %j", (before, typed, long, after) => expect(marked(inserted(written(before, long), typed))).toBe(after));
});
