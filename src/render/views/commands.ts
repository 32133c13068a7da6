import type { ChangeRecord, Command } from "../../record/schema.ts";
import { bytes, clock, count, day, duration, listed, whole } from "../quantity.ts";

import { brief, cut, plainLines } from "../visible.ts";
import { recordLink } from "./record-link.ts";

const shownCommands = 100;
const shownOutputs = 30;
const commandLength = 300;
const nameLength = 120;
const outputLines = 60;
const outputLength = 6000;
/** Of all outputs together, in bytes: the whole record stays below 500 KB. */
const outputsLength = 120_000;

/** What `commands.hbs` is given. */
export function commandsView(record: ChangeRecord) {
  const { commands, promotion } = record;
  const shown = commands.slice(0, shownCommands);
  const printing = commands.filter(({ output }) => output !== null && output.tail.trim() !== "");
  const outputs = printing.slice(0, shownOutputs).map(outputOf);
  let room = outputsLength;
  const fitting = outputs.filter(({ tail }) => (room -= Buffer.byteLength(tail)) >= 0);
  const rules = [...new Set(commands.flatMap(({ redactions }) => redactions))].sort();
  return {
    none: commands.length === 0,
    commands: shown.map((command) => commandRow(command, day(record.shippedAt))),
    more: commands.length > shown.length ? count(commands.length - shown.length, "more command") : null,
    masked: rules.length === 0 ? null : listed(rules.map((rule) => brief(rule, nameLength))),
    outputs: fitting,
    moreOutputs: printing.length > fitting.length ? count(printing.length - fitting.length, "more output") : null,
    promotion: promotion === null || (promotion.missing.length === 0 && promotion.additional.length === 0) ? null : {
      from: promotion.from,
      path: recordLink(record.id, promotion.from),
      missing: promotion.missing.slice(0, shownCommands).map((command) => ({ command: oneLine(command) })),
      additional: promotion.additional.slice(0, shownCommands).map((command) => ({ command: oneLine(command) })),
    },
  };
}

function commandRow(command: Command, shipDay: string) {
  const { startedAt, durationMs } = command;
  const started = startedAt === null ? null : day(startedAt) === shipDay ? clock(startedAt) : `${day(startedAt)} ${clock(startedAt)}`;
  return {
    started: started ?? (command.source === "stated" ? "said, not captured" : "not known"),
    command: oneLine(command.command),
    name: command.name === null ? null : brief(command.name, nameLength),
    directory: command.directory === null || command.directory === "." ? null : brief(command.directory, nameLength),
    kind: command.kind,
    guessed: command.kindSource === "guessed",
    took: durationMs === null ? null : duration(durationMs),
    end: endOf(command),
    failed: command.state === "killed" || command.signal !== null || (command.exitCode ?? 0) !== 0,
  };
}

/** How it ended, in a word or two. */
function endOf({ source, state, exitCode, signal }: Command): string {
  if (source === "stated") return "";
  if (state === "running") return "still running";
  if (state === "killed") return signal === null ? "killed" : `killed (${brief(signal, 20)})`;
  return exitCode === null ? brief(signal ?? "not known", 20) : String(exitCode);
}

/** A command of several lines on one, its line ends shown. */
function oneLine(command: string): string {
  return cut(plainLines(command).trim().replaceAll("\n", " ⏎ "), commandLength);
}

/** What the journal keeps of an output at most: see state/journal.ts. */
const tailLimits = { raw: 64 * 1024, lines: 100, bytes: 16 * 1024 };

function outputOf({ command, output }: Command) {
  const lines = plainLines(output?.tail ?? "").replace(/\n+$/, "").replace(/^\n+/, "").split("\n");
  const tail = lines.slice(-outputLines).join("\n").slice(-outputLength);
  const shown = tail.split("\n").length;
  const all = output?.bytes ?? 0;
  const kept = Buffer.byteLength(output?.tail ?? "");
  // A tail is shorter than what was printed by its terminal escapes as well; it was cut only where it is at a limit.
  const complete = shown === lines.length && all <= tailLimits.raw && lines.length < tailLimits.lines && kept < tailLimits.bytes * 0.9;
  return {
    command: cut(oneLine(command), 80),
    size: complete ? count(shown, "line") : `the last ${shown === 1 ? "line" : `${whole(shown)} lines`} of ${bytes(all)}`,
    tail,
  };
}
