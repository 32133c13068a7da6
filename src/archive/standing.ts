import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { errorCode, Failure } from "../failure.ts";
import { notReadable } from "./unreadable.ts";

/** A page's text as it stands; null where there is none. @throws Failure `not-readable`, `record-invalid` where it is not UTF-8 */
export async function standingText(path: string): Promise<string | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw notReadable(path, error);
  }
  if (isUtf8(bytes)) return bytes.toString("utf8");
  throw new Failure("record-invalid", `${path} is not UTF-8.`, { expected: "a page whose every byte can be kept", retry: true });
}
