import { type Yielded, yielded } from "../record/yielded.ts";
import { joinYielded, type ReportFormat, type ReportText } from "./format.ts";
import { type Member, amountAt, countAt, entries, member, members, metricName, misread, numberAt, textAt, wholeReport } from "./members.ts";

/** A metric of k6, wherever the summary keeps its parts. */
interface Metric {
  name: string;
  /** What the numbers are kept in. */
  values: Member;
  /** null in old exports, which do not say. */
  contains: string | null;
  thresholds: Member | null;
}

/** Parts of a request's time that nobody ships to change; they are told where they have a threshold. */
const partsOfRequests = /^http_req_(?:blocked|connecting|tls_handshaking|sending|receiving)(?:\{|$)/;
/** What k6 measures by itself as a time: old exports do not say so. */
const times = /^(?:http_req_|iteration_duration|group_duration|grpc_req_duration|ws_(?:connecting|session_duration|ping)|browser_(?:http_req_duration|web_vital_(?:fcp|fid|inp|lcp|ttfb)))/;
/** How many virtual users there were is a setting, not a result. */
const settings = /^vus(?:_max)?(?:\{|$)/;
const betterRates: ReadonlyMap<string, Yielded["better"]> = new Map([["checks", "higher"], ["http_req_failed", "lower"]]);
const throughputs = ["http_reqs", "iterations"];

/**
 * k6's summary at the end of a test: `handleSummary`'s data as JSON, `--summary-export`, and the structured form of
 * `--new-machine-readable-summary`. Trends are told by `med` and `p(95)`, each one sample of this run; rates by
 * their counts; `failed` names the thresholds that were crossed.
 */
export const k6: ReportFormat = {
  name: "k6",
  recognizes: (text) => /^\s*\{/.test(text) && /"metrics"\s*:\s*[[{]/.test(text) && /"(?:root_group|testRunDurationMs|k6Version|p\(9[05]\))"\s*:/.test(text),
  read: (files) => (files.length === 1 ? files.flatMap(summaryOf) : joinYielded(files.map(summaryOf))),
};

function summaryOf(file: ReportText): Yielded[] {
  const whole = wholeReport(file, "k6");
  const metrics = metricsOf(whole);
  const thresholds = metrics.flatMap(({ name, thresholds }) =>
    thresholds === null ? [] : members(thresholds).map(([rule, met]) => ({ rule: metricName(`${name}: ${rule}`), crossed: isCrossed(met) })));
  const failing = thresholds.filter(({ crossed }) => crossed).map(({ rule }) => rule).sort();
  return [
    ...metrics.flatMap(yieldedBy),
    ...(thresholds.length === 0 ? [] : [
      yielded("failed", "", { value: failing.length, better: "lower", tolerance: { value: 0, percent: false }, ofRuns: "most", details: { failing } }),
    ]),
  ];
}

function metricsOf(whole: Member): Metric[] {
  const results = member(whole, "results");
  if (results === null) return members(member(whole, "metrics") ?? missing(whole)).map(([name, metric]) => metricAt(name, metric));
  const checks = member(results, "checks");
  const list = [
    ...entries(member(results, "metrics") ?? missing(results)),
    ...(checks === null ? [] : entries(member(checks, "metrics") ?? missing(checks))),
  ].map((metric) => metricAt(textAt(member(metric, "name") ?? missing(metric)), metric));
  // Three ways to say what the other forms call `checks`.
  return list.filter(({ name }) => name !== "checks_total" && name !== "checks_failed")
    .map((metric) => (metric.name === "checks_succeeded" ? { ...metric, name: "checks" } : metric));
}

function metricAt(name: string, metric: Member): Metric {
  const contains = member(metric, "contains");
  return {
    name,
    values: member(metric, "values") ?? metric,
    contains: contains === null ? null : textAt(contains),
    thresholds: member(metric, "thresholds"),
  };
}

function missing(of: Member): never {
  throw misread(of, "holds no metrics of k6");
}

/** `handleSummary` says whether a threshold is `ok`; `--summary-export` whether it was crossed. */
function isCrossed(met: Member): boolean {
  if (typeof met.value === "boolean") return met.value;
  const ok = member(met, "ok");
  if (typeof ok?.value !== "boolean") throw misread(met, "does not say whether it was met");
  return !ok.value;
}

function yieldedBy({ name, values, contains, thresholds }: Metric): Yielded[] {
  if (settings.test(name) || (partsOfRequests.test(name) && thresholds === null)) return [];
  const shown = metricName(name);
  const once = (of: string, unit: string, better: Yielded["better"], value: number): Yielded =>
    yielded(of, unit, { better, samples: [value], rounds: [1] });
  const rate = rateAt(values);
  if (rate !== null) return [yielded(shown, "ratio", { better: betterRates.get(name.replace(/\{.*/, "")) ?? "none", rate })];
  const middle = member(values, "med") ?? member(values, "avg");
  if (middle !== null) {
    const timed = contains === null ? times.test(name) : contains === "time";
    const [unit, better] = timed ? ["ms", "lower" as const] : [contains === "data" ? "bytes" : "", "none" as const];
    const tail = member(values, "p(95)");
    return [
      once(`${shown} ${member(values, "med") === null ? "avg" : "med"}`, unit, better, numberAt(middle)),
      ...(tail === null ? [] : [once(`${shown} p(95)`, unit, better, numberAt(tail))]),
    ];
  }
  const total = member(values, "count");
  if (total !== null) {
    const perSecond = throughputs.includes(name) ? member(values, "rate") : null;
    return [
      once(shown, contains === "data" || /^data_(?:sent|received)$/.test(name) ? "bytes" : "", "none", amountAt(total)),
      ...(perSecond === null ? [] : [once(`${shown} rate`, "/s", "higher", amountAt(perSecond))]),
    ];
  }
  const last = member(values, "value");
  return last === null ? [] : [once(shown, "", "none", numberAt(last))];
}

/** How often it was true, of how often it was asked; null where this is no rate. */
function rateAt(values: Member): { events: number; count: number } | null {
  const [met, unmet, total] = [member(values, "passes") ?? member(values, "matches"), member(values, "fails"), member(values, "total")];
  if (met === null || (unmet === null && total === null)) return null;
  const events = countAt(met);
  const count = unmet === null ? (total === null ? 0 : countAt(total)) : events + countAt(unmet);
  if (events > count) throw misread(met, "is more than it is of");
  return { events, count };
}
