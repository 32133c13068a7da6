import { describeMachine } from "../checks/machine.ts";
import { type Measured, measure } from "../checks/measure.ts";
import { followPace, paceText } from "../checks/pace.ts";
import { monotonicMs } from "../execute-clock.ts";
import { runConfigured } from "../execute-configured.ts";
import { Failure } from "../failure.ts";
import { maskStrings } from "../gather/masking.ts";
import type { Invocation } from "../invocation.ts";
import type { MeasuredMetric, Metric } from "../record/schema.ts";
import { number, quantity } from "../render/quantity.ts";
import { compareMetric, type Judgement, judgeTogether, toleranceOf } from "../statistics/comparison.ts";
import { type SmallestChange, smallestChange } from "../statistics/noise.ts";
import { oneLine } from "../terminal.ts";
import { secretRules } from "../workspace.ts";
import { untilSignalled } from "./before-side.ts";
import type { Found, SetUp } from "./doctor-finding.ts";

/** What two runs of one check on the same code say of its noise. */
export interface CheckNoise {
  check: string;
  metric: string;
  stratum: string | null;
  /** The smallest change that it can see, as a share of the value; null where there is no number for it. */
  smallest: number | null;
  /** The same in words. */
  text: string;
}

/** A smaller change than this nobody asks a check for. */
const askedFor = 0.05;

/** They say why a duration is what it is; nobody asks them for more. */
const explaining = ["user-time", "system-time"];

/** Runs every check twice and holds the two runs of the same code against one another. Nothing is kept. */
export async function examineChecks({ terminal }: Invocation, setUp: SetUp): Promise<{ findings: Found[]; noise: CheckNoise[]; steady: string[] }> {
  const { repository, config } = setUp.workspace;
  const { checks, compare } = config;
  if (Object.keys(checks).length === 0) return { findings: [], noise: [], steady: [] };
  if (repository.workTree === null) throw new Failure("no-work-tree", "The checks need a work tree to run in, and this repository has none.", { expected: "a repository with a work tree", retry: true });
  const text = `Measuring ${Object.keys(checks).join(", ")} twice`;
  const run = async (time: string): Promise<Measured> => terminal.progress(`${text}, the ${time} time`, async (show) => {
    const pace = followPace();
    return untilSignalled(async (signal) => measure(checks, {
      surroundings: () => ({ directory: repository.directory, run: runConfigured, signal }),
      takenAt: new Date().toISOString(), commit: repository.head, machine: describeMachine(""), signal,
      progress: (step) => show(`${text}, the ${time} time: ${paceText(pace(step, monotonicMs()))}`),
    }));
  });
  const first = await run("first");
  const second = first.interrupted ? first : await run("second");
  if (second.interrupted) throw new Failure("interrupted", "Interrupted: the checks were not measured twice.", { expected: "time to measure all rounds twice", retry: true });
  const metrics = compared(first.metrics, second.metrics, compare);
  const unreachable = [...unreachableOf([...first.problems, ...second.problems]), ...brokenOf(second.metrics)];
  const broken = new Set(brokenOf(second.metrics).map(({ check }) => check));
  const measured = metrics.filter(({ check }) => !broken.has(check));
  const alpha = compare.alpha / Math.max(1, metrics.length);
  const noise = measured.flatMap((metric): CheckNoise[] => noiseOf(metric, alpha));
  const steady = steadyOf(measured, alpha);
  const findings = await maskStrings([...new Map(unreachable.map(({ finding }) => [finding.message, finding])).values(), ...measured.flatMap((metric) => unsteadyOf(metric, noise))], secretRules(setUp.workspace));
  return { findings, ...(await maskStrings({ noise, steady }, secretRules(setUp.workspace))) };
}

function compared(first: readonly MeasuredMetric[], second: readonly MeasuredMetric[], judgement: Judgement): Metric[] {
  const pairs = first.flatMap((before): Metric[] => {
    const after = second.find(({ check, metric, stratum }) => check === before.check && metric === before.metric && stratum === before.stratum);
    if (after === undefined) return [];
    const { check, metric, stratum, unit, better } = before;
    return [{
      source: "before-after", check, metric, stratum, unit, better, tolerance: toleranceOf(before, before.measurement, judgement),
      before: before.measurement, after: after.measurement, comparison: compareMetric(before, after, judgement),
    }];
  });
  return judgeTogether(pairs, judgement);
}

