import { readFile } from "node:fs/promises";
import { Failure } from "../failure.ts";

/** A file's text as it stands; null where there is none. @throws Failure `notes-unsafe` where it cannot be read */
export async function standingText(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return null;
    throw new Failure("notes-unsafe", `${path} cannot be read.`, { expected: "a plain file that may be read", retry: true, cause });
  }
}
