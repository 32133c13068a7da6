import { Failure } from "../failure.ts";
import { type Yielded, yielded } from "../record/yielded.ts";

/** What was asked. Times in seconds. */
export interface QueryWindow {
  query: string;
  /** Since 1970. */
  end: number;
  /** How far back from `end`; 0 is a query for the present value. */
  seconds: number;
  step: number;
}

/** One series of an answer: its labels, and its points as seconds since 1970 and a finite value. */
interface Series {
  labels: Readonly<Record<string, string>>;
  points: { at: number; value: number }[];
}

/** More series than this are nobody's metrics to read. */
const mostSeries = 100;
/** Longer names are nobody's to read, in UTF-16 units. */
const longestName = 500;

/**
 * The metrics of an answer's `data` (https://prometheus.io/docs/prometheus/latest/querying/api/): `value` for one
 * series; several are named by those of their labels that tell them apart, as in `{code="200", path="/a"}`. Points
 * that are NaN or infinite are left out, for they measure nothing.
 *
 * @throws Failure `check-failed`: no usable point, too many series, or data that is none
 */
export function metricsIn(check: string, data: unknown, window: QueryWindow, traits: Pick<Yielded, "unit" | "better">): Yielded[] {
  const all = seriesIn(check, data);
  const usable = all.filter(({ points }) => points.length > 0);
  if (usable.length === 0) {
    const why = all.length === 0 ? "no series matches" : `${all.length === 1 ? "its series has" : `its ${all.length} series have`} no finite value`;
    throw failed(`The query of ${check} has no usable point: ${why}`, window.seconds === 0 ? "a query with a value now" : "a query with values over the window");
  }
  if (usable.length > mostSeries) {
    throw failed(`The query of ${check} has too many series: ${usable.length}`, `at most ${mostSeries}, each of which becomes a metric; aggregate them, as with sum by (…)`);
  }
  const round = roundsOf(window);
  const names = namesOf(check, usable.map(({ labels }) => labels));
  return usable.map(({ points }, index) => {
    const rounds = points.map(({ at }) => round(at));
    return yielded(names[index] ?? "value", traits.unit, { better: traits.better, samples: points.map(({ value }) => value), rounds });
  }).sort((a, b) => (a.metric < b.metric ? -1 : a.metric > b.metric ? 1 : 0));
}

/**
 * The round of a point in time, from 1. Points near one another rest on the same scrapes, so a round is a block of
 * time at least as long as the step, as all that one point looks back at, and as a tenth of the window; what is left
 * of the window behind the last whole block belongs to that.
 */
function roundsOf({ query, end, seconds, step }: QueryWindow): (at: number) => number {
  const block = Math.max(step, lookBack(query), seconds / 10);
  const rounds = Math.max(1, Math.floor(seconds / block + 1e-9));
  // Times come rounded to milliseconds.
  return (at) => Math.min(rounds, Math.max(1, Math.floor((at - (end - seconds) + 0.001) / block) + 1));
}

const unitSeconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 };

/** How far back a point of the query looks: its longest `[5m]`, and all its subqueries (`[1h:1m]`) on top, in seconds. */
function lookBack(query: string): number {
  const bare = query.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|#[^\n]*/gs, "");
  const selectors = [...bare.matchAll(/\[\s*([\d.]+(?:[a-z]+[\d.]*)*)\s*(:?)[^\]]*\]/g)]
    .map(([, range = "", colon]) => ({ seconds: durationSeconds(range), isSubquery: colon === ":" }));
  const plain = selectors.filter(({ isSubquery }) => !isSubquery).map(({ seconds }) => seconds);
  return Math.max(0, ...plain) + selectors.filter(({ isSubquery }) => isSubquery).reduce((all, { seconds }) => all + seconds, 0);
}

/** `1h30m`, or a plain number of seconds. */
function durationSeconds(text: string): number {
  if (/^[\d.]+$/.test(text)) return Number(text);
  return [...text.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce((all, [, amount, unit = ""]) => all + Number(amount) * (unitSeconds[unit] ?? 0), 0);
}

function seriesIn(check: string, data: unknown): Series[] {
  const { resultType, result } = record(data);
  if (resultType === "scalar") return [{ labels: {}, points: points([result]) }];
  if ((resultType !== "matrix" && resultType !== "vector") || !Array.isArray(result)) {
    throw failed(`The query of ${check} has no numbers for an answer${resultType === "string" ? " but a text" : ""}`, "a query for a matrix, a vector or a scalar");
  }
  return result.map((entry: unknown) => {
    const { metric, values, value } = record(entry);
    const labels = Object.entries(record(metric)).map(([label, text]) => [label, String(text)] as const);
    return { labels: Object.fromEntries(labels), points: points(resultType === "vector" ? [value] : values) };
  });
}

/** `[1700000000.781, "0.25"]`; what is no finite number is left out. */
function points(list: unknown): Series["points"] {
  return (Array.isArray(list) ? list : []).flatMap((entry: unknown) => {
    const [at, text]: unknown[] = Array.isArray(entry) ? entry : [];
    const value = typeof text === "string" && text !== "" ? Number(text) : Number.NaN;
    return typeof at === "number" && Number.isFinite(value) ? [{ at, value }] : [];
  });
}

/** A name for each of several series: the labels in which they differ, with the metric's name where that does, too. */
function namesOf(check: string, all: readonly Readonly<Record<string, string>>[]): string[] {
  const labels = [...new Set(all.flatMap((own) => Object.keys(own)))].filter((label) => new Set(all.map((own) => own[label])).size > 1).sort();
  return all.map((own) => {
    const pairs = labels.filter((label) => label !== "__name__" && Object.hasOwn(own, label)).map((label) => `${label}=${JSON.stringify(own[label])}`);
    const metric = labels.includes("__name__") ? (own["__name__"] ?? "") : "";
    const name = `${metric}${pairs.length === 0 ? "" : `{${pairs.join(", ")}}`}`;
    if (name.length <= longestName) return name === "" ? (all.length === 1 ? "value" : "{}") : name;
    throw failed(`A series of ${check} has labels of ${name.length} characters`, `at most ${longestName}; aggregate by fewer labels, as with sum by (…)`);
  });
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function failed(message: string, expected: string): Failure {
  return new Failure("check-failed", `${message}.`, { expected, retry: true });
}
