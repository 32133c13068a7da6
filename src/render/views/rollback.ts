import type { ChangeRecord, Hazard, RollbackPlan } from "../../record/schema.ts";
import { count, day, duration, shortSha, whole } from "../quantity.ts";
import { brief, plainLines } from "../visible.ts";

const shownHazards = 40;
const shownConflicts = 20;
const shownCommands = 10;
const pathLength = 240;
/** Beyond this the commands are no longer read; `shipnote rollback ID` prints them whole. */
const commandsLength = 20_000;

/** What `rollback.hbs` is given. */
export function rollbackView(record: ChangeRecord) {
  const { strategy, commands, hazards, applies, rehearsal } = record.rollback;
  const script = commands.map((command) => plainLines(command).trim()).join("\n");
  const planned = commands.length > 0;
  const reverts = strategy === "revert";
  const rows = inRows(hazards);
  const unseen = rows.slice(shownHazards).reduce((sum, row) => sum + row.length, 0);
  return {
    show: `shipnote rollback ${record.id}`,
    none: !planned,
    act: record.range === null,
    again: record.direction === "rollback" && planned && reverts,
    strategy: strategyWords[strategy],
    hazards: rows.slice(0, shownHazards).map(hazardRow),
    moreHazards: unseen > 0 ? count(unseen, "more hazard") : null,
    noHazards: hazards.length === 0 && record.range !== null,
    reverts,
    script: planned && script.length <= commandsLength ? script : null,
    tooLong: script.length > commandsLength,
    applies: rehearsal === null && planned && reverts ? appliesOf(applies) : null,
    tried: rehearsal === null ? null : triedOf(rehearsal),
  };
}

/** More than this many hazards that say the same share a row. */
const apart = 3;
const shownPaths = 8;

const keyOf = ({ kind, why }: Hazard): string => `${kind}\n${why}`;

/** Hazards, those of one kind that say the same together where they are many; a row stands where its first would. */
function inRows(hazards: readonly Hazard[]): Hazard[][] {
  const alike = new Map<string, Hazard[]>();
  for (const hazard of hazards) {
    const known = alike.get(keyOf(hazard));
    if (known === undefined) alike.set(keyOf(hazard), [hazard]);
    else known.push(hazard);
  }
  return hazards.flatMap((hazard) => {
    const row = alike.get(keyOf(hazard)) ?? [hazard];
    return row.length <= apart ? [[hazard]] : row[0] === hazard ? [row] : [];
  });
}

function hazardRow(row: readonly Hazard[]) {
  const shown = row.slice(0, shownPaths);
  return {
    paths: shown.filter(({ path }) => path !== "").map(({ path }, at) => ({ path: brief(path, pathLength), comma: at > 0 })),
    more: row.length > shown.length ? `${whole(row.length - shown.length)} more` : null,
    kind: brief(row[0]?.kind ?? "", 80),
    why: brief(row[0]?.why ?? "", 400),
  };
}

const strategyWords: Readonly<Record<RollbackPlan["strategy"], string | null>> = {
  revert: null,
  redeploy: "By deploying the version before again:",
  flag: "By switching the flag back:",
  restore: "By restoring what was saved:",
  none: null,
};

function appliesOf({ status, against, conflicts }: RollbackPlan["applies"]) {
  return {
    clean: status === "clean",
    conflicts: status === "conflicts",
    unknown: status === "unknown",
    against: against === null ? null : shortSha(against),
    paths: pathsOf(conflicts),
    more: moreOf(conflicts),
  };
}

function triedOf({ status, against, startedAt, durationMs, conflicts, commands }: NonNullable<RollbackPlan["rehearsal"]>) {
  const failed = commands.filter(({ exitCode }) => exitCode !== 0);
  const passed = commands.filter(({ exitCode }) => exitCode === 0);
  return {
    day: day(startedAt),
    against: shortSha(against),
    clean: status === "clean",
    conflicts: status === "conflicts",
    failed: status === "failed",
    paths: pathsOf(conflicts),
    more: moreOf(conflicts),
    took: duration(durationMs),
    passes: passed.slice(0, shownCommands).map(({ command }, at) => ({ command: brief(command, 200), comma: at > 0 })),
    fails: failed.slice(0, shownCommands).map(({ command, exitCode, tail }) => ({
      command: brief(command, 200),
      exit: exitCode === null ? null : String(exitCode),
      tail: tail.trim() === "" ? null : plainLines(tail).slice(-4000),
    })),
  };
}

function pathsOf(paths: readonly string[]) {
  return paths.slice(0, shownConflicts).map((path, at) => ({ path: brief(path, pathLength), comma: at > 0 }));
}

function moreOf(paths: readonly string[]): string | null {
  return paths.length > shownConflicts ? count(paths.length - shownConflicts, "more file") : null;
}
