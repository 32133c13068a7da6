import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { Failure } from "../failure.ts";
import { pathMatcher } from "../record/globs.ts";

/** A report file that is there. */
export interface FoundReport {
  /** Relative to the root, with `/`. */
  path: string;
  absolute: string;
  size: number;
  /** Changes whenever the file is written. */
  mark: string;
  /** When it was written, in milliseconds since 1970. */
  writtenAt: number;
}

/** More files than this are no report. */
const mostFiles = 10_000;
/** Folders that hold no report unless the pattern names them. */
const passedOver = [".git", "node_modules"];

/**
 * The files that a path or glob matches, sorted by path.
 *
 * @param root absolute
 * @throws Failure `check-failed` where it leads out of the root, or matches too much
 */
export async function findReports(root: string, pattern: string): Promise<FoundReport[]> {
  const clean = pattern.replace(/^(?:\.\/)+/, "");
  if (isAbsolute(clean) || clean.split("/").includes("..")) throw outside(pattern);
  const literal = /^[^*?[\]{}!\\]+$/.test(clean);
  const paths = literal ? [clean] : await matching(root, clean);
  const realRoot = await realpath(root);
  const found = await Promise.all(paths.map((path) => look(realRoot, root, path, pattern)));
  return found.filter((file) => file !== null);
}

async function matching(root: string, pattern: string): Promise<string[]> {
  const isReport = pathMatcher([pattern]);
  const segments = pattern.split("/");
  const base = segments.slice(0, segments.findIndex((segment) => /[*?[\]{}!\\]/.test(segment))).join("/");
  const found: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    for (const entry of await list(join(root, folder))) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!passedOver.includes(entry.name) || segments.includes(entry.name)) await walk(path);
      } else if (isReport(path)) {
        found.push(path);
        if (found.length > mostFiles) throw failed(`${pattern} matches more than ${mostFiles} files.`, "a narrower pattern");
      }
    }
  };
  await walk(base);
  return found.sort();
}

async function list(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    // A folder that is not there yet holds no report.
    return [];
  }
}

async function look(realRoot: string, root: string, path: string, pattern: string): Promise<FoundReport | null> {
  const absolute = resolve(root, path);
  try {
    const real = await realpath(absolute);
    const inside = relative(realRoot, real);
    if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) throw outside(pattern);
    const file = await stat(real, { bigint: true });
    if (!file.isFile()) return null;
    return { path, absolute: real, size: Number(file.size), mark: `${file.ino} ${file.size} ${file.mtimeNs} ${file.ctimeNs}`, writtenAt: Number(file.mtimeMs) };
  } catch (error) {
    if (error instanceof Failure) throw error;
    return null;
  }
}

function outside(pattern: string): Failure {
  return failed(`The report ${pattern} is outside the repository.`, "a path or glob relative to the repository's root");
}

function failed(message: string, expected: string): Failure {
  return new Failure("check-failed", message, { expected, retry: true });
}
