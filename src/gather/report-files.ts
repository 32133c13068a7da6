import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Config } from "../config.ts";
import { errorCode, Failure } from "../failure.ts";
import type { ReportText } from "../formats/format.ts";
import type { MeasuredMetric } from "../record/schema.ts";
import { asMeasured } from "../record/yielded.ts";

/**
 * Reads `NAME=FILE` pairs (`record --before`, `--after`): reports of checks that need not be configured. A name
 * that comes twice is one check with several files. When and where they were made nobody knows.
 *
 * @param pairs as typed; files are relative to `directory`
 * @throws Failure `usage` for what is no pair, `report-invalid` for what cannot be read
 */
export async function readReportFiles(
  pairs: readonly string[],
  { directory, configured }: { directory: string; configured: Config["checks"] },
): Promise<MeasuredMetric[]> {
  const byCheck = new Map<string, string[]>();
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    const [name, file] = [pair.slice(0, at).trim(), pair.slice(at + 1)];
    if (at < 1 || name === "" || file === "") {
      throw new Failure("usage", `'${pair}' does not say which check and which file.`, { expected: "NAME=FILE", retry: true });
    }
    byCheck.set(name, [...(byCheck.get(name) ?? []), file]);
  }
  if (byCheck.size === 0) return [];
  // Only when there is a file to read: an XML parser takes longer to load than git to answer.
  const formats = await import("../formats/report.ts");
  const read = await Promise.all(
    [...byCheck].map(async ([check, paths]) => {
      const known = Object.hasOwn(configured, check) ? configured[check] : undefined;
      const format = known?.kind === "report" ? known.format : null;
      const files = await Promise.all(paths.map((path) => readReportFile(path, directory, format, formats)));
      const metrics = known?.kind === "report" || known?.kind === "command" ? known.metrics : {};
      return formats.readReport(files, { format, metrics }).map((metric) =>
        asMeasured(check, { ...metric, tolerance: metric.tolerance ?? known?.tolerance ?? null }, {
          takenAt: null, commit: null, machine: null, checkDigest: null,
        }));
    }),
  );
  return read.flat();
}

async function readReportFile(
  path: string,
  directory: string,
  format: string | null,
  { decodeReport, isUnread, refuseLarge }: typeof import("../formats/report.ts"),
): Promise<ReportText> {
  const absolute = resolve(directory, path);
  try {
    const file = await stat(absolute);
    if (isUnread(format) && file.isFile()) return { path, text: "", bytes: file.size };
    refuseLarge(path, file.size);
    const bytes = file.isFile() ? await readFile(absolute) : await readStream(absolute, (size) => refuseLarge(path, size));
    return { path, root: directory, text: decodeReport(path, bytes) };
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure("report-invalid", `${path} ${unreadable[errorCode(cause) ?? ""] ?? "cannot be read"}.`, {
      expected: "a report file, as the tool wrote it",
      retry: true,
      cause,
    });
  }
}

const unreadable: Readonly<Record<string, string>> = { ENOENT: "is not there", EISDIR: "is a folder" };

/** What a pipe or a device gives, which does not say how much that is. @param sofar is told how much it is by now, and may throw */
async function readStream(path: string, sofar: (size: number) => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    sofar(size);
  }
  return Buffer.concat(chunks);
}
