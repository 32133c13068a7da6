import type { ChangeRecord, ChecklistItem } from "./schema.ts";

/** The habit's five steps, in the order in which they are taken. */
export const defaultChecklist = [
  "capture the current behaviour",
  "create a safe backup",
  "test the smallest change",
  "watch logs after release",
  "write the final note",
] as const;

/** A checklist item as it stands in the markdown: people's ticks, notes and items of their own. */
export interface StandingItem {
  item: string;
  done: boolean;
  note: string | null;
  /** Whether people added it. */
  added: boolean;
}

/** What the items' evidence is taken from. */
export type ChecklistFacts = Pick<ChangeRecord, "metrics" | "commands" | "watch"> & {
  /** Which parts of the final note are written. */
  written: { why: boolean; expected: boolean; rollback: boolean };
};

type Evidence = (facts: ChecklistFacts) => string | null;

const evidenceOf: Record<(typeof defaultChecklist)[number], Evidence> = {
  "capture the current behaviour": baseline,
  "create a safe backup": (facts) => succeeded(facts, "backup"),
  "test the smallest change": (facts) => succeeded(facts, "verify") ?? testReport(facts),
  "watch logs after release": ({ watch }) =>
    watch === null ? null : `${watch.startedAt.slice(11, 16)} to ${watch.endedAt.slice(11, 16)} UTC`,
  "write the final note": ({ written }) =>
    written.why && written.expected && written.rollback ? "why, expected result and rollback note are there" : null,
};

/**
 * The checklist of a record: each item ticks itself from evidence and names it; ticks that people set or took
 * away stay, their notes and their own items, too.
 *
 * @param items the configured items, else the default ones
 * @param before the checklist as recorded last time
 * @param standing the checklist as it stands in the markdown; null where there is none
 */
export function assembleChecklist(
  items: readonly string[],
  facts: ChecklistFacts,
  before: readonly ChecklistItem[],
  standing: readonly StandingItem[] | null,
): ChecklistItem[] {
  const ours = items.map((item): ChecklistItem => {
    const evidence = isDefault(item) ? evidenceOf[item](facts) : null;
    const stands = standing?.find((candidate) => !candidate.added && candidate.item === item);
    const recorded = before.find((candidate) => candidate.item === item && candidate.by !== "person-item");
    // Where the checklist was taken out of the markdown, what was recorded of it stays.
    const now = standing === null ? recorded : stands;
    const byHand = now !== undefined && (recorded?.by === "hand" || now.done !== (recorded?.done ?? false));
    return {
      item,
      done: byHand ? now.done : evidence !== null,
      evidence,
      note: now?.note ?? null,
      by: byHand ? "hand" : "evidence",
    };
  });
  if (standing === null) return [...ours, ...before.filter(({ by }) => by === "person-item")];
  const people = standing.filter(({ added }) => added).map(({ item, done, note }): ChecklistItem => ({
    item, done, evidence: null, note, by: "person-item",
  }));
  return [...ours, ...people];
}

function isDefault(item: string): item is (typeof defaultChecklist)[number] {
  return Object.hasOwn(evidenceOf, item);
}

function baseline({ metrics }: ChecklistFacts): string | null {
  const measured = metrics.flatMap(({ before }) => (before === null ? [] : [before]));
  if (measured.length === 0) return null;
  const takenAt = measured.flatMap((measurement) => measurement.takenAt ?? []).sort()[0];
  const metric = measured.length === 1 ? "1 metric" : `${measured.length} metrics`;
  return takenAt === undefined ? metric : `${takenAt.slice(11, 16)} UTC, ${metric}`;
}

function succeeded({ commands }: ChecklistFacts, kind: "backup" | "verify"): string | null {
  const found = commands.findLast(
    (command) => command.kind === kind && command.source === "captured" && command.state === "ended" && command.exitCode === 0,
  );
  return found === undefined ? null : `\`${found.command.replaceAll("`", "'")}\`, exit 0`;
}

/** A test report with passes and no failures, measured after the change; where several checks are reports, any of them. */
function testReport({ metrics }: ChecklistFacts): string | null {
  const clean = new Set(metrics.flatMap(({ check, metric, after }) => (metric === "failed" && after?.value === 0 ? [check] : [])));
  const passed = metrics.find(({ check, metric, after }) => metric === "passed" && (after?.value ?? 0) > 0 && clean.has(check));
  return passed === undefined ? null : `\`${passed.check}\`, ${passed.after?.value ?? 0} passed`;
}
