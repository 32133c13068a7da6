import type { ChangeRecord, MeasuredMetric, Measurement, Metric } from "../record/schema.ts";
import type { KeptResults, Results } from "../state/measurements.ts";
import { type Judgement, compareMetric, judgeTogether, toleranceOf } from "../statistics/comparison.ts";

/** As much of a record as the choice needs. */
export type MeasuredRecord = Pick<ChangeRecord, "id" | "recordedAt" | "metrics">;

/** All that the choice of a record's before and after rests on. Times are ISO 8601 in UTC. */
export interface MeasurementSources {
  environment: string;
  component: string | null;
  /** The results in the git directory. */
  kept: readonly KeptResults[];
  /** The line's previous record, never this one. */
  previous: MeasuredRecord | null;
  /** This record as it stands; null where it is new. */
  standing: MeasuredRecord | null;
  shippedAt: string;
  shippedAtSource: ChangeRecord["shippedAtSource"];
  /** The end of the deploy, to the millisecond; null without one. */
  deployEnd: string | null;
  /** The committer date of `to`; null without commits. */
  toCommittedAt: string | null;
  /** When the line's next ship was, where this record is not its newest: what was measured later tells of that one. */
  nextShippedAt: string | null;
  /** The commits that the ship goes on from: what `before --rev` measured of them may be later than the ship. */
  commitsBefore: ReadonlySet<string>;
  /** `--baseline`. */
  baseline: Results | null;
  /** `--results`. */
  results: Results | null;
  /** `--before NAME=FILE` and `--after NAME=FILE`, read. */
  files: { before: readonly MeasuredMetric[]; after: readonly MeasuredMetric[] };
  judgement: Judgement;
}

/** The metrics of a record, and the ids of the kept results that it holds: those go to no other record. */
export interface GatheredMeasurements {
  metrics: Metric[];
  taken: string[];
}

/** One side of a check, whole: what one run of it yielded. */
interface Side {
  metrics: readonly MeasuredMetric[];
  origin: "file" | "results" | "standing" | "carried";
  /** What was measured was laid out for it: when that was says nothing. */
  laidOut: boolean;
  /** Milliseconds since 1970; null where nobody knows. */
  takenAt: number | null;
}

/**
 * Chooses each check's before and after, as the contract has it, and compares them.
 *
 * A check's before is its newest result taken after the previous record was written and, where a deploy says when
 * the ship was, before that, or one of an older commit that was laid out for it; else the previous record's after,
 * marked `carried`. Its after is the newest result
 * later than that record, that before, and the deploy's end (or the commit). Files beat both. What the standing
 * record holds is never dropped, only replaced by something later. What `compare` found is not looked at: see
 * comparisons.ts.
 */
export function gatherMeasurements(sources: MeasurementSources): GatheredMeasurements {
  const { kept, previous, standing, environment, component, nextShippedAt } = sources;
  const open = kept.filter(
    (results) =>
      results.environment === environment && results.component === component &&
      (results.takenBy === null || results.takenBy === standing?.id) &&
      (previous === null || time(results.takenAt) > time(previous.recordedAt)) &&
      (nextShippedAt === null || time(results.takenAt) < time(nextShippedAt)),
  );
  const metrics: Metric[] = [];
  for (const check of checksOf(sources, open)) {
    const before = chooseBefore(check, sources, open);
    metrics.push(...joinSides(check, before, chooseAfter(check, sources, open, before), sources));
  }
  const held = new Set(metrics.flatMap(({ before, after, check }) => [
    ...(before === null || before.carried ? [] : [`before ${before.takenAt} ${check}`]),
    ...(after === null ? [] : [`after ${after.takenAt} ${check}`]),
  ]));
  const taken = open.filter(({ side, metrics }) =>
    metrics.some(({ check, measurement }) => held.has(`${side} ${measurement.takenAt} ${check}`)));
  // What stands was judged when it was written, by what was configured then.
  const stood = new Set(standing?.metrics);
  const judged = metrics.every((metric) => stood.has(metric)) ? metrics : judgeTogether(metrics, sources.judgement);
  return { metrics: judged, taken: taken.map(({ id }) => id) };
}

function chooseBefore(check: string, sources: MeasurementSources, open: readonly KeptResults[]): Side | null {
  const { files, baseline, standing, previous, shippedAt, shippedAtSource, deployEnd, commitsBefore } = sources;
  const named = fileSide(files.before, check) ?? (baseline && resultsSide(baseline, check));
  if (named) return named;
  // Without a deploy that says more, what was measured after the record was written belongs to the next ship.
  const end = shippedAtSource === "deploy" ? (deployEnd ?? shippedAt) : (standing?.recordedAt ?? null);
  const kept = newest(open, "before", check, (at, { laidOut, commit }) =>
    end === null || at < time(end) || (laidOut === true && commit !== null && commitsBefore.has(commit)));
  const stands = standingSide(standing, "before", check);
  if (stands !== null) {
    const after = standingSide(standing, "after", check);
    const later = kept !== null && isLater(kept, stands) && (after === null || kept.laidOut || isLater(after, kept));
    return later ? kept : stands;
  }
  if (kept !== null) return kept;
  return carriedSide(previous, check) ?? standingCarried(standing, check);
}

function chooseAfter(check: string, sources: MeasurementSources, open: readonly KeptResults[], before: Side | null): Side | null {
  const { files, results, standing, deployEnd, toCommittedAt } = sources;
  const named = fileSide(files.after, check) ?? (results && resultsSide(results, check));
  if (named) return named;
  const start = deployEnd ?? toCommittedAt;
  const kept = newest(open, "after", check, (at) =>
    (start === null || at > time(start)) && (before === null || before.laidOut || before.takenAt === null || at > before.takenAt));
  const stands = standingSide(standing, "after", check);
  if (stands === null) return kept;
  return kept !== null && isLater(kept, stands) ? kept : stands;
}

