import { assembleChecklist, type StandingItem } from "./checklist.ts";
import type { ChangeRecord, ChecklistItem, Command, Metric } from "./schema.ts";
import { overallVerdict } from "./verdict.ts";

/** As much of a record as tells whether two are of one ship. */
export type ShipMark = Pick<ChangeRecord, "environment" | "component" | "direction" | "title" | "shippedAt" | "recordedAt"> & {
  range: Pick<NonNullable<ChangeRecord["range"]>, "from" | "to"> | null;
  /** Whether CI wrote it. */
  byCi: boolean;
};

/** @returns what tells a record's ship */
export function shipMark({ environment, component, direction, title, shippedAt, recordedAt, range, actor }: ChangeRecord): ShipMark {
  return {
    environment, component, direction, title, shippedAt, recordedAt,
    range: range === null ? null : { from: range.from, to: range.to },
    byCi: actor.ci !== null,
  };
}

/**
 * Whether two records are of one ship: the same line and end, and the same beginning or two different writers, of whom
 * each took it for another; without commits the same line, title and day. A ship that came back after a rollback is
 * another one: see {@link doubledShips}.
 */
export function isSameShip(one: ShipMark, other: ShipMark): boolean {
  if (one.environment !== other.environment || one.component !== other.component || one.direction !== other.direction) return false;
  if (one.range === null || other.range === null) {
    return one.range === other.range && one.title === other.title && one.shippedAt.slice(0, 10) === other.shippedAt.slice(0, 10);
  }
  return one.range.to === other.range.to && (one.range.from === other.range.from || one.byCi !== other.byCi);
}

/**
 * The ships that are recorded more than once, each with its records, the one that was written first at the front.
 *
 * @param records in any order
 */
export function doubledShips<T extends ShipMark>(records: readonly T[]): T[][] {
  const sorted = [...records].sort((a, b) => compare(a.shippedAt, b.shippedAt) || compare(a.recordedAt, b.recordedAt));
  const groups: T[][] = [];
  // What a later ship of the line may still be the same as, by where it ends.
  const open = new Map<string, { isBack: boolean; ships: Map<string, T[][]> }>();
  for (const record of sorted) {
    const line = JSON.stringify([record.environment, record.component]);
    const isBack = record.direction === "rollback";
    const known = open.get(line);
    // A rollback takes ships away, and a ship ends the rollback before it: the same again is another.
    const ships: Map<string, T[][]> = known?.isBack === isBack ? known.ships : new Map();
    open.set(line, { isBack, ships });
    const end = record.range?.to ?? record.title;
    const waiting = ships.get(end) ?? [];
    const group = waiting.find(([first]) => first !== undefined && isSameShip(first, record));
    if (group !== undefined) {
      group.push(record);
      continue;
    }
    const begun = [record];
    groups.push(begun);
    ships.set(end, [...waiting, begun]);
  }
  return groups.filter(({ length }) => length > 1).map((group) => group.sort((a, b) => compare(a.recordedAt, b.recordedAt)));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** What the joined record takes from the two texts, and from their samples. */
export interface JoinedAnswers {
  metrics: Metric[];
  /** Which parts of the final note stand in the joined text. */
  written: { why: boolean; expected: boolean; rollback: boolean };
  /** Both checklists as they stand; null where there is none. */
  checklists: readonly [first: readonly StandingItem[] | null, second: readonly StandingItem[] | null];
}

/**
 * Two records of one ship as one, as if the second had been written to bring the first up to date: id, range and facts
 * from git are the first's, commands and what people said are added, and nothing is dropped.
 */
export function joinRecords(first: ChangeRecord, second: ChangeRecord, { metrics, written, checklists }: JoinedAnswers): ChangeRecord {
  const commands = joinCommands(first.commands, second.commands);
  const watch = first.watch ?? second.watch;
  const moves = isSeen(second) && !isSeen(first);
  const checklist = joinChecklists(upToDate(first, checklists[0]), upToDate(second, checklists[1]));
  const items = checklist.filter(({ by }) => by !== "person-item").map(({ item }) => item);
  return {
    ...second,
    ...first,
    remediates: first.remediates ?? second.remediates,
    promotion: first.promotion ?? second.promotion,
    shippedAt: moves ? second.shippedAt : first.shippedAt,
    shippedAtSource: moves ? second.shippedAtSource : first.shippedAtSource,
    repository: first.repository ?? second.repository,
    owner: first.owner === null || (second.owner?.source === "flag" && first.owner.source !== "flag") ? second.owner : first.owner,
    approvals: distinct([...first.approvals, ...second.approvals]),
    artifacts: distinct([...first.artifacts, ...second.artifacts]),
    commands,
    metrics,
    verdict: overallVerdict(metrics),
    watch,
    rollback: {
      ...first.rollback,
      ...(first.rollback.commands.length === 0 ? { strategy: second.rollback.strategy, commands: second.rollback.commands } : {}),
      rehearsal: first.rollback.rehearsal ?? second.rollback.rehearsal,
    },
    checklist: assembleChecklist(items, { metrics, commands, watch, written }, checklist, null),
    exceptions: distinct([...first.exceptions, ...second.exceptions]),
  };
}

/** Whether somebody said, or a deploy showed, when the ship was. */
function isSeen({ shippedAtSource }: ChangeRecord): boolean {
  return shippedAtSource === "flag" || shippedAtSource === "deploy";
}

/** By id; what has ended counts for more than what was still running. By start, then id, as records have them. */
function joinCommands(first: readonly Command[], second: readonly Command[]): Command[] {
  const joined = new Map(first.map((command) => [command.id, command]));
  for (const command of second) {
    if ((joined.get(command.id)?.state ?? "running") === "running") joined.set(command.id, command);
  }
  const start = ({ startedAt }: Command): number => (startedAt === null ? Number.MAX_SAFE_INTEGER : Date.parse(startedAt));
  return [...joined.values()].sort((a, b) => start(a) - start(b) || compare(a.id, b.id));
}

/** A record's checklist with what people did to it in the text. */
function upToDate(record: ChangeRecord, standing: readonly StandingItem[] | null): ChecklistItem[] {
  if (standing === null) return record.checklist;
  const ours = record.checklist.filter(({ by }) => by !== "person-item").map((item): ChecklistItem => {
    const stands = standing.find((candidate) => !candidate.added && candidate.item === item.item);
    if (stands === undefined) return item;
    return { ...item, note: stands.note, done: stands.done, by: stands.done === item.done ? item.by : "hand" };
  });
  const people = standing.filter(({ added }) => added).map(({ item, done, note }): ChecklistItem => ({ item, done, note, evidence: null, by: "person-item" }));
  return [...ours, ...people];
}

function joinChecklists(first: readonly ChecklistItem[], second: readonly ChecklistItem[]): ChecklistItem[] {
  const isTheirs = ({ by }: ChecklistItem): boolean => by === "person-item";
  const same = (item: ChecklistItem) => (other: ChecklistItem): boolean => other.item === item.item && isTheirs(other) === isTheirs(item);
  const joined = first.map((item): ChecklistItem => {
    const other = second.find(same(item));
    if (other === undefined) return item;
    const hand = [item, other].find(({ by }) => by === "hand");
    return { ...item, done: hand === undefined ? item.done || other.done : hand.done, by: hand?.by ?? item.by, note: joinNotes(item.note, other.note) };
  });
  return [...joined, ...second.filter((item) => !first.some(same(item)))];
}

function joinNotes(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one.includes(other) ? one : `${one}; ${other}`;
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
