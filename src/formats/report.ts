import { Failure } from "../failure.ts";
import type { Yielded } from "../record/yielded.ts";
import { cobertura } from "./cobertura.ts";
import { eslint } from "./eslint.ts";
import { joinFiles, type ReportFormat, type ReportText } from "./format.ts";
import { goBench } from "./go-bench.ts";
import { hyperfine } from "./hyperfine.ts";
import { json } from "./json.ts";
import { junit } from "./junit.ts";
import { k6 } from "./k6.ts";
import { lcov } from "./lcov.ts";
import { openmetrics } from "./openmetrics.ts";
import { type MetricSpec, pickMetrics } from "./pick.ts";
import { postgresExplain } from "./postgres-explain.ts";
import { pytestBenchmark } from "./pytest-benchmark.ts";
import { ruff } from "./ruff.ts";
import { sarif } from "./sarif.ts";
import { size } from "./size.ts";
import { tap } from "./tap.ts";
import { text } from "./text.ts";
import { vitestBench } from "./vitest-bench.ts";

/** Larger report files are refused, in bytes. */
export const largestReport = 64 * 1024 * 1024;
/** More metrics than this are no report that somebody could read. */
const mostMetrics = 1000;
/** More samples of one metric than this would fill every record. */
const mostSamples = 100_000;

/** The formats in the order in which they are tried on a report that names none: the strictest first. */
const formats: readonly ReportFormat[] = [
  junit, cobertura, sarif, eslint, ruff, postgresExplain, hyperfine, pytestBenchmark, vitestBench, k6, lcov, tap, openmetrics, goBench,
  size, json, text,
];

/**
 * Reads the report of one run: its format is the named one, else found from the content.
 *
 * Configured metrics choose: those with a JSON Pointer or a pattern are looked for in the text; one with neither is
 * the format's own of that name (a page of metrics has its own way). Without any, the format's own are all taken.
 *
 * @throws Failure `report-invalid`: not readable as that format, empty, or of no format that is known
 */
export function readReport(
  files: readonly ReportText[],
  { format, metrics }: { format: string | null; metrics: Readonly<Record<string, MetricSpec>> },
): Yielded[] {
  const [first] = files;
  if (first === undefined) return [];
  const empty = files.find(({ text, bytes }) => bytes === undefined && text.trim() === "");
  if (empty !== undefined) throw unreadable(`${empty.path} is empty`, "a report, as the tool wrote it");
  const chosen = format === null ? detectFormat(first, metrics) : namedFormat(format);
  const found = Object.keys(metrics).length === 0 || chosen === openmetrics
    ? chosen.read(files, metrics)
    : chooseMetrics(chosen, files, metrics);
  if (found.length > mostMetrics) {
    throw unreadable(`${first.path} holds ${found.length} metrics`, `at most ${mostMetrics}, or \`metrics:\` in the configuration that choose some`);
  }
  const long = found.find(({ samples }) => samples.length > mostSamples);
  if (long !== undefined) throw unreadable(`${first.path} holds ${long.samples.length} samples of ${long.metric}`, `at most ${mostSamples}`);
  return found;
}

/**
 * Whether a report of this format is told by its size alone, so that nobody has to read it.
 *
 * @param format as configured
 */
export function isUnread(format: string | null): boolean {
  return format === size.name;
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

function chooseMetrics(format: ReportFormat, files: readonly ReportText[], metrics: Readonly<Record<string, MetricSpec>>): Yielded[] {
  const looked: Record<string, MetricSpec> = {};
  const named = new Map<string, MetricSpec>();
  for (const [name, spec] of Object.entries(metrics)) {
    if (typeof spec.json === "string" || typeof spec.pattern === "string") looked[name] = spec;
    else named.set(name, spec);
  }
  const own = named.size === 0 ? [] : format.read(files, {});
  const picked = Object.keys(looked).length === 0 ? [] : joinFiles(files, ({ path, text }) => pickMetrics(text, looked, path));
  return [
    ...own.flatMap((metric) => {
      const spec = named.get(metric.metric);
      if (spec === undefined) return [];
      const better = spec.better === undefined || spec.better === "none" ? metric.better : spec.better;
      return [{ ...metric, better, unit: spec.unit ?? metric.unit, tolerance: spec.tolerance ?? metric.tolerance }];
    }),
    ...picked,
  ];
}

function detectFormat(first: ReportText, metrics: Readonly<Record<string, MetricSpec>>): ReportFormat {
  const found = formats.find((format) => format.recognizes(first.text));
  if (found !== undefined) return found;
  // Configured metrics say what to look for, whatever text it is.
  if (Object.keys(metrics).length > 0) return text;
  throw unreadable(`${first.path} is of no report format that is known`, `one of ${known()}`);
}

function namedFormat(name: string): ReportFormat {
  const format = formats.find((each) => each.name === name);
  if (format !== undefined) return format;
  throw unreadable(`This version cannot read the report format ${name}`, `one of ${known()}`);
}

function known(): string {
  return formats.map(({ name }) => name).join(", ");
}

function unreadable(message: string, expected: string): Failure {
  return new Failure("report-invalid", `${message}.`, { expected, retry: true });
}