/** The metrics of one check: those of the after in their order, then those that only the before has. */
function joinSides(check: string, before: Side | null, after: Side | null, { standing, judgement }: MeasurementSources): Metric[] {
  const stood = measuredApart(standing).filter((metric) => metric.check === check);
  if (isStanding(before) && isStanding(after)) return stood;
  const keys = new Set([...(after?.metrics ?? []), ...(before?.metrics ?? [])].map(keyOf));
  const source = before?.origin === "file" || after?.origin === "file" ? "file" : "before-after";
  return [...keys].flatMap((key): Metric[] => {
    const one = before?.metrics.find((metric) => keyOf(metric) === key) ?? null;
    const two = after?.metrics.find((metric) => keyOf(metric) === key) ?? null;
    const shape = two ?? one;
    if (shape === null) return [];
    const { metric, stratum, unit, better } = shape;
    return [{
      source, check, metric, stratum, unit, better,
      tolerance: toleranceOf(shape, one?.measurement ?? null, judgement),
      before: one?.measurement ?? null,
      after: two?.measurement ?? null,
      comparison: before === null || after === null ? null : compareMetric(one, two, judgement),
    }];
  });
}

function isStanding(side: Side | null): boolean {
  return side === null || side.origin === "standing";
}

function checksOf({ files, baseline, results, standing, previous }: MeasurementSources, open: readonly KeptResults[]): string[] {
  const names = [
    ...open.flatMap(({ metrics }) => metrics),
    ...files.before, ...files.after,
    ...(baseline?.metrics ?? []), ...(results?.metrics ?? []),
    ...measuredApart(standing),
    ...afterOf(previous),
  ].map(({ check }) => check);
  return [...new Set(names)].sort();
}

function newest(open: readonly KeptResults[], side: Results["side"], check: string, inTime: (at: number, results: Results) => boolean): Side | null {
  let found: Side | null = null;
  for (const results of open) {
    if (results.side !== side || !inTime(time(results.takenAt), results)) continue;
    const candidate = resultsSide(results, check);
    if (candidate !== null && (found === null || isLater(candidate, found))) found = candidate;
  }
  return found;
}

function resultsSide(results: Results, check: string): Side | null {
  const metrics = results.metrics.filter((metric) => metric.check === check);
  return metrics.length === 0 ? null : { metrics, origin: "results", laidOut: results.laidOut === true, takenAt: time(results.takenAt) };
}

function fileSide(files: readonly MeasuredMetric[], check: string): Side | null {
  const metrics = files.filter((metric) => metric.check === check);
  return metrics.length === 0 ? null : { metrics, origin: "file", laidOut: false, takenAt: null };
}

function standingSide(standing: MeasuredRecord | null, side: "before" | "after", check: string): Side | null {
  const metrics = measuredApart(standing).flatMap((metric) =>
    metric.check === check ? measuredSide(metric, metric[side]) : []);
  if (standing === null || metrics.every(({ measurement }) => measurement.carried)) return null;
  // A file does not say when it was measured; then it was, at the latest, when the record was written.
  return { metrics, origin: "standing", laidOut: false, takenAt: timeOf(metrics) ?? time(standing.recordedAt) };
}

function standingCarried(standing: MeasuredRecord | null, check: string): Side | null {
  const metrics = measuredApart(standing).flatMap((metric) =>
    metric.check === check && metric.before?.carried === true ? measuredSide(metric, metric.before) : []);
  return metrics.length === 0 ? null : { metrics, origin: "standing", laidOut: false, takenAt: timeOf(metrics) };
}

function carriedSide(previous: MeasuredRecord | null, check: string): Side | null {
  const metrics = afterOf(previous)
    .filter((metric) => metric.check === check)
    .map((metric) => ({ ...metric, measurement: { ...metric.measurement, carried: true } }));
  return metrics.length === 0 ? null : { metrics, origin: "carried", laidOut: false, takenAt: timeOf(metrics) };
}

function afterOf(record: MeasuredRecord | null): MeasuredMetric[] {
  return measuredApart(record).flatMap((metric) => measuredSide(metric, metric.after));
}

/** A record's metrics but those that `compare` measured. */
function measuredApart(record: MeasuredRecord | null): readonly Metric[] {
  return (record?.metrics ?? []).filter(({ source }) => source !== "compare");
}

function measuredSide(of: Metric, measurement: Measurement | null): MeasuredMetric[] {
  if (measurement === null) return [];
  const { check, metric, stratum, unit, better } = of;
  return [{ check, metric, stratum, unit, better, tolerance: of.tolerance === null ? null : { value: of.tolerance, percent: false }, measurement }];
}

function timeOf(metrics: readonly MeasuredMetric[]): number | null {
  const at = metrics.find(({ measurement }) => measurement.takenAt !== null)?.measurement.takenAt;
  return at === undefined || at === null ? null : time(at);
}

function isLater(one: Side, other: Side): boolean {
  return one.takenAt !== null && (other.takenAt === null || one.takenAt > other.takenAt);
}

function keyOf({ metric, stratum }: MeasuredMetric): string {
  return JSON.stringify([metric, stratum]);
}

/** Instants are compared as numbers: with and without fractions of a second they do not sort as texts. */
function time(instant: string): number {
  return Date.parse(instant);
}
