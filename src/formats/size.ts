import type { ReportFormat } from "./format.ts";
import { type Yielded, yielded } from "../record/yielded.ts";
import { metricName } from "./members.ts";

/** With more files than this only their total is told. */
const mostFiles = 20;

/**
 * The sizes of files, whatever is in them: `size` is that of all together, and each file's by its path where they
 * are few. What builds put into names to tell one content from another is left out of them (`assets/index-*.js`),
 * so that a changed file is not one that is gone and one that is new.
 */
export const size: ReportFormat = {
  name: "size",
  recognizes: () => false,
  read(files) {
    const byName = new Map<string, number>();
    let total = 0;
    for (const { path, text, bytes } of files) {
      const length = bytes ?? Buffer.byteLength(text);
      const name = metricName(withoutDigest(path));
      byName.set(name, (byName.get(name) ?? 0) + length);
      total += length;
    }
    const sized = (name: string, value: number): Yielded => yielded(name, "bytes", { better: "lower", value });
    return [sized("size", total), ...(files.length < 2 || files.length > mostFiles ? [] : [...byName].map(([name, value]) => sized(name, value)))];
  },
};

/** `assets/index-BxY3kZ9a.js` is `assets/index-*.js`. */
function withoutDigest(path: string): string {
  const slash = path.lastIndexOf("/") + 1;
  const digest = /(?<=[\w-][._-])(?:[0-9a-f]{8,64}|[\w-]{8})(?=\.)/g;
  return path.slice(0, slash) + path.slice(slash).replaceAll(digest, (part) => (isDigest(part) ? "*" : part));
}

/** Words have no digit inside, and one capital letter or all of them. */
function isDigest(part: string): boolean {
  return /\d/.test(part) || (/[a-z]/.test(part) && /[A-Z].*[A-Z]/.test(part));
}
