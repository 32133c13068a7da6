import { createHash } from "node:crypto";
import { array, assert, constantFrom, integer, oneof, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { recordOutput, screenText } from "../src/execute-tail.ts";

const e = "\u001b";

describe("screenText", () => {
  const rows: [name: string, raw: string, shown: string][] = [
    ["plain lines", "a\nb\n", "a\nb"],
    ["line ends of a terminal", "a\r\nb\r\n", "a\nb"],
    ["a progress bar", "10 %\r50 %\r100 %\ndone\n", "100 %\ndone"],
    ["a shorter text over a longer one", "downloading\rdone\n", "doneloading"],
    ["a line erased before it is written anew", `downloading\r${e}[Kdone\n`, "done"],
    ["colours", `${e}[1;31mred${e}[0m ${e}[38;5;12mblue${e}[m`, "red blue"],
    ["a window title and a link", `${e}]0;title\u0007${e}]8;;https://x.example${e}\\text${e}]8;;${e}\\`, "text"],
    ["backspaces", "abc\b\bX", "aXc"],
    ["two bars redrawn from above", `one 1\ntwo 1\n${e}[2Aone 9\ntwo 9\n`, "one 9\ntwo 9"],
    ["a cursor set to a column", `abc${e}[1GX`, "Xbc"],
    ["a cursor moved to the right", `a${e}[3Cb`, "a   b"],
    ["a screen cleared", `old\nlines\n${e}[H${e}[2Jnew`, "new"],
    ["a full-screen program", `before\n${e}[?1049h${e}[5;5Hdrawn${e}[?1049lafter`, "before\nafter"],
    ["bells, NUL and other controls", "a\u0007b\u0000c\u0085d\u007f", "abcd"],
    ["tabs", "a\tb", "a\tb"],
    ["an escape that is cut off", `text${e}[38;5`, "text"],
    ["letters beyond the first plane", "a😀b\rX", "X😀b"],
    ["trailing blanks and empty lines", "a   \n\n\n", "a"],
    ["nothing", "", ""],
  ];
  it.each(rows)("%s", (_name, raw, shown) => {
    expect(screenText(raw)).toBe(shown);
  });

  it("lets no control character through, whatever comes", () => {
    const piece = oneof(string({ unit: "binary" }), constantFrom(`${e}[`, `${e}]`, `${e}P`, "\r", "\b", `${e}[2J`, `${e}[999999999C`, `${e}[999999B`, `${e}[H`, ";", "9", "A", "?1049h"));
    assert(
      property(array(piece, { maxLength: 40 }), (pieces) => {
        expect(screenText(pieces.join("")).replace(/[\n\t]/g, "")).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 3000 },
    );
  });

  it("leaves text without controls and blank ends as it is", () => {
    assert(
      property(array(string({ unit: "grapheme-ascii", minLength: 1 }).filter((line) => !/\s$/.test(line)), { minLength: 1 }), (lines) => {
        expect(screenText(lines.join("\n"))).toBe(lines.join("\n"));
      }),
    );
  });
});

describe("recordOutput", () => {
  it("counts and hashes everything, and remembers the end, however it comes in pieces", () => {
    const text = Array.from({ length: 20_000 }, (_, place) => `line ${place}\n`).join("");
    const bytes = Buffer.from(text);
    assert(
      property(array(integer({ min: 1, max: 150_000 }), { minLength: 1, maxLength: 30 }), (sizes) => {
        const recorder = recordOutput();
        let at = 0;
        for (let turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          recorder.push(bytes.subarray(at, at + Math.max(size, 500)));
          at += Math.max(size, 500);
        }
        const { tail, bytes: counted, sha256 } = recorder.end();
        expect(counted).toBe(bytes.length);
        expect(sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
        expect(text.trimEnd().endsWith(tail)).toBe(true);
        expect(tail.startsWith("line ")).toBe(true);
        expect(Buffer.byteLength(tail)).toBeGreaterThan(64 * 1024 - 20);
      }),
      { numRuns: 100 },
    );
  });

  it("has nothing for nothing", () => {
    expect(recordOutput().end()).toEqual({ tail: "", bytes: 0, sha256: createHash("sha256").digest("hex") });
  });

  it("keeps no rest of a private key whose beginning is gone", () => {
    const recorder = recordOutput();
    recorder.push(Buffer.from(`-----BEGIN RSA PRIVATE KEY-----\n${"MIIEowIBAAKCAQEA\n".repeat(8000)}`));
    recorder.push(Buffer.from("-----END RSA PRIVATE KEY-----\nafter\n"));
    expect(recorder.end().tail).toBe("[masked]\nafter");
  });

  it("shows nothing of what is no text", () => {
    const recorder = recordOutput();
    recorder.push(Buffer.from("\u007fELF\0\0\u0001 words"));
    expect(recorder.end()).toMatchObject({ tail: "", bytes: 13 });
  });

  it("cuts between characters", () => {
    const recorder = recordOutput();
    recorder.push(Buffer.from("é".repeat(50_000)));
    expect(recorder.end().tail).toMatch(/^[é�]*$/);
  });
});
