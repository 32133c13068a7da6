import { Failure } from "../failure.ts";
import { type Yielded, yielded } from "../record/yielded.ts";
import { joinFiles, type ReportFormat, type ReportText } from "./format.ts";
import { metricName } from "./members.ts";
import { everyMatch } from "./pattern.ts";
import type { MetricSpec } from "./pick.ts";

/** One series of a page. */
interface Series {
  /** `http_requests_total`. */
  name: string;
  /** In the order of the page, values unescaped. */
  labels: readonly (readonly [name: string, value: string])[];
  /** Finite; more than one where the page holds several points in time. */
  values: number[];
}

interface Page {
  path: string;
  /** By {@link written}. */
  series: Map<string, Series>;
  units: Map<string, string>;
}

/** More series than this are chosen from with `metrics:`. */
const mostSeries = 100;
/** A page of more is none that a server is scraped with. */
const mostOfPage = 200_000;

const name = String.raw`[a-zA-Z_:][a-zA-Z0-9_:]*`;
/** A line, part by part. No part can match the same text in two ways. */
const opening = new RegExp(String.raw`(${name})\s*(\{)?`, "y");
const label = new RegExp(String.raw`\s*(${name})\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|(?=\})|$)`, "y");
const closing = /\s*\}/y;
/** A value, perhaps a time, perhaps an example of what was observed. */
const ending = /\s*([+-]?[0-9a-zA-Z.+-]+)(?:[ \t]+-?[0-9][0-9.eE+-]*)?(?:\s+#\s.*)?$/y;
const plain = new RegExp(`^${name}$`);

/** What a name's ending says of its unit, as Prometheus's naming practices have it. */
const endings: readonly (readonly [RegExp, string])[] = [
  [/_milliseconds$/, "ms"], [/_seconds$/, "s"], [/_bytes$/, "bytes"], [/_ratio$/, "ratio"],
];

/**
 * A page of metrics: Prometheus's text format 0.0.4 and OpenMetrics 1.0. Every series is a metric with a plain value,
 * named as the page names it; `metrics:` chooses: a key is a series' name, with labels (`up{job="web"}`) or without,
 * or it has a `pattern` that series' names with labels match. What is no number (NaN, infinite) is left out.
 */
export const openmetrics: ReportFormat = {
  name: "openmetrics",
  recognizes: (text) => new RegExp(`^\\s*# (?:HELP|TYPE|UNIT) ${name}`).test(text) && new RegExp(`^${name}(?:\\{[^\\n]*\\})?\\s+[+-]?[\\dNI.]`, "m").test(text),
  read: (files, metrics) =>
    joinFiles(files, (file) => {
      const page = readPage(file);
      return Object.keys(metrics).length > 0 ? chosen(page, metrics) : everySeries(page);
    }),
};

function readPage({ path, text }: ReportText): Page {
  const page: Page = { path, series: new Map(), units: new Map() };
  const lines = text.split("\n");
  const last = (lines.at(-1) ?? "").trim();
  if (last !== "" && last !== "# EOF") throw invalid(path, `it breaks off in line ${lines.length}`);
  for (const [index, line] of lines.entries()) {
    const bare = line.trim();
    if (bare === "# EOF") break;
    if (bare.startsWith("#")) {
      const [, , family, unit] = bare.startsWith("# UNIT ") ? bare.split(/\s+/) : [];
      if (family !== undefined && unit !== undefined) page.units.set(family, unit);
    } else if (bare !== "") addSample(page, bare, index + 1);
  }
  return page;
}

function addSample({ path, series }: Page, line: string, number: number): void {
  const [whole, name = "", brace] = matchAt(opening, line, 0) ?? [];
  const { labels, end } = brace === undefined ? { labels: [], end: whole?.length ?? 0 } : labelsOf(line, whole?.length ?? 0);
  const behind = brace === undefined ? end : end + (matchAt(closing, line, end)?.[0].length ?? Number.NaN);
  const value = whole === undefined || Number.isNaN(behind) ? null : valueOf(matchAt(ending, line, behind)?.[1] ?? "");
  if (value === null) throw invalid(path, `line ${number} is no sample of a series`);
  const key = written({ name, labels });
  const known = series.get(key) ?? { name, labels, values: [] };
  if (Number.isFinite(value)) known.values.push(value);
  series.set(key, known);
  if (series.size > mostOfPage) throw invalid(path, `it holds more than ${mostOfPage} series`);
}

/** The labels that begin at a place, as far as they go, and where they end. */
function labelsOf(text: string, from: number): { labels: [name: string, value: string][]; end: number } {
  const labels: [string, string][] = [];
  let end = from;
  for (let match = matchAt(label, text, end); match !== null; match = matchAt(label, text, end)) {
    labels.push([match[1] ?? "", (match[2] ?? "").replaceAll(/\\(.)/g, (_, kept: string) => (kept === "n" ? "\n" : kept))]);
    end += match[0].length;
  }
  return { labels, end };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** @returns null for what is no number, NaN and the infinities being some */
function valueOf(text: string): number | null {
  if (/^nan$/i.test(text)) return Number.NaN;
  if (/^[+-]?inf(?:inity)?$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : null;
}

/** A series as the page writes it, on one line. */
function written({ name, labels }: Pick<Series, "name" | "labels">): string {
  if (labels.length === 0) return name;
  const escaped = (value: string): string => value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
  return `${name}{${labels.map(([key, value]) => `${key}="${escaped(value)}"`).join(",")}}`;
}

function everySeries(page: Page): Yielded[] {
  const told = [...page.series].filter(([, { name, values }]) => values.length > 0 && !name.endsWith("_created"));
  if (told.length > 0 && told.length <= mostSeries) return told.map(([key, series]) => asMetric(key, series, page, {}));
  throw new Failure(
    "report-invalid",
    told.length === 0 ? `${page.path} holds no series with a number.` : `${page.path} holds ${told.length} series.`,
    { expected: `at most ${mostSeries} series, or \`metrics:\` in the configuration that choose some by name or pattern`, retry: true },
  );
}

function chosen(page: Page, metrics: Readonly<Record<string, MetricSpec>>): Yielded[] {
  return Object.entries(metrics).flatMap(([key, spec]) => {
    const found = typeof spec.pattern === "string" ? matching(page, spec.pattern, key) : named(page, key);
    const told = found.filter(([, { values }]) => values.length > 0);
    if (told.length > mostSeries) {
      throw new Failure("report-invalid", `${key} names ${told.length} series of ${page.path}.`, { expected: `at most ${mostSeries}`, retry: true });
    }
    const [only] = told;
    // With its labels in the name, unless the key has them: so that one more series beside it does not rename it.
    if (only !== undefined && told.length === 1 && (key.includes("{") || only[1].labels.length === 0)) {
      return [asMetric(key, only[1], page, spec)];
    }
    return told.map(([series, of]) => asMetric(`${key}${series.slice(of.name.length)}`, of, page, spec));
  });
}

/** The series of a name, or the one with just these labels in whatever order. */
function named({ series }: Page, key: string): [string, Series][] {
  if (plain.test(key)) return [...series].filter(([, { name }]) => name === key);
  const [whole = "", name] = matchAt(opening, key, 0) ?? [];
  const wanted = sorted(labelsOf(key, whole.length).labels);
  return [...series].filter(([, of]) => of.name === name && sorted(of.labels) === wanted);
}

function sorted(labels: Series["labels"]): string {
  return JSON.stringify(labels.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function matching({ series, path }: Page, pattern: string, key: string): [string, Series][] {
  // All names at once, for the time that a pattern may take is that for all of them.
  const whole = `^(?=(.*)$)(?=.*?(?:${pattern}))`;
  const matched = new Set(everyMatch(whole, [...series.keys()].join("\n"), { what: `${key} in ${path}`, code: "report-invalid" }));
  return [...series].filter(([written]) => matched.has(written));
}

function asMetric(key: string, { name, values }: Series, { units }: Page, spec: MetricSpec): Yielded {
  const [only] = values;
  const known = { better: spec.better ?? "none", tolerance: spec.tolerance ?? null } as const;
  const unit = spec.unit ?? unitOf(name, units);
  return values.length === 1 && only !== undefined
    ? yielded(metricName(key), unit, { ...known, value: only })
    : yielded(metricName(key), unit, { ...known, samples: values, rounds: values.map(() => 1) });
}

function unitOf(name: string, units: Page["units"]): string {
  if (/_(?:bucket|count)$/.test(name)) return "";
  const family = name.replace(/_(?:total|sum)$/, "");
  const said = units.get(family) ?? units.get(name);
  return said === "seconds" ? "s" : (said ?? endings.find(([ending]) => ending.test(family))?.[1] ?? "");
}

function invalid(path: string, what: string): Failure {
  return new Failure("report-invalid", `${path} is not a readable page of metrics: ${what}.`, {
    expected: "a whole page in Prometheus's text format",
    retry: true,
  });
}
