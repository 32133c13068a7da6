import { Failure } from "../failure.ts";
import type { Yielded } from "../record/yielded.ts";
import { json } from "./json.ts";
import { junit } from "./junit.ts";
import type { MetricSpec } from "./pick.ts";
import type { ReportFormat, ReportText } from "./format.ts";
import { text } from "./text.ts";

/** Larger report files are refused, in bytes. */
export const largestReport = 64 * 1024 * 1024;

/** The formats in the order in which they are tried on a report that names none: the strictest first. */
const formats: Readonly<Record<string, ReportFormat>> = { junit, json, text };

/**
 * Reads the report of one run: its format is the named one, else found from the content.
 *
 * @throws Failure `report-invalid`: not readable as that format, empty, or of no format that is known
 */
export function readReport(
  files: readonly ReportText[],
  { format, metrics }: { format: string | null; metrics: Readonly<Record<string, MetricSpec>> },
): Yielded[] {
  const [first] = files;
  if (first === undefined) return [];
  const empty = files.find((file) => file.text.trim() === "");
  if (empty !== undefined) throw unreadable(`${empty.path} is empty`, "a report, as the tool wrote it");
  return (format === null ? detectFormat(first, metrics) : namedFormat(format)).read(files, metrics);
}

/**
 * A report's bytes as text: UTF-8, or UTF-16 where a byte order mark says so.
 *
 * @throws Failure `report-invalid` where it is larger than {@link largestReport}
 */
export function decodeReport(path: string, bytes: Uint8Array): string {
  refuseLarge(path, bytes.byteLength);
  const [first, second] = bytes;
  const encoding = first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}

/** @throws Failure `report-invalid` where a report of `size` bytes is too large to be read */
export function refuseLarge(path: string, size: number): void {
  if (size <= largestReport) return;
  const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 1024 / 1024)} MiB`;
  throw unreadable(`${path} is too large to be read as a report: ${mebibytes(size)}`, `at most ${mebibytes(largestReport)}`);
}

function detectFormat(first: ReportText, metrics: Readonly<Record<string, MetricSpec>>): ReportFormat {
  const found = Object.values(formats).find((format) => format.recognizes(first.text));
  if (found !== undefined) return found;
  // Configured metrics say what to look for, whatever text it is.
  if (Object.keys(metrics).length > 0) return text;
  throw unreadable(`${first.path} is of no report format that is known`, `one of ${known()}`);
}

function namedFormat(name: string): ReportFormat {
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (format !== undefined) return format;
  throw unreadable(`This version cannot read the report format ${name}`, `one of ${known()}`);
}

function known(): string {
  return Object.keys(formats).join(", ");
}

function unreadable(message: string, expected: string): Failure {
  return new Failure("report-invalid", `${message}.`, { expected, retry: true });
}
