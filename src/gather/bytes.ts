import { isUtf8 } from "node:buffer";

/** Bytes as text. */
export interface Readable {
  /** The text; where the bytes were no UTF-8, with each byte that is none, and each `%`, percent-encoded. */
  text: string;
  /** Whether the bytes were UTF-8, so that the text is just what git holds. */
  lossless: boolean;
}

/** Makes text of bytes that should be UTF-8 and need not be: a path, a name, a message. */
export function readable(bytes: Buffer): Readable {
  if (isUtf8(bytes)) return { text: bytes.toString("utf8"), lossless: true };
  let text = "";
  for (let place = 0; place < bytes.length;) {
    const lead = bytes[place] ?? 0;
    const end = place + sequenceLength(lead);
    const sequence = bytes.subarray(place, end);
    if (lead === percent || end > bytes.length || !isUtf8(sequence)) {
      text += `%${lead.toString(16).toUpperCase().padStart(2, "0")}`;
      place += 1;
    } else {
      text += sequence.toString("utf8");
      place = end;
    }
  }
  return { text, lossless: false };
}

/**
 * Splits git's `-z` output at its NULs; what stands behind the last one is left out (git ends each field with one).
 * `lossless` says whether every field was UTF-8.
 */
export function splitNul(bytes: Buffer): { fields: string[]; lossless: boolean } {
  const fields = bytes.toString("utf8").split("\0");
  fields.pop();
  if (isUtf8(bytes)) return { fields, lossless: true };
  // Decoding never swallows a NUL, so fields and bytes go side by side; only those with a replaced byte are read again.
  for (let place = 0, start = 0; place < fields.length; place += 1) {
    const end = bytes.indexOf(0, start);
    if (fields[place]?.includes("\uFFFD")) fields[place] = readable(bytes.subarray(start, end)).text;
    start = end + 1;
  }
  return { fields, lossless: false };
}

/** Compares two texts by their UTF-8 bytes: the order of paths, which git has as well. */
export function compareByBytes(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let place = 0; place < shorter; place += 1) {
    const left = a.charCodeAt(place);
    const right = b.charCodeAt(place);
    if (left !== right) return inByteOrder(left) - inByteOrder(right);
  }
  return a.length - b.length;
}

/** What the reader must know once {@link Readable.lossless} was false anywhere. */
export const namesNotUtf8 = {
  code: "names-not-utf8",
  text: "Some names, paths or messages are not UTF-8; their bytes that are none are shown percent-encoded.",
};

const percent = 0x25;

function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}

/** UTF-16 puts surrogates (astral characters) before U+E000 to U+FFFF, bytes put them behind. */
function inByteOrder(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}
