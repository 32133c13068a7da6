import { unknownActor } from "../../record/actor.ts";
import { isTime } from "../../record/answers.ts";
import { areFindings, namesApart } from "../../record/failing.ts";
import type { ChangeRecord, Metric } from "../../record/schema.ts";
import { countedMetrics, toldVerdict } from "../../record/verdict.ts";
import { count, day, difference, interval, listed, percentChange, shortSha, time, whole } from "../quantity.ts";
import { brief } from "../visible.ts";

import { answersView } from "./answers.ts";
import type { ExpectationView } from "./expected.ts";
import { metricCount, metricWords, valueOf, whyNotMeasured } from "./metric-words.ts";
import { recordLink } from "./record-link.ts";
import { compareOf, referencesOf } from "./references.ts";

const shownMetrics = 3;
const shownNames = 20;
const shownTests = 3;
const shownFailures = 3;
const shownExpectations = 3;

/** What `summary.hbs` is given. */
export function summaryView(record: ChangeRecord, expectations: readonly ExpectationView[]) {
  const { range } = record;
  const ranged = range !== null;
  const verdict = verdictOf(record);
  return {
    shipped: ranged && record.direction === "forward",
    rolledBack: ranged && record.direction === "rollback"
      ? { from: range.from === null ? null : shortSha(range.from), to: shortSha(range.to) }
      : null,
    promoted: ranged && record.promotion !== null ? { id: record.promotion.from, path: recordLink(record.id, record.promotion.from) } : null,
    promotedFromUnknown: ranged && record.direction === "promotion" && record.promotion === null,
    act: !ranged,
    environment: brief(record.environment, 120),
    component: record.component === null ? null : brief(record.component, 120),
    day: day(record.shippedAt),
    time: time(record.shippedAt),
    timeNote: timeNotes[record.shippedAtSource],
    actor: record.actor.name === unknownActor ? null : brief(record.actor.name, 120),
    run: record.actor.ci,
    owner: record.owner === null ? null : brief(record.owner.name, 120),
    ownerGuessed: record.owner?.source === "author" && record.counts.commits > 1,
    remediates: record.remediates === null ? null : { id: record.remediates, path: recordLink(record.id, record.remediates) },
    size: ranged ? sizeOf(record) : null,
    commands: record.commands.length === 0 ? null : count(record.commands.length, "command"),
    failed: failedOf(record),
    references: referencesOf(record),
    approvals: approvedBy(record, "flag"),
    reviews: approvedBy(record, "trailer"),
    artifacts: record.artifacts.slice(0, shownNames).map(({ name, digest }) => ({ name: brief(name, 120), digest: brief(digest, 160) })),
    answers: answersView(record.metrics, verdict.lead),
    verdict: { ...verdict, ...expected(expectations) },
    rollback: rollbackOf(record),
    caveats: record.notes.slice(0, shownNames).map(({ text }) => brief(text, 1000)),
    exceptions: record.exceptions.slice(0, shownNames).map(({ rule, reason }) => ({ rule: brief(rule, 80), reason: brief(reason, 400) })),
  };
}

/** Each expectation, or of many how many are met and which are not. */
function expected(all: readonly ExpectationView[]) {
  if (all.length <= shownExpectations) return { expectations: all, expected: null };
  const unmet = all.filter(({ answer }) => answer !== "met");
  return {
    expectations: [],
    expected: {
      met: `${whole(all.length - unmet.length)} of ${count(all.length, "expectation")} met`,
      unmet: unmet.slice(0, shownNames).map((each, at) => ({ also: at > 0, expected: each.expected, answer: each.answer === "not met" ? null : each.answer })),
      more: unmet.length > shownNames ? whole(unmet.length - shownNames) : null,
    },
  };
}

/** Said where the time is not that of a ship as somebody or something saw it. */
const timeNotes: Readonly<Record<ChangeRecord["shippedAtSource"], string | null>> = {
  flag: null, deploy: null, ci: null, push: null, now: "when it was recorded", commit: "the time of the last commit",
};

/** Captured commands that did not end well: what a reader in trouble looks for first. */
function failedOf({ commands }: ChangeRecord) {
  const failed = commands.filter(({ source, state, exitCode }) => source === "captured" && (state === "killed" || (state === "ended" && exitCode !== 0)));
  if (failed.length === 0) return null;
  return {
    lead: failed.length === 1 ? "A command failed" : `${whole(failed.length)} commands failed`,
    commands: failed.slice(0, shownFailures).map(({ command, state, exitCode, signal }, at) => ({
      also: at > 0,
      command: brief(command, 80),
      ending: exitCode === null ? `${state === "killed" ? "killed" : "ended"}${signal === null ? "" : ` by ${brief(signal, 20)}`}` : `exit ${exitCode}`,
    })),
    more: failed.length > shownFailures ? whole(failed.length - shownFailures) : null,
  };
}

