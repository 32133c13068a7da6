import type { ChangeRecord, RollbackPlan } from "../../record/schema.ts";
import { count, day, duration, shortSha } from "../quantity.ts";
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
  return {
    show: `shipnote rollback ${record.id}`,
    none: !planned,
    act: record.range === null,
    again: record.direction === "rollback" && planned && reverts,
    strategy: strategyWords[strategy],
    hazards: hazards.slice(0, shownHazards).map(({ kind, path, why }) => ({ path: path === "" ? null : brief(path, pathLength), kind: brief(kind, 80), why: brief(why, 400) })),
    moreHazards: hazards.length > shownHazards ? count(hazards.length - shownHazards, "more hazard") : null,
    noHazards: hazards.length === 0 && record.range !== null,
    reverts,
    script: planned && script.length <= commandsLength ? script : null,
    tooLong: script.length > commandsLength,
    applies: rehearsal === null && planned && reverts ? appliesOf(applies) : null,
    tried: rehearsal === null ? null : triedOf(rehearsal),
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
