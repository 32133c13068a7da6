import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorCode, Failure } from "../failure.ts";

/**
 * Writes a file whole or not at all; makes its folder where it is missing.
 *
 * @throws Failure `disk-full`, `not-writable`
 */
export function replaceFile(path: string, content: string): void {
  const folder = dirname(path);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw notWritten(path, error);
  }
  const temporary = join(folder, `.${basename(path)}.${process.pid}-${Math.random().toString(36).slice(2)}.tmp`);
  try {
    writeFileSync(temporary, content, { flag: "wx" });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw notWritten(path, error);
  }
}

/** An instant to the second, as names of files begin that are read by their age: `20261124T085500`. */
export function stampOf(instant: string): string {
  return instant.replaceAll(/[-:]/g, "").slice(0, 15);
}

/** The content of a file; null where there is none. @throws Failure `not-readable` */
export function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return null;
    throw notRead(path, error);
  }
}

/** The names in a folder, sorted; none where there is no folder. @throws Failure `not-readable` */
export function listNames(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw notRead(folder, error);
  }
}

function notWritten(path: string, cause: unknown): Failure {
  const code = errorCode(cause);
  const full = code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG";
  return new Failure(full ? "disk-full" : "not-writable", full ? `There is no room to write ${path}.` : `${path} may not be written (${code ?? String(cause)}).`, {
    expected: full ? "room on the disk that holds it" : "a folder that this user may write to",
    retry: true,
    cause,
  });
}

function notRead(path: string, cause: unknown): Failure {
  return new Failure("not-readable", `${path} cannot be read (${errorCode(cause) ?? String(cause)}).`, {
    expected: "a git directory that this user may read",
    retry: true,
    cause,
  });
}

function isMissing(error: unknown): boolean {
  return errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR";
}