/** Who approved the ship (`flag`), or, where they did not, some of its commits (`trailer`). */
function approvedBy({ approvals }: ChangeRecord, by: "flag" | "trailer"): string | null {
  const ofShip = new Set(approvals.flatMap(({ who, source }) => source === "flag" ? [who] : []));
  const names = approvals.filter(({ who, source }) => source === by && (by === "flag" || !ofShip.has(who))).map(({ who }) => brief(who, 80));
  if (names.length === 0) return null;
  return listed(names.length > shownNames ? [...names.slice(0, shownNames), `${whole(names.length - shownNames)} more`] : names);
}

function sizeOf(record: ChangeRecord) {
  const { counts } = record;
  const taken = record.direction === "rollback";
  return {
    commits: `${count(counts.commits, "commit")}${taken ? " taken away" : ""}`,
    compare: compareOf(record),
    files: count(counts.files, "file"),
    lines: counts.added === null || counts.deleted === null || counts.files === 0
      ? null
      : listed([...(counts.added > 0 ? [`+${whole(counts.added)}`] : []), ...(counts.deleted > 0 ? [`\u2212${whole(counts.deleted)}`] : [])])
        .replace(" and ", " ") || null,
  };
}

function verdictOf(record: ChangeRecord) {
  const compared = countedMetrics(record.metrics).filter(({ comparison }) => comparison !== null);
  const decided = decisive(record, compared);
  const verdicts = compared.map(toldVerdict);
  const untold = verdicts.filter((verdict) => verdict === "unclear" || verdict === "not-enough-data").length;
  const measured = record.verdict !== "not-measured";
  return {
    lead: measured ? leadOf(record, decided) : null,
    metrics: decided.slice(0, shownMetrics).map((metric, at) => ({
      also: at > 0,
      check: brief(metric.check, 80),
      words: brief(metricWords(metric), 120),
      before: valueOf(metric.before, metric.unit),
      after: valueOf(metric.after, metric.unit),
      both: metric.before !== null && metric.after !== null,
      change: changeOf(metric),
      interval: metric.comparison?.interval ? interval(metric.comparison.interval, metric.unit) : null,
      ...newlyOf(metric),
    })),
    more: decided.length > shownMetrics ? count(decided.length - shownMetrics, "other metric") : null,
    nothingRegressed: measured && !verdicts.includes("regressed") && verdicts.some((verdict) => verdict === "improved" || verdict === "changed"),
    untold: measured && untold > 0 && untold < compared.length ? `For ${metricCount(untold)} it cannot be told` : null,
    why: measured ? null : whyNotMeasured(record.metrics),
  };
}

/** The tests, or what linters find, that made it worse. */
function newlyOf(metric: Metric) {
  const names = namesApart(metric.before, metric.after)?.newly ?? [];
  return {
    found: areFindings(metric),
    newly: names.slice(0, shownTests).map((name, at) => ({ name: brief(name, 160), comma: at > 0 })),
    moreNewly: names.length > shownTests ? whole(names.length - shownTests) : null,
  };
}

/** Of a rate in points, as its interval is; null where the value is the same. */
function changeOf({ comparison, unit, before }: Metric): string | null {
  if (comparison === null || comparison.shift === 0) return null;
  const isRate = before !== null && before.events !== null;
  const sampled = before !== null && before.samples.length > 1;
  if (comparison.change !== null && !isRate && (sampled || comparison.shift === null)) return percentChange(comparison.change);
  return comparison.shift === null ? null : difference(comparison.shift, unit);
}

/** The metrics that make the record's verdict what it is. */
function decisive(record: ChangeRecord, compared: readonly Metric[]): Metric[] {
  const having = (verdict: string) => compared.filter((metric) => toldVerdict(metric) === verdict);
  if (record.verdict === "mixed") return [...having("regressed"), ...having("improved")];
  return having(record.verdict);
}

function leadOf(record: ChangeRecord, decided: readonly Metric[]): string {
  const times = decided.length > 0 && decided.every(({ unit, better }) => isTime(unit) && better === "lower");
  const leads: Readonly<Record<ChangeRecord["verdict"], string>> = {
    improved: times ? "Faster" : "Better",
    regressed: times ? "Slower" : "Worse",
    mixed: "Better and worse",
    changed: "Changed",
    gone: "No longer measured",
    unclear: "Cannot be told",
    unchanged: "No change",
    "not-measured": "",
  };
  return leads[record.verdict];
}

function rollbackOf({ rollback }: ChangeRecord) {
  const { rehearsal, applies, strategy, commands } = rollback;
  const left = rollback.hazards.length;
  return {
    none: strategy === "none" || commands.length === 0,
    tried: rehearsal === null ? null : { result: triedWords[rehearsal.status], against: shortSha(rehearsal.against) },
    applies: rehearsal === null && strategy === "revert" ? appliesWords[applies.status] : null,
    left: left === 0 ? null : left === 1 ? "one thing behind" : `${spelled[left] ?? whole(left)} things behind`,
    reverts: strategy === "revert",
  };
}

const triedWords = { clean: "tried, works", conflicts: "tried, conflicts", failed: "tried, fails" } as const;
const appliesWords = { clean: "would apply cleanly", conflicts: "would conflict", unknown: "whether it applies is not known" } as const;
const spelled: Readonly<Record<number, string>> = { 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine" };