/** Checks that could not be run at all. */
function unreachableOf(problems: readonly Failure[]): { check: string | null; finding: Found }[] {
  return problems.map(({ message, expected }) => ({
    check: null,
    finding: { code: "check-unreachable", level: "problem", message: oneLine(message), mend: oneLine(`see to ${expected.replace(/\.$/, "")}, then: shipnote doctor --checks`) },
  }));
}

/** Checks of which no run came to its end. */
function brokenOf(metrics: readonly MeasuredMetric[]): { check: string; finding: Found }[] {
  return metrics.filter(({ metric, measurement: { events, count } }) => metric === "error-rate" && events !== null && events > 0 && events === count)
    .map(({ check, measurement: { count, details } }) => {
      const reasons = (details.errors ?? []).map(({ reason }) => reason).join(", ");
      return {
        check,
        finding: {
          code: "check-unreachable", level: "problem" as const,
          message: oneLine(`${check}: each of ${count ?? 0} runs failed${reasons === "" ? "" : `: ${reasons}`}.`),
          mend: oneLine(`start what it asks, or correct checks.${check} in the configuration, then: shipnote before --only ${check}`),
        },
      };
    });
}

/** What of a metric varies by itself: samples, but for what a report says of one run. */
function noiseOf(metric: Metric, alpha: number): CheckNoise[] {
  const { check, before, after, comparison, stratum } = metric;
  if (before === null || after === null || before.samples.length < 2 || comparison === null) return [];
  const smallest = smallestOf(metric, alpha);
  if (smallest?.size === 0) return [];
  const note = comparison.notes[0];
  const text = smallest === null
    ? `cannot see any change${note === undefined ? "" : `: ${note}`}`
    : `cannot see changes under ${smallest.share === null ? quantity(smallest.size, metric.unit) : `${percent(smallest.share)} %`}`;
  return [{ check, metric: metric.metric, stratum, smallest: smallest?.share ?? null, text: oneLine(`${nameOf(metric)}: ${text}`) }];
}

function smallestOf({ before, after, tolerance }: Metric, alpha: number): SmallestChange | null {
  return before === null || after === null ? null : smallestChange(before, after, { alpha, tolerance: tolerance ?? 0 });
}

/** What came out the same, counted, read once or in each sample, a line a check: no noise hides a change of it. */
function steadyOf(metrics: readonly Metric[], alpha: number): string[] {
  const same = metrics.filter((metric) => {
    const { before, after, comparison } = metric;
    if (before === null || before.value === null || before.value !== after?.value) return false;
    return before.samples.length === 0 ? comparison?.verdict === "unchanged" : smallestOf(metric, alpha)?.size === 0;
  });
  const checks = [...new Set(same.map(({ check }) => check))];
  return checks.map((check) => {
    const names = same.filter((metric) => metric.check === check).map((metric) => nameOf(metric).slice(check.length + 1));
    return oneLine(`${check}: ${names.join(", ")} ${names.length === 1 ? "was" : "were"} the same both times`);
  });
}

function nameOf({ check, metric, stratum }: Metric): string {
  return `${check} ${metric}${stratum === null ? "" : ` (${stratum})`}`;
}

/** Two significant digits, rounded up. */
function percent(share: number): string {
  const size = share * 100;
  const step = 10 ** Math.max(-2, Math.floor(Math.log10(size)) - 1);
  return number(Math.ceil(size / step - 1e-9) * step);
}

/** Metrics that are too noisy for what people ask of them, or that differ though nothing has changed. */
function unsteadyOf(metric: Metric, noise: readonly CheckNoise[]): Found[] {
  const { check, comparison } = metric;
  const known = noise.find((one) => one.check === check && one.metric === metric.metric && one.stratum === metric.stratum);
  if (comparison === null) return [];
  if (explaining.includes(metric.metric)) return [];
  if (["improved", "regressed", "changed", "gone", "new"].includes(comparison.verdict)) {
    return [{
      code: "check-unsteady", level: "advice", message: oneLine(`${nameOf(metric)}: two runs of the same code are told apart (${comparison.verdict}).`),
      mend: oneLine(`trust \`shipnote compare --only ${check}\`, which measures both versions in turn, or give checks.${check} a \`tolerance\``),
    }];
  }
  const isSeen = known?.smallest !== null && (known?.smallest ?? 0) <= askedFor;
  if (known === undefined || isSeen || metric.before?.value === 0) return [];
  const note = comparison.notes.find((words) => /rounds|would/.test(words));
  return [{
    code: "check-noisy", level: "advice", message: `${known.text}.`,
    mend: oneLine(`more \`rounds\` under checks.${check}${note === undefined ? "" : ` (${note})`}; \`shipnote compare --only ${check}\` sees more`),
  }];
}
