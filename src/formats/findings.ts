import { type Yielded, yielded } from "../record/yielded.ts";
import { failingDetails, shortName } from "./details.ts";
import type { ReportText } from "./format.ts";

/** How much a tool minds what it found. */
export type Level = "error" | "warning" | "note";

/** What a linter found: how grave it is, which rule says so, and in which file ("" where it does not say). */
export interface Finding { level: Level; rule: string; path: string }

/** More names of findings than this are not kept. */
const mostNames = 1000;

const metricOf = { error: "errors", warning: "warnings", note: "notes" } as const;

/**
 * How many findings there are of each of the levels, told apart exactly. They are named by rule and file, without a
 * line, so that a finding is the same when what is around it moves.
 */
export function findingMetrics(findings: readonly Finding[], levels: readonly Level[]): Yielded[] {
  return levels.map((level) => {
    const found = findings.filter((finding) => finding.level === level);
    const names = found.map(({ rule, path }) => shortName(`${rule} ${path}`.trim()));
    return yielded(metricOf[level], "", {
      value: found.length,
      better: "lower",
      tolerance: { value: 0, percent: false },
      ofRuns: "most",
      details: failingDetails(names, mostNames),
    });
  });
}

/**
 * A path that is the same on every machine and in every work tree: from the report's root where it is inside, else
 * the file's name alone. Linters write where a file lies on the machine that they ran on.
 *
 * @param written a path, or a `file:` URL
 */
export function stablePath(written: string, { root }: ReportText): string {
  const path = slashes(written.startsWith("file:") ? decoded(written.replace(/^file:(?:\/\/[^/]*)?/, "")) : written);
  if (!/^(?:\/|[A-Za-z]:\/)/.test(path)) return path.replace(/^(?:\.\/)+/, "");
  const inside = root === undefined ? "" : `${slashes(root).replace(/\/$/, "")}/`;
  return inside !== "" && path.startsWith(inside) ? path.slice(inside.length) : path.slice(path.lastIndexOf("/") + 1);
}

/** A relative or absolute URI's escapes resolved, where they can be. */
export function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

/** Windows' paths with the other slashes, without the one that a URL puts before the drive. */
function slashes(path: string): string {
  const drive = /^\/?([A-Za-z]:[\\/])/.exec(path);
  return drive === null ? path : path.slice(path.indexOf(drive[1] ?? "")).replaceAll("\\", "/");
}
