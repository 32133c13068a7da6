import type { Invocation } from "../invocation.ts";
import type { MeasuredMetric } from "../record/schema.ts";
import { count, quantity } from "../render/quantity.ts";
import { brief } from "../render/visible.ts";
import { outOfReach } from "../statistics/comparison.ts";
import { oneLine } from "../terminal.ts";
import { endOf, measureSide, planSide, saySide, type SidePlan, summaryOf, whatAndWhen } from "./before-side.ts";

/** `shipnote before`: runs the checks and keeps the results as the baseline. */
export async function before(invocation: Invocation): Promise<number> {
  const { terminal } = invocation;
  const plan = await planSide(invocation, "before");
  if (invocation.dryRun) {
    saySide(invocation, plan);
    return 0;
  }
  const side = await measureSide(invocation, plan);
  const { results, id } = side;
  if (results.metrics.length > 0) terminal.result([`Before, ${whatAndWhen(results)}:`, ...results.metrics.map((metric) => `  ${oneLine(line(metric))}`)].join("\n"));
  for (const { check, measurement } of results.metrics.filter(isBroken)) {
    const sample = plan.checks[check]?.kind === "http" ? "request" : "run";
    terminal.warn(`shipnote: each of ${count(measurement.count ?? 0, sample)} of ${oneLine(check)} failed: this baseline is broken, and a later failure would look like no change.`);
  }
  const unreachable = unreachableOf(results.metrics, plan);
  for (const remark of remarksOf(unreachable)) terminal.say(`shipnote: ${oneLine(remark)}.`);
  const document = { status: "measured", id, ...summaryOf(results), metrics: results.metrics, outOfReach: unreachable };
  return endOf(invocation, side, document, 0);
}

/** A metric of which no later run can say that it changed, whatever it finds, and why. */
interface Unreachable {
  check: string;
  metric: string;
  stratum: string | null;
  note: string;
}

/** What a report says of one run, the duration of its tests for instance, nobody expects to be tested. */
function unreachableOf(metrics: readonly MeasuredMetric[], { checks, workspace }: SidePlan): Unreachable[] {
  const asked = metrics.filter(({ check, measurement }) => checks[check]?.kind !== "report" || measurement.samples.length > 1);
  return outOfReach(asked, workspace.config.compare).map(({ metric: { check, metric, stratum }, note }) => ({ check, metric, stratum, note }));
}

/** One line for all metrics of a check that have the same note. */
function remarksOf(unreachable: readonly Unreachable[]): string[] {
  const groups = new Map<string, { check: string; note: string; names: string[] }>();
  for (const { check, note, ...which } of unreachable) {
    const key = JSON.stringify([check, note]);
    const group = groups.get(key) ?? { check, note, names: [] };
    groups.set(key, { ...group, names: [...group.names, nameOf(which)] });
  }
  return [...groups.values()].map(({ check, note, names }) => `${check}: no change of ${names.join(", ")} can be told: ${note}`);
}

/** Whether a check never ran to its end. */
function isBroken({ metric, measurement: { events, count: runs } }: MeasuredMetric): boolean {
  return metric === "error-rate" && events !== null && events > 0 && events === runs;
}

function line({ measurement, unit, ...which }: MeasuredMetric): string {
  const { value, events, count: all, samples, details } = measurement;
  const shown = events !== null ? `${events} of ${all ?? 0}` : value === null ? (details.shape === undefined ? "no value" : brief(details.shape, 200)) : quantity(value, unit);
  const reasons = (details.errors ?? []).map(({ reason, count: times }) => (times === 1 ? reason : `${times} × ${reason}`));
  return `${which.check} ${nameOf(which)}: ${shown}${samples.length > 1 ? ` (median of ${samples.length})` : ""}${reasons.length === 0 ? "" : ` (${reasons.join(", ")})`}`;
}

function nameOf({ metric, stratum }: Pick<MeasuredMetric, "metric" | "stratum">): string {
  return `${metric}${stratum === null ? "" : ` (${stratum})`}`;
}
