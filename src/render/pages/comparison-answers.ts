import { type Attempts, type MeasuredAnswers, measuredAnswers } from "../../record/answers.ts";
import type { Metric } from "../../record/schema.ts";
import { toldVerdict } from "../../record/verdict.ts";
import { count, listed, whole } from "../quantity.ts";
import { metricName, valueOf } from "../views/metric-words.ts";
import { errorsOf } from "../views/remarks.ts";
import { brief } from "../visible.ts";

/** More names than this are counted, not listed. */
const mostNames = 5;

/** What a reader asks first, with its answer: a line each. */
export function answerLines(metrics: readonly Metric[]): string[] {
  const { up, slower, jobs, tests, changed } = measuredAnswers(metrics);
  const why = errorsOf(metrics);
  return [
    `Is it up? ${up === null ? "Not measured." : upAnswer(up, why)}`,
    `Is it slower? ${slowerAnswer(slower)}`,
    `Are jobs or tests failing? ${failingAnswer(jobs, tests)}`,
    `Did anything change? ${changedAnswer(changed)}`,
  ];
}

function upAnswer(up: Attempts, why: readonly Reasons[]): string {
  const requests = count(up.of, "request");
  if (up.failed === 0) return `Yes: ${whole(up.of)} of ${requests} answered.`;
  const more = `${reasonsOf(why)}${knownBefore(up)}`;
  return up.failed === up.of ? `No: each of ${requests} failed${more}.` : `Not always: ${whole(up.failed)} of ${requests} failed${more}.`;
}

type Reasons = ReturnType<typeof errorsOf>[number];

/** Of each check whose requests failed, the most frequent reason. */
function reasonsOf(why: readonly Reasons[]): string {
  const reasons = why.filter(({ side, isJob }) => side === "after" && !isJob).flatMap(({ reasons: [first] }) => first?.reason ?? []);
  return reasons.length === 0 ? "" : `, ${few([...new Set(reasons)])}`;
}

function knownBefore({ before }: Attempts): string {
  return before.length === 0 ? "" : `; before as well: ${few(before.map((metric) => `${brief(metric.check, 60)} (${valueOf(metric.before, metric.unit) ?? ""})`))}`;
}

function slowerAnswer(times: MeasuredAnswers["slower"]): string {
  if (times === null) return "Not measured on both sides.";
  const { slower, faster, unclear, same } = times;
  const open = unclear.length === 0 ? "" : ` Nobody can tell yet of ${count(unclear.length, "other time")}.`;
  if (slower.length > 0) return `Yes: ${named(slower)}.${open}`;
  if (faster.length > 0) return `${open === "" ? "No, faster" : "Faster"}: ${named(faster)}.${open}`;
  const [first, ...others] = unclear;
  if (first !== undefined) {
    const more = others.length === 0 ? "" : `, nor of ${count(others.length, "other time")}`;
    return `Nobody can tell yet of ${metricName(first)}${more}: ${brief(first.comparison?.notes[0] ?? "too little was measured", 300)}.`;
  }
  return same.length > 0 ? "No." : "Nothing that could be compared.";
}

function failingAnswer(jobs: Attempts | null, tests: MeasuredAnswers["tests"]): string {
  if (jobs === null && tests === null) return "Not measured.";
  const isFailing = (jobs?.failed ?? 0) + (tests?.failing ?? 0) > 0;
  const said = [...(jobs === null ? [] : [jobsAnswer(jobs)]), ...(tests === null ? [] : [testsAnswer(tests)])];
  return `${isFailing ? "Yes" : "No"}: ${said.join("; ")}.`;
}

function jobsAnswer(jobs: Attempts): string {
  const runs = count(jobs.of, "run");
  if (jobs.failed === 0) return `none of ${runs} failed`;
  return `${jobs.failed === jobs.of ? "each" : whole(jobs.failed)} of ${runs} failed${knownBefore(jobs)}`;
}

function testsAnswer({ failing, newly }: NonNullable<MeasuredAnswers["tests"]>): string {
  if (failing === 0) return "no test fails";
  const many = `${count(failing, "test")} ${failing === 1 ? "fails" : "fail"}`;
  return newly.length === 0 ? `${many}, none newly` : `${many}, newly ${few(newly.map((name) => brief(name, 160)))}`;
}

function changedAnswer(changed: MeasuredAnswers["changed"]): string {
  if (changed === null) return "Nothing was measured on both sides.";
  if (changed.metrics.length > 0) return `Yes: ${named(changed.metrics)}.`;
  if (changed.rates.length > 0) return `Perhaps: ${few(changed.rates.map(rateOf))}; that could be noise.`;
  return changed.unclear ? "Nothing that could be told from noise." : "No.";
}

function named(metrics: readonly Metric[]): string {
  return few(metrics.map((metric) => `${metricName(metric)} ${(toldVerdict(metric) ?? "").replaceAll("-", " ")}`));
}

function rateOf(metric: Metric): string {
  return `${metricName(metric)} from ${valueOf(metric.before, metric.unit) ?? ""} to ${valueOf(metric.after, metric.unit) ?? ""}`;
}

function few(names: readonly string[]): string {
  return names.length <= mostNames ? listed(names) : `${names.slice(0, mostNames).join(", ")} and ${names.length - mostNames} more`;
}
