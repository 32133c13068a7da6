import { recordPaths } from "../../record/id.ts";
import type { RunbookLine, RunbookStep } from "../../record/runbook.ts";
import { count, day, duration } from "../quantity.ts";
import type { Templates } from "../templates.ts";

/** A runbook's region: how a kind of work was last done on each line, and how to undo it. */
export function renderRunbook(lines: readonly RunbookLine[], templates: Templates): string {
  return templates.render("runbook", { lines: lines.map(lineView) });
}

function lineView({ environment, component, last, steps, ships }: RunbookLine): object {
  // Runbooks stand in a folder beside the years.
  const path = `../${recordPaths(last.id).markdown}`;
  return {
    name: component === null ? environment : `${environment}, ${component}`,
    day: day(last.shippedAt),
    title: last.title,
    path,
    rollbackPath: `${path}#rollback`,
    ships: count(ships, "ship"),
    script: steps.map(({ command }) => command).join("\n"),
    anyDirectory: steps.some(({ directory }) => directory !== null && directory !== "."),
    steps: steps.map((step) => ({
      command: step.command,
      directory: step.directory ?? "not known",
      last: step.stated ? "said, not captured" : lastTime(step),
      all: overAll(step),
    })),
    undo: last.undo.length === 0 ? null : last.undo.join("\n"),
    hazards: last.hazards === 0 ? null : `which leaves ${count(last.hazards, "thing")} behind`,
  };
}

function lastTime({ last: { durationMs, state, exitCode, signal } }: RunbookStep): string {
  const took = durationMs === null ? "" : ` after ${duration(durationMs)}`;
  if (state === "running") return "still ran when it was recorded";
  if (state === "killed" || signal !== null) return `killed${signal === null ? "" : ` by ${signal}`}${took}`;
  return `exit ${exitCode ?? "not known"}${took}`;
}

function overAll({ runs, succeeded, medianMs }: RunbookStep): string {
  if (runs === 0) return "never captured";
  const median = medianMs === null ? "" : `, median ${duration(medianMs)}`;
  return `${succeeded} of ${count(runs, "run")} succeeded${median}`;
}
