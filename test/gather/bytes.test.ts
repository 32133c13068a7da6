import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareByBytes, readable, splitNul } from "../../src/gather/bytes.ts";

describe("readable", () => {
  const rows: [name: string, bytes: number[] | string, text: string, lossless: boolean][] = [
    ["ASCII", "a b.txt", "a b.txt", true],
    ["UTF-8, and a percent sign that stays", "é 100%", "é 100%", true],
    ["nothing", "", "", true],
    ["one Latin-1 byte", [0x63, 0xe9, 0x2e], "c%E9.", false],
    ["a percent sign beside a bad byte", [0x25, 0xff], "%25%FF", false],
    ["good letters beside a bad byte", [0xc3, 0xa9, 0x80], "é%80", false],
    ["a sequence that is cut off", [0x61, 0xe2, 0x82], "a%E2%82", false],
    ["a lone surrogate", [0xed, 0xa0, 0x80], "%ED%A0%80", false],
    ["an overlong slash", [0xc0, 0xaf], "%C0%AF", false],
    ["an astral letter beside a bad byte", [0xf0, 0x9f, 0x98, 0x80, 0xfe], "😀%FE", false],
    ["beyond Unicode", [0xf5, 0x80, 0x80, 0x80], "%F5%80%80%80", false],
  ];
  it.each(rows)("%s", (_, bytes, text, lossless) => {
    expect(readable(Buffer.from(bytes as string))).toEqual({ text, lossless });
  });

  it("loses no byte: decoding the percent signs gives the bytes back", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const { text, lossless } = readable(Buffer.from(bytes));
      const back = lossless
        ? Buffer.from(text)
        : Buffer.concat(text.split(/(%[0-9A-F]{2})/).map((part) =>
          /^%[0-9A-F]{2}$/.test(part) ? Buffer.from(part.slice(1), "hex") : Buffer.from(part)));
      expect(back.equals(bytes)).toBe(true);
    }), { numRuns: 2000 });
  });
});

describe("splitNul", () => {
  it("reads each field by itself, whatever the others hold", () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ min: 1, maxLength: 12 })), (parts) => {
      const bytes = Buffer.concat(parts.flatMap((part) => [part, Buffer.of(0)]));
      const alone = parts.map((part) => readable(Buffer.from(part)));
      expect(splitNul(bytes)).toEqual({
        fields: alone.map(({ text }) => text),
        lossless: alone.every(({ lossless }) => lossless),
      });
    }), { numRuns: 1000 });
  });

  it("tells a real replacement character from a replaced byte", () => {
    expect(splitNul(Buffer.from("\uFFFD\0a\0"))).toEqual({ fields: ["\uFFFD", "a"], lossless: true });
    expect(splitNul(Buffer.concat([Buffer.from("\uFFFD%\0"), Buffer.of(0xff, 0)])))
      .toEqual({ fields: ["\uFFFD%", "%FF"], lossless: false });
  });
});

describe("compareByBytes", () => {
  it("orders as the UTF-8 bytes do", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 4 });
    fc.assert(fc.property(text, text, (a, b) => {
      expect(Math.sign(compareByBytes(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }), { numRuns: 2000 });
    expect(["\u{1F600}", "\uFF5E", "b", "a/b", "a.b"].sort(compareByBytes)).toEqual(["a.b", "a/b", "b", "\uFF5E", "\u{1F600}"]);
  });
});
