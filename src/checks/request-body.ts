import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, constants } from "node:zlib";
import type { HttpAnswer, HttpFailure } from "./request.ts";

/** How each content coding is taken away (RFC 9110, section 8.4.1); the body may be cut off at the end. */
const decoders: Readonly<Record<string, (first: Buffer) => NodeJS.ReadWriteStream & { destroy: () => void }>> = {
  gzip: () => createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }),
  "x-gzip": () => createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }),
  br: () => createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH }),
  // Meant to be in zlib's wrapping; some servers leave it away. Its first byte says which.
  deflate: ([first = 0]) => ((first & 0x0f) === 8 ? createInflate : createInflateRaw)({ finishFlush: constants.Z_SYNC_FLUSH }),
};
/** More codings than this, one over the other, are nobody's honest answer. */
const mostCodings = 3;

/**
 * The text of an answer's body, as far as it was kept: codings taken away, in the charset that it names, else UTF-8.
 *
 * @param most bytes of it, decoded: what is beyond is never unpacked
 */
export async function bodyText({ headers, body }: HttpAnswer, most: number): Promise<string | HttpFailure> {
  const codings = (headers["content-encoding"] ?? "").split(",").map((coding) => coding.trim().toLowerCase()).filter((coding) => coding !== "" && coding !== "identity");
  const known = codings.map((coding) => (Object.hasOwn(decoders, coding) ? decoders[coding] : undefined));
  if (codings.length > mostCodings || known.includes(undefined)) return { reason: "the body is encoded in a way that cannot be read" };
  let plain = body;
  for (const decoder of known.toReversed()) {
    const decoded = decoder === undefined ? plain : await unpack(decoder(plain), plain, most);
    if (decoded === null) return { reason: "the body is not encoded as its header says" };
    plain = decoded;
  }
  return textIn(plain.subarray(0, most), headers["content-type"] ?? "");
}

async function unpack(decoder: NodeJS.ReadWriteStream & { destroy: () => void }, packed: Buffer, most: number): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    decoder.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes < most) return;
      decoder.destroy();
      resolve(Buffer.concat(chunks).subarray(0, most));
    });
    decoder.on("end", () => resolve(Buffer.concat(chunks)));
    decoder.on("error", () => resolve(null));
    decoder.end(packed);
  });
}

function textIn(bytes: Buffer, contentType: string): string {
  const charset = /;\s*charset\s*=\s*"?([\w.:+-]{1,40})/i.exec(contentType)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    // A charset that nobody knows.
    return new TextDecoder().decode(bytes);
  }
}
